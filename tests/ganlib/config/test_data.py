import pytest

from ganlib.config import OwnData, RunConfig
from ganlib.data.spec import name_refusal
from ganlib.errors import ConfigError

OWN = {"kind": "own", "name": "pets", "size": 64, "colour": "grey"}


@pytest.mark.parametrize("size", [28, 32, 64])
@pytest.mark.parametrize(("colour", "channels"), [("grey", 1), ("colour", 3)])
def test_the_shape_of_own_pictures_is_known_without_them(size, colour, channels):
    assert OwnData(name="pets", size=size, colour=colour).shape == (channels, size, size)


def test_own_pictures_come_back_from_json():
    config = RunConfig.parse({"data": OWN})
    assert config.data == OwnData(name="pets", size=64, colour="grey")
    assert RunConfig.from_json(config.to_json()) == config


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a b", "x" * 41, "é", "a\n"])
def test_a_name_that_could_be_a_path_is_refused_with_a_sentence(name):
    with pytest.raises(ConfigError) as refused:
        RunConfig.parse({"data": OWN | {"name": name}})
    ((_, sentence),) = refused.value.problems
    assert sentence == name_refusal(name)
    assert "use 1 to 40 of the letters a to z, digits, - and _." in sentence


@pytest.mark.parametrize(("part", "value"), [("size", 30), ("colour", "blue")])
def test_another_form_is_refused(part, value):
    with pytest.raises(ConfigError, match=f"{part} is {value!r}"):
        RunConfig.parse({"data": OWN | {part: value}})


def test_points_cannot_be_learnt_from_own_pictures():
    with pytest.raises(ConfigError, match="The mlp-2d network cannot learn pets"):
        RunConfig.parse({"data": OWN, "algorithm": {"network": {"architecture": "mlp-2d"}}})


def test_the_keras_classic_wants_grey_28():
    keras = {"algorithm": {"network": {"architecture": "dense-spatial"}}}
    with pytest.raises(ConfigError, match="grey 28x28 pictures only"):
        RunConfig.parse({"data": OWN, **keras})
    assert RunConfig.parse({"data": OWN | {"size": 28}, **keras}).data.shape == (1, 28, 28)
