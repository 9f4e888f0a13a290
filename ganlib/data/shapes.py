"""A drawn data set: one coloured shape in each picture, with every factor known."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ganlib.data.picture_sets import SHAPES

COLOURS = {
    "vermilion": (213, 94, 0),
    "yellow": (240, 228, 66),
    "green": (0, 158, 115),
    "sky blue": (86, 180, 233),
    "blue": (0, 114, 178),
    "purple": (204, 121, 167),
}
"""Told apart by colour-blind people too. Source: Okabe and Ito 2008, Color Universal Design."""

BACKGROUND = (24, 24, 24)

_SIZES = (0.25, 0.5)
_FARTHEST = 0.4


@dataclass(frozen=True)
class Factors:
    """What is drawn in each of N pictures. Lengths are in halves of the picture's side.

    Attributes:
        shape: (N,) int64, an index of SHAPES.
        colour: (N,) int64, an index of COLOURS in their order.
        size: (N,) float32 in [0.25, 0.5], the circle's radius; other shapes are about as large.
        place: (N, 2) float32 in [-0.4, 0.4], the centre: x to the right and y downwards.
    """

    shape: Tensor
    colour: Tensor
    size: Tensor
    place: Tensor


def draw_shapes(count: int, size: int, seed: int) -> tuple[Tensor, Tensor, Factors]:
    """Draw pictures with factors chosen at random, independent of one another.

    Shapes are as equally frequent as `count` allows. The same seed gives the same pictures, and
    another size the same pictures in other pixels.

    Args:
        count: how many.
        size: side of a picture in pixels.
        seed: start of the random numbers.

    Returns:
        Pictures (count, 3, size, size) uint8, labels (count,) int64 (the shape), and all factors.
    """
    rng = torch.Generator().manual_seed(seed)
    smallest, largest = _SIZES
    factors = Factors(
        shape=torch.randperm(count, generator=rng) % len(SHAPES),
        colour=torch.randint(len(COLOURS), (count,), generator=rng),
        size=smallest + (largest - smallest) * torch.rand(count, generator=rng),
        place=_FARTHEST * (2 * torch.rand(count, 2, generator=rng) - 1),
    )
    return render_shapes(factors, size), factors.shape, factors


def render_shapes(factors: Factors, size: int) -> Tensor:
    """Draw pictures of N given factors: (N, 3, size, size) uint8.

    How much of a pixel the shape covers follows from the signed distance of the pixel's centre to
    the shape's edge: half a pixel inside is all of it, half a pixel outside is nothing.
    """
    pictures = torch.empty(len(factors.shape), 3, size, size, dtype=torch.uint8)
    centres = (torch.arange(size) + 0.5) * (2 / size) - 1
    palette = torch.tensor(list(COLOURS.values()), dtype=torch.float32)
    background = torch.tensor(BACKGROUND, dtype=torch.float32)
    for shape, distance in enumerate((_circle, _square, _triangle, _cross)):
        of_shape = (factors.shape == shape).nonzero().squeeze(1)
        radius = factors.size[of_shape, None, None]
        x, y = (centres - factors.place[of_shape, :, None]).unbind(1)
        outside = distance(x[:, None, :] / radius, y[:, :, None] / radius) * radius * (size / 2)
        covered = (0.5 - outside).clamp_(0, 1)[:, None]
        contrast = (palette[factors.colour[of_shape]] - background)[:, :, None, None]
        pictures[of_shape] = (background[:, None, None] + covered * contrast).round_().byte()
    return pictures


# Signed distances to the edge of a shape of size 1, negative inside. At corners they are those of
# the nearest edge's line, which leaves corners sharp.


def _circle(x: Tensor, y: Tensor) -> Tensor:
    return torch.hypot(x, y) - 1


def _square(x: Tensor, y: Tensor) -> Tensor:
    return torch.maximum(x.abs(), y.abs()) - 0.87


def _triangle(x: Tensor, y: Tensor) -> Tensor:
    sides = torch.maximum(y, x.abs() * 0.75**0.5 - y / 2)
    return sides - 0.54


def _cross(x: Tensor, y: Tensor) -> Tensor:
    x, y = x.abs(), y.abs()
    return torch.maximum(torch.maximum(x, y) - 1, torch.minimum(x, y) - 0.35)
