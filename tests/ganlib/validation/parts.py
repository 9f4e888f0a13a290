"""How the tests of the families beside the GAN replace parts of a configuration."""

import pytest

from ganlib.config import RunConfig
from ganlib.errors import ConfigError
from ganlib.validation import first_violation
from tests.ganlib.conftest import tiny_family

GREY = {"kind": "images", "size": 8}


def with_parts(name, *changes):
    """A tiny run of a family with data and networks replaced, and single settings of the rest."""
    values = tiny_family(name).model_dump()
    for parts in changes:
        for part, value in parts.items():
            within = values if part in values else values["algorithm"]
            whole = part in ("data", "network")
            within[part] = value if whole else within[part] | value
    return RunConfig.parse(values)


def check(name, excluding, words, cure):
    """What excludes each other is refused in these words, and the cure that they name works."""
    with pytest.raises(ConfigError) as refusal:
        with_parts(name, excluding)
    ((path, sentence),) = refusal.value.problems
    assert path == ""
    assert words in sentence
    assert sentence.endswith(".")
    assert first_violation(with_parts(name, excluding, cure)) is None
