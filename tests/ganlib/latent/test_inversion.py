import copy

import numpy as np
import pytest
import torch
from torch import nn

from ganlib.config import (
    DcganNetwork,
    DenseSpatialNetwork,
    MlpNetwork,
    ResidualNetwork,
    ResnetNetwork,
    StyleNetwork,
)
from ganlib.latent import GeneratorDecoder, invert, one_class, paste, residual, seeded_z
from ganlib.models import build_networks
from ganlib.models.conditional import ConditionalGenerator


def linear(*rows):
    """A generator of 1 x 1 x 2 pictures: pixels are rows times z."""
    layer = nn.Linear(len(rows[0]), 2, bias=False)
    layer.weight = nn.Parameter(torch.tensor(rows))
    return nn.Sequential(layer, nn.Unflatten(1, (1, 1, 2)))


def picture(*values):
    """One picture (1, 1, 2, 1) whose pixels are nearest to these values in [-1, 1]."""
    pixels = (np.array(values, np.float32) + 1) * 127.5
    return np.rint(pixels).astype(np.uint8).reshape(1, 1, 2, 1)


def end(*arguments, **options):
    *_, last = invert(*arguments, **{"steps": 150, **options})
    return last


WHITE, BLACK = 1.0, -1.0


def test_the_z_of_a_linear_generator_is_its_inverse_times_the_picture():
    # [[2, 0], [1, 1]] z = (1, -1) has the answer z = (0.5, -1.5).
    decoder = GeneratorDecoder(linear([2.0, 0.0], [1.0, 1.0]), 2)
    found = end(decoder, picture(WHITE, BLACK), 0)
    assert found.z == pytest.approx(np.array([[0.5, -1.5]]), abs=1e-3)
    assert found.errors == pytest.approx([0], abs=1e-6)
    assert (found.step, found.z.dtype, found.errors.dtype) == (150, np.float32, np.float32)


def test_what_a_generator_cannot_draw_is_left_over_as_error():
    # Both pixels are z: white beside black are nearest to grey, 1 away from each.
    found = end(GeneratorDecoder(linear([1.0], [1.0]), 1), picture(WHITE, BLACK), 0)
    assert found.z == pytest.approx(np.zeros((1, 1)), abs=1e-3)
    assert found.errors == pytest.approx([1], abs=1e-5)


def test_only_known_pixels_count():
    # The same, but the black pixel is hidden.
    known = np.array([[True, False]])
    decoder = GeneratorDecoder(linear([1.0], [1.0]), 1)
    found = end(decoder, picture(WHITE, BLACK), 0, known=known)
    assert found.z == pytest.approx(np.ones((1, 1)), abs=1e-3)
    assert found.errors == pytest.approx([0], abs=1e-6)
    drawn = decoder.decode(found.z)
    assert paste(picture(WHITE, BLACK), drawn, known).tolist() == picture(WHITE, WHITE).tolist()
    assert paste(picture(BLACK, BLACK), drawn, known).tolist() == picture(BLACK, WHITE).tolist()


@pytest.mark.parametrize(("prior", "expected"), [(0.0, 1.0), (2.0, 0.5), (6.0, 0.25)])
def test_the_prior_draws_z_towards_nought(prior, expected):
    # (z - 1)^2 + prior z^2 / 2 is least at z = 1 / (1 + prior / 2).
    decoder = GeneratorDecoder(linear([1.0], [1.0]), 1)
    found = end(decoder, picture(WHITE, WHITE), 0, prior=prior)
    assert found.z == pytest.approx(np.full((1, 1), expected), abs=1e-3)
    assert found.errors == pytest.approx([(1 - expected) ** 2], abs=1e-3)


