"""Samples -> one picture -> WebP."""

import io
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from dashboard.charts import COLOURS

PLANE_SIDE = 480
"""Pixels of a picture of the plane; it shows [-1.3, 1.3] in both directions."""
PLANE_REACH = 1.3


def picture(
    samples: NDArray[Any],
    real: NDArray[Any] | None = None,
    columns: int | None = None,
) -> bytes:
    """Samples of either kind as one WebP picture.

    Args:
        samples: (N, H, W, C) uint8 pictures, or (N, 2) float32 points.
        real: points of the data to draw under the fake ones; unused for pictures.
        columns: pictures in a row; by default as many as rows.
    """
    if samples.ndim == 2:
        return _webp(plane(samples, real))
    return _webp(Image.fromarray(grid(samples, columns)))


def grid(pictures: NDArray[np.uint8], columns: int | None = None) -> NDArray[np.uint8]:
    """Lay (N, H, W, C) pictures out in rows, from the left and the top: (rows*H, columns*W[, 3]).

    Places that are left over stay black.
    """
    count, height, width, channels = pictures.shape
    columns = columns or math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    cells = np.zeros((rows * columns, height, width, channels), np.uint8)
    cells[:count] = pictures
    table = cells.reshape(rows, columns, height, width, channels).swapaxes(1, 2)
    sheet = table.reshape(rows * height, columns * width, channels)
    return sheet[..., 0] if channels == 1 else sheet


def plane(fake: NDArray[np.float32], real: NDArray[np.float32] | None = None) -> Image.Image:
    """Points of the plane on a transparent ground: real under fake, each in its colour."""
    scale = 2  # Drawn at twice the size and reduced, for smooth dots.
    side = PLANE_SIDE * scale
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    for points, colour in ((real, COLOURS["real"]), (fake, COLOURS["fake"])):
        for x, y in _pixels(points, side):
            draw.ellipse((x - 4, y - 4, x + 4, y + 4), fill=f"{colour}b0")
    return image.resize((PLANE_SIDE, PLANE_SIDE), Image.Resampling.BOX)


def _pixels(points: NDArray[np.float32] | None, side: int) -> list[list[float]]:
    if points is None:
        return []
    inside = points[np.isfinite(points).all(axis=1) & (np.abs(points) < PLANE_REACH).all(axis=1)]
    upright = inside * np.array([1, -1], np.float32)
    pixels: list[list[float]] = ((upright / PLANE_REACH + 1) / 2 * side).tolist()
    return pixels


def _webp(image: Image.Image) -> bytes:
    data = io.BytesIO()
    image.save(data, "WEBP", lossless=True, quality=30, method=1)
    return data.getvalue()
