import copy
import math

import pytest
import torch
from torch import nn

from ganlib.algorithms.module_optimizer import Adam, Ema, ModuleOptimizer, lr_factor
from ganlib.config import Optimisation
from ganlib.errors import DivergedError

BETAS = (0.5, 0.99)
LONG_AGO = 10**9
"""Images seen, so many that the half-life is no longer held down."""


def optimizer_of(network, **settings):
    return ModuleOptimizer("generator", network, Optimisation(**settings), 0.1, "another lr")


@pytest.fixture
def network():
    network = nn.Linear(2, 1, bias=False)
    with torch.no_grad():
        network.weight.copy_(torch.tensor([[1.0, -1.0]]))
    return network


def test_the_first_step_of_adam_is_the_step_size_along_the_sign_of_the_gradient(network):
    optimizer = optimizer_of(network)
    optimizer.backward((network.weight * torch.tensor([5.0, -0.01])).sum())
    optimizer.step()
    assert network.weight.tolist()[0] == pytest.approx([0.9, -0.9], abs=1e-5)


def test_rmsprop_divides_by_the_root_of_its_average(network):
    # The average of g^2 begins at 0 and takes in a hundredth: g / sqrt(0.01 g^2) = 10.
    optimizer = optimizer_of(network, optimiser="rmsprop", beta2=0.99)
    optimizer.backward((network.weight * torch.tensor([5.0, -2.0])).sum())
    optimizer.step()
    assert network.weight.tolist()[0] == pytest.approx([0.0, 0.0], abs=1e-5)


def test_adam_remembers_as_configured(network):
    (group,) = optimizer_of(network, beta1=0.3, beta2=0.7).optimiser.param_groups
    assert group["betas"] == (0.3, 0.7)
    assert group["weight_decay"] == 0


@pytest.mark.parametrize("optimiser", ["adam", "rmsprop"])
def test_the_step_size_can_be_changed(network, optimiser):
    optimizer = optimizer_of(network, optimiser=optimiser)
    optimizer.set_lr(0.0)
    optimizer.backward(network.weight.sum())
    optimizer.step()
    assert network.weight.tolist() == [[1.0, -1.0]]


def test_trap_8_the_gradient_reaches_this_network_alone(network):
    other = nn.Linear(1, 1)
    optimizer_of(network).backward(other(network(torch.ones(3, 2))).sum())
    assert network.weight.grad is not None
    assert all(weight.grad is None for weight in other.parameters())


@pytest.mark.parametrize("optimiser", ["adam", "rmsprop"])
def test_a_gradient_in_another_layout_moves_the_weights_that_are_meant(optimiser):
    network = nn.Linear(3, 2, bias=False)
    begun = network.weight.detach().clone()
    along = torch.tensor([[1.0, -1.0, 1.0], [-1.0, -1.0, 1.0]])
    optimizer = optimizer_of(network, optimiser=optimiser, beta2=0.99)
    for _ in range(2):
        loss = (network.weight.t() * along.t().contiguous()).sum()
        gradient = torch.autograd.grad(loss, network.weight, retain_graph=True)[0]
        assert not gradient.is_contiguous()
        optimizer.backward(loss)
        optimizer.step()
    assert torch.equal((begun - network.weight).sign(), along)


def test_gradients_of_an_earlier_loss_are_forgotten(network):
    optimizer = optimizer_of(network)
    optimizer.backward(100 * network.weight.sum())
    optimizer.backward(2 * network.weight.sum())
    assert network.weight.grad.tolist() == [[2.0, 2.0]]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_trap_32_a_loss_that_is_no_number_moves_nothing(network, value):
    optimizer = optimizer_of(network)
    with pytest.raises(
        DivergedError, match=f"loss of the generator became {value}: .* Try another lr"
    ):
        optimizer.backward(network.weight.sum() + value)
    assert network.weight.grad is None
    assert network.weight.tolist() == [[1.0, -1.0]]


def test_to_minimise_is_to_take_the_gradient_and_to_move_along_it(network):
    twin = copy.deepcopy(network)
    ours, by_hand = optimizer_of(network), optimizer_of(twin)
    ours.minimise(network.weight.square().sum())
    by_hand.backward(twin.weight.square().sum())
    by_hand.step()
    assert torch.equal(network.weight, twin.weight)
    assert network.weight.tolist() != [[1.0, -1.0]]


def test_a_learning_rate_that_stays_has_no_schedule_and_one_that_falls_has_one(network):
    optimizer = optimizer_of(network)
    (group,) = optimizer.optimiser.param_groups
    assert optimizer.schedule(0.3, "none", 4) == ()
    assert group["lr"] == 0.3
    (schedule,) = optimizer.schedule(0.4, "linear", 4)
    rates = []
    for steps_done in (0, 2, 3, 4):
        schedule(steps_done)
        rates.append(group["lr"])
    assert rates == pytest.approx([0.4, 0.4, 0.2, 0.0])


