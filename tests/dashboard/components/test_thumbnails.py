import io

import numpy as np
import pytest
from PIL import Image

from dashboard.components.thumbnails import thumbnails


@pytest.mark.parametrize(
    ("count", "side", "columns", "sheet"),
    [(5, 28, 3, (168, 112)), (5, 32, 5, (320, 64)), (2, 64, 8, (128, 64)), (1, 32, 8, (64, 64))],
)
def test_small_pictures_are_enlarged_and_no_place_is_left_in_a_row(count, side, columns, sheet):
    samples = np.zeros((count, side, side, 3), np.uint8)
    assert Image.open(io.BytesIO(thumbnails(samples, columns))).size == sheet


def test_every_pixel_becomes_a_square():
    samples = np.arange(32 * 32, dtype=np.uint8).reshape(1, 32, 32, 1)
    shown = np.array(Image.open(io.BytesIO(thumbnails(samples, 1))))[..., 0]
    assert (shown[::2, ::2] == samples[0, ..., 0]).all()
    assert (shown[::2] == shown[1::2]).all()
    assert (shown[:, ::2] == shown[:, 1::2]).all()
