import pickle

from ganlib.errors import ConfigError


def test_a_refusal_passes_from_one_process_to_another():
    problems = (("lr_d", "It is too high."), ("", "The two do not fit."))
    passed = pickle.loads(pickle.dumps(ConfigError(problems)))
    assert passed.problems == problems
    assert str(passed) == "It is too high. The two do not fit."
