import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from ganlib.algorithms.conditioning import in_parts
from ganlib.algorithms.gan import Gan
from ganlib.algorithms.module_optimizer import ModuleOptimizer
from ganlib.errors import DivergedError
from ganlib.latent import seeded_z
from ganlib.latent.decoder import to_samples
from ganlib.losses import LOSSES
from ganlib.settings import changed

TOGETHER = {"updates": "simultaneous"}
PENALTIES = {"r1_gamma": 2.0, "r2_gamma": 2.0, "gp_lambda": 1.0, "dragan_lambda": 0.5}
METRIC = {"r1_gamma": "d_r1", "r2_gamma": "d_r2", "gp_lambda": "d_gp", "dragan_lambda": "d_dragan"}


def weights(network):
    return [weight.detach().clone() for weight in network.parameters()]


def gradients(network):
    return [None if weight.grad is None else weight.grad.clone() for weight in network.parameters()]


def same(before, after):
    return len(before) == len(after) > 0 and all(map(torch.equal, before, after))


def adam_steps(player):
    return {int(state["step"]) for state in player.optimiser.state.values()}


def inputs_of(network):
    """Every batch that the network is given from now on."""
    seen = []
    network.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].detach().clone()))
    return seen


def blind(gan, logit=0.0):
    """Let D answer every sample with the same logit."""
    with torch.no_grad():
        for weight in gan.D.parameters():
            weight.zero_()
        list(gan.D.parameters())[-1].fill_(logit)


def linear(gan, *gradient):
    """Replace D by a linear critic, which is never moved."""
    gan.D = nn.Sequential(nn.Linear(2, 1), nn.Flatten(0))
    with torch.no_grad():
        gan.D[0].weight.copy_(torch.tensor([gradient]))
        gan.D[0].bias.zero_()
    optimisation = gan.config.gan.optimisation
    gan.opt_D = ModuleOptimizer("discriminator", gan.D, optimisation, 0.1, "another lr")
    gan.opt_D.step = lambda: None
    gan.change(gan.config)


class Constant:
    """A stream that repeats one batch."""

    def __init__(self, batch):
        self.batch = batch

    def __next__(self):
        return self.batch


@pytest.mark.parametrize("changes", [{}, PENALTIES, TOGETHER | PENALTIES])
def test_trap_4_one_update_moves_adam_by_one_also_with_penalties(make_gan, toy2d_config, changes):
    gan, batches = make_gan(toy2d_config, **changes)
    for step in (1, 2, 3):
        gan.train_step(batches, "both")
        assert adam_steps(gan.opt_D) == adam_steps(gan.opt_G) == {step}


@pytest.mark.parametrize(
    ("changes", "penalty"),
    [
        # |w| = 5: R1 = R2 = 25 and weigh gamma / 2; GP = (5 - 1)^2 = 16.
        ({"r1_gamma": 0.2}, 0.1 * 25),
        ({"r2_gamma": 0.4}, 0.2 * 25),
        ({"gp_lambda": 10.0}, 10 * 16),
        ({"dragan_lambda": 10.0}, 10 * 16),
        ({"dragan_lambda": 10.0, "penalty_interval": 4}, 4 * 10 * 16),
        ({"r1_gamma": 0.2, "r2_gamma": 0.4, "gp_lambda": 10.0}, 2.5 + 5 + 160),
        ({"r1_gamma": 0.2, "penalty_interval": 16}, 16 * 0.1 * 25),
    ],
)
def test_trap_6_penalties_enter_the_whole_objective_with_their_weights(
    make_gan, toy2d_config, changes, penalty
):
    gan, batches = make_gan(toy2d_config, **changes)
    linear(gan, 3.0, 4.0)
    totals = []
    gan.opt_D.backward = lambda loss, **_: totals.append(loss.item())
    metrics = gan.train_step(batches, "d")
    assert totals[0] - metrics["d_loss"] == pytest.approx(penalty, rel=1e-4)


@pytest.mark.parametrize("batch_size", [2, 8, 33])
def test_trap_6_penalties_are_told_before_their_weights_at_any_batch_size(
    make_gan, toy2d_config, batch_size
):
    gan, batches = make_gan(toy2d_config, batch_size=batch_size, **PENALTIES)
    linear(gan, 3.0, 4.0)
    metrics = gan.train_step(batches, "d")
    assert metrics["d_r1"] == pytest.approx(25, rel=1e-5)
    assert metrics["d_r2"] == pytest.approx(25, rel=1e-5)
    assert metrics["d_gp"] == pytest.approx(16, rel=1e-5)
    assert metrics["d_dragan"] == pytest.approx(16, rel=1e-5)


@pytest.mark.parametrize("name", PENALTIES)
def test_trap_7_lazy_penalties_pull_as_much_in_the_mean(make_gan, toy2d_config, name):
    """Over 16 updates of a frozen D, k = 16 gives the mean gradient of k = 1.

    StyleGAN2 takes lazy penalties as optimiser steps of their own, 17 for 16, and so rescales
    Adam's learning rate and betas. Here they join the one step, and nothing is left to rescale.
    """

    def mean_gradient(interval):
        gan, batches = make_gan(toy2d_config, penalty_interval=interval, **{name: 0.7})
        linear(gan, 3.0, 4.0)
        measured, gradients = [], []
        for _ in range(16):
            metrics = gan.train_step(batches, "d")
            measured.append(not math.isnan(metrics[METRIC[name]]))
            gradients.append(gan.D[0].weight.grad.clone())
        assert sum(measured) == 16 / interval
        assert measured[0]
        return torch.stack(gradients).mean(0)

    often, seldom = mean_gradient(1), mean_gradient(16)
    assert often.norm() > 2
    assert torch.allclose(often, seldom, rtol=1e-4)


