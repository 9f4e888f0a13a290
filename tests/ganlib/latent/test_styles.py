import numpy as np
import pytest
import torch

from ganlib.config import StyleNetwork
from ganlib.latent import (
    GeneratorDecoder,
    mix_styles,
    seeded_z,
    steer_styles,
    style_directions,
)
from ganlib.models import build_networks

W = np.array([[1, 2], [3, 4]], np.float32)
WAY = np.array([[10, 0], [0, 20]], np.float32)


@pytest.fixture(scope="module")
def decoder():
    """A generator of 4 layers that knows the spread of its styles, and nothing else yet."""
    network = StyleNetwork(width=4, latent_dim=8, w_dim=6)
    G, _ = build_networks(network, (1, 28, 28), torch.Generator().manual_seed(0))
    return GeneratorDecoder(G, 8)


def test_the_layers_before_the_crossover_are_the_coarse_ones():
    assert mix_styles(W, -W, 2, 3).tolist() == [
        [[1, 2], [1, 2], [-1, -2]],
        [[3, 4], [3, 4], [-3, -4]],
    ]


@pytest.mark.parametrize("crossover", [-1, 4])
def test_a_crossover_outside_is_refused(crossover):
    with pytest.raises(ValueError, match="between 0 and 3"):
        mix_styles(W, W, crossover, 3)


def test_a_way_is_added_in_the_chosen_layers_alone():
    ws = np.repeat(W[:, None], 3, axis=1)
    steered = steer_styles(ws, WAY, np.array([False, True, False]))
    assert steered.tolist() == [[[1, 2], [11, 2], [1, 2]], [[3, 4], [3, 24], [3, 4]]]


def test_a_crossover_at_either_end_leaves_one_picture_as_it_is(decoder):
    a, b = seeded_z(1, 8, 3), seeded_z(2, 8, 3)
    styles = decoder.features(a), decoder.features(b)
    assert not np.array_equal(decoder.decode(a), decoder.decode(b))
    assert np.array_equal(decoder.decode(mix_styles(*styles, 4, 4)), decoder.decode(a))
    assert np.array_equal(decoder.decode(mix_styles(*styles, 0, 4)), decoder.decode(b))
    assert not np.array_equal(decoder.decode(mix_styles(*styles, 2, 4)), decoder.decode(a))


def test_a_way_in_no_layer_changes_nothing_and_in_all_it_moves_w(decoder):
    z, way = seeded_z(1, 8, 2), np.full((2, 6), 0.5, np.float32)
    w = decoder.features(z)
    ws = decoder.truncated(z, 1.0)
    nowhere = steer_styles(ws, way, np.zeros(4, bool))
    assert np.abs(decoder.decode(nowhere).astype(int) - decoder.decode(z)).max() <= 1
    moved = np.repeat((w + way)[:, None], 4, axis=1)
    everywhere = steer_styles(ws, way, np.ones(4, bool))
    assert np.abs(decoder.decode(everywhere).astype(int) - decoder.decode(moved)).max() <= 1
    assert not np.array_equal(decoder.decode(everywhere), decoder.decode(z))


def test_directions_of_w_are_its_principal_components_in_standard_deviations(decoder):
    found = style_directions(decoder)
    assert found.vectors.shape == (6, 6)
    assert np.allclose(found.vectors @ found.vectors.T, np.eye(6), atol=1e-5)
    styles = decoder.features(seeded_z(5, 8, 20_000)).astype(np.float64)
    variances, reference = np.linalg.eigh(np.cov(styles.T))
    assert found.deviations == pytest.approx(np.sqrt(variances[::-1]), rel=0.1)
    assert found.shares == pytest.approx(variances[::-1] / variances.sum(), abs=0.02)
    # The first stands out; a sample of 2,048 turns it a little, and its sign is open.
    assert abs(found.vectors[0] @ reference[:, -1]) > 0.99


def test_of_styles_that_lie_along_the_axes_the_directions_are_the_axes():
    class Axes:
        latent_dim, style_shape = 3, (4, 3)

        def features(self, z):
            return z * np.array([1, 3, 2], np.float32)

    found = style_directions(Axes(), most=2)
    assert np.abs(found.vectors) == pytest.approx(np.eye(3)[[1, 2]], abs=0.05)
    assert found.deviations == pytest.approx([3, 2], rel=0.05)
    assert found.shares == pytest.approx([9 / 14, 4 / 14], abs=0.02)


def test_truncation_draws_w_towards_the_mean_style(decoder):
    z = seeded_z(1, 8, 3)
    w, nothing = decoder.features(z), decoder.truncated(z, 0.0)
    assert np.array_equal(nothing, np.broadcast_to(nothing[:1, :1], nothing.shape))
    assert np.array_equal(decoder.truncated(z, 1.0), np.repeat(w[:, None], 4, axis=1))
    half = decoder.truncated(z, 0.5)
    assert half == pytest.approx((nothing + w[:, None]) / 2, abs=1e-6)
    # At the start the mean style is that of a few latent vectors.
    assert nothing[0, 0] == pytest.approx(decoder.features(seeded_z(9, 8, 4000)).mean(0), abs=0.3)


def test_without_styles_truncation_is_that_of_z():
    decoder = GeneratorDecoder(torch.nn.Linear(2, 2), 2)
    assert decoder.truncated(np.array([[2, -4]], np.float32), 0.5).tolist() == [[1, -2]]
