import math

import pytest
import torch
from torch.distributions import Bernoulli, Normal, kl_divergence

from ganlib.objectives import (
    bernoulli_log_likelihood,
    gaussian_kl,
    gaussian_log_likelihood,
    paid_kl,
    warmed,
)


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_trap_34_the_kl_is_that_of_torch_in_each_number_of_z():
    mean, logvar = 3 * normal(50, 4), 2 * normal(50, 4, seed=1)
    expected = kl_divergence(Normal(mean, (logvar / 2).exp()), Normal(0.0, 1.0))
    assert torch.allclose(gaussian_kl(mean, logvar), expected, rtol=1e-12)
    assert (gaussian_kl(mean, logvar) >= 0).all()


def test_the_kl_by_hand():
    # (m^2 + s^2 - 1 - log s^2) / 2: nothing to tell, a mean of 2, a variance of 4.
    mean, logvar = torch.tensor([[0.0, 2.0, 0.0]]), torch.tensor([[0.0, 0.0, math.log(4)]])
    found = gaussian_kl(mean, logvar)[0].tolist()
    assert found == pytest.approx([0, 2, (4 - 1 - math.log(4)) / 2])


def test_the_bernoulli_likelihood_is_that_of_torch_summed_over_the_picture():
    logits, x = 3 * normal(5, 1, 4, 4), normal(5, 1, 4, 4, seed=1).sign()
    expected = Bernoulli(logits=logits).log_prob((x + 1) / 2).flatten(1).sum(1)
    assert torch.allclose(bernoulli_log_likelihood(logits, x), expected, rtol=1e-12)


def test_the_bernoulli_likelihood_by_hand():
    # Three pixels with chances 1/2, 3/4 and 3/4 of white; the last one is black.
    logits = torch.tensor([[0.0, math.log(3), math.log(3)]])
    found = bernoulli_log_likelihood(logits, torch.tensor([[1.0, 1.0, -1.0]]))
    assert found.tolist() == pytest.approx([math.log(1 / 2 * 3 / 4 * 1 / 4)])


@pytest.mark.parametrize("size", [30.0, 100.0, 1000.0])
def test_trap_11_sure_logits_cost_what_they_are_off_and_have_a_gradient(size):
    logits = torch.tensor([[size, -size]], requires_grad=True)
    found = bernoulli_log_likelihood(logits, -torch.ones(1, 2))
    assert found.item() == pytest.approx(-size)
    found.sum().backward()
    assert logits.grad[0].tolist() == pytest.approx([-1, 0], abs=1e-12)


def test_the_gaussian_likelihood_is_that_of_torch_summed_over_the_picture():
    mean, x = normal(5, 3, 4, 4), normal(5, 3, 4, 4, seed=1)
    for sigma in torch.tensor([0.05, 1.0, 3.0], dtype=torch.float64):
        expected = Normal(mean, sigma).log_prob(x).flatten(1).sum(1)
        found = gaussian_log_likelihood(mean, sigma.log(), x)
        assert torch.allclose(found, expected, rtol=1e-12)


def test_the_gaussian_likelihood_by_hand():
    # Two numbers, one of them two widths of 1/2 off.
    found = gaussian_log_likelihood(
        torch.zeros(1, 2), torch.tensor(math.log(0.5)), torch.tensor([[0.0, 1.0]])
    )
    each = math.log(0.5) + math.log(2 * math.pi) / 2
    assert found.tolist() == pytest.approx([-2 * each - 2**2 / 2])


def test_the_likeliest_width_is_the_root_of_the_mean_square():
    x = 0.3 * normal(1000, 2)
    log_sigma = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    best = x.square().mean().sqrt().log()
    (gradient,) = torch.autograd.grad(
        gaussian_log_likelihood(torch.zeros_like(x), log_sigma + best, x).sum(), log_sigma
    )
    assert gradient.item() == pytest.approx(0, abs=1e-9)


def test_without_free_bits_the_whole_kl_is_paid():
    kl = normal(20, 3).square()
    assert paid_kl(kl, 0.0).item() == pytest.approx(kl.sum(1).mean().item())


def test_free_bits_by_hand():
    # Means over the batch are 0.2, 1 and 3; so much as 0.5 in each is free, and counts anyway.
    kl = torch.tensor([[0.1, 2.0, 3.0], [0.3, 0.0, 3.0]], requires_grad=True)
    paid = paid_kl(kl, 0.5)
    assert paid.item() == pytest.approx(0.5 + 1 + 3)
    paid.backward()
    assert kl.grad.tolist() == [[0, 0.5, 0.5]] * 2, "nothing pulls at what is free"


@pytest.mark.parametrize(
    ("step", "weight"), [(0, 0.0), (25, 0.5), (50, 1.0), (75, 1.5), (100, 2.0), (10_000, 2.0)]
)
def test_the_weight_of_the_kl_rises_in_equal_parts(step, weight):
    assert warmed(2.0, step, 100) == pytest.approx(weight)


def test_without_warm_up_the_weight_is_whole_from_the_first_step():
    assert warmed(0.7, 0, 0) == 0.7