def test_trap_8_an_update_of_d_leaves_g_alone(make_gan, toy2d_config):
    gan, batches = make_gan(toy2d_config, **PENALTIES)
    before_g, before_d = weights(gan.G), weights(gan.D)
    gan.train_step(batches, "d")
    assert same(before_g, weights(gan.G))
    assert gradients(gan.G) == [None] * len(before_g)
    assert not any(map(torch.equal, before_d, weights(gan.D)))


def test_trap_8_an_update_of_d_builds_no_graph_through_g(make_gan, toy2d_config):
    gan, batches = make_gan(toy2d_config)
    attached = []
    gan.D.register_forward_pre_hook(lambda _, inputs: attached.append(inputs[0].requires_grad))
    gan.train_step(batches, "d")
    gan.train_step(batches, "g")
    assert attached == [False, True]


def test_trap_8_an_update_of_g_leaves_d_and_its_gradients_alone(make_gan, toy2d_config):
    gan, batches = make_gan(toy2d_config, **PENALTIES)
    gan.train_step(batches, "d")
    before_g, before_d, slopes_d = weights(gan.G), weights(gan.D), gradients(gan.D)
    gan.train_step(batches, "g")
    assert same(before_d, weights(gan.D))
    assert same(slopes_d, gradients(gan.D))
    assert not any(map(torch.equal, before_g, weights(gan.G)))


@pytest.mark.parametrize("changes", [{}, {"r1_gamma": 2.0}, {"r2_gamma": 2.0}, PENALTIES])
@pytest.mark.parametrize("loss", ["ns", "hinge", "rpgan", "ragan"])
def test_trap_8_simultaneous_gradients_are_each_players_own_at_the_same_weights(
    make_gan, toy2d_config, loss, changes
):
    gan, batches = make_gan(toy2d_config, loss=loss, **TOGETHER, **changes)
    start, same_batches = make_gan(toy2d_config, loss=loss, **TOGETHER)
    z = inputs_of(gan.G)
    gan.train_step(batches, "both")
    # The same by hand, without penalties on D: G's gradient passes through D as it was.
    G, D = start.G, start.D
    real_logits, fake_logits = D(next(same_batches)), D(G(z[0]))
    losses = LOSSES[loss]
    g_terms = torch.autograd.grad(
        losses.g(real_logits, fake_logits), G.parameters(), retain_graph=True
    )
    assert all(map(torch.allclose, gradients(gan.G), g_terms))
    assert max(gradient.abs().max() for gradient in g_terms) > 0
    if not changes:
        d_terms = torch.autograd.grad(losses.d(real_logits, fake_logits), D.parameters())
        # A relativistic loss leaves the last bias alone, but for rounding.
        assert all(map(partial(torch.allclose, atol=1e-6), gradients(gan.D), d_terms))


@pytest.mark.parametrize("changes", [{}, TOGETHER, PENALTIES, TOGETHER | PENALTIES])
def test_both_players_move_and_the_real_batch_does_not(make_gan, toy2d_config, changes):
    gan, batches = make_gan(toy2d_config, **changes)
    real = next(batches)
    kept = real.clone()
    before_g, before_d = weights(gan.G), weights(gan.D)
    gan.train_step(Constant(real), "both")
    assert not any(map(torch.equal, before_g, weights(gan.G)))
    assert not any(map(torch.equal, before_d, weights(gan.D)))
    assert torch.equal(real, kept)
    assert not real.requires_grad


@pytest.mark.parametrize(
    ("loss", "logit", "d_loss", "g_loss", "score"),
    [
        ("ns", 0.0, 2 * math.log(2), math.log(2), 0.5),
        ("minimax", 0.0, 2 * math.log(2), -math.log(2), 0.5),
        ("lsgan", 0.5, 0.25, 0.125, 0.5),
        ("wgan", 3.0, 0.0, -3.0, 3.0),
        ("wgan-gp", 3.0, 0.0, -3.0, 3.0),
        ("hinge", 0.0, 2.0, 0.0, 0.0),
        ("rpgan", 3.0, math.log(2), math.log(2), 3.0),
        ("ragan", 3.0, 2 * math.log(2), 2 * math.log(2), 3.0),
    ],
)
def test_trap_11_each_loss_is_its_own_game(
    make_gan, toy2d_config, loss, logit, d_loss, g_loss, score
):
    gan, batches = make_gan(toy2d_config, loss=loss, **TOGETHER)
    blind(gan, logit)
    metrics = gan.train_step(batches, "both")
    assert metrics["d_loss"] == pytest.approx(d_loss, abs=1e-6)
    assert metrics["g_loss"] == pytest.approx(g_loss, abs=1e-6)
    assert metrics["d_real"] == metrics["d_fake"] == pytest.approx(score)


def test_trap_11_where_d_is_sure_of_a_fake_ns_still_pulls_and_minimax_does_not(
    make_gan, toy2d_config
):
    pull = {}
    for loss in ("ns", "minimax"):
        gan, batches = make_gan(toy2d_config, loss=loss)
        linear(gan, 1.0, 0.0)
        nn.init.constant_(gan.D[0].bias, -100.0)
        gan.train_step(batches, "g")
        pull[loss] = max(gradient.abs().max().item() for gradient in gradients(gan.G))
    assert pull["ns"] > 0.01
    assert pull["minimax"] < 1e-30


def test_label_smoothing_reaches_the_loss(make_gan, toy2d_config):
    gan, batches = make_gan(toy2d_config, label_smoothing=0.2)
    blind(gan, 3.0)
    # Reals at logit 3: 0.8 softplus(-3) + 0.2 softplus(3) = 0.6486; fakes softplus(3) = 3.0486.
    metrics = gan.train_step(batches, "d")
    assert metrics["d_loss"] == pytest.approx(0.648587 + 3.048587, abs=1e-5)


