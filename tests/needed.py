"""What a test needs besides requirements.txt."""

import os
from typing import NoReturn

import pytest


def leave(kind: str, sentence: str) -> NoReturn:
    """Leave a test that lacks something; with REQUIRE_`kind` in the environment it fails."""
    say = pytest.fail if os.environ.get(f"REQUIRE_{kind}") else pytest.skip
    say(sentence)
