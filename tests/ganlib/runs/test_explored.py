from types import SimpleNamespace

import numpy as np
import pytest
import torch

from ganlib.config import PlaneData
from ganlib.errors import MeasureError
from ganlib.latent import truncate
from ganlib.metrics.features import Seen
from ganlib.runs import explored
from ganlib.runs.explored import Explored


class Grey:
    """A generator of one shade, as light as the first number of z; a class adds 100.

    A pixel holds the whole of the shade, and another one the rest of it in 256 parts.
    """

    latent_dim, classes = 3, 2

    truncated = staticmethod(truncate)

    def decode(self, z, condition=None):
        lift = 0 if condition is None else 100 * condition[:, 1]
        shade = (100 + 20 * z[:, 0] + lift).clip(0, 255)
        pixels = np.stack([shade, 256 * (shade % 1)], 1).astype(np.uint8)
        return pixels[:, None, :, None]


class Halves:
    """Calls a picture dark or light; the shade is its only feature."""

    name = "shades"
    class_names = ("dark", "light", "never")

    def see(self, pictures):
        shade = pictures.flatten(1).double() @ torch.tensor([[1], [1 / 256]]).double()
        light = (shade >= 100).double()
        return Seen(shade, torch.cat([1 - light, light, 0 * light], 1))


@pytest.fixture
def shades():
    """Reals as dark and light as the fakes of truncation 1."""
    rng = np.random.default_rng(0)
    draw = lambda: torch.tensor((100 + 20 * rng.standard_normal((600, 1))).clip(0, 255))  # noqa: E731
    reference, others = (SimpleNamespace(seen=Seen(draw(), torch.empty(0))) for _ in range(2))
    return Explored(SimpleNamespace(viewer=Halves(), most=600, reference=reference, others=others))


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


def test_a_class_can_be_asked_for(shades):
    lifted = shades.spread(Grey(), 0.5, np.array([[0, 1]], np.float32))
    assert lifted.precision < 0.1


def test_points_are_not_opened():
    with pytest.raises(MeasureError, match="Points in the plane"):
        Explored.open(PlaneData(name="ring"))


def test_pictures_to_look_for_are_held_out_ones_where_there_are_some():
    held_out, training = (
        SimpleNamespace(pictures=torch.full((2, 1, 3, 4), level, dtype=torch.uint8))
        for level in (1, 2)
    )
    for some, level in ((held_out, 1), (None, 2)):
        found = Explored(SimpleNamespace(held_out=some, training=training)).pictures
        assert found.shape == (2, 3, 4, 1)
        assert (found == level).all()
