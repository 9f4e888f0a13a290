import math

import pytest
import torch
from torch import nn

from ganlib.algorithms.player import Player
from ganlib.config import Optimisation
from ganlib.errors import DivergedError


def player_of(network, **settings):
    return Player("generator", network, Optimisation(**settings), 0.1, "another lr")


@pytest.fixture
def network():
    network = nn.Linear(2, 1, bias=False)
    with torch.no_grad():
        network.weight.copy_(torch.tensor([[1.0, -1.0]]))
    return network


def test_the_first_step_of_adam_is_the_step_size_along_the_sign_of_the_slope(network):
    player = player_of(network)
    player.backward((network.weight * torch.tensor([5.0, -0.01])).sum())
    player.step()
    assert network.weight.tolist()[0] == pytest.approx([0.9, -0.9], abs=1e-5)


def test_rmsprop_divides_by_the_root_of_its_average(network):
    # The average of g^2 begins at 0 and takes in a hundredth: g / sqrt(0.01 g^2) = 10.
    player = player_of(network, optimiser="rmsprop", beta2=0.99)
    player.backward((network.weight * torch.tensor([5.0, -2.0])).sum())
    player.step()
    assert network.weight.tolist()[0] == pytest.approx([0.0, 0.0], abs=1e-5)


def test_adam_remembers_as_configured(network):
    (group,) = player_of(network, beta1=0.3, beta2=0.7).optimiser.param_groups
    assert group["betas"] == (0.3, 0.7)
    assert group["weight_decay"] == 0


@pytest.mark.parametrize("optimiser", ["adam", "rmsprop"])
def test_the_step_size_can_be_changed(network, optimiser):
    player = player_of(network, optimiser=optimiser)
    player.set_lr(0.0)
    player.backward(network.weight.sum())
    player.step()
    assert network.weight.tolist() == [[1.0, -1.0]]


def test_trap_8_the_gradient_reaches_this_network_alone(network):
    other = nn.Linear(1, 1)
    player_of(network).backward(other(network(torch.ones(3, 2))).sum())
    assert network.weight.grad is not None
    assert all(weight.grad is None for weight in other.parameters())


@pytest.mark.parametrize("optimiser", ["adam", "rmsprop"])
def test_a_gradient_in_another_layout_moves_the_weights_that_are_meant(optimiser):
    network = nn.Linear(3, 2, bias=False)
    begun = network.weight.detach().clone()
    along = torch.tensor([[1.0, -1.0, 1.0], [-1.0, -1.0, 1.0]])
    player = player_of(network, optimiser=optimiser, beta2=0.99)
    for _ in range(2):
        loss = (network.weight.t() * along.t().contiguous()).sum()
        slope = torch.autograd.grad(loss, network.weight, retain_graph=True)[0]
        assert not slope.is_contiguous()
        player.backward(loss)
        player.step()
    assert torch.equal((begun - network.weight).sign(), along)


def test_gradients_of_an_earlier_loss_are_forgotten(network):
    player = player_of(network)
    player.backward(100 * network.weight.sum())
    player.backward(2 * network.weight.sum())
    assert network.weight.grad.tolist() == [[2.0, 2.0]]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_trap_32_a_loss_that_is_no_number_moves_nothing(network, value):
    player = player_of(network)
    with pytest.raises(
        DivergedError, match=f"loss of the generator became {value}: .* Try another lr"
    ):
        player.backward(network.weight.sum() + value)
    assert network.weight.grad is None
    assert network.weight.tolist() == [[1.0, -1.0]]
