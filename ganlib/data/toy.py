"""Distributions of 2-D points, each with its exact density.

Everything lies in about [-1, 1] x [-1, 1]. Computing is done on the CPU.
"""

import math
from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor

from ganlib.data.spec import POINT_SETS, Points
from ganlib.errors import DataError
from ganlib.registry import one_of

SKETCH_WIDTH = 0.03
"""Standard deviation of each blot of a sketch, along either axis."""


class Distribution(Protocol):
    """A distribution of 2-D points that can be drawn from and whose density is known."""

    @property
    def modes(self) -> Tensor | None:
        """(K, 2) float32 centres of equally likely Gaussians; None when there are none."""

    @property
    def sigma(self) -> float | None:
        """Standard deviation of each of those Gaussians, along either axis."""

    def sample(self, count: int, rng: torch.Generator) -> Tensor:
        """Draw (count, 2) float32 points."""

    def log_density(self, points: Tensor, blur: float = 0.0) -> Tensor:
        """Natural logarithm of the density at (N, 2) points, as (N,); -inf where there is none.

        With blur it is the density of a point plus isotropic Gaussian noise of that standard
        deviation along either axis, in closed form.
        """


class GaussianMixture:
    """Equally likely Gaussians of one isotropic width, which run together: a curve or a drawing.

    A curve is laid out as points at most 0.7 widths apart. Samples come from the mixture and the
    density is its own, so the two agree exactly. It is also the midpoint rule for the unbroken
    curve, and along the curve no double can tell them apart: the ripple of Gaussians a step h
    apart is 2 exp(-2 (pi width / h)^2), here below 1e-17.
    """

    modes: Tensor | None = None
    sigma: float | None = None

    def __init__(self, centres: Tensor, width: float) -> None:
        """Keep (K, 2) float32 centres and the standard deviation along either axis.

        A centre that comes twice weighs twice.
        """
        self.centres = centres
        self.width = width

    def sample(self, count: int, rng: torch.Generator) -> Tensor:
        """Draw (count, 2) float32 points: a centre each, and noise around it."""
        chosen = torch.randint(len(self.centres), (count,), generator=rng)
        noise = torch.randn(count, 2, generator=rng)
        return noise.mul_(self.width).add_(self.centres.index_select(0, chosen))

    def log_density(self, points: Tensor, blur: float = 0.0) -> Tensor:
        """Natural logarithm of the blurred density at (N, 2) points, as (N,).

        It is log mean_k N(x; centre_k, width^2 + blur^2). The square is multiplied out, which in
        double precision leaves an error of about 1e-11.
        """
        width = math.hypot(self.width, blur)
        scaled = self.centres.double() / width
        offsets = scaled.square().sum(1) / -2
        parts = [
            torch.addmm(offsets, part, scaled.T).logsumexp(1) - part.square().sum(1) / 2
            for part in (points.double() / width).split(1024)
        ]
        log_norm = math.log(len(self.centres) * 2 * math.pi * width**2)
        return (torch.cat(parts) - log_norm).to(points.dtype)


class GaussianModes(GaussianMixture):
    """The same, but far enough apart to be counted one by one."""

    def __init__(self, modes: Tensor, sigma: float) -> None:
        """Keep (K, 2) float32 centres and the standard deviation along either axis."""
        super().__init__(modes, sigma)
        self.modes = modes
        self.sigma = sigma


class NoisySegment:
    """A straight segment through the origin, equally likely along its length, with noise."""

    modes = None
    sigma = None

    def __init__(self, half_length: float, angle: float, noise: float) -> None:
        """Keep half the length, the angle against the x axis in radians, and the noise's sigma."""
        self.half_length = half_length
        cos, sin = math.cos(angle), math.sin(angle)
        self._axes = torch.tensor([[cos, -sin], [sin, cos]], dtype=torch.float64)
        self.noise = noise

    def sample(self, count: int, rng: torch.Generator) -> Tensor:
        """Draw (count, 2) float32 points: a place on the segment each, and noise around it."""
        along = (torch.rand(count, 1, generator=rng) * 2 - 1) * self.half_length
        noise = torch.randn(count, 2, generator=rng) * self.noise
        return noise.addcmul_(along, self._axes[:, 0].float())

    def log_density(self, points: Tensor, blur: float = 0.0) -> Tensor:
        """Natural logarithm of the blurred density at (N, 2) points, as (N,).

        Across the segment this is a Gaussian, along it a blurred uniform density.
        """
        noise = math.hypot(self.noise, blur)
        along, across = (points.double() @ self._axes).unbind(1)
        log_across = (across / noise).square() / -2 - math.log(noise * math.sqrt(2 * math.pi))
        return (_log_uniform(along, self.half_length, noise) + log_across).to(points.dtype)


