import pytest
import torch
from torch import nn

from ganlib.config import Mlp2dNetwork
from ganlib.losses import LOSSES
from ganlib.models import build_networks
from ganlib.objectives import unrolled

NS, CRITIC, RPGAN = (LOSSES[name] for name in ("ns", "wgan-gp", "rpgan"))
NETWORKS = {
    "plain": Mlp2dNetwork(width=8, depth=2),
    "packed": Mlp2dNetwork(width=8, depth=2, pack=2),
    "stddev": Mlp2dNetwork(width=8, depth=2, minibatch_stddev=True),
    "spectral norm": Mlp2dNetwork(width=8, depth=2, spectral_norm=True),
}
RULES = {"fused": {"fused": True}, "foreach": {"foreach": True}, "plain": {"foreach": False}}


@pytest.fixture(autouse=True)
def _one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def normal(*shape, seed):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


REAL, FAKE = normal(16, 2, seed=1), normal(16, 2, seed=2) / 3


def ns_loss(D):
    return NS.d(D(REAL), D(FAKE))


def learn(D, optimiser, steps):
    for _ in range(steps):
        optimiser.zero_grad()
        ns_loss(D).backward()
        optimiser.step()
    optimiser.zero_grad()


def learner(network, updates, **rule):
    """D and its Adam after some updates, and after a change of the learning rate."""
    _, D = build_networks(network, (2,), torch.Generator().manual_seed(0))
    optimiser = torch.optim.Adam(D.parameters(), 0.02, (0.5, 0.9), **rule)
    learn(D, optimiser, updates)
    optimiser.param_groups[0]["lr"] = 0.01
    return D, optimiser


def everything(D, optimiser):
    remembered = {
        (number, name): x
        for number, weight in enumerate(optimiser.state)
        for name, x in optimiser.state[weight].items()
    }
    held = D.state_dict() | remembered | {"weights known": torch.tensor(len(optimiser.state))}
    return {name: x.clone() for name, x in held.items()}


def linear_critic(bias):
    """A critic x -> x, and its Adam with an epsilon that can be seen."""
    D = nn.Sequential(nn.Linear(1, 1, bias=bias), nn.Flatten(0))
    with torch.no_grad():
        D[0].weight.fill_(1.0)
        if bias:
            D[0].bias.fill_(0.0)
    return D, torch.optim.Adam(D.parameters(), 0.1, eps=0.5)


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_the_first_updates_of_a_linear_critic_by_hand(steps):
    # The loss (fake - real) weight has the gradient -1, which bias correction hands on unchanged:
    # each update adds lr |g| / (|g| + eps) = 0.1 / 1.5 to the weight.
    D, optimiser = linear_critic(bias=False)
    real, fake = torch.tensor([[2.0]]), torch.tensor([[1.0]], requires_grad=True)
    look = unrolled(D, optimiser, lambda D: CRITIC.d(D(real), D(fake)), steps)
    weight = 1 + steps * 0.1 / 1.5
    assert look(torch.tensor([[3.0]])).item() == pytest.approx(3 * weight, rel=1e-6)
    # G's loss -weight fake falls along the fake itself by the weight, and through the weight:
    # d weight / d fake = -lr eps / (|g| + eps)^2 = -0.1 * 0.5 / 2.25 in each update.
    g_loss = CRITIC.g(look(real), look(fake))
    assert g_loss.item() == pytest.approx(-weight, rel=1e-6)
    g_loss.backward()
    assert fake.grad.item() == pytest.approx(-weight + steps * 0.05 / 2.25, rel=1e-5)


@pytest.mark.parametrize("updates", [0, 3])
@pytest.mark.parametrize(
    ("network", "rule"),
    [*((network, "fused") for network in NETWORKS), ("plain", "foreach"), ("plain", "plain")],
)
def test_looking_ahead_sees_what_updating_brings(network, rule, updates):
    D, optimiser = learner(NETWORKS[network], updates, **RULES[rule])
    for steps in (1, 5):
        look = unrolled(D, optimiser, ns_loss, steps)
        learn(D, optimiser, steps)
        for samples in (REAL, FAKE):
            assert torch.allclose(look(samples), D(samples), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("updates", [0, 3])
def test_each_step_ahead_moves_on(updates):
    D, optimiser = learner(NETWORKS["plain"], updates)
    losses = [ns_loss(unrolled(D, optimiser, ns_loss, steps)).item() for steps in range(6)]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] - losses[5] > 1e-3


def test_without_a_step_d_is_seen_as_it_is():
    D, optimiser = learner(NETWORKS["plain"], 3)
    assert torch.equal(unrolled(D, optimiser, ns_loss, 0)(FAKE), D(FAKE))


@pytest.mark.parametrize("updates", [0, 3])
@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_d_and_its_optimiser_stay_as_they_are(network, updates):
    D, optimiser = learner(network, updates)
    before = everything(D, optimiser)
    fake = FAKE.clone().requires_grad_(True)
    look = unrolled(D, optimiser, lambda D: NS.d(D(REAL), D(fake)), 3)
    NS.g(look(REAL), look(fake)).backward()
    assert all(weight.grad is None for weight in D.parameters())
    after = everything(D, optimiser)
    assert before.keys() == after.keys()
    assert all(torch.equal(x, after[name]) for name, x in before.items())


@pytest.mark.parametrize("loss", [NS, RPGAN], ids=["ns", "rpgan"])
@pytest.mark.parametrize("updates", [0, 3])
def test_the_gradient_through_the_updates_equals_finite_differences(updates, loss):
    D = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1), nn.Flatten(0)).double()
    with torch.no_grad():
        for seed, weight in enumerate(D.parameters()):
            weight.copy_(normal(*weight.shape, seed=seed))
    real, fake = REAL[:4].double(), FAKE[:4].double().requires_grad_(True)
    optimiser = torch.optim.Adam(D.parameters(), 0.05, (0.5, 0.9), eps=1e-3, fused=True)
    for _ in range(updates):
        optimiser.zero_grad()
        NS.d(D(real), D(fake.detach())).backward()
        optimiser.step()

    def g_loss(fake, steps=3):
        look = unrolled(D, optimiser, lambda D: loss.d(D(real), D(fake)), steps)
        return loss.g(look(real), look(fake))

    assert torch.autograd.gradcheck(g_loss, fake)
    (through,), (direct,) = (torch.autograd.grad(g_loss(fake, steps), fake) for steps in (3, 0))
    assert not torch.allclose(through, direct, rtol=0.1)


def test_trap_38_a_gradient_that_has_always_been_zero_gives_no_nan():
    def seen_by_g(bias):
        D, optimiser = linear_critic(bias)
        real, fake = torch.tensor([[2.0]]), torch.tensor([[1.0]], requires_grad=True)
        look = unrolled(D, optimiser, lambda D: RPGAN.d(D(real), D(fake)), 3)
        g_loss = RPGAN.g(look(real), look(fake))
        (gradient,) = torch.autograd.grad(g_loss, fake)
        return g_loss.item(), gradient.item()

    # A bias cancels out of fake - real: Adam has seen gradients of 0 alone, and nothing may change.
    assert seen_by_g(bias=True) == pytest.approx(seen_by_g(bias=False), rel=1e-6)
