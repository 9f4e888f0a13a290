import json
import math

import numpy as np
import pytest
import torch
from scipy.stats import binom

from ganlib.config import Objective
from ganlib.data import distribution
from ganlib.data.toy import GaussianModes
from ganlib.errors import DivergedError
from ganlib.metrics import toy
from ganlib.metrics.toy import (
    floors,
    jsd,
    mode_coverage,
    plane_metrics,
    sliced_w1,
)

LN2 = math.log(2)
N = 2500


def draw(name, seed=0, count=N):
    return distribution(name).sample(count, torch.Generator().manual_seed(seed)).double()


def measure(real, fake, real_logits, fake_logits, loss="ns", name="ring", **settings):
    objective = Objective(loss=loss, **settings)
    return plane_metrics(distribution(name), real, fake, real_logits, fake_logits, objective)


def small(real_logits, fake_logits, loss="ns", **settings):
    """Metrics of eight true points with two packs each."""
    real, fake = draw("ring", 0, 8), draw("ring", 1, 8)
    return measure(
        real, fake, torch.tensor(real_logits), torch.tensor(fake_logits), loss, **settings
    )


def points(*rows):
    return torch.tensor(rows, dtype=torch.float64)


# V(D, G)


def test_value_where_d_guesses_is_minus_log_4():
    assert small([0.0, 0.0], [0.0, 0.0])["value"] == pytest.approx(-2 * LN2)


def test_value_by_hand():
    # D(x) = 3/4 and 1/2, D(G(z)) = 1/4 and 1/2: (log 3/4 + log 1/2) / 2, twice.
    log3 = math.log(3)
    got = small([log3, 0.0], [-log3, 0.0], "minimax")
    assert got["value"] == pytest.approx(math.log(3 / 8), rel=1e-6)


def test_label_smoothing_does_not_enter_the_value():
    assert small([1.0, 0.0], [0.0, 0.0], label_smoothing=0.2)["value"] == pytest.approx(
        small([1.0, 0.0], [0.0, 0.0])["value"]
    )


@pytest.mark.parametrize("loss", ["lsgan", "wgan", "wgan-gp", "hinge", "rpgan", "ragan"])
def test_value_is_none_where_a_logit_is_no_probability(loss):
    assert small([1.0, 0.0], [0.0, 0.0], loss)["value"] is None


def test_optimal_value_follows_from_the_jsd():
    got = measure(draw("ring"), draw("ring", 1) * 1.3, torch.zeros(N), torch.zeros(N))
    assert got["optimal_value"] == pytest.approx(-math.log(4) + 2 * got["jsd"])


def test_the_best_d_reaches_the_optimal_value():
    # Against fakes with four of eight modes D* is 1/3 on those and 1 elsewhere:
    # V = (log 1/3 + log 1) / 2 + log 2/3.
    ring = distribution("ring")
    half = GaussianModes(ring.modes[:4], ring.sigma)
    real, fake = draw("ring"), half.sample(N, torch.Generator().manual_seed(1)).double()
    logits = [ring.log_density(x) - half.log_density(x) for x in (real, fake)]
    got = measure(real, fake, *logits)
    assert got["value"] == pytest.approx(math.log(1 / 3) / 2 + math.log(2 / 3), abs=0.03)
    assert got["value"] == pytest.approx(got["optimal_value"], abs=0.03)


# JSD


def test_jsd_of_disjoint_distributions_is_log_2():
    assert jsd(distribution("ring"), draw("ring"), draw("ring", 1) * 2) == pytest.approx(
        LN2, abs=1e-3
    )


@pytest.mark.parametrize("name", ["ring", "grid", "two-moons", "swiss-roll", "checkerboard"])
def test_jsd_of_a_true_sampler_is_nearly_zero(name):
    # Seeds other than those of the floor. The noise of one sample is 0.006.
    got = [jsd(distribution(name), draw(name, 100 + i), draw(name, 200 + i)) for i in range(4)]
    assert max(got) < 0.02
    assert np.mean(got) == pytest.approx(floors(distribution(name), N)["jsd"], abs=0.008)


@pytest.mark.parametrize(
    ("served", "expected"),
    # Served modes hold p_g = 8 p_r / K', the others none: with s = 8 / K',
    # JSD = [ (1/s) log(2 / (1 + s)) + (1 - 1/s) log 2 + log(2 s / (1 + s)) ] / 2.
    [
        (1, (math.log(2 / 9) / 8 + 7 / 8 * LN2 + math.log(16 / 9)) / 2),
        (4, (math.log(2 / 3) / 2 + LN2 / 2 + math.log(4 / 3)) / 2),
        (7, (7 / 8 * math.log(14 / 15) + LN2 / 8 + math.log(16 / 15)) / 2),
    ],
)
def test_jsd_of_lost_modes_by_hand(served, expected):
    ring = distribution("ring")
    fakes = GaussianModes(ring.modes[:served], ring.sigma)
    fake = fakes.sample(N, torch.Generator().manual_seed(1)).double()
    assert jsd(ring, draw("ring"), fake) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(("name", "lost"), [("ring", 0.014), ("grid", 0.03)])
