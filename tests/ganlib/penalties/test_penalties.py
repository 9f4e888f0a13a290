import copy

import pytest
import torch
from torch import nn

from ganlib.penalties.bounds import clip_weights, lecam
from ganlib.penalties.gradient import dragan, squared_gradient_norms, wgan_gp

SHAPES = [(1, 2), (16, 2), (3, 1, 4, 4), (8, 3, 5, 5)]


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def linear_critic(shape, gradient):
    """A critic whose gradient has the norm `gradient` everywhere, and its weight."""
    weight = torch.randn(shape[1:], generator=seeded(1))
    weight = (gradient * weight / weight.norm()).requires_grad_(True)
    return (lambda x: (x * weight).flatten(1).sum(1)), weight


@pytest.mark.parametrize("shape", SHAPES)
def test_r1_and_r2_of_a_linear_critic_are_its_squared_gradient(shape):
    critic, _ = linear_critic(shape, gradient=5.0)
    samples = torch.randn(shape, generator=seeded()).requires_grad_(True)
    assert squared_gradient_norms(samples, critic(samples)).tolist() == pytest.approx(
        [25.0] * shape[0], rel=1e-5
    )


def test_every_sample_has_its_own_gradient():
    samples = torch.tensor([[3.0, 4.0], [-3.0, -4.0], [0.0, 1.0]], requires_grad=True)
    logits = samples.square().sum(1) / 2
    assert squared_gradient_norms(samples, logits).tolist() == pytest.approx([25, 25, 1])


def test_the_gradient_at_a_pack_is_that_at_all_its_samples():
    samples = torch.tensor([[1.0], [2.0], [5.0], [6.0]], requires_grad=True)
    logits = samples.view(2, 2) @ torch.tensor([3.0, 4.0])
    assert squared_gradient_norms(samples, logits).tolist() == [25, 25]


def test_the_gradient_of_r1_and_r2_reaches_the_weights():
    weight = torch.tensor([3.0, 4.0], requires_grad=True)
    samples = torch.randn(16, 2, generator=seeded()).requires_grad_(True)
    squared_gradient_norms(samples, samples @ weight).mean().backward(inputs=[weight])
    assert weight.grad.tolist() == pytest.approx([6.0, 8.0])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("gradient", "expected"), [(1.0, 0.0), (3.0, 4.0), (0.5, 0.25)])
def test_wgan_gp_of_a_linear_critic_is_its_distance_from_gradient_one(shape, gradient, expected):
    critic, weight = linear_critic(shape, gradient)
    real, fake = torch.randn(2, *shape, generator=seeded())
    penalty = wgan_gp(critic, real, fake, seeded())
    assert penalty.item() == pytest.approx(expected, rel=1e-5, abs=1e-10)
    # d/dw (|w| - 1)^2 = 2 (|w| - 1) w / |w|
    penalty.backward()
    assert weight.grad.norm().item() == pytest.approx(2 * abs(gradient - 1), abs=1e-5)


def test_every_sample_has_its_own_place_between_real_and_fake():
    seen = []

    def critic(x):
        seen.append(x.detach())
        return x.flatten(1).sum(1)

    real, fake = torch.ones(500, 1, 2, 2), torch.zeros(500, 1, 2, 2)
    wgan_gp(critic, real, fake, seeded())
    places = seen[0].flatten(1)
    assert torch.equal(places, places[:, :1].expand_as(places))
    assert len(places[:, 0].unique()) == 500
    assert 0 <= places.min() < 0.02
    assert 0.98 < places.max() <= 1
    assert places.mean().item() == pytest.approx(0.5, abs=0.05)
    wgan_gp(critic, real + 2, fake + 1, seeded())
    assert torch.allclose(seen[1], 1 + 2 * seen[0])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("gradient", "expected"), [(1.0, 0.0), (3.0, 4.0), (0.5, 0.25)])
def test_dragan_of_a_linear_critic_is_its_distance_from_gradient_one_on_both_sides(
    shape, gradient, expected
):
    critic, weight = linear_critic(shape, gradient)
    penalty = dragan(critic, torch.randn(shape, generator=seeded()), seeded())
    assert penalty.item() == pytest.approx(expected, rel=1e-5, abs=1e-10)
    penalty.backward()
    assert weight.grad.norm().item() == pytest.approx(2 * abs(gradient - 1), abs=1e-5)


def test_dragan_looks_around_each_real_half_a_deviation_of_the_batch_away():
    seen = []

    def critic(x):
        seen.append(x.detach())
        return x.flatten(1).sum(1)

    # Values of 1 and 5: a deviation of 2, and noise of 1.
    real = torch.tensor([1.0, 5.0]).repeat(2000).view(4000, 1)
    dragan(critic, real, seeded())
    moved = seen[0] - real
    # 4,000 draws: standard errors of 1.6 % and 1.1 %.
    assert moved.mean().item() == pytest.approx(0, abs=0.05)
    assert moved.std().item() == pytest.approx(1, rel=0.04)
    assert len(moved.unique()) > 3990


