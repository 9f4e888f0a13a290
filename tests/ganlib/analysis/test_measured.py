from types import SimpleNamespace

import numpy as np
import pytest
import torch

from ganlib.analysis import measured
from ganlib.analysis.measured import measure_decoder, open_reference_set
from ganlib.config import ImageData
from ganlib.errors import MeasureError
from ganlib.events import Metric, MetricReport

FOUND = MetricReport((Metric("Fréchet distance", 3.0, 0.1, 0.2, 60, "digit features 0000"),))


class Draws:
    """A decoder that remembers what it was asked."""

    latent_dim = 3

    def __init__(self):
        self.z_drawn = []

    def decode(self, z):
        self.z_drawn.append(z)
        return np.zeros((len(z), 28, 28, 1), np.uint8)

    def opened(self):
        return self


def test_pictures_of_the_plane_are_refused(toy2d_config):
    with pytest.raises(MeasureError, match="other metrics than pictures"):
        open_reference_set(toy2d_config.data, lambda text, share: None)


def test_a_decoder_is_measured_from_the_same_latents_each_time(monkeypatch):
    monkeypatch.setattr(measured, "measure_pictures", lambda reals, fakes, progress: fakes.shape)
    reals = type("Few", (), {"most": 600})
    one, other = Draws(), Draws()
    for decoder in (one, other):
        shape = measure_decoder(reals, decoder, lambda text, share: None)
        assert shape == (600, 28, 28, 1)
    assert [len(z) for z in one.z_drawn] == [250, 250, 100]
    assert (np.concatenate(one.z_drawn) == np.concatenate(other.z_drawn)).all()
    assert len(np.unique(np.concatenate(one.z_drawn)[:, 0])) == 600


class Knows(Draws):
    """One that says how likely pictures are, too."""

    likelihood_words, is_density, readings = "exact", False, 4

    def log_likelihood(self, samples):
        return np.full(len(samples), -784 * np.log(2))


@pytest.mark.parametrize("held_out", [5, 0])
def test_who_knows_how_likely_held_out_pictures_are_is_asked_first(monkeypatch, held_out):
    monkeypatch.setattr(measured, "measure_pictures", lambda *_: FOUND)
    pictures = torch.zeros(held_out, 1, 28, 28, dtype=torch.uint8)
    kept = SimpleNamespace(pictures=pictures) if held_out else None
    training = SimpleNamespace(pictures=torch.ones(1, 1, 28, 28, dtype=torch.uint8))
    reals = SimpleNamespace(most=100, held_out=kept, training=training)
    found = measure_decoder(reals, Knows(), lambda text, share: None)
    names = ["negative log-likelihood", "bits per dimension"] if held_out else []
    assert [one.name for one in found.metrics] == [*names, "Fréchet distance"]
    assert measure_decoder(reals, Draws(), lambda text, share: None) == FOUND
    if held_out:
        assert found.metrics[1].value == pytest.approx(1)


def test_digits_are_compared_with_all_of_the_digits(brief_features):
    reals = open_reference_set(ImageData(), lambda text, share: None)
    assert (reals.name, reals.most, reals.shape) == ("mnist-5k", 2500, (1, 28, 28))


@pytest.mark.parametrize("most", [0, 1])
def test_data_that_are_too_few_to_compare_with_are_refused(most):
    reals = type("Few", (), {"most": most})
    with pytest.raises(MeasureError, match="bring at least 4"):
        measure_decoder(reals, Draws(), lambda text, share: None)