@pytest.mark.parametrize(("d_steps", "g_steps"), [(1, 1), (3, 1), (1, 2), (3, 2)])
def test_trap_29_each_player_moves_as_often_as_configured_with_fresh_z(
    make_gan, toy2d_config, d_steps, g_steps
):
    gan, batches = make_gan(toy2d_config, d_steps=d_steps, g_steps=g_steps)
    z = inputs_of(gan.G)
    for step in (1, 2):
        gan.train_step(batches, "both")
        assert adam_steps(gan.opt_D) == {step * d_steps}
        assert adam_steps(gan.opt_G) == {step * g_steps}
        assert gan.images_seen == step * d_steps * 8
    rows = {tuple(row.tolist()) for batch in z for row in batch}
    assert len(rows) == 2 * (d_steps + g_steps) * 8


def test_trap_29_a_d_update_takes_a_fresh_real_batch_and_a_g_update_none(make_gan, toy2d_config):
    gan, batches = make_gan(toy2d_config, d_steps=3, g_steps=2)
    _, twin = make_gan(toy2d_config)
    seen = inputs_of(gan.D)
    gan.train_step(batches, "both")
    # D sees real and fake at once three times; G's updates show it fakes only.
    assert [len(batch) for batch in seen] == [16, 16, 16, 8, 8]
    assert all(torch.equal(batch[:8], next(twin)) for batch in seen[:3])
    assert torch.equal(next(batches), next(twin))


def test_trap_29_simultaneous_updates_share_one_forward_pass(make_gan, toy2d_config):
    gan, batches = make_gan(toy2d_config, **TOGETHER)
    z, logits = inputs_of(gan.G), inputs_of(gan.D)
    gan.train_step(batches, "both")
    assert (len(z), len(logits)) == (1, 1)
    assert adam_steps(gan.opt_D) == adam_steps(gan.opt_G) == {1}


@pytest.mark.parametrize("changes", [{}, TOGETHER])
@pytest.mark.parametrize("target", ["d", "g"])
def test_one_player_may_move_alone(make_gan, toy2d_config, changes, target):
    gan, batches = make_gan(toy2d_config, **changes)
    metrics = gan.train_step(batches, target)
    assert adam_steps(gan.opt_D) == ({1} if target == "d" else set())
    assert adam_steps(gan.opt_G) == ({1} if target == "g" else set())
    assert math.isnan(metrics["g_loss"]) == (target == "d")
    assert math.isnan(metrics["d_loss"]) == (target == "g")
    assert gan.images_seen == (8 if target == "d" else 0)


def test_a_relativistic_g_may_move_before_d_ever_saw_a_real_batch(make_gan, toy2d_config):
    gan, batches = make_gan(toy2d_config, loss="rpgan")
    blind(gan)
    assert gan.train_step(batches, "g")["g_loss"] == pytest.approx(math.log(2))


def test_a_relativistic_g_is_compared_with_the_reals_that_d_saw_last(make_gan, toy2d_config):
    gan, batches = make_gan(toy2d_config, loss="rpgan")
    linear(gan, 3.0, 4.0)
    seen = inputs_of(gan.D)
    metrics = gan.train_step(batches, "both")
    both, fake, real_again = seen
    real = both[:8]
    assert torch.equal(real_again, real)
    behind = (real - fake) @ torch.tensor([3.0, 4.0])
    assert metrics["g_loss"] == pytest.approx(behind.exp().log1p().mean().item(), rel=1e-5)


@pytest.mark.parametrize("optimiser", ["adam", "rmsprop"])
def test_trap_30_every_weight_of_d_is_within_the_bound_after_each_step(
    make_gan, toy2d_config, optimiser
):
    gan, batches = make_gan(
        toy2d_config, loss="wgan", weight_clip=0.05, lr_d=0.1, optimiser=optimiser, d_steps=2
    )
    for _ in range(3):
        gan.train_step(batches, "both")
        largest = [weight.abs().max().item() for weight in gan.D.parameters()]
        assert max(largest) == pytest.approx(0.05)
        assert max(weight.abs().max().item() for weight in gan.G.parameters()) > 0.1


def test_trap_31_metrics_are_floats_under_the_same_names_in_every_step(make_gan, toy2d_config):
    gan, batches = make_gan(toy2d_config, penalty_interval=2, **PENALTIES)
    for step in range(4):
        metrics = gan.train_step(batches, "both")
        assert tuple(metrics) == gan.metric_names
        assert all(type(value) is float for value in metrics.values())
        for name in ("d_r1", "d_r2", "d_gp", "d_dragan"):
            assert math.isnan(metrics[name]) == (step % 2 == 1)


NORMS = ("g_grad_norm", "d_grad_norm", "g_spectral_norm", "d_spectral_norm")


def test_norms_are_told_every_so_many_steps_and_are_those_of_the_last_update(
    make_gan, toy2d_config
):
    gan, batches = make_gan(toy2d_config, norms_every=3)
    metrics = [gan.train_step(batches, "both") for _ in range(4)]
    for name in NORMS:
        assert [math.isnan(one[name]) for one in metrics] == [False, True, True, False]
    for of, network in (("g", gan.G), ("d", gan.D)):
        squares = sum(gradient.square().sum().item() for gradient in gradients(network))
        assert metrics[-1][f"{of}_grad_norm"] == pytest.approx(math.sqrt(squares), rel=1e-5)
        assert metrics[-1][f"{of}_spectral_norm"] > 0.1


