import io

import numpy as np
import pytest
from PIL import Image

from ganlib import pictures
from ganlib.config import RunConfig
from ganlib.settings import changed

# Reducing the picture rounds a colour by one.
FAKE = pytest.approx((0xB3, 0x5C, 0xC4, 0xB0), abs=1)
REAL = pytest.approx((0x0A, 0x9B, 0x72, 0xB0), abs=1)


GREEN, PURPLE, BLUE, ORANGE = "#0a9b72", "#b35cc4", "#2f86d6", "#e3720b"


def flat(*levels, shape=(1, 1, 1)):
    """One even picture for each level."""
    return np.stack([np.full(shape, level, np.uint8) for level in levels])


def opened(webp):
    return Image.open(io.BytesIO(webp))


def points(*pairs):
    return np.array(pairs, np.float32).reshape(-1, 2)


def test_each_role_has_its_one_colour():
    assert pictures.COLOURS == {
        "real": GREEN,
        "fake": PURPLE,
        "discriminator": BLUE,
        "generator": ORANGE,
    }


def test_pictures_stand_in_rows_from_the_left_and_the_top():
    assert pictures.grid(flat(1, 2, 3, 4)).tolist() == [[1, 2], [3, 4]]


def test_places_left_over_stay_black():
    assert pictures.grid(flat(1, 2, 3, 4, 5)).tolist() == [[1, 2, 3], [4, 5, 0]]


@pytest.mark.parametrize(
    ("columns", "sheet"), [(1, [[1], [2], [3]]), (3, [[1, 2, 3]]), (5, [[1, 2, 3, 0, 0]])]
)
def test_as_many_pictures_stand_in_a_row_as_are_asked_for(columns, sheet):
    assert pictures.grid(flat(1, 2, 3), columns).tolist() == sheet


@pytest.mark.parametrize(("classes", "columns"), [(2, 8), (3, 9), (5, 10), (10, 10), (26, 26)])
def test_columns_are_whole_turns_of_the_classes_some_eight_or_more(classes, columns):
    config = changed(RunConfig(), {"condition": "codes", "code_values": classes})
    assert pictures.class_columns(config) == columns


@pytest.mark.parametrize(("count", "shown"), [(64, 60), (60, 60), (19, 10), (7, 7)])
def test_a_run_that_is_asked_for_a_class_shows_whole_rows(count, shown):
    config = changed(RunConfig(), {"condition": "projection"})
    samples, columns = pictures.in_columns(config, flat(*range(count)))
    assert samples[:, 0, 0, 0].tolist() == list(range(shown))
    assert columns == 10


def test_a_run_that_is_not_asked_shows_all_in_a_square():
    samples = flat(*range(64))
    assert pictures.in_columns(RunConfig(), samples) == (samples, None)


def test_the_pixels_of_a_picture_stay_together():
    pair = np.array([[[1, 2, 3], [4, 5, 6]], [[11, 12, 13], [14, 15, 16]]], np.uint8)[..., None]
    assert pictures.grid(pair, 2).tolist() == [[1, 2, 3, 11, 12, 13], [4, 5, 6, 14, 15, 16]]


def test_colour_pictures_keep_their_channels():
    pair = np.array([[[[1, 2, 3]]], [[[4, 5, 6]]]], np.uint8)
    assert pictures.grid(pair, 2).tolist() == [[[1, 2, 3], [4, 5, 6]]]


@pytest.mark.parametrize("channels", [1, 3])
def test_webp_gives_every_pixel_back(channels):
    samples = np.random.default_rng(0).integers(0, 256, (9, 28, 28, channels), dtype=np.uint8)
    image = opened(pictures.picture(samples))
    sheet = pictures.grid(samples)
    rgb = np.repeat(sheet[..., None], 3, axis=2) if channels == 1 else sheet
    assert image.format == "WEBP"
    assert image.size == (84, 84)
    assert np.array_equal(np.asarray(image.convert("RGB")), rgb)


def test_a_picture_of_points_gives_every_pixel_back():
    fake, real = points((0.5, 0.5), (-1, 0)), points((0, -1))
    plain = np.asarray(pictures.plane(fake, real))
    decoded = np.asarray(opened(pictures.picture(fake, real)).convert("RGBA"))
    seen = plain[..., 3] > 0
    assert seen.sum() > 30
    assert np.array_equal(decoded[seen], plain[seen])
    assert np.array_equal(decoded[..., 3], plain[..., 3])


@pytest.mark.parametrize(
    ("point", "pixel"),
    [
        ((0, 0), (240, 240)),
        ((0.65, 0), (360, 240)),
        ((0, 0.65), (240, 120)),
        ((-0.975, -0.65), (60, 360)),
    ],
)
def test_a_point_is_drawn_where_it_lies_with_y_upwards(point, pixel):
    image = pictures.plane(points(point))
    left, top, right, bottom = image.getbbox()
    assert image.size == (480, 480)
    assert image.getpixel(pixel) == FAKE
    assert left <= pixel[0] < right <= left + 6
    assert top <= pixel[1] < bottom <= top + 6


def test_real_and_fake_points_have_their_own_colours():
    image = pictures.plane(points((0.65, 0)), points((-0.65, 0)))
    assert image.getpixel((360, 240)) == FAKE
    assert image.getpixel((120, 240)) == REAL


def test_fake_points_lie_over_real_ones():
    assert pictures.plane(points((0, 0)), points((0, 0))).getpixel((240, 240)) == FAKE


def test_the_ground_is_clear():
    image = pictures.plane(points((0.65, 0)))
    assert image.getpixel((10, 10))[3] == 0


@pytest.mark.parametrize(
    "outside", [(np.nan, 0), (0, np.inf), (-np.inf, 0), (1.3, 0), (0, -2), (3e38, 0)]
)
def test_points_beyond_the_picture_or_without_a_place_are_left_out(outside):
    assert pictures.plane(points(outside)).getbbox() is None
    assert pictures.plane(points(outside, (0, 0))).getpixel((240, 240)) == FAKE


def test_a_plane_without_points_is_clear():
    assert pictures.plane(points(), points()).getbbox() is None


def test_a_plane_of_another_side_shows_the_same_with_smaller_dots():
    image = pictures.plane(points((0.65, 0)), side=240)
    left, top, right, bottom = image.getbbox()
    assert image.size == (240, 240)
    assert image.getpixel((180, 120)) == FAKE
    assert right - left <= 3
    assert bottom - top <= 3


def test_a_drawing_of_grey_pictures_has_one_channel_and_of_colour_three():
    assert pictures.render(flat(7)).mode == "L"
    assert pictures.render(flat(7, shape=(1, 1, 3))).mode == "RGB"


def test_a_drawing_of_points_is_the_plane_of_the_side_asked_for():
    drawn = pictures.render(points((0, 0)), points((0.5, 0.5)), side=120)
    assert drawn.size == (120, 120)
    assert drawn.tobytes() == pictures.plane(points((0, 0)), points((0.5, 0.5)), 120).tobytes()
