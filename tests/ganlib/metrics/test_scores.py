import math

import numpy as np
import pytest
import torch

from ganlib.metrics.scores import balanced_accuracy, score_histogram


def test_scores_are_probabilities_where_logits_stand_for_them():
    log3 = math.log(3)
    got = score_histogram(torch.tensor([log3 + 0.01, 9.0]), torch.tensor([-9.0, -9.0]), True)
    assert got["edges"] == pytest.approx([i / 20 for i in range(21)])
    assert got["real"] == [0] * 15 + [0.5] + [0] * 3 + [0.5]
    assert got["fake"] == [1] + [0] * 19


def test_scores_are_logits_elsewhere_and_the_ends_collect_what_lies_beyond():
    real = torch.linspace(0, 10, 1001, dtype=torch.float64)
    real[-1] = 1e4
    got = score_histogram(real, real - 10, False)
    assert got["edges"][0] == pytest.approx(-9.8, abs=0.02)
    assert got["edges"][-1] == pytest.approx(9.8, abs=0.02)
    assert sum(got["real"]) == pytest.approx(1)
    assert sum(got["fake"]) == pytest.approx(1)
    assert got["real"][:9] == [0] * 9
    assert got["real"][-1] == pytest.approx(0.118, abs=0.005)


@pytest.mark.parametrize("logit", [0.0, 3.5, -1e4, 1e30])
def test_edges_increase_even_if_all_logits_are_equal(logit):
    got = score_histogram(torch.full((7,), logit).double(), torch.full((7,), logit).double(), False)
    assert (np.diff(got["edges"]) > 0).all()
    assert sum(got["real"]) == sum(got["fake"]) == 1


def test_balanced_accuracy_by_hand():
    # Reals: right, right, wrong, tie = 2.5 / 4. Fakes: right, right, right, wrong = 3 / 4.
    real = torch.tensor([1.0, 2.0, -1.0, 0.0], dtype=torch.float64)
    fake = torch.tensor([-1.0, -2.0, -3.0, 4.0], dtype=torch.float64)
    got = balanced_accuracy(real, fake, 0.0)
    assert got["balanced_accuracy"] == (2.5 / 4 + 3 / 4) / 2
    assert got["tv_bound"] == 0  # 7 / 12 + 8 / 12 - 1 = 1 / 4, less than two errors of 0.28.
    # Variances: (1 + 1 + 0 + 1/4) / 4 - (5/8)^2 = 11/64, and 3/4 * 1/4 = 12/64.
    assert got["balanced_accuracy_error"] == pytest.approx(math.sqrt(23 / 64 / 4) / 2)


def test_a_d_that_is_never_wrong_has_a_bound_below_one():
    # 98 of 98 count as 99 of 100: 2 * 0.99 - 1 - 2 sqrt(2 * 0.99 * 0.01 / 100).
    real, fake = torch.ones(98).double(), -torch.ones(98).double()
    got = balanced_accuracy(real, fake, 0.0)
    assert got["tv_bound"] == pytest.approx(0.98 - 2 * math.sqrt(0.000198))


@pytest.mark.parametrize("threshold", [0.0, None])
def test_no_difference_is_claimed_between_equal_distributions(threshold):
    # A bound two standard errors below is above 0 in 2.3 % of all looks, 23 +- 5 of 1,000.
    rng = np.random.default_rng(0)
    looks = torch.from_numpy(rng.standard_normal((1000, 2, 400)))
    bounds = [balanced_accuracy(real, fake, threshold)["tv_bound"] for real, fake in looks]
    assert 3 < sum(bound > 0 for bound in bounds) < 50


@pytest.mark.parametrize("threshold", [0.0, None])
def test_a_bound_stays_below_the_true_distance_and_comes_near_it(threshold):
    # Of normal logits around 1/2 and -1/2 it is 2 Phi(1/2) - 1 = 0.383.
    rng = np.random.default_rng(1)
    looks = torch.from_numpy(rng.standard_normal((500, 2, 2000))) + torch.tensor([[0.5], [-0.5]])
    bounds = [balanced_accuracy(real, fake, threshold)["tv_bound"] for real, fake in looks]
    assert sum(bound > 0.383 for bound in bounds) < 30
    assert 0.3 < np.mean(bounds) < 0.36


def test_a_d_that_scores_all_alike_is_right_by_half_at_any_threshold():
    logits = torch.full((10,), 0.5, dtype=torch.float64)
    for threshold in (0.0, 0.5, 1.0, None):
        got = balanced_accuracy(logits, logits, threshold)
        assert got["balanced_accuracy"] == 0.5
        assert got["tv_bound"] == 0


def test_a_d_that_is_always_wrong_bounds_nothing():
    got = balanced_accuracy(torch.tensor([-1.0, -2.0]), torch.tensor([1.0, 2.0]), 0.0)
    assert got == {"balanced_accuracy": 0, "balanced_accuracy_error": 0, "tv_bound": 0}
