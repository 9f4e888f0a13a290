import pytest

from tests.ganlib.validation.parts import GREY, check

BLACK_OR_WHITE = {"objective": {"likelihood": "bernoulli"}}
GAUSSIAN = {"objective": {"likelihood": "gaussian"}}
FLAT, MAPS = {"architecture": "vae-perceptron"}, {"architecture": "vae-convolutional"}
REFUSED = [
    # (configuration, what of it is changed, words of the sentence, a cure it names)
    (
        "vae-2d",
        BLACK_OR_WHITE,
        "points have neither: set Likelihood of a sample to gaussian",
        GAUSSIAN,
    ),
    (
        "vae",
        {"data": GREY},
        "have 256 levels: set Intensity levels to 2",
        {"data": GREY | {"levels": 2}},
    ),
    ("vae", {"data": GREY}, "or Likelihood of a sample to gaussian", GAUSSIAN),
    ("vae-2d", {"network": MAPS}, "choose the architecture vae-perceptron", {"network": FLAT}),
    ("vae-2d", {"network": MAPS}, "or pictures", {"data": GREY}),
]


@pytest.mark.parametrize(("name", "excluding", "words", "cure"), REFUSED)
def test_settings_that_exclude_each_other_are_refused_with_a_cure_that_works(
    name, excluding, words, cure
):
    check(name, excluding, words, cure)
