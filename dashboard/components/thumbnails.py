"""Pictures of a data set, side by side."""

from ganlib import Samples, picture

LEAST_SIDE = 64
"""Pixels that a side may be enlarged to, so that it can be seen."""


def thumbnails(samples: Samples, columns: int) -> bytes:
    """(N, H, W, C) uint8 pictures as one WebP picture, small ones enlarged by a whole number."""
    times = max(1, LEAST_SIDE // samples.shape[1])
    enlarged = samples.repeat(times, axis=1).repeat(times, axis=2)
    return picture(enlarged, columns=min(columns, len(samples)))
