"""Samples -> one picture -> WebP, and the colours of the roles in it."""

import io
import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ganlib.config import PLANE_REACH, RunConfig
from ganlib.events import Samples

COLOURS: Mapping[str, str] = {
    "real": "#0a9b72",
    "fake": "#b35cc4",
    "discriminator": "#2f86d6",
    "generator": "#e3720b",
}
"""One colour for each role, everywhere; told apart also by red-green blind eyes."""

PLANE_SIDE = 480
"""Pixels of such a picture, unless another side is asked for."""
DOTS = 240
"""Radii of a dot in a side of the plane."""


def picture(samples: Samples, real: Samples | None = None, columns: int | None = None) -> bytes:
    """Samples of either kind as one WebP picture; see `render`."""
    data = io.BytesIO()
    image = render(samples, real, columns)
    image.save(data, "WEBP", lossless=True, quality=30, method=1)
    return data.getvalue()


def class_columns(config: RunConfig) -> int | None:
    """Pictures in a row, some eight or more, so that each column holds one class in turn.

    None where the run cannot be asked for a class.
    """
    classes = len(config.condition_labels)
    return classes * max(1, round(8 / classes)) if classes else None


def in_columns(config: RunConfig, samples: Samples) -> tuple[Samples, int | None]:
    """The samples that a saved frame of a run shows, and how many stand in a row.

    Where a class can be asked for, whole rows with a class in each column; else all, and None.
    """
    columns = class_columns(config)
    if columns is None:
        return samples, None
    return samples[: max(columns, len(samples) - len(samples) % columns)], columns


def render(
    samples: Samples,
    real: Samples | None = None,
    columns: int | None = None,
    side: int = PLANE_SIDE,
) -> Image.Image:
    """Samples of either kind as one picture.

    Args:
        samples: (N, H, W, C) uint8 pictures, or (N, 2) float32 points.
        real: points of the data to draw under the fake ones; unused for pictures.
        columns: pictures in a row; by default as many as rows.
        side: pixels of the plane; unused for pictures, which keep their own.

    Returns:
        Pictures in mode L or RGB; points in RGBA, on a transparent ground.
    """
    if samples.ndim == 2:
        return plane(samples.astype(np.float32), real, side)
    return Image.fromarray(grid(samples.astype(np.uint8), columns))


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


def plane(
    fake: NDArray[np.float32], real: Samples | None = None, side: int = PLANE_SIDE
) -> Image.Image:
    """Points of the plane on a transparent ground: real under fake, each in its colour."""
    scale = 2  # Drawn at twice the size and reduced, for smooth dots.
    large, radius = scale * side, scale * side / DOTS
    image = Image.new("RGBA", (large, large), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    for points, colour in ((real, COLOURS["real"]), (fake, COLOURS["fake"])):
        for x, y in _pixels(points, large):
            dot = (x - radius, y - radius, x + radius, y + radius)
            draw.ellipse(dot, fill=f"{colour}b0")
    return image.resize((side, side), Image.Resampling.BOX)


def _pixels(points: Samples | None, side: int) -> list[list[float]]:
    if points is None:
        return []
    inside = points[np.isfinite(points).all(axis=1) & (np.abs(points) < PLANE_REACH).all(axis=1)]
    upright = inside * np.array([1, -1], np.float32)
    pixels: list[list[float]] = ((upright / PLANE_REACH + 1) / 2 * side).tolist()
    return pixels
