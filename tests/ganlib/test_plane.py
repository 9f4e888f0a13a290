import json
import math
import threading

import numpy as np
import pytest
import torch
from torch import nn

from ganlib.config import GanConfig, ImageData, Mlp2dNetwork, Objective, RunConfig, Toy2dData
from ganlib.data import distribution, open_data
from ganlib.losses import LOSSES
from ganlib.models import build_networks
from ganlib.plane import BLUR, CELLS, CROWD, LAYERS, POINTS, REACH, RESOLVED, TICKS, PlaneSnapshot
from ganlib.runtime import make_rng
from ganlib.streams import Stream

CELL = 2 * REACH / CELLS


def make_config(name="two-gaussians", loss="ns", points=(), seed=0, label_smoothing=0.0, **network):
    return RunConfig(
        seed=seed,
        batch_size=24,
        data=Toy2dData(name=name, points=points),
        algorithm=GanConfig(
            network=Mlp2dNetwork(**{"width": 8, "depth": 2, "latent_dim": 2} | network),
            objective=Objective(loss=loss, label_smoothing=label_smoothing),
        ),
    )


def make_pair(config, seed=1):
    return build_networks(config.algorithm.network, (2,), torch.Generator().manual_seed(seed))


def linear(*rows, bias):
    layer = nn.Linear(len(rows[0]), len(rows))
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(rows))
        layer.bias.copy_(torch.tensor(bias))
    return layer


def linear_critic(*weights, bias=0.0):
    """D(x, y) = weights . (x, y) + bias, of packs if there are more than two weights."""
    return nn.Sequential(
        nn.Flatten(0),
        nn.Unflatten(0, (-1, len(weights))),
        linear(weights, bias=[bias]),
        nn.Flatten(0),
    )


class InDouble(nn.Module):
    """A smooth network that computes in double precision, for finite differences."""

    def __init__(self, inputs, outputs, seed=0):
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(inputs, 16), nn.Tanh(), nn.Linear(16, outputs))
        self.inner.double()
        rng = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for weight in self.inner.parameters():
                weight.copy_(torch.randn(weight.shape, generator=rng))

    def forward(self, x):
        return self.inner(x.double())


def same():
    """A generator that leaves z as it is."""
    return linear([1.0, 0.0], [0.0, 1.0], bias=[0.0, 0.0])


def blind():
    """A critic that answers 0 to all."""
    return linear_critic(0.0, 0.0)


def smooth_critic(pack=1):
    return nn.Sequential(
        nn.Flatten(0), nn.Unflatten(0, (-1, 2 * pack)), InDouble(2 * pack, 1), nn.Flatten(0)
    )


class Perfect(nn.Module):
    """Turns z (N, 3) into points of a mixture of Gaussians: the third number chooses the centre."""

    def __init__(self, centres, width):
        super().__init__()
        self.centres, self.width = nn.Parameter(centres), width

    def forward(self, z):
        chosen = (torch.special.ndtr(z[:, 2]) * len(self.centres)).long()
        return self.centres[chosen] + self.width * z[:, :2]


def look(layer, G, D, config):
    return PlaneSnapshot(G, D, config).compute((layer,))


def ticks():
    return (np.arange(CELLS) + 0.5) * CELL - REACH


def cell_of(x, y):
    """Row and column."""
    return round((y + REACH) / CELL - 0.5), round((x + REACH) / CELL - 0.5)


def places():
    column, row = np.meshgrid(ticks(), ticks())
    return torch.tensor(np.stack((column.ravel(), row.ravel()), axis=1))


def expected_counts(config):
    """(64, 64) of 8,192 reals under the blur, from the exact density."""
    known = distribution(config.data.name, config.data.points)
    density = known.log_density(places(), BLUR).exp().view(CELLS, CELLS).numpy()
    return CROWD * 2 * math.pi * BLUR**2 * density


def test_the_layers_are_named():
    assert LAYERS == ("map", "optimal", "gradient", "forces", "warp", "noise")


