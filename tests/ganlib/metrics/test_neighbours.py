import math

import pytest
import torch
from prdc import compute_prdc

from ganlib.errors import MeasureError
from ganlib.metrics.neighbours import (
    around_reals,
    memorisation_ratio,
    nearest,
    nearest_in_parts,
    nearest_training,
    neighbourhoods,
    typical_distance,
)


def normal(count, seed, dimensions=16, scale=1.0):
    rng = torch.Generator().manual_seed(seed)
    return scale * torch.randn(count, dimensions, dtype=torch.float64, generator=rng)


def line(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)[:, None]


@pytest.mark.parametrize(("reals", "fakes", "scale"), [(700, 700, 1.0), (613, 402, 0.8)])
@pytest.mark.parametrize("k", [3, 5])
def test_agrees_with_the_reference_package(reals, fakes, scale, k):
    real, fake = normal(reals, 0), normal(fakes, 1, scale=scale)
    theirs = compute_prdc(real.numpy(), fake.numpy(), nearest_k=k)
    assert vars(neighbourhoods(real, fake, k)) == pytest.approx(theirs, abs=1e-12)


def test_a_set_is_as_good_and_as_varied_as_itself():
    found = neighbourhoods(normal(300, 0), normal(300, 0))
    assert (found.precision, found.recall, found.coverage) == (1, 1, 1)
    assert found.density == pytest.approx(1, abs=1e-12)


def test_sets_far_apart_share_nothing():
    found = neighbourhoods(normal(300, 0), normal(300, 1) + 100)
    assert vars(found) == {"precision": 0, "recall": 0, "density": 0, "coverage": 0}


def test_points_on_a_line_by_hand():
    # With k = 1 reals reach 1, 1 and 8; fakes reach 0.5, 0.5 and 19.5.
    found = neighbourhoods(line(0, 1, 9), line(0.25, 0.75, 20.25), k=1)
    # The first two fakes lie within both near reals, 8.75 and 8.25 from the third; none else do.
    assert found.precision == pytest.approx(2 / 3)
    assert found.density == pytest.approx((2 + 2 + 0) / 3)
    # Each of the first two reals lies within 0.5 of a fake, and 9 within 19.5 of 20.25.
    assert found.recall == 1
    assert found.coverage == pytest.approx(2 / 3)


def test_the_edge_of_a_neighbourhood_is_outside():
    # Reals reach 1; the fakes lie exactly 1 beyond them.
    assert neighbourhoods(line(0, 1), line(2, -1), k=1).precision == 0


def test_a_sample_is_not_its_own_neighbour():
    assert nearest(line(0, 1, 3).numpy(), None, 1)[:, 0].tolist() == [1, 1, 2]


def test_a_copy_is_a_neighbour():
    assert nearest(line(0, 0, 3).numpy(), None, 1)[:, 0].tolist() == [0, 0, 3]


@pytest.mark.parametrize("few", [0, 1])
def test_refuses_no_more_than_k_samples(few):
    sets = [normal(5 if few == side else 6, side) for side in (0, 1)]
    with pytest.raises(MeasureError, match="at least 6 pictures"):
        neighbourhoods(*sets)


def test_search_in_parts_finds_what_a_search_in_one_finds():
    among, of = normal(1203, 0), normal(30, 1)
    in_one = nearest(among.float().numpy(), of.float().numpy(), 3)
    assert nearest_in_parts(among, of, 3) == pytest.approx(in_one)


def test_pictures_of_bytes_are_searched_as_numbers():
    train = torch.tensor([[[[0, 0]]], [[[255, 255]]]], dtype=torch.uint8)
    fake = torch.tensor([[[[3, 4]]]], dtype=torch.uint8)
    assert nearest_training(fake, train).tolist() == [5]


def test_typical_distance_is_the_median_to_the_nearest_other():
    assert typical_distance(line(0, 1, 3)) == 1


def test_typical_distance_refuses_pictures_that_are_all_copies():
    with pytest.raises(MeasureError, match="most of these have a copy"):
        typical_distance(line(0, 0, 0, 5))


def test_typical_distance_refuses_one_picture():
    with pytest.raises(MeasureError, match="at least 2"):
        typical_distance(line(0))


def test_memorisation_ratio_of_copies_is_zero():
    train = normal(900, 0)
    ratio = memorisation_ratio(nearest_training(train[:200], train), typical_distance(train))
    assert ratio == pytest.approx(0, abs=1e-3)


def test_memorisation_ratio_of_new_samples_is_about_one():
    train, new = normal(900, 0), normal(300, 1)
    ratio = memorisation_ratio(nearest_training(new, train), typical_distance(train))
    assert ratio == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize(("balls", "missing"), [(200, 0), (750, 0), (500, 500)])
def test_the_error_of_coverage_is_that_of_balls_in_urns(balls, missing):
    """Each of the fakes lies between the two reals of one of 500 pairs, or far away.

    So the pairs that are covered are urns with a ball, of which the variance is known.
    """
    urns, draws, squares = 500, 20, 0.0
    real = torch.cat([torch.arange(urns) * 10.0, torch.arange(urns) * 10.0 + 1])[:, None].double()
    for seed in range(draws):
        rng = torch.Generator().manual_seed(seed)
        thrown = torch.randint(urns, (balls,), generator=rng) * 10.0 + 0.5
        gone = torch.rand(balls, generator=rng) < missing / (missing + balls)
        fake = thrown.where(~gone, -1000)[:, None].double()
        *_, (_, error) = around_reals(real, fake, k=1)
        squares += error**2 / draws
    chance = balls / (missing + balls) / urns
    one, two = (1 - chance) ** balls, (1 - 2 * chance) ** balls
    variance = (one + (urns - 1) * two) / urns - one**2
    assert math.sqrt(squares / variance) == pytest.approx(1, abs=0.15)
