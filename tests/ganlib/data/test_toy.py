import math

import pytest
import torch

from ganlib.data import POINT_SETS
from ganlib.data.toy import distribution
from ganlib.errors import DataError

NAMES = tuple(POINT_SETS)
SKETCH = ((-0.8, 0.3), (0.0, 0.0), (0.0, 0.0), (0.5, -0.9))
WITH_MODES = {"two-gaussians": 2, "three-blobs": 3, "ring": 8, "grid": 25}

# Half the width and the number of squares of a grid that holds all of a distribution. A square is
# 0.64 sigma wide or less: the midpoint rule is then off by 2 exp(-2 pi^2 / 0.64^2) at most, 1e-20.
# The squares line up with the edges of the checkerboard.
GRIDS = {
    "two-gaussians": (1.6, 64),
    "three-blobs": (1.6, 64),
    "ring": (1.25, 400),
    "grid": (1.25, 400),
}


@pytest.fixture(scope="module")
def density_on_grid():
    """By name: (S, S) densities in the middles of the squares, and the side of a square."""
    densities = {}
    for name in NAMES:
        half_width, squares = GRIDS.get(name, (1.25, 160))
        side = 2 * half_width / squares
        ticks = (torch.arange(squares, dtype=torch.float64) + 0.5) * side - half_width
        points = torch.cartesian_prod(ticks, ticks)
        densities[name] = made(name).log_density(points).exp().view(squares, squares), side
    return densities


def made(name):
    return distribution(name, SKETCH if name == "sketch" else ())


def draw(name, count, seed=0):
    return made(name).sample(count, torch.Generator().manual_seed(seed))


def nearest_mode(name, points):
    distances = torch.cdist(points, made(name).modes)
    return distances.min(dim=1)


def test_an_unknown_name_is_refused_with_the_names_there_are():
    with pytest.raises(DataError, match=r"'rung'.*line, .*ring.*checkerboard or sketch"):
        distribution("rung")


@pytest.mark.parametrize("name", NAMES)
def test_samples_are_float32_points_near_the_unit_square(name):
    points = draw(name, 20_000)
    assert points.shape == (20_000, 2)
    assert points.dtype == torch.float32
    assert points.abs().max() < GRIDS.get(name, (1.25, 160))[0]


@pytest.mark.parametrize("name", NAMES)
def test_the_same_generator_state_gives_the_same_samples_and_the_next_one_others(name):
    rng = torch.Generator().manual_seed(5)
    points = made(name)
    state = rng.get_state()
    first, second = points.sample(64, rng), points.sample(64, rng)
    rng.set_state(state)
    assert torch.equal(points.sample(64, rng), first)
    assert not torch.equal(first, second)


@pytest.mark.parametrize("name", NAMES)
def test_sampling_leaves_the_global_generator_alone(name):
    before = torch.get_rng_state()
    draw(name, 64)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("name", NAMES)
