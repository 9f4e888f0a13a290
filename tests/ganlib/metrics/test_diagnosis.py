import math

import pytest
import torch

from ganlib.config import Objective
from ganlib.data import distribution
from ganlib.losses import LOSSES
from ganlib.metrics import diagnose, plane_metrics

LN2 = math.log(2)
NS = LOSSES["ns"]


def plane_metrics_of(**changes):
    """Metrics of a balanced game without modes."""
    calm = {
        "balanced_accuracy": 0.56,
        "jsd": 0.1,
        "jsd_floor": 0.001,
        "sliced_w1": 0.1,
        "mean_force": 0.5,
        "value": None,
        "modes": None,
    }
    return calm | changes


def spots(served, of=8, high_quality=0.9, distance=0.02, middle=0.0, covered=None):
    return {
        "covered": served if covered is None else covered,
        "fair": [True] * served + [False] * (of - served),
        "of": of,
        "high_quality": high_quality,
        "distance": distance,
        "middle": middle,
    }


@pytest.mark.parametrize(
    ("changes", "loss", "state", "sentence"),
    [
        (
            {},
            "ns",
            "balanced",
            "Balanced: the discriminator is right in 56 of 100 cases (50 is guessing). The two "
            "still differ: JSD 0.100 where a true sample gets 0.001.",
        ),
        (
            {"mean_force": math.nan},
            "ns",
            "diverging",
            "A metric is no longer a finite number: the game diverges.",
        ),
        (
            {"sliced_w1": 312.4},
            "wgan",
            "diverging",
            "The fakes fly out of the picture: along a line they lie 310 from the reals, whose "
            "square is 2 wide.",
        ),
        (
            {"balanced_accuracy": 0.97, "mean_force": 0.003, "jsd": 0.69},
            "minimax",
            "d_winning",
            "The discriminator wins: it is right in 97 of 100 cases, and the mean push on the "
            "fakes is only 0.003. The loss minimax is flat where D is sure; ns is not.",
        ),
        (
            {"balanced_accuracy": 0.97, "mean_force": 0.003, "modes": spots(1)},
            "ns",
            "d_winning",
            "The discriminator wins: it is right in 97 of 100 cases, and the mean push on the "
            "fakes is only 0.003.",
        ),
        (
            {"balanced_accuracy": 0.97, "mean_force": 2.0, "jsd": 0.6},
            "ns",
            "d_winning",
            "The discriminator wins: it is right in 97 of 100 cases. It still shows the fakes the "
            "way, with a mean push of 2.",
        ),
        (
            {"balanced_accuracy": 0.97, "mean_force": 1.0, "jsd": 0.5},
            "wgan-gp",
            "balanced",
            "Balanced: the critic is right in 97 of 100 cases, which is its task, and its mean "
            "push on the fakes is 1. The two still differ: JSD 0.500 where a true sample gets "
            "0.001.",
        ),
        (
            {"modes": spots(3), "balanced_accuracy": 0.95},
            "ns",
            "collapsing",
            "All fakes crowd at 3 of 8 spots (none of the others has a tenth of its share): the "
            "generator is collapsing.",
        ),
        (
            {"modes": spots(3, covered=5), "balanced_accuracy": 0.95},
            "ns",
            "collapsing",
            "All fakes crowd at 3 of 8 spots (none of the others has a tenth of its share; 5 are "
            "covered at all): the generator is collapsing.",
        ),
        (
            {"modes": spots(3, high_quality=0.02, distance=0.6), "balanced_accuracy": 0.5},
            "ns",
            "searching",
            "The fakes have not found the data yet: 3 of 8 spots are covered, and 2 of 100 fakes "
            "lie on one; the discriminator is right in 50 of 100 cases (50 is guessing).",
        ),
        (
            # "Spots covered 4 of 8" stands beside it.
            {
                "modes": spots(8, high_quality=0.1, distance=0.2, covered=4),
                "balanced_accuracy": 0.6,
            },
            "ns",
            "searching",
            "The fakes have come near the spots, but mostly not onto them yet: 4 of 8 spots are "
            "covered, and 10 of 100 fakes lie on one; the discriminator is right in 60 of 100 "
            "cases (50 is guessing).",
        ),
        (
            {"jsd": 0.68, "balanced_accuracy": 0.5},
            "ns",
            "searching",
            "The fakes have not found the data yet: JSD 0.68 of at most 0.69; the discriminator "
            "is right in 50 of 100 cases (50 is guessing).",
        ),
        (
            {"jsd": 0.012, "jsd_floor": 0.01, "balanced_accuracy": 0.5},
            "ns",
            "solved",
            "The two look alike: JSD 0.012 where a true sample gets 0.010.",
        ),
        (
            # Total variation is at least 1/2, so that the best D is right in 75 of 100 cases.
            {"jsd": LN2 / 2, "balanced_accuracy": 0.52},
            "ns",
            "d_lagging",
            "The discriminator lags behind: it is right in 52 of 100 cases, where by the JSD the "
            "best one would be in at least 75. Fakes that fool it need not be good.",
        ),
        (
            # Near the data, and a critic that is wrong by its median: neither has won.
            {"jsd": 0.05, "balanced_accuracy": 0.3},
            "wgan-gp",
            "balanced",
            "Balanced: the critic, cut at its median, is right in 30 of 100 cases; its task is a "
            "distance and no verdict, and its mean push on the fakes is 0.5. The two still "
            "differ: JSD 0.050 where a true sample gets 0.001.",
        ),
        (
            {"balanced_accuracy": 0.97, "mean_force": 0.0001, "jsd": 0.69},
            "wgan",
            "d_winning",
            "The critic is nearly flat where the fakes are: their mean push is only 0.0001.",
        ),
    ],
)
def test_each_state_has_its_words(changes, loss, state, sentence):
    assert diagnose(plane_metrics_of(**changes), LOSSES[loss]) == {
        "state": state,
        "sentence": sentence,
    }