@pytest.mark.parametrize("changes", [{}, {"spectral_norm": True}])
def test_trap_19_measuring_norms_changes_no_step(make_gan, toy2d_config, changes):
    gan, batches = make_gan(toy2d_config, norms_every=1, **changes)
    twin, same_batches = make_gan(toy2d_config, **changes)
    for _ in range(4):
        measured, plain = gan.train_step(batches, "both"), twin.train_step(same_batches, "both")
        assert all(math.isnan(plain[name]) for name in NORMS)
        assert measured["d_loss"] == plain["d_loss"]
        if changes:
            assert measured["d_spectral_norm"] == pytest.approx(1, abs=0.05)
    assert same(weights(gan.G), weights(twin.G))
    assert same(weights(gan.D), weights(twin.D))


@pytest.mark.parametrize("changes", [{}, TOGETHER, {"loss": "wgan"}, PENALTIES])
@pytest.mark.parametrize("poison", [math.nan, math.inf])
def test_trap_32_a_poisoned_batch_ends_in_a_named_cause_and_moves_nothing(
    make_gan, toy2d_config, changes, poison
):
    gan, batches = make_gan(toy2d_config, **changes)
    gan.train_step(batches, "both")
    before_g, before_d = weights(gan.G), weights(gan.D)
    real = next(batches)
    real[3, 1] = poison
    with pytest.raises(DivergedError, match="loss of the discriminator became"):
        gan.train_step(Constant(real), "both")
    assert same(before_g, weights(gan.G))
    assert same(before_d, weights(gan.D))
    assert np.isfinite(gan.publish().decode(seeded_z(0, 4, 8))).all()


def test_trap_38_a_dead_critic_is_penalised_without_nan(make_gan, toy2d_config):
    gan, batches = make_gan(toy2d_config, loss="wgan-gp", r1_gamma=1.0, r2_gamma=1.0)
    blind(gan)
    metrics = gan.train_step(batches, "d")
    assert (metrics["d_gp"], metrics["d_r1"], metrics["d_r2"]) == (1.0, 0.0, 0.0)
    assert all(torch.isfinite(gradient).all() for gradient in gradients(gan.D))
    assert all(torch.isfinite(weight).all() for weight in gan.D.parameters())


@pytest.mark.parametrize("loss", LOSSES)
def test_penalties_and_noise_draw_from_streams_of_their_own(make_gan, toy2d_config, loss):
    def first_z(**changes):
        gan, batches = make_gan(toy2d_config, loss=loss, **changes)
        z = inputs_of(gan.G)
        for _ in range(2):
            gan.train_step(batches, "both")
        return torch.stack(z)

    plain = first_z()
    assert torch.equal(plain, first_z(instance_noise=0.5, **PENALTIES))
    assert not torch.equal(plain, first_z(seed=1))


def test_instance_noise_fades_linearly_to_nothing(make_gan, toy2d_config):
    gan, _ = make_gan(
        toy2d_config, instance_noise=0.8, instance_noise_steps=4, batch_size=4096, latent_dim=1
    )
    real = torch.zeros(4096, 2)
    seen = inputs_of(gan.D)
    for _ in range(5):
        gan.train_step(Constant(real), "d")
    reals = [batch[:4096] for batch in seen]
    spread = [batch.std().item() for batch in reals]
    # 8192 draws: the standard error is 0.8 %.
    assert spread[:4] == pytest.approx([0.8, 0.6, 0.4, 0.2], rel=0.03)
    assert torch.equal(reals[4], real)


@pytest.fixture
def make_picture_gan(dcgan_config):
    """Makes (gan, a stream of one batch of real pictures) with settings replaced by name."""

    def make(**changes):
        config = changed(dcgan_config, {"r1_gamma": 0} | changes)
        real = torch.rand(4, 1, 28, 28, generator=torch.Generator().manual_seed(3)) * 2 - 1
        return Gan(config, config.data.shape, torch.device("cpu")), Constant(real)

    return make


def blotted(pictures):
    """Whether cutout left a hole in each picture."""
    return [(picture == 0).sum().item() >= 49 for picture in pictures]


CUTOUT = {"augment_p": 1.0, "translation": False, "recolour": False}


@pytest.mark.parametrize("loss", ["ns", "rpgan"])
@pytest.mark.parametrize("updates", ["alternating", "simultaneous"])
def test_trap_27_reals_and_fakes_are_changed_alike_in_both_updates(make_picture_gan, loss, updates):
    gan, batches = make_picture_gan(loss=loss, updates=updates, **CUTOUT)
    seen = inputs_of(gan.D)
    gan.train_step(batches, "both")
    pictures = torch.cat(seen)
    # In D's update 4 real and 4 fake; then in G's the fakes, with rpgan the reals again.
    assert len(pictures) == 8 + (updates == "alternating") * (8 if loss == "rpgan" else 4)
    assert all(blotted(pictures))
    assert not torch.equal(pictures[:4], batches.batch)


def test_trap_27_the_gradient_reaches_g_through_the_changes_and_not_through_what_they_took(
    make_picture_gan,
):
    gan, batches = make_picture_gan(**CUTOUT)
    gan.train_step(batches, "g")
    assert all(gradient.abs().sum() > 0 for gradient in gradients(gan.G))
    fake = torch.ones(4, 1, 28, 28, requires_grad=True)
    shown = gan.augmenter(fake)
    shown.sum().backward()
    assert torch.equal(fake.grad, shown.detach())


def test_trap_27_samples_are_what_g_draws_and_pass_no_change(make_picture_gan):
    gan, batches = make_picture_gan(**CUTOUT)
    gan.train_step(batches, "both")
    z = seeded_z(0, 4, 8)
    with torch.no_grad():
        drawn = to_samples(gan.G_ema.module(torch.from_numpy(z)))
    assert np.array_equal(gan.publish().decode(z), drawn)