def test_jsd_of_spots_that_are_too_narrow_is_a_little_low(name, lost):
    """0.0576 is what spots of 0.7 times the width are away from the true ones."""
    spots, found = distribution(name), []
    for seed in range(3):
        rng = torch.Generator().manual_seed(seed)
        real = spots.sample(N, rng).double()
        which = torch.randint(len(spots.modes), (N,), generator=rng)
        fake = spots.modes[which] + 0.7 * spots.sigma * torch.randn(N, 2, generator=rng)
        found.append(jsd(spots, real, fake.double()))
    assert np.mean(found) == pytest.approx(0.0576 - lost, abs=0.01)


def test_jsd_knows_places_where_no_real_can_be():
    # Uniform on the square, of which the checkerboard fills half: p_g = p_r / 2 on it, so that
    # JSD = [log 4/3 + (log 2/3 + log 2) / 2] / 2 = 0.2158.
    fake = torch.rand(N, 2, generator=torch.Generator().manual_seed(1)).double() * 2 - 1
    expected = (math.log(4 / 3) + (math.log(2 / 3) + LN2) / 2) / 2
    got = jsd(distribution("checkerboard"), draw("checkerboard"), fake)
    assert got == pytest.approx(expected, abs=0.03)


def test_jsd_is_free_of_scale():
    # A distribution a thousand times smaller, and fakes that are 1.5 times too wide in both.
    ring = distribution("ring")
    tiny = GaussianModes(ring.modes / 1000, ring.sigma / 1000)
    wide = GaussianModes(ring.modes, ring.sigma * 1.5)
    fake = wide.sample(N, torch.Generator().manual_seed(1)).double()
    got = jsd(ring, draw("ring"), fake)
    assert jsd(tiny, draw("ring") / 1000, fake / 1000) == pytest.approx(got, abs=1e-3)
    # The same divergence by quadrature over one mode: polar coordinates in units of sigma.
    r = (torch.arange(20_000, dtype=torch.float64) + 0.5) / 2000
    p, q = r * (-r.square() / 2).exp(), r / 2.25 * (-r.square() / 4.5).exp()
    m = (p + q) / 2
    expected = (p * (p / m).log() + q * (q / m).log()).sum().item() / 2000 / 2
    assert got == pytest.approx(expected, abs=0.015)


def test_jsd_of_fakes_that_are_one_point_is_log_2():
    fake = distribution("ring").modes[:1].double().expand(N, 2)
    assert jsd(distribution("ring"), draw("ring"), fake) == pytest.approx(LN2, abs=0.01)


def test_density_of_the_fakes_by_hand():
    # Of n = 4 fakes the fourth is 4 away: psi(4) - psi(5) - log(pi 4^2), and psi(5) = psi(4) + 1/4.
    # A fake at the point itself is left out.
    fake = points((1.0, 0.0), (0.0, -2.0), (-3.0, 0.0), (0.0, 4.0))
    origin = points((0.0, 0.0))
    expected = pytest.approx(-0.25 - math.log(16 * math.pi))
    assert toy._log_density_of(fake, origin, left_out=0).item() == expected
    assert toy._log_density_of(torch.cat((fake, origin)), origin, left_out=1).item() == expected


# Sliced Wasserstein distance


def test_sliced_w1_of_shifted_points_is_the_mean_of_the_projected_shift():
    # |d| |cos| averaged over a half turn is 2 |d| / pi; here it is the sum over 32 directions.
    shift = points((0.3, 0.4))
    angles = [math.pi * i / 32 for i in range(32)]
    expected = sum(abs(0.3 * math.cos(a) + 0.4 * math.sin(a)) for a in angles) / 32
    real = draw("two-moons")
    assert sliced_w1(real, real + shift) == pytest.approx(expected, rel=1e-9)
    assert expected == pytest.approx(2 * 0.5 / math.pi, rel=2e-3)
    zero = torch.zeros(5, 2, dtype=torch.float64)
    assert sliced_w1(zero, zero + shift) == pytest.approx(expected, rel=1e-9)


def test_sliced_w1_does_not_ask_which_point_is_which():
    real = draw("two-moons", count=100)
    assert sliced_w1(real, real.flip(0)) == 0


def test_sliced_w1_of_two_true_samples_is_near_its_floor():
    for name in ("ring", "two-moons", "checkerboard"):
        got = [sliced_w1(draw(name, 100 + i), draw(name, 200 + i)) for i in range(6)]
        assert np.mean(got) == pytest.approx(floors(distribution(name), N)["sliced_w1"], rel=0.4)