def test_eight_spots_of_eight_are_no_collapse_and_seven_are():
    assert diagnose(plane_metrics_of(modes=spots(8)), NS)["state"] == "balanced"
    assert diagnose(plane_metrics_of(modes=spots(7)), NS)["state"] == "collapsing"


def test_a_lost_spot_is_named_even_where_the_jsd_is_small():
    got = diagnose(plane_metrics_of(modes=spots(24, of=25), jsd=0.015), NS)
    assert got["state"] == "collapsing"


def test_a_lump_on_the_middle_spot_is_a_collapse_once_d_has_learned_to_see_it():
    lump = spots(1, of=25, high_quality=0.5, middle=1.0)
    assert diagnose(plane_metrics_of(modes=lump, balanced_accuracy=0.5), NS) == {
        "state": "searching",
        "sentence": "The fakes are a lump on the spot in the middle of 25; the discriminator is "
        "right in 50 of 100 cases (50 is guessing).",
    }
    assert (
        diagnose(plane_metrics_of(modes=lump, balanced_accuracy=0.8), NS)["state"] == "collapsing"
    )


def test_a_lump_at_any_other_spot_is_a_collapse_whatever_d_makes_of_it():
    hunting = spots(1, high_quality=0.0, distance=0.4)
    for accuracy in (0.25, 0.5, 0.75, 0.99):
        got = diagnose(plane_metrics_of(modes=hunting, balanced_accuracy=accuracy), NS)
        assert got["state"] == "collapsing"
        assert got["sentence"].startswith("All fakes crowd at 1 of 8 spots")


@pytest.mark.parametrize(
    ("served", "distance", "state"),
    [
        (2, 0.5, "collapsing"),
        (2, 0.51, "searching"),  # On the way from one spot to the next.
        (4, 0.35, "collapsing"),
        (4, 0.36, "searching"),  # A cloud that opens has not reached every spot.
        (8, 0.36, "searching"),
    ],
)
def test_fakes_crowd_at_spots_only_when_they_are_near(served, distance, state):
    modes = spots(served, high_quality=0.01, distance=distance)
    assert diagnose(plane_metrics_of(modes=modes), NS)["state"] == state


def words_of(fake, name, logits=0.0):
    real = distribution(name).sample(2500, torch.Generator().manual_seed(0))
    flat = torch.full((2500,), logits)
    got = plane_metrics(distribution(name), real, fake, flat, -flat, Objective(loss="ns"))
    return diagnose(got | {"mean_force": 0.5}, NS)["state"]


@pytest.mark.parametrize("name", ["ring", "grid", "two-moons", "checkerboard"])
def test_an_untrained_blob_is_searching_and_a_true_sample_is_the_solution(name):
    rng = torch.Generator().manual_seed(1)
    assert words_of(torch.randn(2500, 2, generator=rng) * 0.02, name) == "searching"
    assert words_of(distribution(name).sample(2500, rng), name) == "solved"


@pytest.mark.parametrize("served", [2, 3, 7])
def test_fakes_on_some_spots_of_the_ring_are_collapsing_even_if_d_sees_it(served):
    rng = torch.Generator().manual_seed(1)
    chosen = torch.randint(served, (2500,), generator=rng)
    fake = distribution("ring").modes[chosen] + 0.01 * torch.randn(2500, 2, generator=rng)
    assert words_of(fake, "ring") == "collapsing"
    assert words_of(fake, "ring", logits=2.0) == "collapsing"


@pytest.mark.parametrize("offset", [0.0, 0.2])
def test_fakes_that_all_crowd_beside_one_spot_are_collapsing(offset):
    rng = torch.Generator().manual_seed(1)
    spot = distribution("ring").modes[3] + torch.tensor([offset, 0.0])
    assert words_of(spot + 0.05 * torch.randn(2500, 2, generator=rng), "ring") == "collapsing"


@pytest.mark.parametrize("sideways", [0.05, 0.15])
def test_an_untrained_blob_beside_the_middle_has_not_collapsed(sideways):
    rng = torch.Generator().manual_seed(1)
    blob = torch.tensor([sideways, 0.0]) + 0.02 * torch.randn(2500, 2, generator=rng)
    for name in ("ring", "grid"):
        assert words_of(blob, name) == "searching"


def test_every_spot_reached_but_none_hit_is_no_collapse():
    rng = torch.Generator().manual_seed(1)
    chosen = torch.randint(8, (2500,), generator=rng)
    fake = distribution("ring").modes[chosen] + 0.15 * torch.randn(2500, 2, generator=rng)
    assert words_of(fake, "ring") == "searching"


def test_fakes_in_the_corner_of_the_picture_are_not_called_diverging():
    for name in ("ring", "grid", "two-moons", "checkerboard"):
        assert words_of(torch.full((2500, 2), 1.3), name) == "searching"
        assert words_of(torch.full((2500, 2), 3.0), name) == "diverging"
