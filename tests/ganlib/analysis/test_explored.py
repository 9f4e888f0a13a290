from types import SimpleNamespace

import numpy as np
import pytest
import torch

from ganlib.analysis import explored
from ganlib.analysis.explored import Explored
from ganlib.config import Toy2dData
from ganlib.errors import MeasureError
from ganlib.latent import truncate
from ganlib.metrics.features import ExtractedFeatures


class Grey:
    """A generator of one shade, as light as the first number of z.

    A pixel holds the whole of the shade, and another one the rest of it in 256 parts.
    """

    latent_dim, classes = 3, 0

    truncated = staticmethod(truncate)

    def decode(self, z, condition=None):
        shade = (100 + 20 * z[:, 0]).clip(0, 255)
        pixels = np.stack([shade, 256 * (shade % 1)], 1).astype(np.uint8)
        return pixels[:, None, :, None]


class Conditional(Grey):
    """Of the two shades 20 and 180, or nearly so, the one that is asked for; they take turns."""

    classes = 2

    def decode(self, z, condition=None):
        is_light = np.arange(len(z)) % 2 if condition is None else condition[:, 1]
        return super().decode(z / 10 + np.where(is_light, 4, -4)[:, None])


class Halves:
    """Calls a picture dark or light; the shade is its only feature."""

    name = "shades"
    class_names = ("dark", "light", "never")

    def extract(self, pictures):
        shade = pictures.flatten(1).double() @ torch.tensor([[1], [1 / 256]]).double()
        light = (shade >= 100).double()
        return ExtractedFeatures(shade, torch.cat([1 - light, light, 0 * light], 1))


@pytest.fixture
def shades():
    """Reals as dark and light as the fakes of truncation 1."""
    rng = np.random.default_rng(0)
    draw = lambda: torch.tensor((100 + 20 * rng.standard_normal((600, 1))).clip(0, 255))  # noqa: E731
    reference, others = (
        SimpleNamespace(extracted=ExtractedFeatures(draw(), torch.empty(0))) for _ in range(2)
    )
    return Explored(
        SimpleNamespace(extractor=Halves(), most=600, reference=reference, others=others)
    )


def test_the_direction_of_a_class_leads_to_it(shades):
    found = shades.class_directions(Grey())
    assert list(found) == ["dark", "light"]
    assert found["light"] == pytest.approx([1, 0, 0], abs=0.1)
    assert np.allclose(found["dark"], -found["light"])


def test_a_class_that_is_hardly_ever_made_has_no_direction(shades, monkeypatch):
    monkeypatch.setattr(explored, "LEAST", 1500)
    assert shades.class_directions(Grey()) == {}


def test_without_classes_there_are_no_directions(shades, monkeypatch):
    monkeypatch.setattr(Halves, "class_names", ())
    with pytest.raises(MeasureError, match="no classes"):
        shades.class_directions(Grey())


def test_truncation_costs_variety_and_gains_fidelity(shades):
    whole, half, none = (shades.spread(Grey(), psi) for psi in (1.0, 0.5, 0.0))
    assert whole.recall > 0.9
    assert whole.recall > half.recall > none.recall
    assert half.precision >= whole.precision > 0.9


def test_the_floor_is_what_other_reals_get(shades):
    assert shades.floor.precision > 0.9
    assert shades.floor.recall > 0.9
    assert shades.compared == 500


def test_a_generator_that_is_asked_has_no_direction_to_a_class(shades):
    with pytest.raises(MeasureError, match="draws what it is asked for"):
        shades.class_directions(Conditional())


def test_fakes_of_each_class_in_turn_stand_beside_reals_of_all(shades):
    rng = np.random.default_rng(1)
    reals = np.where(rng.random((600, 1)) < 0.5, 20, 180) + 2 * rng.standard_normal((600, 1))
    shades.reals.reference.extracted = ExtractedFeatures(torch.tensor(reals), torch.empty(0))
    found = shades.spread(Conditional(), 1.0)
    assert found.precision > 0.9
    assert found.recall > 0.9  # A class alone would miss half of the reals.


def test_points_are_not_opened():
    with pytest.raises(MeasureError, match="2-D points"):
        Explored.open(Toy2dData(name="ring"))


def test_pictures_to_look_for_are_held_out_ones_where_there_are_some():
    held_out, training = (
        SimpleNamespace(pictures=torch.full((2, 1, 3, 4), level, dtype=torch.uint8))
        for level in (1, 2)
    )
    for some, level in ((held_out, 1), (None, 2)):
        found = Explored(SimpleNamespace(held_out=some, training=training)).pictures
        assert found.shape == (2, 3, 4, 1)
        assert (found == level).all()