def test_trap_27_with_p_0_d_sees_the_pictures_themselves(make_picture_gan):
    gan, batches = make_picture_gan(ada_target=0.6)
    seen = inputs_of(gan.D)
    gan.train_step(batches, "d")
    assert torch.equal(seen[0][:4], batches.batch)


def test_changes_draw_from_a_stream_of_their_own(make_picture_gan):
    def first_z(**changes):
        gan, batches = make_picture_gan(**changes)
        z = inputs_of(gan.G)
        for _ in range(2):
            gan.train_step(batches, "both")
        return torch.stack(z)

    assert torch.equal(first_z(), first_z(augment_p=0.5))


@pytest.mark.parametrize(("logit", "p"), [(1.0, [0, 0, 0, 0.016, 0.016]), (-1.0, [0.0] * 5)])
def test_p_climbs_where_d_is_sure_of_the_reals_and_is_told(make_picture_gan, logit, p):
    gan, batches = make_picture_gan(ada_target=0.6, ada_images=1000)
    blind(gan, logit)
    gan.opt_D.step = lambda: None
    metrics = [gan.train_step(batches, "both") for _ in range(5)]
    # Four updates of 4 images each: 16 of 1,000.
    assert [one["ada_p"] for one in metrics] == pytest.approx(p)
    r = [one["ada_r"] for one in metrics]
    assert r[3] == math.copysign(1, logit)
    assert [math.isnan(value) for value in r] == [True, True, True, False, True]


def test_without_augmentation_nothing_is_told_of_it(make_picture_gan):
    gan, batches = make_picture_gan()
    metrics = gan.train_step(batches, "both")
    assert math.isnan(metrics["ada_p"])
    assert math.isnan(metrics["ada_r"])


def test_a_live_p_is_taken_over_and_a_steered_one_goes_on_from_it(make_picture_gan):
    gan, batches = make_picture_gan(augment_p=0.2)
    gan.change(changed(gan.config, {"augment_p": 0.4}))
    assert gan.train_step(batches, "d")["ada_p"] == 0.4
    gan.change(changed(gan.config, {"ada_target": 0.6, "augment_p": 0.0}))
    assert gan.train_step(batches, "d")["ada_p"] == 0.4


def test_trap_21_a_saved_p_goes_on_bitwise_with_what_steers_it(make_picture_gan):
    changes = {"ada_target": 0.6, "ada_images": 1000, "augment_p": 0.5, "lr_d": 0.01}
    gan, batches = make_picture_gan(**changes)
    for _ in range(6):  # Two updates into the next four.
        gan.train_step(batches, "both")
    state = {name: value.clone() for name, value in gan.state_dict().items()}
    other, _ = make_picture_gan(**changes)
    other.load_state_dict(state)
    for _ in range(6):
        assert repr(gan.train_step(batches, "both")) == repr(other.train_step(batches, "both"))
    assert same(weights(gan.G), weights(other.G))


def test_a_run_saved_before_there_was_augmentation_or_lecam_goes_on(make_picture_gan):
    gan, batches = make_picture_gan()
    gan.train_step(batches, "both")
    later = ("augmenter", "augment_rng", "penalties")
    state = {name: x for name, x in gan.state_dict().items() if not name.startswith(later)}
    other, _ = make_picture_gan()
    other.load_state_dict(state)
    assert repr(gan.train_step(batches, "both")) == repr(other.train_step(batches, "both"))


@pytest.mark.parametrize(
    ("is_2d", "coupling"),
    [(True, "minibatch_stddev"), (False, "minibatch_stddev"), (False, "d_batch_norm")],
)
def test_trap_16_a_d_that_mixes_its_batch_never_sees_real_and_fake_together(
    make_gan, toy2d_config, make_picture_gan, is_2d, coupling
):
    make = partial(make_gan, toy2d_config) if is_2d else make_picture_gan
    gan, batches = make(**{coupling: True})
    seen = inputs_of(gan.D)
    gan.train_step(batches, "d")
    assert [len(batch) for batch in seen] == [gan.batch_size] * 2


def test_one_pass_over_real_and_fake_judges_as_two_do(make_gan, toy2d_config):
    gan, batches = make_gan(toy2d_config, r1_gamma=0.3, r2_gamma=0.7)
    twin, same_batches = make_gan(toy2d_config, r1_gamma=0.3, r2_gamma=0.7)
    twin.parts = replace(twin.parts, d_of_reals_and_fakes=in_parts(twin.D, 2))
    for _ in range(3):
        together = gan.train_step(batches, "both")
        apart = twin.train_step(same_batches, "both")
        assert together == pytest.approx(apart, rel=1e-4, nan_ok=True)


@pytest.mark.parametrize("is_2d", [True, False])
@pytest.mark.parametrize("coupling", [{"pack": 4}, {"pack": 3}, {"minibatch_stddev": True}])
def test_a_d_that_judges_no_sample_alone_says_nothing_of_one(
    make_gan, toy2d_config, make_picture_gan, is_2d, coupling
):
    make = partial(make_gan, toy2d_config) if is_2d else make_picture_gan
    gan, _ = make(batch_size=12, **coupling)
    samples, logits = gan.publish().decode_with_logits(seeded_z(0, gan.latent_dim, 9))
    assert (len(samples), logits) == (9, None)


LINEAR, COSINE = [1, 1, 1, 0.5, 0, 0], [1, (1 + 0.5**0.5) / 2, 0.5, (1 - 0.5**0.5) / 2, 0, 0]