def test_shapes_are_those_of_a_picture_and_samples_always_come_along():
    config = make_config()
    snapshot = PlaneSnapshot(*make_pair(config), config)
    assert snapshot.compute(()).keys() == {"real", "fake"}
    shown = snapshot.compute(LAYERS)
    assert {name: values.shape for name, values in shown.items()} == {
        "real": (POINTS, 2),
        "fake": (POINTS, 2),
        "map": (CELLS, CELLS),
        "optimal": (CELLS, CELLS),
        "gradient": (CELLS, CELLS),
        "forces": (POINTS, 2),
        "warp": (TICKS, TICKS, 2),
        "warp_density": (TICKS, TICKS),
        "z": (POINTS, 2),
    }
    assert all(values.dtype == np.float32 for values in shown.values())


def test_rows_of_the_map_go_up_and_columns_to_the_right():
    D = look("map", same(), linear_critic(3.0, 4.0, bias=0.5), make_config())["map"]
    # The middle of the lowest cell on the left is half of 2.6 / 64 inside the border at -1.3.
    first, last = -1.3 + 1.3 / 64, 1.3 - 1.3 / 64
    assert D[0, 0] == pytest.approx(3 * first + 4 * first + 0.5, abs=1e-5)
    assert D[0, 63] == pytest.approx(3 * last + 4 * first + 0.5, abs=1e-5)
    assert D[63, 0] == pytest.approx(3 * first + 4 * last + 0.5, abs=1e-5)
    assert np.allclose(D, 3 * ticks()[None] + 4 * ticks()[:, None] + 0.5, atol=1e-5)


def test_the_gradient_of_a_linear_critic_is_its_norm():
    shown = look("gradient", same(), linear_critic(3.0, 4.0), make_config())
    assert np.allclose(shown["gradient"], 5.0)


def test_the_gradient_is_that_of_the_map():
    config = make_config()
    shown = PlaneSnapshot(same(), smooth_critic(), config).compute(("map", "gradient"))
    along_y, along_x = np.gradient(shown["map"].astype(np.float64), CELL)
    gradient = np.hypot(along_x, along_y)[1:-1, 1:-1]
    assert np.allclose(shown["gradient"][1:-1, 1:-1], gradient, atol=0.02)
    assert gradient.std() > 0.1


def test_a_critic_of_packs_is_shown_every_place_twice():
    # D = x1 + 2 y1 + 3 x2 + 4 y2, which is 4 x + 6 y where both are one.
    D, config = linear_critic(1.0, 2.0, 3.0, 4.0), make_config(pack=2)
    shown = PlaneSnapshot(same(), D, config).compute(("map", "gradient"))
    assert np.allclose(shown["map"], 4 * ticks()[None] + 6 * ticks()[:, None], atol=1e-5)
    assert np.allclose(shown["gradient"], math.sqrt(52))