# Modes


@pytest.mark.parametrize(("name", "count"), [("ring", 8), ("grid", 25)])
def test_a_true_sampler_covers_every_mode(name, count):
    got = mode_coverage(distribution(name), draw(name, 50))
    assert (got["covered"], got["of"], got["fair"]) == (count, count, [True] * count)
    assert got["high_quality"] == pytest.approx(1 - math.exp(-4.5), abs=0.005)
    assert got["high_quality_real"] == pytest.approx(0.98889, abs=1e-5)
    assert sum(got["shares"]) == pytest.approx(got["high_quality"])
    inside = sum(got["low"] <= share <= got["high"] for share in got["shares"])
    assert inside >= count - 2


def test_ring_has_eight_modes_that_each_capture_their_own_middle():
    ring = distribution("ring")
    got = mode_coverage(ring, ring.modes.double())
    assert got["shares"] == [1 / 8] * 8
    assert got["kl"] == 0


def test_coverage_by_hand():
    # Two modes at (0.6, 0) and (-0.6, 0), sigma 0.15. Three points belong to the first, one of
    # them 3.1 sigma away; the one of the second lies 2.9 sigma away, not along an axis.
    near, far = 2.9 * 0.15 / math.sqrt(2), 0.6 + 3.1 * 0.15
    fake = points((0.6, 0.0), (0.6, 0.1), (far, 0.0), (-0.6 + near, near))
    got = mode_coverage(distribution("two-gaussians"), fake)
    assert got["covered"] == 2
    assert got["shares"] == [0.5, 0.25]
    assert got["high_quality"] == 0.75
    assert got["nearest"] == [0.75, 0.25]
    # Their distances are 0, 0.1, 0.435 and 0.465; the lower middle one counts. Modes are 1.2 apart.
    assert got["distance"] == pytest.approx(0.1 / 1.2)
    # All four points count: q = (3/4, 1/4), KL = log 2 + 3/4 log 3/4 + 1/4 log 1/4.
    assert got["kl"] == pytest.approx(LN2 + 0.75 * math.log(0.75) + 0.25 * math.log(0.25))


def test_the_middle_of_a_grid_is_a_spot_and_that_of_a_ring_is_none():
    grid, ring = distribution("grid"), distribution("ring")
    middle = int(grid.modes.norm(dim=1).argmin())
    fake = grid.modes[[middle, middle, middle, 0]].double()
    assert mode_coverage(grid, fake)["middle"] == 0.75
    assert mode_coverage(ring, torch.zeros(4, 2).double())["middle"] == 0
    assert mode_coverage(distribution("two-gaussians"), torch.zeros(4, 2).double())["middle"] == 0


def test_one_point_captures_a_mode_and_a_tenth_of_a_fair_share_near_it_makes_it_fair():
    # With 2 modes a tenth of a fair share is 1/20; how near does not matter.
    modes = distribution("two-gaussians").modes.double()
    for of_second, fair in ((1, False), (4, False), (5, True)):
        fake = modes[[0] * (100 - of_second) + [1] * of_second]
        got = mode_coverage(distribution("two-gaussians"), fake)
        assert got["covered"] == 2
        assert got["fair"] == [True, fair]
        beside = mode_coverage(distribution("two-gaussians"), fake + 0.5)
        assert (beside["covered"], beside["fair"]) == (0, [True, fair])


@pytest.mark.parametrize(("name", "count"), [("ring", 2500), ("grid", 2500), ("grid", 100)])
def test_the_band_is_that_of_the_binomial(name, count):
    got = mode_coverage(distribution(name), draw(name, count=count))
    p = (1 - math.exp(-4.5)) / got["of"]
    assert got["low"] == pytest.approx(binom.ppf(0.025, count, p) / count)
    assert got["high"] == pytest.approx(binom.ppf(0.975, count, p) / count)


def test_kl_floor_is_what_counting_noise_makes_of_a_uniform_histogram():
    # In expectation (K - 1) / 2N; the mean over 8 has a relative error of about 0.2 for K = 8.
    ring, grid = floors(distribution("ring"), N)["kl"], floors(distribution("grid"), N)["kl"]
    assert ring == pytest.approx(7 / 2 / N, rel=0.6)
    assert grid == pytest.approx(24 / 2 / N, rel=0.3)
    got = measure(draw("ring"), draw("ring", 1), torch.zeros(N), torch.zeros(N))
    assert got["modes"]["kl_floor"] == ring


def test_a_distribution_without_modes_has_no_coverage():
    got = measure(draw("line"), draw("line", 1), torch.zeros(N), torch.zeros(N), name="line")
    assert got["modes"] is None


# What D tells apart