def test_the_density_integrates_to_one(name, density_on_grid):
    density, side = density_on_grid[name]
    assert density.sum().item() * side**2 == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_samples_agree_with_the_density(name, density_on_grid):
    # The mean log density of samples is the integral of p log p, up to its sampling error.
    density, side = density_on_grid[name]
    expected = torch.special.xlogy(density, density).sum().item() * side**2
    of_samples = made(name).log_density(draw(name, 40_000))
    error = of_samples.std().item() / math.sqrt(40_000)
    assert of_samples.mean().item() == pytest.approx(expected, abs=4 * error + 1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_samples_lie_where_the_density_says(name, density_on_grid):
    # Share of each of 8 x 8 blocks that cover the grid, counted and integrated.
    density, side = density_on_grid[name]
    squares = len(density)
    mass = density.view(8, squares // 8, 8, squares // 8).sum(dim=(1, 3)) * side**2
    column, row = ((draw(name, 20_000) / side + squares / 2) * 8 / squares).long().unbind(1)
    share = torch.bincount(column * 8 + row, minlength=64).view(8, 8) / 20_000
    assert ((share - mass).abs() <= 5 * (mass / 20_000).sqrt() + 1e-9).all()


@pytest.mark.parametrize("name", NAMES)
def test_single_and_double_precision_agree_on_the_density(name):
    points = draw(name, 500)
    density = made(name).log_density(points)
    assert density.dtype == torch.float32
    assert density.shape == (500,)
    torch.testing.assert_close(
        density, made(name).log_density(points.double()).float(), rtol=0, atol=0
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_blurred_density_is_the_density_smeared_by_a_gaussian(name, density_on_grid):
    # p_b(x) = integral of p(y) N(x - y; 0.1^2), summed over the squares of the grid.
    density, side = density_on_grid[name]
    half_width = len(density) * side / 2
    ticks = (torch.arange(len(density), dtype=torch.float64) + 0.5) * side - half_width
    points = draw(name, 40, seed=3).double() + 0.1
    near = ((points[:, :, None] - ticks) / 0.1).square().div(-2).exp() / math.sqrt(2 * math.pi) * 10
    expected = torch.einsum("ni,ij,nj->n", near[:, 0], density, near[:, 1]) * side**2
    blurred = made(name).log_density(points, blur=0.1).exp()
    torch.testing.assert_close(blurred, expected, rtol=2e-3, atol=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_a_blurred_density_integrates_to_one(name):
    # The narrowest spot is 0.05 wide, and the widest, 0.16, ends 6 sigma before the border.
    ticks = (torch.arange(128, dtype=torch.float64) + 0.5) * 0.025 - 1.6
    density = made(name).log_density(torch.cartesian_prod(ticks, ticks), blur=0.05).exp()
    assert density.sum().item() * 0.025**2 == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_no_blur_changes_nothing(name):
    points = draw(name, 100)
    assert torch.equal(made(name).log_density(points, 0.0), made(name).log_density(points))


@pytest.mark.parametrize(("name", "count"), WITH_MODES.items())
def test_modes_are_distinct_and_those_without_have_none(name, count):
    modes = made(name).modes
    assert modes.shape == (count, 2)
    assert torch.pdist(modes).min() > 6 * made(name).sigma
    assert all(
        made(other).modes is None and made(other).sigma is None
        for other in set(NAMES) - set(WITH_MODES)
    )


@pytest.mark.parametrize(("name", "count"), WITH_MODES.items())
def test_the_true_sampler_hits_every_mode_evenly_and_989_in_1000_lie_within_3_sigma(name, count):
    # Mass of a Gaussian in the plane within 3 sigma: 1 - exp(-3^2 / 2) = 0.98889.
    distance, mode = nearest_mode(name, draw(name, 20_000))
    share = torch.bincount(mode, minlength=count) / 20_000
    assert share.min() > 0
    torch.testing.assert_close(share, torch.full((count,), 1 / count), rtol=0, atol=0.015)
    within = (distance < 3 * made(name).sigma).float().mean().item()
    assert within == pytest.approx(1 - math.exp(-4.5), abs=0.005)


def test_ring_is_eight_modes_an_eighth_of_a_turn_apart():
    diagonal = math.sqrt(0.5)
    expected = [(1, 0), (diagonal, diagonal), (0, 1), (-diagonal, diagonal)]
    expected += [(-x, -y) for x, y in expected]
    torch.testing.assert_close(distribution("ring").modes, torch.tensor(expected))
    assert distribution("ring").sigma == 0.01


def test_grid_is_the_published_one_divided_by_four():
    modes = {tuple(mode) for mode in (distribution("grid").modes * 4).tolist()}
    assert modes == {(x, y) for x in (-4, -2, 0, 2, 4) for y in (-4, -2, 0, 2, 4)}
    assert distribution("grid").sigma == 0.05 / 4


def test_density_of_ring_at_a_mode_by_hand():
    # 1 / (8 * 2 pi * 0.01^2) = 198.94; the nearest other mode is 76 sigma away.
    density = distribution("ring").log_density(torch.tensor([[1.0, 0.0], [1.0, 0.02]])).exp()
    assert density[0].item() == pytest.approx(198.94, rel=1e-4)
    assert density[1].item() == pytest.approx(198.94 * math.exp(-2), rel=1e-3)


def test_log_density_far_from_every_mode_is_that_of_the_nearest():
    # At (3, 0) the nearest mode of ring is 200 sigma away: log(198.94) - 200^2 / 2.
    log_density = distribution("ring").log_density(torch.tensor([[3.0, 0.0]], dtype=torch.float64))
    assert log_density.item() == pytest.approx(math.log(198.9437) - 20_000, abs=1e-4)


def test_density_of_two_gaussians_between_them_by_hand():
    # Both are 0.6 = 4 sigma away: exp(-8) / (2 pi 0.15^2).
    density = distribution("two-gaussians").log_density(torch.zeros(1, 2)).exp().item()
    assert density == pytest.approx(math.exp(-8) / (2 * math.pi * 0.0225), rel=1e-5)


def test_density_of_line_by_hand():
    # The segment is 1.8 long at 30 degrees with noise 0.03. In its middle the density along it is
    # 1 / 1.8, at an end half of that, and across it is 1 / (0.03 sqrt(2 pi)) = 13.298.
    end = [0.9 * math.cos(math.pi / 6), 0.9 * math.sin(math.pi / 6)]
    aside = [-0.06 * math.sin(math.pi / 6), 0.06 * math.cos(math.pi / 6)]
    points = torch.tensor([[0.0, 0.0], end, aside], dtype=torch.float64)
    middle, at_end, at_two_sigma = distribution("line").log_density(points).exp().tolist()
    assert middle == pytest.approx(13.29808 / 1.8, rel=1e-6)
    assert at_end == pytest.approx(13.29808 / 3.6, rel=1e-6)
    assert at_two_sigma == pytest.approx(13.29808 / 1.8 * math.exp(-2), rel=1e-6)


def test_log_density_of_line_stays_exact_far_beyond_its_end():
    # 40 sigma beyond the end along the line, where float64 cannot hold the density itself:
    # log Phi(-40) = -804.6084420137538 (published tables), less log 1.8, plus log 13.298...
    distance = 0.9 + 40 * 0.03
    point = [[distance * math.cos(math.pi / 6), distance * math.sin(math.pi / 6)]]
    expected = -804.6084420137538 - math.log(1.8) - math.log(0.03 * math.sqrt(2 * math.pi))
    log_density = distribution("line").log_density(torch.tensor(point, dtype=torch.float64))
    assert log_density.item() == pytest.approx(expected, abs=1e-6)


def test_density_of_checkerboard_is_a_half_in_every_other_square_and_nothing_elsewhere():
    points = torch.tensor([[-0.9, -0.9], [-0.4, -0.9], [0.4, 0.4], [0.4, 0.6], [1.2, 0.2]])
    assert distribution("checkerboard").log_density(points).exp().tolist() == [0.5, 0, 0.5, 0, 0]


def test_no_sample_of_checkerboard_is_rounded_out_of_its_square(monkeypatch):
    # The largest number that torch.rand gives, once in 16 million times.
    monkeypatch.setattr(torch, "rand", lambda *shape, generator: torch.full(shape, 1 - 2**-24))
    points = draw("checkerboard", 1000)
    assert distribution("checkerboard").log_density(points).isfinite().all()


@pytest.mark.parametrize(
    ("name", "point", "length", "noise"),
    [
        ("two-moons", (-0.5 / 1.5, 0.75 / 1.5), 2 * math.pi / 1.5, 0.04),
        ("swiss-roll", (2.5 / 4.5 * math.cos(math.pi / 2), 2.5 / 4.5), None, 0.025),
        ("spiral", (-1 / 3, 0.0), None, 0.025),
    ],
)
def test_curves_are_as_dense_as_their_length_and_noise_say(name, point, length, noise):
    # On a curve that is nearly straight within a few sigma, the density is close to
    # 1 / (length * noise * sqrt(2 pi)). An Archimedean spiral r = c a from a to b is
    # c/2 [a sqrt(1 + a^2) + asinh a] long between its ends.
    def spiral_length(start, end):
        def antiderivative(a):
            return (a * math.sqrt(1 + a * a) + math.asinh(a)) / 2 / end

        return antiderivative(end) - antiderivative(start)

    length = (
        length
        or {
            "swiss-roll": spiral_length(1.5 * math.pi, 4.5 * math.pi),
            "spiral": 2 * spiral_length(math.pi / 2, 3 * math.pi),
        }[name]
    )
    density = made(name).log_density(torch.tensor([point])).exp().item()
    assert density == pytest.approx(1 / (length * noise * math.sqrt(2 * math.pi)), rel=0.01)


@pytest.mark.parametrize("name", ["two-moons", "swiss-roll", "spiral"])
def test_centres_of_a_curve_are_too_close_for_their_ripple_to_show(name):
    curve = made(name)
    gaps = torch.cdist(curve.centres, curve.centres).fill_diagonal_(math.inf).min(dim=1).values
    assert gaps.max() <= 0.7 * curve.width


def test_blurred_density_of_two_gaussians_between_them_by_hand():
    # Widths 0.15 and 0.2 make 0.25; both centres are 0.6 away: exp(-2.4^2 / 2) / (2 pi 0.25^2).
    density = distribution("two-gaussians").log_density(torch.zeros(1, 2), blur=0.2).exp().item()
    assert density == pytest.approx(math.exp(-2.88) / (2 * math.pi * 0.0625), rel=1e-5)


def test_blurred_density_of_line_by_hand():
    # Noise 0.03 and blur 0.04 make 0.05: 1 / 1.8 along and 1 / (0.05 sqrt(2 pi)) = 7.97885 across.
    density = distribution("line").log_density(torch.zeros(1, 2), blur=0.04).exp().item()
    assert density == pytest.approx(7.97885 / 1.8, rel=1e-5)


def test_blurred_checkerboard_by_hand():
    # In the middle of a square 1/2, on an edge half of that, where four squares meet, two of them
    # filled, a half again, and at the outer corner a quarter.
    points = torch.tensor([[-0.75, -0.75], [-0.75, -0.5], [0.0, 0.0], [-1.0, -1.0]])
    density = distribution("checkerboard").log_density(points, blur=0.04).exp()
    torch.testing.assert_close(density, torch.tensor([0.5, 0.25, 0.25, 0.125]))


def test_blurred_checkerboard_stays_exact_far_outside():
    # 40 sigma left of a filled square, 5 sigma from its upper and lower edge:
    # log(1/2) + log Phi(-40) + log(Phi(5) - Phi(-5)).
    point = torch.tensor([[-3.0, -0.75]], dtype=torch.float64)
    expected = math.log(0.5) - 804.6084420137538 + math.log(math.erf(5 / math.sqrt(2)))
    log_density = distribution("checkerboard").log_density(point, blur=0.05).item()
    assert log_density == pytest.approx(expected, abs=1e-9)


def test_a_sketch_of_one_point_is_one_blot():
    # 1 / (2 pi 0.03^2) = 176.84 in its middle.
    blot = distribution("sketch", ((0.25, -0.5),))
    density = blot.log_density(torch.tensor([[0.25, -0.5], [0.25, -0.44]])).exp()
    assert density[0].item() == pytest.approx(176.8388, rel=1e-5)
    assert density[1].item() == pytest.approx(176.8388 * math.exp(-2), rel=1e-5)
    points = blot.sample(4000, torch.Generator().manual_seed(0))
    torch.testing.assert_close(points.mean(0), torch.tensor([0.25, -0.5]), rtol=0, atol=0.002)
    torch.testing.assert_close(points.std(0), torch.full((2,), 0.03), rtol=0.05, atol=0)


def test_a_point_drawn_twice_weighs_twice():
    sketch = distribution("sketch", ((-0.5, 0.0), (0.5, 0.0), (0.5, 0.0)))
    once, twice = sketch.log_density(torch.tensor([[-0.5, 0.0], [0.5, 0.0]])).exp().tolist()
    assert twice == pytest.approx(2 * once, rel=1e-6)
    share = (sketch.sample(3000, torch.Generator().manual_seed(0))[:, 0] > 0).float().mean()
    assert share.item() == pytest.approx(2 / 3, abs=0.03)


def test_an_empty_sketch_is_refused():
    with pytest.raises(DataError, match="draw at least one point"):
        distribution("sketch")