@pytest.mark.parametrize(
    # WGAN-GP refuses packs.
    ("loss", "pack"),
    [(loss, pack) for loss in LOSSES for pack in (1, 3) if (loss, pack) != ("wgan-gp", 3)],
)
def test_forces_are_finite_differences_of_the_selected_loss(loss, pack):
    # 512 is no multiple of 3: the last pack is fakes 510, 511 and, to fill it, 0.
    config = make_config(loss=loss, pack=pack)
    D, packs = smooth_critic(pack), -(-POINTS // pack)
    shown = look("forces", make_pair(config)[0], D, config)
    real, fake = (torch.tensor(shown[name]).double() for name in ("real", "fake"))
    filler = fake[: packs * pack - POINTS]

    def total(fake):
        parts = (real, real[: len(filler)]), (fake, filler)
        return LOSSES[loss].g(*(D(torch.cat(part)) for part in parts)) * packs

    for i in (0, 1, 200, 511):
        for axis in (0, 1):
            step = torch.zeros_like(fake)
            step[i, axis] = 1e-5
            difference = (total(fake + step) - total(fake - step)).item() / 2e-5
            assert shown["forces"][i, axis] == pytest.approx(-difference, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_small_step_along_the_forces_lowers_the_loss_of_g(loss):
    config = make_config(loss=loss)
    G, D = make_pair(config)
    shown = look("forces", G, D, config)
    real, fake, forces = (torch.tensor(shown[name]) for name in ("real", "fake", "forces"))
    before, after = (
        LOSSES[loss].g(D(real), D(moved)).item() for moved in (fake, fake + 0.1 * forces)
    )
    assert np.linalg.norm(shown["forces"], axis=1).min() > 0
    assert after < before


@pytest.mark.parametrize(
    ("loss", "share"),
    # D's gradient times -dL/dl at the logit -4: sigmoid(4), sigmoid(-4), 1 - (-4), and 1.
    [("ns", 0.982014), ("minimax", 0.017986), ("lsgan", 5.0), ("wgan", 1.0), ("hinge", 1.0)],
)
def test_forces_by_hand_where_a_linear_critic_is_sure_of_a_fake(loss, share):
    G = linear([0.0, 0.0], [0.0, 0.0], bias=[0.0, 0.0])
    shown = look("forces", G, linear_critic(3.0, -4.0, bias=-4.0), make_config(loss=loss))
    assert np.allclose(shown["forces"], np.array([3.0, -4.0]) * share, rtol=1e-4)


@pytest.mark.parametrize("name", ["ring", "grid", "two-moons", "sketch"])
def test_the_best_d_is_a_half_wherever_a_perfect_generator_puts_mass(name):
    drawn = ((-0.5, -0.5), (0.7, 0.1), (0.7, 0.1)) if name == "sketch" else ()
    config = make_config(name, points=drawn, latent_dim=3)
    known = distribution(name, drawn)
    shown = look("optimal", Perfect(known.centres, known.width), blind(), config)
    logits, counts = shown["optimal"], expected_counts(config)
    seen, busy = ~np.isnan(logits), counts >= 20
    # A sum of c expected weights within [0, 1] has a standard deviation of sqrt(c) at most.
    assert (np.abs(logits[busy]) < 4 / np.sqrt(counts[busy]) + 0.03).all()
    assert np.abs(logits[busy].mean()) < 0.03
    assert np.abs(logits[seen]).max() < 2
    assert seen[counts >= RESOLVED].all()
    assert not seen[counts < RESOLVED / 20].any()


def test_the_best_d_of_a_generator_that_is_too_wide_is_the_ratio_of_the_densities():
    # One blot of width 0.03 against a Gaussian of width 0.3 around (0.1, 0), both blurred.
    config = make_config("sketch", points=((0.0, 0.0),), latent_dim=3)
    G = Perfect(torch.tensor([[0.1, 0.0]]), 0.3)
    logits = look("optimal", G, blind(), config)["optimal"].ravel()
    variance = 0.3**2 + BLUR**2
    offset = places().numpy() - np.array([0.1, 0.0])
    fakes = CROWD * BLUR**2 / variance * np.exp(-(offset**2).sum(1) / 2 / variance)
    reals = expected_counts(config).ravel()
    busy = fakes >= 15
    expected = np.log(np.maximum(reals, RESOLVED) / fakes)
    assert busy.sum() > 500
    assert (np.abs(logits - expected)[busy] < 4.5 / np.sqrt(fakes[busy]) + 0.03).all()
    assert logits[busy].max() > 2
    assert logits[busy].min() < -3


def test_the_best_d_knows_a_place_with_reals_or_fakes_only():
    # 8,192 fakes in one place against half a sample, log(2 * 8192) = 9.704. At the middle of one
    # of two Gaussians of width 0.15 half as many reals as 8192 blur^2 / (blur^2 + 0.15^2).
    config = make_config("two-gaussians")
    row, column = cell_of(0.0, 1.0)
    x, y = ticks()[column], ticks()[row]
    G = linear([0.0, 0.0], [0.0, 0.0], bias=[x, y])
    logits = look("optimal", G, blind(), config)["optimal"]
    assert logits[row, column] == pytest.approx(-math.log(2 * CROWD), abs=0.03)
    reals = CROWD / 2 * BLUR**2 / (BLUR**2 + 0.15**2)
    assert logits[cell_of(0.6, 0.0)] == pytest.approx(math.log(2 * reals), abs=0.03)
    assert np.isnan(logits[0, 0])
    packed = make_config("two-gaussians", pack=2)
    assert np.allclose(look("optimal", G, blind(), packed)["optimal"], 2 * logits, equal_nan=True)


def test_fakes_are_seen_through_the_same_blur_as_the_reals():
    # Counting at nodes a quarter of a cell apart blurs by f (1 - f) of their distance squared, f
    # being the place between two of them. Its mean over f, a quadratic, is by Simpson's rule a
    # third of that at a node and two thirds of that halfway.
    variances = []
    for x in (0.0, CELL / 8):
        G = linear([0.0, 0.0], [0.0, 0.0], bias=[x, 0.0])
        logits = look("optimal", G, blind(), make_config("ring"))["optimal"]
        fakes = np.exp(-logits.astype(np.float64)) * RESOLVED * (logits < -0.01)
        along = np.nansum(fakes, axis=0)
        assert along.sum() * CELL**2 == pytest.approx(CROWD * 2 * math.pi * BLUR**2, rel=3e-3)
        variances.append((along * (ticks() - x) ** 2).sum() / along.sum())
    assert variances[0] < variances[1]
    assert (variances[0] + 2 * variances[1]) / 3 == pytest.approx(BLUR**2, rel=3e-3)


def test_fakes_far_outside_are_no_fakes_in_the_picture():
    config = make_config("two-gaussians")
    away, further = (
        look("optimal", linear([0.0, 0.0], [0.0, 0.0], bias=[far, far]), blind(), config)
        for far in (1.7, -1e12)
    )
    assert np.nanmin(away["optimal"]) >= 0
    assert np.array_equal(away["optimal"], further["optimal"], equal_nan=True)


def test_the_warped_grid_of_a_linear_generator_by_hand():
    # det of ((2, 1), (0, 0.25)) is 0.5, so that the density at G(0) is 1 / (2 pi 0.5) = 1 / pi.
    G = linear([2.0, 1.0], [0.0, 0.25], bias=[0.5, -0.5])
    shown = look("warp", G, blind(), make_config())
    for row, column, z1, z2 in ((0, 0, -2, -2), (0, 20, 2, -2), (20, 0, -2, 2), (10, 11, 0.2, 0)):
        expected = [2 * z1 + z2 + 0.5, 0.25 * z2 - 0.5]
        assert shown["warp"][row, column].tolist() == pytest.approx(expected, abs=1e-5)
        log_density = -math.log(math.pi) - (z1**2 + z2**2) / 2
        assert shown["warp_density"][row, column] == pytest.approx(log_density, abs=1e-5)


def test_the_density_on_the_warped_grid_agrees_with_finite_differences():
    G = InDouble(2, 2, seed=4)
    shown = look("warp", G, blind(), make_config())
    tick = torch.linspace(-2, 2, TICKS).double()
    z = torch.cartesian_prod(tick, tick).flip(1)
    steps = 1e-5 * torch.eye(2).double()
    x, y = ((G(z + step) - G(z - step)).detach() / 2e-5 for step in steps)
    volume = (x[:, 0] * y[:, 1] - x[:, 1] * y[:, 0]).abs().view(TICKS, TICKS).numpy()
    log_prior = (-z.square().sum(1) / 2 - math.log(2 * math.pi)).view(TICKS, TICKS).numpy()
    far_from_a_fold = volume > 1e-3
    assert far_from_a_fold.mean() > 0.9
    expected = (log_prior - np.log(volume))[far_from_a_fold]
    assert np.allclose(shown["warp_density"][far_from_a_fold], expected, atol=1e-3)


def test_a_generator_that_puts_all_in_one_place_is_infinitely_dense_there():
    G = linear([0.0, 0.0], [0.0, 0.0], bias=[0.0, 0.0])
    assert (look("warp", G, blind(), make_config())["warp_density"] == np.inf).all()


def test_only_the_first_two_of_many_latent_numbers_are_warped_and_shown():
    config = make_config(latent_dim=3)
    G = linear([1.0, 0.0, 100.0], [0.0, 1.0, 100.0], bias=[0.0, 0.0])
    shown = PlaneSnapshot(G, blind(), config).compute(("warp", "noise"))
    assert "warp_density" not in shown
    assert np.allclose(shown["warp"][3, 5], [-1.0, -1.4])
    third = (shown["fake"] - shown["z"]) / 100
    assert np.allclose(third[:, 0], third[:, 1], atol=1e-5)
    assert 0.9 < third.std() < 1.1


def test_one_latent_number_warps_to_a_line():
    config = make_config(latent_dim=1)
    G = linear([1.0], [0.5], bias=[0.0, 0.0])
    shown = PlaneSnapshot(G, blind(), config).compute(("warp", "noise"))
    assert "warp_density" not in shown
    line = np.stack((np.linspace(-2, 2, 21), np.linspace(-1, 1, 21)), axis=1)
    assert np.allclose(shown["warp"], line, atol=1e-6)
    assert (shown["z"][:, 1] == 0).all()
    assert np.allclose(shown["z"][:, 0], shown["fake"][:, 0])


def test_noise_is_what_the_fakes_are_made_of_and_a_standard_normal():
    config = make_config()
    G, D = make_pair(config)
    shown = look("noise", G, D, config)
    assert np.allclose(G(torch.tensor(shown["z"])).detach(), shown["fake"], atol=1e-6)
    assert np.allclose(shown["z"].mean(0), 0, atol=0.15)
    assert np.allclose(shown["z"].std(0), 1, atol=0.1)


def test_reals_are_held_out_points_of_the_data():
    config = make_config("ring")
    pair = make_pair(config)
    real = PlaneSnapshot(*pair, config).compute(())["real"]
    data = open_data(config.data, torch.device("cpu"))
    trained_on = next(data.batches(2500, make_rng(config.seed, Stream.BATCHES)))
    assert not (real[:, None] == trained_on.numpy()).all(2).any()
    assert (np.abs(np.linalg.norm(real, axis=1) - 1) < 0.05).all()
    assert np.array_equal(
        real, PlaneSnapshot(*make_pair(config, seed=2), config).compute(())["real"]
    )
    other = make_config("ring", seed=1)
    assert not np.array_equal(real, PlaneSnapshot(*pair, other).compute(())["real"])


def test_a_changed_sketch_is_seen_by_the_next_game():
    left, right = (make_config("sketch", points=((x, 0.0),)) for x in (-0.8, 0.8))
    pair = make_pair(left)
    before, after = (look("optimal", *pair, config) for config in (left, right))
    assert before["real"][:, 0].max() < 0 < after["real"][:, 0].min()
    assert before["optimal"][cell_of(-0.8, 0.0)] > 1
    assert after["optimal"][cell_of(0.8, 0.0)] > 1
    assert not after["optimal"][cell_of(-0.8, 0.0)] > 1


@pytest.mark.parametrize("spectral_norm", [False, True])
def test_looking_touches_neither_the_players_nor_any_random_state(spectral_norm):
    config = make_config(spectral_norm=spectral_norm)
    pair = make_pair(config)
    before = [{k: v.clone() for k, v in one.state_dict().items()} for one in pair]
    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()
    snapshot = PlaneSnapshot(*pair, config)
    snapshot.compute(LAYERS)
    snapshot.measure()
    for one, state in zip(pair, before, strict=True):
        assert all(torch.equal(one.state_dict()[name], value) for name, value in state.items())
        assert all(module.training for module in one.modules())
        assert all(weight.requires_grad and weight.grad is None for weight in one.parameters())
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert np.array_equal(np.random.get_state()[1], numpy_state)


@pytest.mark.parametrize("spectral_norm", [False, True])
def test_a_game_stays_as_it_was_while_the_players_learn(spectral_norm):
    config = make_config(spectral_norm=spectral_norm)
    pair = make_pair(config)
    snapshot = PlaneSnapshot(*pair, config)
    before = snapshot.compute(LAYERS)
    for one in pair:
        optimiser = torch.optim.Adam(one.parameters(), lr=0.1)
        one(torch.ones(4, 2)).sum().backward()
        optimiser.step()
    after, learned = snapshot.compute(LAYERS), PlaneSnapshot(*pair, config).compute(LAYERS)
    assert all(np.array_equal(before[name], after[name], equal_nan=True) for name in before)
    assert {name for name in before if np.array_equal(before[name], learned[name])} == {"real", "z"}


def test_looking_twice_gives_the_same_and_what_is_given_is_ones_own():
    config = make_config()
    snapshot = PlaneSnapshot(*make_pair(config), config)
    first = snapshot.compute(LAYERS)
    kept = {name: values.copy() for name, values in first.items()}
    for values in first.values():
        values.fill(7)
    second = snapshot.compute(LAYERS)
    assert all(np.array_equal(second[name], kept[name], equal_nan=True) for name in kept)


def test_several_threads_may_look_at_once():
    config = make_config()
    snapshot = PlaneSnapshot(*make_pair(config), config)
    results = []
    threads = [
        threading.Thread(target=lambda: results.extend(snapshot.compute(LAYERS) for _ in range(3)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 12
    assert all(
        np.array_equal(shown[name], results[0][name], equal_nan=True)
        for shown in results
        for name in shown
    )


@pytest.mark.parametrize("pack", [1, 3])
def test_measuring_says_the_figures_and_the_mean_force(pack, monkeypatch):
    requests = []

    def plane_metrics(*arguments):
        requests.extend(arguments)
        return {"jsd": 0.25}

    monkeypatch.setattr("ganlib.plane.plane_metrics", plane_metrics)
    monkeypatch.setattr("ganlib.plane.diagnose", lambda text, loss: {"state": (text, loss.key)})
    # The forces of a linear critic under wgan are its weights, (3, 4) for each of a pack.
    config = make_config("ring", loss="wgan", pack=pack)
    D = linear_critic(*[3.0, 4.0] * pack)
    text = PlaneSnapshot(make_pair(config)[0], D, config).measure()
    words = text.pop("words")
    assert text.pop("reading")["kind"] == "critic"
    assert text.pop("pack") == pack
    assert text == {"jsd": 0.25, "mean_force": pytest.approx(5.0)}
    assert words == {"state": (text, "wgan")}
    known, real, fake, real_logits, fake_logits, objective = requests
    assert objective == config.algorithm.objective
    assert torch.equal(known.modes, distribution("ring").modes)
    assert real.shape == fake.shape == (2500, 2)
    assert real_logits.shape == fake_logits.shape == (-(-2500 // pack),)
    weights = torch.tensor([3.0, 4.0])
    first = torch.stack([(points[:pack] @ weights).sum() for points in (real, fake)])
    torch.testing.assert_close(torch.stack((real_logits[0], fake_logits[0])), first)
    shown = PlaneSnapshot(make_pair(config)[0], D, config).compute(())
    assert np.array_equal(real[:POINTS], shown["real"])
    assert not (fake[:, None] == torch.tensor(shown["fake"])).all(2).any()


@pytest.mark.parametrize(
    ("loss", "kind"), [("ns", "probability"), ("lsgan", "score"), ("rpgan", "relative")]
)
def test_a_game_knows_how_d_is_read(loss, kind):
    config = make_config(loss=loss)
    assert PlaneSnapshot(*make_pair(config), config).reading["kind"] == kind


def test_the_best_d_is_that_of_the_loss():
    # Where only fakes are, only reals, and as many of both as of a perfect generator.
    G = Perfect(distribution("ring", ()).centres, 0.3)
    games = {loss: make_config("ring", loss=loss, latent_dim=3) for loss in ("ns", "hinge")}
    odds, side = (look("optimal", G, blind(), one)["optimal"] for one in games.values())
    seen = ~np.isnan(odds)
    assert np.array_equal(side[seen], np.sign(odds[seen]))
    smoothed = make_config("ring", label_smoothing=0.1, latent_dim=3)
    shares = 1 / (1 + np.exp(-odds[seen]))
    less = look("optimal", G, blind(), smoothed)["optimal"][seen]
    assert np.allclose(1 / (1 + np.exp(-less)), 0.9 * shares, atol=1e-5)


@pytest.mark.parametrize("loss", ["wgan", "wgan-gp", "ragan"])
def test_a_best_d_that_the_densities_do_not_decide_is_left_out(loss):
    config = make_config(loss=loss, latent_dim=3)
    G = Perfect(distribution("ring", ()).centres, 0.3)
    assert "optimal" not in look("optimal", G, blind(), config)


def test_what_is_measured_can_be_written_as_json():
    config = make_config()
    text = PlaneSnapshot(*make_pair(config), config).measure()
    assert json.loads(json.dumps(text, allow_nan=False)) == text
    assert text["mean_force"] > 0


def test_a_run_on_pictures_has_no_plane():
    config = RunConfig(data=ImageData(name="shapes"))
    with pytest.raises(TypeError, match="no plane to look at when the data are shapes"):
        PlaneSnapshot(same(), blind(), config)


def test_an_unknown_layer_is_refused():
    config = make_config()
    with pytest.raises(KeyError, match="mop"):
        PlaneSnapshot(*make_pair(config), config).compute(("map", "mop"))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_players_on_a_gpu_look_as_on_the_cpu():
    config = make_config(pack=3)
    pair = make_pair(config)
    on_cpu = PlaneSnapshot(*pair, config).compute(LAYERS)
    on_gpu = PlaneSnapshot(*(one.cuda() for one in pair), config).compute(LAYERS)
    for name in on_cpu:
        assert np.allclose(on_gpu[name], on_cpu[name], atol=0.02, equal_nan=True), name
