import pickle
from urllib.error import URLError

import pytest

from ganlib.errors import ConfigError, reason


def test_a_refusal_passes_from_one_process_to_another():
    problems = (("lr_d", "It is too high."), ("", "The two do not fit."))
    passed = pickle.loads(pickle.dumps(ConfigError(problems)))
    assert passed.problems == problems
    assert str(passed) == "It is too high. The two do not fit."


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(28, "No space left on device", "/srv/my runs/a"), "No space left on device"),
        (OSError("No such file: /srv/runs/a.webp"), "No such file: a.webp"),
        (ValueError("'/srv/my runs/a.webp' is none"), "'a.webp' is none"),
        (ValueError('File "C:\\Users\\me too\\a.py"'), 'File "a.py"'),
        (ValueError("at C:\\Users\\me\\a.py, C:/b/c"), "at a.py, c"),
        (ValueError("\\\\host\\share\\a is gone"), "a is gone"),
        (URLError("https://a.org/b/c is gone"), "<urlopen error https://a.org/b/c is gone>"),
        (ValueError("1/2 of 3 / 4, and/or"), "1/2 of 3 / 4, and/or"),
        (KeyError("images"), "'images'"),
    ],
    ids=str,
)
def test_what_an_error_says_names_no_place_of_this_machine(error, expected):
    assert reason(error) == expected
