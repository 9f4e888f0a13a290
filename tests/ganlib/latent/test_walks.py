import math

import numpy as np
import pytest
import torch

from ganlib.latent import (
    lerp,
    one_class,
    seeded_z,
    share_below,
    slerp,
    truncate,
    usual_lengths,
)
from ganlib.runtime import draw_z, make_rng
from ganlib.streams import Stream


def test_trap_36_z_comes_from_the_prior_of_training():
    z = seeded_z(0, 50, 4000)
    assert (z.shape, z.dtype) == ((4000, 50), np.float32)
    # 200,000 draws: the standard errors are 0.0022, 0.0016 and 0.001.
    for draws in (z, draw_z(4000, 50, make_rng(0, Stream.LATENTS)).numpy()):
        assert draws.mean() == pytest.approx(0, abs=0.01)
        assert draws.std() == pytest.approx(1, abs=0.007)
        assert (np.abs(draws) < 1).mean() == pytest.approx(0.6827, abs=0.005)


def test_a_seed_gives_the_same_z_and_another_seed_another():
    assert np.array_equal(seeded_z(1, 8, 3), seeded_z(1, 8, 3))
    assert not np.array_equal(seeded_z(1, 8, 3), seeded_z(2, 8, 3))
    assert seeded_z(1, 8).shape == (1, 8)


def test_seeding_leaves_the_global_generators_alone():
    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()
    seeded_z(1, 8)
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert np.array_equal(np.random.get_state()[1], numpy_state)


def test_truncation_scales_towards_the_mean_of_the_prior():
    z = np.array([[2.0, -4.0]], np.float32)
    assert truncate(z, 0.5).tolist() == [[1.0, -2.0]]
    assert np.array_equal(truncate(z, 1.0), z)
    assert not truncate(z, 0.0).any()
    assert truncate(z, 0.7).dtype == np.float32


def test_lerp_is_a_straight_line_with_equal_steps():
    points = lerp(np.float32([0, 4]), np.float32([2, 0]), 5)
    assert points.tolist() == [[0, 4], [0.5, 3], [1, 2], [1.5, 1], [2, 0]]


def test_slerp_is_an_arc_with_equal_angles():
    points = slerp(np.float32([3, 0]), np.float32([0, 3]), 3)
    half = 3 * 0.5**0.5
    assert points == pytest.approx(np.array([[3, 0], [half, half], [0, 3]]), abs=1e-6)


@pytest.mark.parametrize("latent_dim", [2, 16, 100, 512])
def test_trap_36_slerp_keeps_the_norm_within_a_percent(latent_dim):
    z = seeded_z(3, latent_dim, 2)
    z *= 5 / np.linalg.norm(z, axis=1, keepdims=True)
    norms = np.linalg.norm(slerp(*z, 33), axis=1)
    assert norms == pytest.approx(5, rel=0.01)


def test_trap_36_slerp_between_draws_stays_between_their_norms():
    z = seeded_z(4, 512, 2)
    ends = np.linalg.norm(z, axis=1)
    norms = np.linalg.norm(slerp(*z, 33), axis=1)
    assert ends.min() * 0.99 < norms.min() <= norms.max() < ends.max() * 1.01


def test_trap_36_the_middle_of_lerp_shrinks_to_the_root_of_a_half():
    pairs = seeded_z(5, 512, 200).reshape(100, 2, 512)
    ratios = [
        np.linalg.norm(lerp(*pair, 3)[1]) / np.linalg.norm(pair, axis=1).mean() for pair in pairs
    ]
    assert np.mean(ratios) == pytest.approx(0.7071, abs=0.01)


@pytest.mark.parametrize("walk", [lerp, slerp])
def test_a_walk_begins_and_ends_at_its_ends(walk):
    start, end = seeded_z(6, 16, 2)
    points = walk(start, end, 7)
    assert (points.shape, points.dtype) == ((7, 16), np.float32)
    assert points[0] == pytest.approx(start, abs=1e-6)
    assert points[-1] == pytest.approx(end, abs=1e-6)


@pytest.mark.parametrize(
    ("start", "end"),
    [([1, 2], [1, 2]), ([1, 2], [3, 6]), ([1, 2], [-1, -2]), ([0, 0], [1, 2]), ([0, 0], [0, 0])],
)
def test_where_there_is_no_arc_slerp_is_the_straight_line(start, end):
    start, end = np.float32(start), np.float32(end)
    assert np.array_equal(slerp(start, end, 5), lerp(start, end, 5))


def test_a_condition_asks_for_one_class_so_many_times():
    query = one_class(2, classes=3, count=2)
    assert query.dtype == np.float32
    assert query.tolist() == [[0, 0, 1], [0, 0, 1]]


def test_lengths_of_two_numbers_are_worked_out_by_hand():
    # |z|^2 / 2 is exponential: of it 1 - exp(-r^2) lie below r^2, which is 22 % for r = 1/2.
    assert share_below(0.5, 2) == pytest.approx(1 - math.exp(-0.25))
    low, high = usual_lengths(2)
    assert low == pytest.approx(math.sqrt(-math.log(0.975)))
    assert high == pytest.approx(math.sqrt(-math.log(0.025)))


def test_vectors_of_many_numbers_are_nearly_as_long_as_each_other():
    lengths = np.linalg.norm(seeded_z(0, 64, 20_000), axis=1) / 8
    low, high = usual_lengths(64)
    assert np.mean((lengths > low) & (lengths < high)) == pytest.approx(0.95, abs=0.01)
    assert share_below(0.7, 64) < 1e-3