@pytest.mark.parametrize(
    ("changes", "of_g", "of_d"),
    [
        ({"lr_decay": "linear"}, LINEAR, LINEAR),
        ({"lr_decay": "cosine"}, COSINE, COSINE),
        ({"lr_decay": "cosine", "lr_decay_d": "none"}, COSINE, [1] * 6),
        ({"lr_decay_d": "linear"}, [1] * 6, LINEAR),
    ],
)
def test_each_player_has_a_schedule_of_its_own(make_gan, toy2d_config, changes, of_g, of_d):
    gan, batches = make_gan(toy2d_config, total_steps=4, lr_g=0.01, lr_d=0.02, **changes)
    sizes = []
    for _ in range(6):
        gan.train_step(batches, "both")
        sizes.append([player.optimiser.param_groups[0]["lr"] for player in (gan.opt_G, gan.opt_D)])
    expected = [pytest.approx([0.01 * g, 0.02 * d]) for g, d in zip(of_g, of_d, strict=True)]
    assert sizes == expected


def test_a_live_step_size_holds_from_the_next_step_on_and_keeps_its_schedule(
    make_gan, toy2d_config
):
    gan, batches = make_gan(toy2d_config, total_steps=4, lr_decay="cosine")
    gan.train_step(batches, "both")
    gan.change(changed(gan.config, {"lr_g": 0.1}))
    gan.train_step(batches, "both")
    (group,) = gan.opt_G.optimiser.param_groups
    assert group["lr"] == pytest.approx(0.1 * COSINE[1])


@pytest.mark.parametrize(
    "changes",
    [
        {"r1_gamma": 0.1, "penalty_interval": 3, "lr_decay": "linear", "lr_decay_d": "cosine"},
        {"loss": "wgan", "optimiser": "rmsprop", "d_steps": 2},
        {"loss": "wgan-gp", "instance_noise": 0.3, "spectral_norm": True},
        {"loss": "rpgan", "pack": 2, "minibatch_stddev": True},
        {"loss": "ragan", "dragan_lambda": 1.0},
        {"lecam_lambda": 0.3},
    ],
)
def test_trap_21_a_saved_state_goes_on_bitwise_as_the_run_itself(make_gan, toy2d_config, changes):
    gan, batches = make_gan(toy2d_config, **changes)
    for _ in range(4):
        gan.train_step(batches, "both")
    state = {name: value.clone() for name, value in gan.state_dict().items()}
    place = batches.state_dict()
    expected = [gan.train_step(batches, "both") for _ in range(4)]
    late, late_batches = make_gan(toy2d_config, **{**changes, "seed": 99})
    late.load_state_dict(state)
    late_batches.load_state_dict(place)
    for metrics in expected:
        assert late.train_step(late_batches, "both") == pytest.approx(metrics, abs=0, nan_ok=True)
    assert same(weights(gan.G), weights(late.G))
    assert same(weights(gan.G_ema.module), weights(late.G_ema.module))
    assert late.images_seen == gan.images_seen


@pytest.mark.parametrize("target", ["d", "g"])
def test_real_and_fake_get_the_same_amount_of_noise_whoever_moves(make_gan, toy2d_config, target):
    gan, _ = make_gan(toy2d_config, instance_noise=2.0, batch_size=4096)
    with torch.no_grad():
        for weight in gan.G.parameters():
            weight.zero_()
    seen = inputs_of(gan.D)
    gan.train_step(Constant(torch.zeros(4096, 2)), target)
    assert [batch.std().item() for batch in seen] == pytest.approx([2.0] * len(seen), rel=0.03)


def test_live_values_hold_from_the_next_step(make_gan, toy2d_config):
    gan, batches = make_gan(toy2d_config)
    gan.train_step(batches, "both")
    values = {"lr_g": 0.0123, "lr_d": 0.0456, "d_steps": 3, "g_steps": 2, "loss": "wgan-gp"}
    gan.change(changed(toy2d_config, values))
    assert gan.opt_G.optimiser.param_groups[0]["lr"] == 0.0123
    assert gan.opt_D.optimiser.param_groups[0]["lr"] == 0.0456
    metrics = gan.train_step(batches, "both")
    assert adam_steps(gan.opt_D) == {4}
    assert adam_steps(gan.opt_G) == {3}
    assert not math.isnan(metrics["d_gp"])


def test_trap_17_publishing_touches_nothing(noise_pictures, dcgan_config):
    gan = Gan(dcgan_config, (1, 28, 28), torch.device("cpu"))
    batches = noise_pictures.batches(4, torch.Generator().manual_seed(0))
    for _ in range(2):
        gan.train_step(batches, "both")

    def everything():
        networks = (gan.G, gan.D, gan.G_ema.module)
        streams = (gan.z_rng, gan.penalty_rng, gan.noise_rng)
        return (
            [value.clone() for network in networks for value in network.state_dict().values()]
            + [gradient for network in networks[:2] for gradient in gradients(network)]
            + [rng.get_state() for rng in streams]
            + [torch.get_rng_state()]
        ), [layer.training for network in networks for layer in network.modules()]

    tensors, modes = everything()
    assert True in modes
    picture = gan.publish().decode(seeded_z(0, 4, 64))
    tensors_after, modes_after = everything()
    assert same(tensors, tensors_after)
    assert modes_after == modes
    gan.train_step(batches, "both")
    assert not np.array_equal(gan.publish().decode(seeded_z(0, 4, 64)), picture)


