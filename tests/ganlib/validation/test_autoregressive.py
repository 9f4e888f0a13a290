import pytest

from tests.ganlib.validation.parts import GREY, check

SHAPES = {"kind": "images", "name": "shapes", "size": 8, "levels": 16}
MADE, PIXELCNN = {"architecture": "made"}, {"architecture": "pixelcnn"}
REFUSED = [
    # (configuration, what of it is changed, words of the sentence, a cure it names)
    ("made-2d", {"network": PIXELCNN}, "choose the architecture made", {"network": MADE}),
    ("made-2d", {"network": PIXELCNN}, "or pictures", {"data": GREY}),
    ("made", {"data": SHAPES}, "16 levels has 4,096 values", {"data": SHAPES | {"levels": 4}}),
    ("made", {"data": SHAPES}, "set Intensity levels to 4 or 2", {"data": SHAPES | {"levels": 2}}),
    ("pixelcnn", {"data": SHAPES}, "or choose grey pictures", {"data": GREY | {"levels": 16}}),
]


@pytest.mark.parametrize(("name", "excluding", "words", "cure"), REFUSED)
def test_settings_that_exclude_each_other_are_refused_with_a_cure_that_works(
    name, excluding, words, cure
):
    check(name, excluding, words, cure)
