import pickle

import pytest

from ganlib.errors import ConfigError, reason


def test_a_refusal_passes_from_one_process_to_another():
    problems = (("lr_d", "It is too high."), ("", "The two do not fit."))
    passed = pickle.loads(pickle.dumps(ConfigError(problems)))
    assert passed.problems == problems
    assert str(passed) == "It is too high. The two do not fit."


def test_the_reason_of_an_error_names_no_place(tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        (tmp_path / "gone").open()
    assert reason(error.value) == "No such file or directory"
    assert reason(OSError("The disk is full")) == "The disk is full"
    assert reason(ValueError("it is too large")) == "it is too large"
