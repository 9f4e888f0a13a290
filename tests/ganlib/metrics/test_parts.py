import math

import pytest
import torch

from ganlib.metrics.classes import class_divergence
from ganlib.metrics.parts import all_but_some, half_difference, halves, jackknife, whole


def of(metric, parts, members):
    return [float(metric(members[part])) for part in parts]


@pytest.mark.parametrize("count", [2, 7, 20, 45])
def test_the_groups_that_are_left_out_share_all_members_out(count):
    parts = all_but_some(count)
    assert len(parts) == min(20, count)
    assert (~parts).sum(0).tolist() == [1] * count
    assert torch.equal(whole(count), parts.any(0, keepdim=True))


@pytest.mark.parametrize("count", [4, 9])
def test_halves_share_no_member(count):
    one, other = halves(count)[::2], halves(count)[1::2]
    assert not (one & other).any()
    assert torch.cat((one, other)).sum(1).tolist() == [count // 2] * 20


def test_the_error_of_a_mean_is_that_of_the_textbook():
    """The numbers 1 to 20, left out one by one: s / sqrt(n), s^2 = n (n + 1) / 12 = 35."""
    numbers = torch.arange(1.0, 21).double()
    error = jackknife(of(torch.mean, all_but_some(20), numbers))
    assert error == pytest.approx(math.sqrt(35 / 20))


def test_the_error_from_halves_by_hand():
    """Differences of 2 and 4: half of the root of (4 + 16) / 2."""
    assert half_difference([1.0, 3.0, 5.0, 1.0]) == pytest.approx(math.sqrt(10) / 2)


def drawn_shares(chances, count, seed):
    rng = torch.Generator().manual_seed(seed)
    drawn = torch.multinomial(torch.tensor(chances), count, True, generator=rng)
    return torch.nn.functional.one_hot(drawn, len(chances)).double()


@pytest.mark.parametrize("chances", [[0.25] * 4, [0.4, 0.3, 0.2, 0.1]])
def test_the_error_of_the_class_kl_is_that_of_its_formula(chances):
    """Far from the shares of the data the KL is linear in those of the fakes, near them a square.

    So its variance is that of log(p / q) over N, or (K - 1) / 2 N^2.
    """

    def divergence(some):
        return class_divergence(some, torch.full((4,), 50))

    count, draws, surplus = 1000, 40, 3 / (2 * 1000**2)
    found = []
    for seed in range(draws):
        shares = drawn_shares(chances, count, seed)
        parts = of(
            lambda one: class_divergence(one, torch.full((4,), 50)), all_but_some(count), shares
        )
        found.append(jackknife(parts, surplus))
    logs = torch.tensor(chances).mul(4).log()
    p = torch.tensor(chances)
    linear = ((p * logs.square()).sum() - (p * logs).sum().square()).item() / count
    assert sum(found) / draws == pytest.approx(math.sqrt(linear + surplus), rel=0.15)
