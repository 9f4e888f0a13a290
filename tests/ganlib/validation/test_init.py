import pytest

from ganlib.config import RunConfig
from ganlib.errors import ConfigError
from tests.ganlib.validation.parts import GREY, check

OWN = {"kind": "own", "size": 28, "colour": "grey"}
MADE = {"architecture": "made"}
ASKED = {"data": OWN, "network": MADE | {"conditional": True}}
NONE, LEAST_LOSS, NEAREST = (
    {"saving": {"keep_best": name}} for name in ("none", "loss", "frechet")
)
REFUSED = [
    # (configuration, what of it is changed, words of the sentence, a cure it names)
    ("made", ASKED, "set Class-conditional to off", {"network": MADE}),
    ("made", ASKED, "or choose mnist-5k", {"data": GREY}),
    ("gan", LEAST_LOSS, "set Best checkpoint kept to none", NONE),
    ("gan", LEAST_LOSS, "for pictures to frechet", NEAREST),
    ("vae-2d", {"saving": {"keep_best": "frechet"}}, "is measured of pictures", NONE),
]


@pytest.mark.parametrize(("name", "excluding", "words", "cure"), REFUSED)
def test_settings_that_exclude_each_other_are_refused_with_a_cure_that_works(
    name, excluding, words, cure
):
    check(name, excluding, words, cure)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"sead": 1}, "There is no setting called sead: check its spelling."),
        ({"total_steps": 20_000_000}, "total_steps is 20000000, but must be at most 10,000,000."),
        ({"seed": 2**32}, "seed is 4294967296, but must be at most 4,294,967,295."),
        (
            {"algorithm": {"optimisation": {"lr_d": 0}}},
            "lr_d is 0, but must be greater than 0.",
        ),
        (
            {"algorithm": {"optimisation": {"lr_d": 0.2}}},
            "lr_d is 0.2, but must be at most 0.1.",
        ),
        (
            {"algorithm": {"optimisation": {"beta1": 1.0}}},
            "beta1 is 1.0, but must be less than 1.",
        ),
        (
            {"device": "tpu"},
            "device is 'tpu', which is not allowed: input should be 'auto', 'cpu' or 'cuda'.",
        ),
        (
            {"algorithm": {"objective": {"loss": "Wgan"}}},
            "loss is 'Wgan', which is not allowed: input should be 'minimax', 'ns', 'lsgan',",
        ),
        ({"seed": "x"}, "seed is 'x', which is not allowed: input should be a valid integer"),
        ({"title": ""}, "title is '', which is not allowed: string should have at least 1"),
    ],
)
def test_a_problem_is_a_sentence(values, sentence):
    with pytest.raises(ConfigError) as refusal:
        RunConfig.parse(values)
    assert str(refusal.value).startswith(sentence)
    assert str(refusal.value).endswith(".")


def test_what_is_not_json_is_called_so():
    with pytest.raises(ConfigError, match="This is not JSON: "):
        RunConfig.from_json("{seed: 1")


def test_the_path_leads_to_the_setting():
    with pytest.raises(ConfigError) as refusal:
        RunConfig.parse({"algorithm": {"optimisation": {"lr_d": 0}}})
    assert refusal.value.problems[0][0] == "algorithm.optimisation.lr_d"