class Valleys(nn.Module):
    """Pixels that are grey at z below 0, and whiter than that only beyond a ridge at 0."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, z):
        value = torch.where(z < 0, -(z + 1).square(), 1 - (z - 1).square())
        return (self.scale * value)[:, None, None].expand(-1, 1, 1, 2)


def test_the_best_of_the_starts_is_told():
    # From z < 0 the best that is reached is grey, an error of 1; from z > 0 white is.
    decoder = GeneratorDecoder(Valleys(), 1)
    assert end(decoder, picture(WHITE, WHITE), 0, starts=256).z == pytest.approx(1, abs=1e-2)
    assert end(decoder, picture(BLACK, BLACK), 0).errors == pytest.approx([0], abs=1e-4)


def small_generator():
    """4 x 4 pictures from 3 numbers, with batch normalisation whose statistics have moved."""
    rng = torch.Generator().manual_seed(0)
    G = nn.Sequential(
        nn.Linear(3, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 16), nn.Tanh()
    ).append(nn.Unflatten(1, (1, 4, 4)))
    with torch.no_grad():
        for weight in G.parameters():
            weight.copy_(torch.randn(weight.shape, generator=rng))
        G(torch.randn(32, 3, generator=rng))
    return G


def test_pictures_of_the_generator_are_found_alone_and_beside_others():
    decoder = GeneratorDecoder(small_generator(), 3)
    pictures = decoder.decode(seeded_z(7, 3, 5))
    together = end(decoder, pictures, 0)
    assert together.errors.max() < 1e-3
    alone = end(decoder, pictures[3:4], 0)
    assert alone.errors[0] == pytest.approx(together.errors[3], abs=1e-3)


@pytest.mark.parametrize(
    ("context", "z", "error"),
    # Of the weight white has 3/5, 4/5 and all, and z is the mean by it; errors are without it.
    [(0.0, 0.2, 0.96), (0.5, 0.6, 1.12), (1.0, 1.0, 1.6)],
)
def test_context_weighs_what_is_near_to_what_is_hidden(context, z, error):
    """All six pixels are z; the first is hidden, the three beside it are white, two are black."""
    layer = nn.Linear(1, 6, bias=False)
    nn.init.ones_(layer.weight)
    decoder = GeneratorDecoder(nn.Sequential(layer, nn.Unflatten(1, (1, 1, 6))), 1)
    target = np.array([0, 255, 255, 255, 0, 0], np.uint8).reshape(1, 1, 6, 1)
    known = np.array([[False, True, True, True, True, True]])
    found = end(decoder, target, 0, known=known, context=context)
    assert found.z[0, 0] == pytest.approx(z, abs=1e-3)
    assert found.errors[0] == pytest.approx(error, abs=1e-2)


def test_where_all_is_known_context_changes_nothing():
    decoder = GeneratorDecoder(small_generator(), 3)
    target = decoder.decode(seeded_z(8, 3))
    even, near = (end(decoder, target, 0, steps=5, context=one) for one in (0.0, 1.0))
    assert np.array_equal(even.z, near.z)


def test_what_is_told_never_becomes_worse_and_is_the_error_of_its_z():
    decoder = GeneratorDecoder(small_generator(), 3)
    target = decoder.decode(seeded_z(8, 3))
    calls = list(invert(decoder, target, 0, steps=50))
    assert [one.step for one in calls] == list(range(1, 51))
    assert {one.steps for one in calls} == {50}
    errors = [float(one.errors[0]) for one in calls]
    assert errors == sorted(errors, reverse=True)
    for one in calls[::10]:
        apart = (decoder.decode(one.z).astype(float) - target) / 127.5
        # Bytes are up to 1 / 255 away from what was drawn.
        assert np.square(apart).mean() ** 0.5 == pytest.approx(one.errors[0] ** 0.5, abs=1 / 255)


@pytest.mark.parametrize(
    "network",
    [
        MlpNetwork(latent_dim=4),
        DcganNetwork(latent_dim=4, width=8),
        ResnetNetwork(latent_dim=4, width=8, spectral_norm=False),
        ResidualNetwork(latent_dim=4, width=8),
        StyleNetwork(latent_dim=4, width=8),
        DenseSpatialNetwork(latent_dim=4),
    ],
    ids=lambda network: network.architecture,
)
def test_every_generator_of_pictures_can_be_searched(network):
    G, _ = build_networks(network, (1, 28, 28), torch.Generator().manual_seed(0))
    decoder = GeneratorDecoder(G, 4)
    target = decoder.decode(3 * seeded_z(7, 4))
    first, *_, last = invert(decoder, target, 0, starts=1, steps=10)
    assert last.errors[0] < 0.8 * first.errors[0]


def test_a_seed_decides_the_search():
    decoder = GeneratorDecoder(small_generator(), 3)
    target = decoder.decode(seeded_z(9, 3))
    one, same, other = (end(decoder, target, seed, steps=5).z for seed in (0, 0, 1))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_searching_leaves_the_generator_and_every_random_state_alone():
    decoder = GeneratorDecoder(small_generator(), 3)
    target, weights = decoder.decode(seeded_z(0, 3)), copy.deepcopy(decoder)
    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()
    end(decoder, target, 0, steps=5)
    assert np.array_equal(decoder.decode(seeded_z(1, 3, 9)), weights.decode(seeded_z(1, 3, 9)))
    assert not decoder.draw(torch.zeros(2, 3)).requires_grad
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert np.array_equal(np.random.get_state()[1], numpy_state)


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_a_reader_without_gradients_may_search(mode):
    decoder = GeneratorDecoder(linear([2.0, 0.0], [1.0, 1.0]), 2)
    with mode():
        found = end(decoder, picture(WHITE, BLACK), 0)
    assert found.errors == pytest.approx([0], abs=1e-6)


def test_the_condition_is_told_to_the_generator():
    # z and the condition, times the root of 2, add up: each pixel is z + 1.41 of its class.
    body = linear([1.0, 1.0, 0.0], [1.0, 0.0, 1.0])
    decoder = GeneratorDecoder(ConditionalGenerator(body, 2), 1, classes=2)
    pictures = np.concatenate([picture(WHITE, WHITE - 2**0.5)] * 2)
    condition = np.concatenate([one_class(label, 2, 1) for label in (0, 1)])
    found = end(decoder, pictures, 0, condition=condition)
    # Asked for the first class, z = 1 - 1.41; for the other, both pixels are 1.41 off.
    assert found.errors == pytest.approx([0, 2], abs=0.02)
    assert found.z[0, 0] == pytest.approx(1 - 2**0.5, abs=0.01)


def test_strange_is_what_lies_far_from_what_was_drawn_for_its_length():
    # Lengths 5, 10 and 0; left over are (0, 4), (0, 0) and nothing at all.
    seen = np.array([[3, 4], [6, 8], [0, 0]], np.uint8)
    drawn = np.array([[3, 0], [6, 8], [0, 0]], np.uint8)
    assert residual(seen, drawn).tolist() == pytest.approx([0.8, 0, 0])
    assert residual(drawn, seen)[0] == pytest.approx(4 / 3)
    assert residual(seen.reshape(3, 1, 2, 1), drawn.reshape(3, 1, 2, 1))[0] == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("pictures", "options", "sentence"),
    [
        (np.zeros((1, 2, 2, 1), np.uint8), {}, r"must be \(N, 1, 2, 1\) uint8"),
        (np.zeros((1, 1, 2), np.uint8), {}, r"must be \(N, 1, 2, 1\) uint8"),
        (np.zeros((0, 1, 2, 1), np.uint8), {}, "at least one"),
        (np.zeros((1, 1, 2, 1), np.float32), {}, "float32, but must be"),
        (picture(0, 0), {"known": np.zeros((1, 2), bool)}, "No pixel is known"),
        (picture(0, 0), {"known": np.ones((2, 1), bool)}, r"must be \(1, 2\) bool"),
        (picture(0, 0), {"known": np.ones((1, 2))}, r"must be \(1, 2\) bool"),
        (picture(0, 0), {"condition": np.ones((1, 3), np.float32)}, r"must be \(1, 0\)"),
        (picture(0, 0), {"starts": 257}, "between 1 and 256"),
        (picture(0, 0), {"context": -0.1}, "between 0 and 1"),
        (picture(0, 0), {"context": 1.1}, "between 0 and 1"),
    ],
)
def test_what_does_not_fit_is_refused_before_the_search(pictures, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        invert(GeneratorDecoder(linear([1.0], [1.0]), 1), pictures, 0, **options)


def test_a_generator_with_classes_has_to_be_told_one():
    body = linear([1.0, 1.0, 0.0], [1.0, 0.0, 1.0])
    decoder = GeneratorDecoder(ConditionalGenerator(body, 2), 1, classes=2)
    with pytest.raises(ValueError, match="say with condition which one"):
        invert(decoder, picture(0, 0), 0)


def test_points_are_no_pictures():
    with pytest.raises(ValueError, match="draws points"):
        invert(GeneratorDecoder(nn.Linear(2, 2), 2), picture(0, 0), 0)
