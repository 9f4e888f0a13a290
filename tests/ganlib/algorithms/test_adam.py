import copy

import pytest
import torch
from torch import nn

from ganlib.algorithms.adam import Adam

BETAS = (0.5, 0.99)


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 7), nn.Tanh(), nn.Linear(7, 1))


def learn(net, move, steps):
    rng = torch.Generator().manual_seed(3)
    for _ in range(steps):
        net.zero_grad()
        net(torch.randn(5, 2, generator=rng)).square().mean().backward()
        move()


def twins(lr=0.01):
    """Two equal networks, with our Adam and with torch's."""
    ours, theirs = network(), network()
    return (
        (ours, Adam(list(ours.parameters()), lr, BETAS)),
        (theirs, torch.optim.Adam(theirs.parameters(), lr, BETAS, fused=True)),
    )


def same(ours, theirs):
    pairs = zip(ours.parameters(), theirs.parameters(), strict=True)
    return all(torch.equal(mine, other) for mine, other in pairs)


@pytest.mark.parametrize("steps", [1, 2, 50])
def test_it_moves_bitwise_as_torchs_does(steps):
    (ours, adam), (theirs, reference) = twins()
    learn(ours, adam.move, steps)
    learn(theirs, reference.step, steps)
    assert same(ours, theirs)


def test_a_new_step_size_holds_from_the_next_move():
    (ours, adam), (theirs, reference) = twins()
    for lr in (0.01, 0.2):
        for one in (adam, reference):
            one.param_groups[0]["lr"] = lr
        learn(ours, adam.move, 3)
        learn(theirs, reference.step, 3)
    assert same(ours, theirs)


def test_every_weight_has_counted_the_same_moves():
    (ours, adam), _ = twins()
    learn(ours, adam.move, 4)
    assert [adam.state[weight]["step"].item() for weight in ours.parameters()] == [4.0] * 4


def test_it_goes_on_from_what_it_is_told_to_remember():
    (ours, adam), _ = twins()
    learn(ours, adam.move, 5)
    later = copy.deepcopy(ours)
    other = Adam(list(later.parameters()), 0.01, BETAS)
    other.load_state_dict(copy.deepcopy(adam.state_dict()))
    learn(ours, adam.move, 5)
    learn(later, other.move, 5)
    assert same(ours, later)


def test_what_it_remembered_before_is_forgotten_then():
    (ours, adam), (theirs, reference) = twins()
    start = copy.deepcopy(adam.state_dict())
    first = copy.deepcopy(ours.state_dict())
    learn(ours, adam.move, 5)
    adam.load_state_dict(start)
    ours.load_state_dict(first)
    learn(ours, adam.move, 5)
    learn(theirs, reference.step, 5)
    assert same(ours, theirs)
