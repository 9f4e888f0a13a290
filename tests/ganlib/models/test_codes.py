import math

import pytest
import torch

from ganlib.config import PLANE_REACH as REACH
from ganlib.models import PixelCodes, PointCodes


def test_codes_of_grey_pixels_are_their_levels_in_raster_order():
    codes = PixelCodes((1, 2, 3), 2)
    assert (codes.length, codes.values, codes.log_volume) == (6, 2, 0)
    picture = torch.tensor([[[[-1.0, 1.0, -1.0], [1.0, 1.0, -1.0]]]])
    assert codes.encode(picture).tolist() == [[0, 1, 0, 1, 1, 0]]


def test_a_code_of_a_coloured_pixel_tells_all_its_colours():
    codes = PixelCodes((3, 1, 2), 4)
    assert (codes.length, codes.values) == (2, 64)
    # Levels (1, 0, 3) and (3, 2, 0): the first colour counts 1, the second 4, the third 16.
    levels = torch.tensor([[[1, 3]], [[0, 2]], [[3, 0]]])
    found = codes.encode(levels[None] / 1.5 - 1)
    assert found.tolist() == [[1 + 0 + 3 * 16, 3 + 2 * 4 + 0]]


@pytest.mark.parametrize(
    ("shape", "levels"),
    [((1, 4, 4), 2), ((1, 4, 3), 256), ((1, 3, 5), 16), ((3, 4, 4), 2), ((3, 2, 2), 4)],
)
def test_every_picture_comes_back_from_its_codes(shape, levels):
    codes = PixelCodes(shape, levels)
    rng = torch.Generator().manual_seed(0)
    numbers = torch.randint(levels, (50, *shape), generator=rng)
    pictures = numbers * (2 / (levels - 1)) - 1
    found = codes.encode(pictures)
    assert found.dtype == torch.int64
    assert 0 <= found.min() <= found.max() < codes.values
    back = codes.decode(found, torch.rand(found.shape, generator=rng))
    assert torch.allclose(back, pictures, atol=1e-6)
    assert torch.equal(codes.encode(back), found)


@pytest.mark.parametrize("levels", [2, 4, 16, 256])
def test_every_level_has_its_byte(levels):
    """What a set of pictures of so many levels holds, as bytes, is told exactly."""
    table = (torch.arange(levels) * 255 / (levels - 1)).round()
    codes = PixelCodes((1, 1, levels), levels)
    assert codes.encode((table / 127.5 - 1).view(1, 1, 1, -1)).tolist() == [list(range(levels))]
    back = codes.decode(torch.arange(levels)[None], torch.zeros(1, levels))
    assert (back + 1).mul(127.5).round().flatten().tolist() == table.tolist()


def test_numbers_of_some_pixels_by_hand():
    codes = PixelCodes((3, 5, 5), 2)
    found = codes.colours(torch.tensor([[0, 1, 6, 7]]))
    assert found[0].T.tolist() == [[-1, -1, -1], [1, -1, -1], [-1, 1, 1], [1, 1, 1]]


def test_points_are_told_by_the_stripe_they_lie_in():
    codes = PointCodes(26)
    assert (codes.length, codes.values) == (2, 26)
    assert codes.stripe == pytest.approx(0.1)
    points = torch.tensor([[-1.3, 0.05], [1.25, -0.05], [0.951, -1.249]])
    assert codes.encode(points).tolist() == [[0, 13], [25, 12], [22, 0]]


def test_points_beyond_the_edge_count_as_at_the_edge():
    assert PointCodes(8).encode(torch.tensor([[-7.0, 7.0], [REACH, 1e9]])).tolist() == [
        [0, 7],
        [7, 7],
    ]


def test_a_place_in_its_stripe_gives_the_point_back():
    codes = PointCodes(13)
    found = codes.decode(torch.tensor([[0, 12], [6, 6]]), torch.tensor([[0.0, 1.0], [0.5, 0.25]]))
    assert found.flatten().tolist() == pytest.approx([-1.3, 1.3, 0.0, -0.05], abs=1e-6)


def test_points_come_back_to_within_a_stripe():
    codes = PointCodes(64)
    points = 2.6 * torch.rand(200, 2, generator=torch.Generator().manual_seed(0)) - 1.3
    found = codes.encode(points)
    below, above = (codes.decode(found, torch.full((200, 2), part)) for part in (0.0, 1.0))
    assert (below <= points + 1e-6).all()
    assert (points <= above + 1e-6).all()


def test_the_volume_of_a_cell_turns_chances_into_a_density():
    codes = PointCodes(26)
    assert codes.log_volume == pytest.approx(math.log(0.1 * 0.1))
    # An even model gives each cell 1 / 26^2: the density is one over the area of the picture.
    assert -2 * math.log(26) - codes.log_volume == pytest.approx(-math.log(2.6**2))