def test_trap_20_the_published_generator_is_the_average(make_gan, toy2d_config):
    gan, batches = make_gan(toy2d_config, ema_half_life=8, g_steps=2)
    for _ in range(30):
        gan.train_step(batches, "both")
    previous = [weight.clone() for weight in gan.G_ema.module.parameters()]
    gan.change(changed(gan.config, {"g_steps": 1}))
    gan.train_step(batches, "both")
    # Eight images and a half-life of eight (a twentieth of 248 is more): half old, half new.
    middle = [(old + new) / 2 for old, new in zip(previous, gan.G.parameters(), strict=True)]
    assert all(map(torch.allclose, gan.G_ema.module.parameters(), middle))
    z = torch.from_numpy(seeded_z(0, 4, 5))
    expected = gan.G_ema.module(z).numpy()
    assert np.array_equal(gan.publish().decode(z.numpy()), expected)


def test_trap_20_without_a_half_life_the_published_generator_is_the_live_one(
    make_gan, toy2d_config
):
    gan, batches = make_gan(toy2d_config, ema_half_life=0)
    for _ in range(3):
        gan.train_step(batches, "both")
    assert same(weights(gan.G), weights(gan.G_ema.module))


class Labelled(Constant):
    """A stream that repeats one batch of these classes."""

    def __init__(self, batch, labels):
        super().__init__(batch)
        self.labels = labels


@pytest.fixture
def conditional(make_gan, dcgan_config):
    """Makes a conditional pair on digits, and a batch of four of them with their classes."""

    def make(how, **changes):
        changes = {"condition": how, "batch_size": 4, "r1_gamma": 0} | changes
        gan, _ = make_gan(dcgan_config, **changes)
        pictures = torch.rand(4, 1, 28, 28, generator=torch.Generator().manual_seed(0))
        return gan, Labelled(pictures, torch.tensor([3, 0, 9, 3]))

    return make


def told_to(network):
    """The classes that the network is told from now on."""
    seen = []

    def note(_, inputs, named):
        condition = named["condition"] if "condition" in named else inputs[1]
        seen.append(condition.argmax(1).tolist())

    network.register_forward_pre_hook(note, with_kwargs=True)
    return seen


@pytest.mark.parametrize("how", ["projection", "concat"])
@pytest.mark.parametrize("changes", [{}, TOGETHER])
def test_fakes_are_asked_for_and_judged_as_the_classes_of_the_reals(conditional, how, changes):
    gan, batches = conditional(how, **changes)
    g_terms, d_terms = told_to(gan.G), told_to(gan.D)
    gan.train_step(batches, "both")
    once = [3, 0, 9, 3]
    assert g_terms == ([once] if changes else [once, once])
    assert d_terms == ([once + once] if changes else [once + once, once])


@pytest.mark.parametrize("how", ["projection", "concat"])
@pytest.mark.parametrize("penalty", METRIC)
def test_penalties_hold_d_at_the_class_that_it_is_told(conditional, how, penalty):
    gan, batches = conditional(how)
    gan.change(changed(gan.config, {penalty: 1.0}))
    before = weights(gan.D)
    d_terms = told_to(gan.D)
    metrics = gan.train_step(batches, "d")
    assert metrics[METRIC[penalty]] >= 0
    assert {tuple(classes[:4]) for classes in d_terms} == {(3, 0, 9, 3)}
    assert not any(map(torch.equal, before, weights(gan.D)))


def test_g_may_be_stepped_before_d_ever_was_and_knows_the_classes(conditional):
    gan, batches = conditional("concat")
    g_terms = told_to(gan.G)
    gan.train_step(batches, "g")
    assert g_terms == [[3, 0, 9, 3]]


SECOND_HEADS = ("auxiliary", "codes")
OF_D = {"auxiliary": {"d_class_real", "d_class_fake"}, "codes": {"d_information"}}
OF_G = {"auxiliary": {"g_class"}, "codes": {"g_information"}}


def moved(before, network):
    """Names of the weights that are others than before."""
    return {
        name
        for (name, weight), old in zip(network.named_parameters(), before, strict=True)
        if not torch.equal(weight, old)
    }


def judgement_weighs_nothing(gan):
    """Let D and G have no other aim than the class or the code."""
    gan.loss = replace(
        LOSSES["ns"],
        d=lambda real, fake: 0 * (real + fake).sum(),
        g=lambda real, fake: 0 * fake.sum(),
    )


@pytest.mark.parametrize("how", SECOND_HEADS)
def test_what_d_has_to_tell_moves_its_second_head_and_their_features_and_g_alone(conditional, how):
    gan, batches = conditional(how, optimiser="rmsprop")
    judgement_weighs_nothing(gan)
    g_terms, d_terms = weights(gan.G), weights(gan.D)
    metrics = gan.train_step(batches, "d")
    assert {name for name in metrics if not math.isnan(metrics[name])} >= OF_D[how]
    assert same(g_terms, weights(gan.G))
    everything = {name for name, _ in gan.D.named_parameters()}
    assert moved(d_terms, gan.D) == everything - {"head.weight", "head.bias"}
    d_terms = weights(gan.D)
    metrics = gan.train_step(batches, "g")
    assert {name for name in metrics if not math.isnan(metrics[name])} == {"g_loss"} | OF_G[how]
    assert same(d_terms, weights(gan.D))
    assert moved(g_terms, gan.G) == {name for name, _ in gan.G.named_parameters()}


@pytest.mark.parametrize("changes", [{}, TOGETHER])
@pytest.mark.parametrize("how", SECOND_HEADS)
def test_at_weight_0_the_class_moves_neither(conditional, how, changes):
    gan, batches = conditional(how, optimiser="rmsprop", auxiliary_lambda=0, **changes)
    judgement_weighs_nothing(gan)
    g_terms, d_terms = weights(gan.G), weights(gan.D)
    gan.train_step(batches, "both")
    assert same(g_terms, weights(gan.G))
    assert same(d_terms, weights(gan.D))