class Checkerboard:
    """Eight of the sixteen squares of [-1, 1] x [-1, 1], evenly filled, like a chessboard's."""

    modes = None
    sigma = None

    def __init__(self) -> None:
        """Keep the lower left corners of the filled squares."""
        squares = [(column, row) for column in range(4) for row in range(column % 2, 4, 2)]
        self._corners = torch.tensor(squares) / 2 - 1

    def sample(self, count: int, rng: torch.Generator) -> Tensor:
        """Draw (count, 2) float32 points."""
        corners = self._corners[torch.randint(8, (count,), generator=rng)]
        # A hair less than a whole square, or rounding would now and then step into the next one.
        return torch.rand(count, 2, generator=rng).mul_(0.5 - 2**-20).add_(corners)

    def log_density(self, points: Tensor, blur: float = 0.0) -> Tensor:
        """Natural logarithm of the blurred density at (N, 2) points, as (N,).

        Without blur it is log(1/2) within the filled squares and -inf elsewhere. A blurred square
        is the product of two blurred sides.
        """
        if blur == 0:
            column, row = ((points.double() + 1) * 2).floor().unbind(1)
            inside = (points >= -1).all(1) & (points < 1).all(1)
            filled = inside & ((column + row) % 2 == 0)
            return torch.where(filled, math.log(0.5), -math.inf).to(points.dtype)
        offsets = points.double()[:, None] - (self._corners.double() + 0.25)
        sides = _log_uniform(offsets, 0.25, blur).sum(2)
        return (sides.logsumexp(1) - math.log(len(self._corners))).to(points.dtype)


def distribution(name: str, points: Points = ()) -> Distribution:
    """The distribution of that name, made anew; `POINT_SETS` has the names.

    Args:
        name: which.
        points: (x, y) middles of the blots of a sketch; the others have none.

    Raises:
        DataError: there is none of that name, or nothing is sketched.
    """
    if name not in POINT_SETS:
        raise DataError(
            f"There is no distribution called {name!r} in the plane: choose {one_of(POINT_SETS)}."
        )
    return POINT_SETS[name].make(points)


def sketch(points: Points) -> GaussianMixture:
    """Equal blots of the width `SKETCH_WIDTH` around (x, y) points.

    Raises:
        DataError: there are no points.
    """
    if not points:
        raise DataError("There is nothing to learn from yet: draw at least one point.")
    return GaussianMixture(torch.tensor(points, dtype=torch.float32), SKETCH_WIDTH)


def _log_uniform(offset: Tensor, half: float, noise: float) -> Tensor:
    """Log density of a uniform number in [-half, half] plus Gaussian noise, at any offset.

    A difference of two cumulative distributions, taken on the side where both are small, so that
    it stays exact far beyond the ends.
    """
    upper: Tensor = torch.special.log_ndtr((half - offset.abs()) / noise)
    lower: Tensor = torch.special.log_ndtr((-half - offset.abs()) / noise)
    return upper + torch.log(-torch.expm1(lower - upper)) - math.log(2 * half)


def ring(count: int, radius: float, start: float = 0.0) -> Tensor:
    """(count, 2) points of a circle, at start + 2 pi i / count."""
    angles = start + torch.arange(count, dtype=torch.float64) * (2 * math.pi / count)
    return (radius * torch.stack((angles.cos(), angles.sin()), dim=1)).float()


def grid(side: int) -> Tensor:
    """(side^2, 2) points in equal rows and columns from -1 to 1."""
    ticks = torch.linspace(-1, 1, side)
    return torch.cartesian_prod(ticks, ticks)


def _evenly(curve: Callable[[Tensor], Tensor], count: int) -> Tensor:
    """(count, 2) points that stand in the middles of equal lengths of curve(t), 0 <= t <= 1."""
    t = torch.linspace(0, 1, 20_001, dtype=torch.float64)
    lengths = curve(t).diff(dim=0).norm(dim=1).cumsum(0)
    middles = (torch.arange(count, dtype=torch.float64) + 0.5) * (lengths[-1] / count)
    return curve(t[1:][torch.searchsorted(lengths, middles)]).float()


def _archimedean(start: float, end: float, turned: float = 0.0) -> Callable[[Tensor], Tensor]:
    """A spiral whose radius grows with its angle from start / end to 1 (angles in radians)."""

    def curve(t: Tensor) -> Tensor:
        angle = start + (end - start) * t
        return (
            torch.stack(((angle + turned).cos(), (angle + turned).sin()), 1) * angle[:, None] / end
        )

    return curve


def _upper_moon(t: Tensor) -> Tensor:
    angle = math.pi * t
    return torch.stack((angle.cos() - 0.5, angle.sin() - 0.25), dim=1) / 1.5


def two_moons() -> Tensor:
    """(160, 2) points along two half circles that reach into each other."""
    return torch.cat([_evenly(moon, 80) for moon in (_upper_moon, lambda t: -_upper_moon(t))])


def swiss_roll() -> Tensor:
    """(400, 2) points along a spiral of one turn and a half."""
    return _evenly(_archimedean(1.5 * math.pi, 4.5 * math.pi), 400)


def two_arms() -> Tensor:
    """(576, 2) points along two spirals that wind side by side."""
    arms = (_archimedean(math.pi / 2, 3 * math.pi, turned) for turned in (0.0, math.pi))
    return torch.cat([_evenly(arm, 288) for arm in arms])