@pytest.mark.parametrize(
    ("decay", "factors"),
    [
        ("none", [1, 1, 1, 1, 1]),
        ("linear", [1, 1, 1, 0.5, 0]),
        ("cosine", [1, (1 + math.sqrt(0.5)) / 2, 0.5, (1 - math.sqrt(0.5)) / 2, 0]),
    ],
)
def test_the_lr_factor_at_each_quarter_of_the_run(decay, factors):
    quarters = (0, 0.25, 0.5, 0.75, 1)
    assert [lr_factor(decay, done) for done in quarters] == pytest.approx(factors)


@pytest.mark.parametrize(("decay", "factor"), [("none", 1), ("linear", 0), ("cosine", 0)])
def test_after_the_end_it_stays_where_it_ended(decay, factor):
    assert lr_factor(decay, 1.7) == factor


def perceptron():
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
    ours, theirs = perceptron(), perceptron()
    return (
        (ours, Adam(list(ours.parameters()), lr, BETAS)),
        (theirs, torch.optim.Adam(theirs.parameters(), lr, BETAS, fused=True)),
    )


def remembered(adam, net):
    states = enumerate(adam.state[weight] for weight in net.parameters())
    return {number: copy.deepcopy(state) for number, state in states}


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
    other.load_state_dict(remembered(adam, ours))
    learn(ours, adam.move, 5)
    learn(later, other.move, 5)
    assert same(ours, later)


def test_what_it_remembered_before_is_forgotten_then():
    (ours, adam), (theirs, reference) = twins()
    first = copy.deepcopy(ours.state_dict())
    learn(ours, adam.move, 5)
    adam.load_state_dict({})
    ours.load_state_dict(first)
    learn(ours, adam.move, 5)
    learn(theirs, reference.step, 5)
    assert same(ours, theirs)


def constant(value):
    layer = nn.Linear(1, 1, bias=False)
    nn.init.constant_(layer.weight, value)
    return layer


def average_from_zero_to_one(half_life):
    """An average at 0 of a source that has just jumped to 1."""
    source = constant(0.0)
    ema = Ema(source, half_life)
    nn.init.constant_(source.weight, 1.0)
    return ema


@pytest.mark.parametrize(
    ("batch", "expected"), [(10, 0.0669670), (25, 0.1591036), (50, 0.2928932), (100, 0.5)]
)
def test_trap_20_one_update_lets_in_what_the_half_life_says(batch, expected):
    # 1 - 0.5 ** (batch / 100)
    ema = average_from_zero_to_one(half_life=100)
    ema.update(batch, LONG_AGO)
    assert ema.module.weight.item() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("batch", [1, 10, 50])
def test_trap_20_a_weight_counts_half_after_the_half_life_at_any_batch_size(batch):
    ema = average_from_zero_to_one(half_life=100)
    for _ in range(100 // batch):
        ema.update(batch, LONG_AGO)
    assert ema.module.weight.item() == pytest.approx(0.5, abs=1e-5)


@pytest.mark.parametrize(("seen", "expected"), [(200, 0.5), (400, 0.2928932), (2000, 0.0669670)])
def test_trap_20_at_the_start_the_half_life_is_a_twentieth_of_the_images_seen(seen, expected):
    # 200 images seen: half-life min(100, 10) = 10, and 10 new ones count half.
    ema = average_from_zero_to_one(half_life=100)
    ema.update(10, seen)
    assert ema.module.weight.item() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("half_life", "seen"), [(0, LONG_AGO), (100, 0)])
def test_trap_20_without_a_half_life_the_average_is_the_source_bitwise(half_life, seen):
    source = nn.Linear(7, 5)
    ema = Ema(source, half_life)
    for _ in range(3):
        nn.init.normal_(source.weight)
        nn.init.normal_(source.bias)
        ema.update(8, seen)
        assert torch.equal(ema.module.weight, source.weight)
        assert torch.equal(ema.module.bias, source.bias)


def test_trap_20_buffers_are_copied_and_not_averaged():
    source = nn.BatchNorm1d(3).train()
    ema = Ema(source, half_life=1000)
    for _ in range(3):
        source(torch.randn(8, 3) + 5)
        ema.update(8, LONG_AGO)
        for name, buffer in source.named_buffers():
            assert torch.equal(ema.module.get_buffer(name), buffer)
    assert ema.module.num_batches_tracked.item() == 3
    assert ema.module.running_mean.mean() > 0.5


def test_trap_20_the_average_is_always_in_eval_mode_and_needs_no_gradient():
    source = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)).train()
    ema = Ema(source, half_life=10)
    ema.update(1, 1)
    assert not any(layer.training for layer in ema.module.modules())
    assert not any(weight.requires_grad for weight in ema.module.parameters())
    assert all(layer.training for layer in source.modules())
    assert all(weight.requires_grad for weight in source.parameters())


def test_the_average_begins_at_the_source_and_is_no_part_of_it():
    source = constant(3.0)
    ema = Ema(source, half_life=100)
    assert ema.module.weight.item() == 3.0
    nn.init.constant_(source.weight, 8.0)
    assert ema.module.weight.item() == 3.0
    ema.update(100, LONG_AGO)
    assert (ema.module.weight.item(), source.weight.item()) == (5.5, 8.0)
