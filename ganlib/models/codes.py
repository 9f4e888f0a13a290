"""Samples as sequences of codes: what a model deals with that draws one number after another."""

import math
from typing import Protocol

import torch
from torch import Tensor

from ganlib.config import PLANE_REACH


class Codes(Protocol):
    """A way between samples and codes.

    Attributes:
        length: D, codes of a sample.
        values: K, values of a code.
        log_volume: logarithm of the volume of a sample that all its codes leave open; 0 where
            codes tell everything.
    """

    length: int
    values: int
    log_volume: float

    def encode(self, x: Tensor) -> Tensor:
        """Samples -> (N, D) int64 in 0..K-1."""

    def decode(self, codes: Tensor, within: Tensor) -> Tensor:
        """(N, D) codes -> samples.

        `within` (N, D) in 0..1 is where in the stretch of its code a number lies.
        """


class PixelCodes(Codes):
    """A code for each pixel, in raster order: its levels, all colours together."""

    def __init__(self, shape: tuple[int, ...], levels: int) -> None:
        """Code (C, H, W) pictures whose numbers have so many levels."""
        self.channels, height, self.width = shape
        self.length, self.levels = height * self.width, levels
        self.values, self.log_volume = levels**self.channels, 0.0

    def encode(self, x: Tensor) -> Tensor:
        """(N, C, H, W) in [-1, 1] -> (N, H W): the first colour counts least."""
        levels = ((x + 1) / 2 * (self.levels - 1)).round().long().clamp(0, self.levels - 1)
        weights = self.levels ** torch.arange(self.channels, device=x.device)
        codes: Tensor = torch.einsum("nchw,c->nhw", levels, weights)
        return codes.flatten(1)

    def decode(self, codes: Tensor, within: Tensor) -> Tensor:
        """(N, H W) -> (N, C, H, W) in [-1, 1]; codes leave nothing open."""
        pictures: Tensor = self.colours(codes).unflatten(2, (-1, self.width))
        return pictures

    def colours(self, codes: Tensor) -> Tensor:
        """(N, n) codes of some pixels -> their numbers in [-1, 1], (N, C, n)."""
        weights = self.levels ** torch.arange(self.channels, device=codes.device)
        levels = codes[:, None] // weights[:, None] % self.levels
        return levels * (2 / (self.levels - 1)) - 1


class PointCodes(Codes):
    """A code for each coordinate: the stripe in which it lies.

    Stripes cover what a picture of the plane shows; what lies further out counts as at the edge.
    """

    def __init__(self, bins: int) -> None:
        """Cut each axis into so many stripes."""
        self.length, self.values = 2, bins
        self.stripe = 2 * PLANE_REACH / bins
        self.log_volume = 2 * math.log(self.stripe)

    def encode(self, x: Tensor) -> Tensor:
        """(N, 2) -> (N, 2)."""
        return ((x + PLANE_REACH) / self.stripe).floor().long().clamp(0, self.values - 1)

    def decode(self, codes: Tensor, within: Tensor) -> Tensor:
        """(N, 2) -> (N, 2): the density within a stripe is even."""
        return (codes + within) * self.stripe - PLANE_REACH