@pytest.mark.parametrize("changes", [{}, TOGETHER])
@pytest.mark.parametrize(("how", "sign"), [("auxiliary", 1), ("codes", -1)])
def test_what_joins_the_losses_is_weighted_and_told_beside_them(conditional, how, sign, changes):
    gan, batches = conditional(how, auxiliary_lambda=0.25, **changes)
    totals = []
    for player in (gan.opt_D, gan.opt_G):
        player.backward = lambda loss, **_: totals.append(loss.item())
        player.step = lambda: None
    metrics = gan.train_step(batches, "both")
    for total, loss, names in zip(totals, ("d_loss", "g_loss"), (OF_D, OF_G), strict=True):
        joined = 0.25 * sign * sum(metrics[name] for name in names[how])
        assert total - metrics[loss] == pytest.approx(joined, abs=1e-5)


def test_a_second_head_that_knows_nothing_costs_the_logarithm_of_the_number_of_classes(conditional):
    gan, batches = conditional("auxiliary")
    blind(gan)
    gan.opt_D.step = lambda: None
    nn.init.zeros_(gan.D.auxiliary.bias)
    metrics = gan.train_step(batches, "both")
    for name in ("d_class_real", "d_class_fake", "g_class"):
        assert metrics[name] == pytest.approx(math.log(10))


@pytest.mark.parametrize("changes", [{}, TOGETHER])
def test_fakes_of_an_auxiliary_classifier_are_of_the_classes_of_the_reals(conditional, changes):
    gan, batches = conditional("auxiliary", **changes)
    g_terms = told_to(gan.G)
    gan.train_step(batches, "both")
    assert g_terms == [[3, 0, 9, 3]] * (1 if changes else 2)


def test_each_update_draws_codes_of_its_own_whatever_the_labels_are(conditional):
    gan, batches = conditional("codes", code_values=50, d_steps=2)
    g_terms = told_to(gan.G)
    gan.train_step(batches, "both")
    assert len({tuple(codes) for codes in g_terms}) == 3
    assert max(map(max, g_terms)) >= 10
    twin, _ = conditional("codes", code_values=50, seed=1)
    other = told_to(twin.G)
    twin.train_step(batches, "d")
    assert other[0] != g_terms[0]


def test_codes_shift_no_other_stream(conditional):
    def first_z(how):
        gan, batches = conditional(how)
        z = inputs_of(gan.G)
        gan.train_step(batches, "both")
        return torch.stack(z)

    assert torch.equal(first_z("codes"), first_z("auxiliary"))


@pytest.mark.parametrize("how", SECOND_HEADS)
@pytest.mark.parametrize("penalty", METRIC)
def test_penalties_hold_the_judgement_alone_whatever_the_second_head_says(
    conditional, how, penalty
):
    def gradient(steep):
        gan, batches = conditional(how, **{penalty: 1.0})
        with torch.no_grad():
            gan.D.auxiliary.weight.mul_(steep)
        metrics = gan.train_step(batches, "d")
        return metrics[METRIC[penalty]]

    assert gradient(1) == gradient(1000) >= 0


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("how", SECOND_HEADS)
def test_a_second_head_goes_with_every_loss_and_both_kinds_of_updates(conditional, how, loss):
    for changes in ({}, TOGETHER):
        gan, batches = conditional(how, loss=loss, **changes)
        g_terms, d_terms = weights(gan.G), weights(gan.D)
        metrics = gan.train_step(batches, "both")
        assert all(math.isfinite(metrics[name]) for name in OF_D[how] | OF_G[how])
        assert not same(g_terms, weights(gan.G))
        assert not same(d_terms, weights(gan.D))


@pytest.mark.parametrize(
    "changes", [TOGETHER, {"r1_gamma": 1.0}, {"loss": "rpgan", "minibatch_stddev": True}]
)
@pytest.mark.parametrize("how", SECOND_HEADS)
def test_trap_21_classes_and_codes_go_on_bitwise_from_a_saved_state(conditional, how, changes):
    gan, batches = conditional(how, **changes)
    for _ in range(3):
        gan.train_step(batches, "both")
    state = {name: value.clone() for name, value in gan.state_dict().items()}
    late, _ = conditional(how, seed=99, **changes)
    late.load_state_dict(state)
    for player in ("g", "both", "d", "both"):
        expected = repr(gan.train_step(batches, player))
        assert repr(late.train_step(batches, player)) == expected
    assert same(weights(gan.G), weights(late.G))
    assert same(weights(gan.D), weights(late.D))


@pytest.mark.parametrize("condition", ["none", "projection", "concat", "auxiliary", "codes"])
def test_the_published_generator_brings_a_d_that_judges_its_samples(dcgan_config, condition):
    gan = Gan(changed(dcgan_config, {"condition": condition}), (1, 28, 28), torch.device("cpu"))
    decoder = gan.publish()
    z = np.random.default_rng(0).standard_normal((3, 4), dtype=np.float32)
    samples, logits = decoder.decode_with_logits(z)
    assert np.array_equal(samples, decoder.decode(z))
    assert logits.shape == (3,)
    assert np.isfinite(logits).all()


def test_what_is_tried_against_a_loss_that_is_no_number_follows_the_live_settings(
    make_gan, toy2d_config
):
    gan, _ = make_gan(toy2d_config)
    assert gan.opt_D.cure.endswith("or Gradient penalty R1 (γ) at 1")
    gan.change(changed(gan.config, {"r1_gamma": 1000.0}))
    assert gan.opt_D.cure == gan.opt_G.cure
    assert gan.opt_D.cure.endswith("or a lower Gradient penalty R1 (γ), now 1000")