def test_dragan_of_reals_that_are_all_alike_looks_at_them():
    D = nn.Sequential(nn.Linear(3, 1), nn.Tanh(), nn.Flatten(0))
    penalty = dragan(D, torch.ones(1, 3), seeded())
    penalty.backward()
    assert torch.isfinite(penalty)
    assert torch.isfinite(D[0].weight.grad).all()


def test_lecam_is_the_squared_distance_of_each_side_from_the_anchor_of_the_other():
    real = torch.tensor([1.0, 4.0], requires_grad=True)
    fake = torch.tensor([-1.0, 0.0], requires_grad=True)
    # Reals from -1: 4 and 25; fakes from 3: 16 and 9.
    penalty = lecam(real, fake, torch.tensor([3.0, -1.0]))
    assert penalty.item() == pytest.approx((4 + 25) / 2 + (16 + 9) / 2)
    penalty.backward()
    assert real.grad.tolist() == pytest.approx([2.0, 5.0])
    assert fake.grad.tolist() == pytest.approx([-4.0, -3.0])


def test_the_place_comes_from_the_passed_generator_alone():
    real, fake = torch.randn(2, 4, 3, generator=seeded())
    state = torch.get_rng_state()
    for penalty in (
        lambda D, rng: wgan_gp(D, real, fake, rng),
        lambda D, rng: dragan(D, real, rng),
    ):
        first, again, other = (
            penalty(lambda x: x.pow(3).sum(1), seeded(seed)).item() for seed in (5, 5, 6)
        )
        assert first == again != other
    assert torch.equal(torch.get_rng_state(), state)


def test_a_dead_critic_has_penalty_one_and_no_nan():
    D = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1), nn.Flatten(0))
    nn.init.constant_(D[0].bias, -100.0)
    real, fake = torch.randn(2, 6, 4, generator=seeded())
    penalty = wgan_gp(D, real, fake, seeded())
    assert penalty.item() == 1.0
    assert dragan(D, real, seeded()).item() == 1.0
    (penalty + dragan(D, real, seeded()) + D(real).mean()).backward()
    assert all(torch.isfinite(weight.grad).all() for weight in D.parameters())


def test_only_gradients_at_the_samples_count_and_not_those_at_the_weights():
    bias = torch.tensor(2.0, requires_grad=True)

    def critic(x):
        return 7 * bias + 0 * x.sum(1)

    real, fake = torch.randn(2, 6, 4, generator=seeded())
    assert wgan_gp(critic, real, fake, seeded()).item() == 1.0
    real.requires_grad_(True)
    assert squared_gradient_norms(real, critic(real)).tolist() == [0.0] * 6


def test_penalties_move_nothing_by_themselves_and_stay_away_from_g():
    G, D = nn.Linear(3, 2), nn.Sequential(nn.Linear(2, 1), nn.Tanh(), nn.Flatten(0))
    before = copy.deepcopy(D.state_dict())
    real, fake = torch.randn(4, 2, generator=seeded()), G(torch.randn(4, 3, generator=seeded()))
    penalty = wgan_gp(D, real, fake, seeded())
    watched = real.clone().requires_grad_(True)
    penalty = penalty + squared_gradient_norms(watched, D(watched)).mean()
    assert all(weight.grad is None for weight in D.parameters())
    assert not real.requires_grad
    penalty.backward()
    assert all(torch.equal(value, before[name]) for name, value in D.state_dict().items())
    assert D[0].weight.grad.abs().sum() > 0
    assert G.weight.grad is None


def test_clipping_bounds_weights_and_biases_and_spares_batch_normalisation():
    D = nn.Sequential(nn.Conv2d(1, 4, 4), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(4, 1))
    clip_weights(D, 0.01)
    clipped = [*D[0].parameters(), *D[3].parameters()]
    assert max(weight.abs().max().item() for weight in clipped) == pytest.approx(0.01)
    assert D[1].weight.tolist() == [1.0] * 4
    assert all(weight.requires_grad for weight in D.parameters())


def test_clipping_leaves_small_weights_alone():
    D = nn.Linear(3, 1)
    with torch.no_grad():
        D.weight.copy_(torch.tensor([[-0.5, 0.005, 0.02]]))
        D.bias.fill_(0.0)
    clip_weights(D, 0.01)
    assert D.weight.tolist()[0] == pytest.approx([-0.01, 0.005, 0.01])
    assert D.bias.item() == 0.0