@pytest.mark.parametrize(
    ("loss", "settings", "threshold"),
    [
        ("minimax", {}, 0.0),
        ("ns", {}, 0.0),
        ("ns", {"label_smoothing": 0.5}, -math.log(3)),
        ("lsgan", {}, 0.5),
    ],
)
def test_the_threshold_is_what_the_best_d_says_where_it_cannot_tell(loss, settings, threshold):
    just_right = small([threshold + 0.01] * 2, [threshold - 0.01] * 2, loss, **settings)
    assert just_right["balanced_accuracy"] == 1
    all_real = small([threshold + 0.01] * 2, [threshold + 0.01] * 2, loss, **settings)
    assert all_real["balanced_accuracy"] == 0.5


@pytest.mark.parametrize("loss", ["wgan", "wgan-gp", "rpgan", "ragan", "hinge"])
def test_a_critic_is_judged_on_the_second_half_by_the_median_of_the_first(loss):
    # The first halves are 5, 7 | 1, 3 with the median 4: of the second, 9 and 3 | 2 and 2.
    real, fake = [5.0, 7.0, 9.0, 3.0], [1.0, 3.0, 2.0, 2.0]
    got = small(real, fake, loss)
    assert got["balanced_accuracy"] == 0.75
    moved = small([x + 100 for x in real], [x + 100 for x in fake], loss)
    assert moved["balanced_accuracy"] == 0.75


def test_total_variation_is_bounded_from_below_by_the_best_d():
    # Fakes with four of eight modes: the total variation is 1/2.
    ring = distribution("ring")
    half = GaussianModes(ring.modes[:4], ring.sigma)
    real, fake = draw("ring"), half.sample(N, torch.Generator().manual_seed(1)).double()
    logits = [ring.log_density(x) - half.log_density(x) for x in (real, fake)]
    got = measure(real, fake, *logits)
    # Two errors of 2 a - 1 are four of a, and four more may be missed by chance.
    error = got["balanced_accuracy_error"]
    assert got["tv_bound"] == pytest.approx(0.5 - 4 * error, abs=8 * error)


# Floors, and the whole


def test_floors_are_computed_once_for_what_gives_the_same_points(monkeypatch):
    toy._floors.cache_clear()
    ring = distribution("ring")
    assert floors(ring, 200) == floors(distribution("ring"), 200)
    assert toy._floors.cache_info().misses == 1
    assert floors(ring, 201) != floors(ring, 200)
    moved = GaussianModes(ring.modes * 0.9, ring.sigma)
    assert floors(moved, 200) != floors(ring, 200)
    assert toy._floors.cache_info().misses == 3


def test_figures_are_the_same_in_single_precision_and_leave_their_input_alone():
    real, fake = draw("ring"), draw("ring", 1)
    logits = torch.randn(2, N, generator=torch.Generator().manual_seed(2))
    fake.requires_grad_(True)
    once = measure(real, fake, *logits)
    assert measure(real.float(), fake.float(), *logits) == once
    assert fake.grad is None
    assert once["count"] == N


FAKES = {
    "true": draw("ring", 1),
    "one point": torch.zeros(N, 2),
    "far away": torch.full((N, 2), 1e30),
    "two points": torch.eye(2).repeat(N // 2, 1),
    "a line": torch.linspace(-1, 1, N)[:, None].expand(N, 2),
}
LOGITS = {
    "spread": torch.linspace(-3, 3, N),
    "equal": torch.zeros(N),
    "huge": torch.linspace(-1, 1, N).sign() * 1e4,
    "packed": torch.linspace(-3, 3, N // 4),
}


@pytest.mark.parametrize("logits", LOGITS)
@pytest.mark.parametrize("loss", ["ns", "wgan"])
def test_figures_are_plain_json_for_any_logits(logits, loss):
    got = measure(draw("ring"), FAKES["true"], LOGITS[logits], -LOGITS[logits], loss)
    assert json.loads(json.dumps(got, allow_nan=False)) == got


@pytest.mark.parametrize("fakes", FAKES)
@pytest.mark.parametrize("name", ["ring", "checkerboard"])
def test_figures_are_plain_json_for_any_fakes(name, fakes):
    got = measure(draw(name), FAKES[fakes], torch.zeros(N), torch.zeros(N), name=name)
    assert json.loads(json.dumps(got, allow_nan=False)) == got
    assert 0 <= got["jsd"] <= LN2
    if fakes != "true":
        assert got["jsd"] > 0.4


@pytest.mark.parametrize("broken", range(4))
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_not_finite_is_refused(broken, value):
    inputs = [draw("ring", 0, 8), draw("ring", 1, 8), torch.zeros(8), torch.zeros(8)]
    inputs[broken].view(-1)[3] = value
    with pytest.raises(DivergedError, match="no longer a finite number"):
        measure(*inputs)
