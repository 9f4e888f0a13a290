import colorsys
import itertools
import math
import time

import pytest
import torch

from ganlib.data.shapes import BACKGROUND, COLOURS, SHAPES, Factors, draw_shapes, render_shapes


def one(shape, size=0.4, place=(0.0, 0.0), colour="yellow", pixels=64):
    factors = Factors(
        torch.tensor([SHAPES.index(shape)]),
        torch.tensor([list(COLOURS).index(colour)]),
        torch.tensor([size]),
        torch.tensor([place]),
    )
    return render_shapes(factors, pixels)[0]


def coverage(picture, colour="yellow"):
    """How much of each pixel is covered, from the channel of strongest contrast."""
    channel = max(range(3), key=lambda c: abs(COLOURS[colour][c] - BACKGROUND[c]))
    contrast = COLOURS[colour][channel] - BACKGROUND[channel]
    return (picture[channel].double() - BACKGROUND[channel]) / contrast


@pytest.mark.parametrize("size", [28, 32, 64])
def test_pictures_have_their_shape_and_type_at_every_size(size):
    pictures, labels, factors = draw_shapes(10, size, seed=0)
    assert pictures.shape == (10, 3, size, size)
    assert pictures.dtype == torch.uint8
    assert labels.dtype == torch.int64
    assert torch.equal(labels, factors.shape)


def test_the_same_seed_draws_the_same_pictures_and_another_seed_others():
    first, again, other = (draw_shapes(50, 28, seed)[0] for seed in (3, 3, 4))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_drawing_leaves_the_global_generator_alone():
    before = torch.get_rng_state()
    draw_shapes(10, 28, seed=0)
    assert torch.equal(torch.get_rng_state(), before)


def test_another_size_shows_the_same_pictures():
    # Two by two pixels of the large picture cover one of the small one.
    large, small = (draw_shapes(200, size, seed=1)[0].double() for size in (64, 32))
    halved = torch.nn.functional.avg_pool2d(large, 2)
    assert (halved - small).abs().mean() < 0.5


def test_six_thousand_pictures_take_less_than_two_seconds():
    start = time.process_time()
    draw_shapes(6000, 32, seed=0)
    assert time.process_time() - start < 2


def test_factors_stay_in_their_ranges_and_shapes_are_equally_frequent():
    _, labels, factors = draw_shapes(6000, 28, seed=0)
    assert labels.bincount().tolist() == [1500] * 4
    assert factors.colour.bincount(minlength=6).min() > 1000 - 5 * math.sqrt(1000)
    assert factors.size.min() >= 0.25
    assert factors.size.max() <= 0.5
    assert factors.place.abs().max() <= 0.4
    assert factors.size.mean().item() == pytest.approx(0.375, abs=0.005)
    assert factors.place.mean(0).tolist() == pytest.approx([0, 0], abs=0.02)


@pytest.mark.parametrize(
    ("shape", "area"),
    [
        # Of size 1. A triangle of inradius r has 3 sqrt(3) r^2; the cross is two bars of 2 by 0.7
        # less the square of 0.7 that they share.
        ("circle", math.pi),
        ("square", 1.74**2),
        ("triangle", 3 * math.sqrt(3) * 0.54**2),
        ("cross", 2 * 2 * 0.7 - 0.7**2),
    ],
)
def test_each_shape_covers_its_area(shape, area):
    # A picture is 2 x 2 units large and 64 x 64 pixels.
    covered = coverage(one(shape)).sum().item() * (2 / 64) ** 2
    assert covered == pytest.approx(area * 0.4**2, rel=0.01)


def test_edges_are_smooth():
    # The edge of a square of half-width 0.87 * 0.4 = 0.348 lies at 11.136 pixels from the middle:
    # 13.6 % of the twelfth pixel is covered.
    row = coverage(one("square"))[32]
    assert row[32:43].tolist() == [1.0] * 11
    assert row[43].item() == pytest.approx(0.136, abs=0.005)
    assert row[44:].tolist() == [0.0] * 20


def test_place_moves_right_and_down():
    covered = coverage(one("circle", place=(0.25, -0.125)))
    ticks = (torch.arange(64) + 0.5) / 32 - 1
    weights = covered / covered.sum()
    assert (weights.sum(0) @ ticks.double()).item() == pytest.approx(0.25, abs=0.005)
    assert (weights.sum(1) @ ticks.double()).item() == pytest.approx(-0.125, abs=0.005)


def test_triangle_points_up():
    rows = coverage(one("triangle")).sum(1)
    widths = rows[rows > 1]
    assert (widths.diff() >= -1e-6)[:-1].all()
    assert widths[0] < 3
    assert widths[-2] > 20


def test_colour_is_the_palettes_on_the_background():
    picture = one("circle", colour="blue")
    assert tuple(picture[:, 32, 32].tolist()) == COLOURS["blue"]
    assert tuple(picture[:, 0, 0].tolist()) == BACKGROUND


def test_no_shape_is_cut_by_the_border():
    corners = itertools.product((-0.4, 0.4), (-0.4, 0.4))
    for shape, place in itertools.product(SHAPES, corners):
        covered = coverage(one(shape, size=0.5, place=place))
        border = torch.cat((covered[0], covered[-1], covered[:, 0], covered[:, -1]))
        assert border.abs().max() == 0


def test_colours_are_far_apart():
    for first, second in itertools.combinations(COLOURS.values(), 2):
        assert math.dist(first, second) > 70
    for colour in COLOURS.values():
        assert math.dist(colour, BACKGROUND) > 100
        assert colorsys.rgb_to_hsv(*colour)[1] > 0.4 or colour == COLOURS["purple"]
