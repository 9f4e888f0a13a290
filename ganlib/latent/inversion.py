"""Back from a picture to the z that draws it, by gradient descent through a frozen generator.

What a generator cannot draw, it cannot come back from: the error that is left tells how strange a
picture is to it. Where a part of the picture is hidden, the generator fills it in.

Source: inversion: Zhu et al. 2016, arXiv 1609.03552; completion: Yeh et al. 2017, arXiv 1607.07539;
strangeness: Schlegl et al. 2017, arXiv 1703.05921.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, pi
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import avg_pool2d

from ganlib.errors import MeasureError
from ganlib.events import Decoder
from ganlib.latent.decoder import CHUNK, GeneratorDecoder
from ganlib.latent.walks import Latent, seeded_z

STARTS, STEPS = 8, 500
_WINDOW = 7
"""Side of the square around a known pixel in which hidden ones are counted."""
_RATE, _MEMORY = 0.15, 0.9
"""Adam's, for the direction and the size of gradients alike: on the way they shrink a
thousandfold, and a longer memory of their size (0.99) finds half as many pictures."""


@dataclass(frozen=True)
class Inversion:
    """How far the search is after `step` steps, by the best that it has met for each picture.

    Attributes:
        steps: there will be in all.
        z: (N, latent_dim) float32.
        errors: (N,) float32, mean squared error of the known pixels, which lie in [-1, 1].
    """

    step: int
    steps: int
    z: Latent
    errors: NDArray[np.float32]


def invert(
    decoder: Decoder,
    pictures: NDArray[np.uint8],
    seed: int,
    *,
    condition: NDArray[np.float32] | None = None,
    known: NDArray[np.bool_] | None = None,
    prior: float = 0.0,
    context: float = 0.0,
    starts: int = STARTS,
    steps: int = STEPS,
) -> Iterator[Inversion]:
    """Look for the z of each picture, and tell after every step how far it is.

    Of 256 draws from the prior the `starts` that come nearest to a picture set out from there, and
    the best of them is told of. No picture touches the search for another.

    Args:
        decoder: of a generator of pictures; others may decode with it meanwhile.
        pictures: (N, H, W, C) uint8.
        seed: decides the draws.
        condition: (N, classes) weights of the classes to draw; needed where there are any.
        known: (H, W), true where the pictures count; everywhere by default.
        prior: how much -log p(z) = |z|^2 / 2 weighs beside the error, to keep z likely.
        context: from 0, where all known pixels count alike, to 1, where each counts by the share of
            hidden ones in the 7 x 7 around it.
        starts: for each picture, at most 256.
        steps: in all; the learning rate falls to nothing towards the last.

    Raises:
        MeasureError: the model draws pixel by pixel.
        ValueError: pictures, condition or mask do not fit, nothing is known, or a number lies
            outside its bounds.
    """
    if not 1 <= starts <= CHUNK:
        raise ValueError(f"starts is {starts}, but must lie between 1 and {CHUNK}.")
    if not 0 <= context <= 1:
        raise ValueError(f"context is {context}, but must lie between 0 and 1.")
    target = _target(decoder, pictures, condition)
    mask = _mask(known, pictures.shape[1:3])
    generator = decoder.opened()
    if not isinstance(generator, GeneratorDecoder):
        raise MeasureError("A model that draws one number after another has no z to search for.")
    search = _Search(generator, target, mask, condition, prior, context, seed, starts)
    return (search.step(number, steps) for number in range(1, steps + 1))


def paste(
    pictures: NDArray[np.uint8], drawn: NDArray[np.uint8], known: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    """Pictures (N, H, W, C) with what is not known (H, W) of them taken from the drawn ones."""
    return np.where(known[:, :, None], pictures, drawn)


def residual(features: NDArray[Any], drawn: NDArray[Any]) -> NDArray[np.float32]:
    """How strange each picture is: how far it lies from what was drawn, over its own length.

    An absolute distance would call strange what has much ink. Pixels know no better than that; in
    features of a classifier, unseen classes stand out (benchmarks/results.md).

    Args:
        features: (N, ...) of pictures: bytes, 0 being the ground, or features.
        drawn: the same of what the generator draws of the z that was found.

    Returns:
        (N,), 0 for what is drawn exactly. Weigh and add those of pixels and features as in AnoGAN.
    """
    whole = np.asarray(features, np.float32).reshape(len(features), -1)
    left = whole - np.asarray(drawn, np.float32).reshape(len(drawn), -1)
    lengths = np.linalg.norm(whole, axis=1)
    return np.asarray(np.linalg.norm(left, axis=1) / np.maximum(lengths, 1e-6), np.float32)


class _Search:
    """All starts of all pictures, as one batch of N * starts latent vectors."""

    @torch.inference_mode(False)
    def __init__(
        self,
        decoder: GeneratorDecoder,
        target: torch.Tensor,
        mask: torch.Tensor,
        condition: NDArray[np.float32] | None,
        prior: float,
        context: float,
        seed: int,
        starts: int,
    ) -> None:
        self._decoder, self._prior, self._starts = decoder, prior, starts
        self._target = target.to(decoder.device)
        self._even = (mask / mask.sum()).to(decoder.device)
        self._weights = _near_hidden(mask, context).to(decoder.device)
        conditions = (
            [torch.tensor(condition, dtype=torch.float32, device=decoder.device)]
            if decoder.classes
            else []
        )
        draws = torch.from_numpy(seeded_z(seed, decoder.latent_dim, CHUNK)).to(decoder.device)
        self._z = torch.cat(
            [
                self._nearest(draws, picture, [one[number] for one in conditions])
                for number, picture in enumerate(self._target)
            ]
        ).requires_grad_()
        self._condition = [one.repeat_interleave(starts, 0) for one in conditions]
        self._target = self._target.repeat_interleave(starts, 0)
        self._mean, self._square = torch.zeros_like(self._z), torch.zeros_like(self._z)
        self._best = self._z.detach().clone()
        self._least = torch.full((len(self._z),), torch.inf, device=decoder.device)
        self._errors = self._least.clone()

    # A generator runs in whatever mode its reader is in, and readers decode in inference mode.
    @torch.inference_mode(False)
    def step(self, number: int, steps: int) -> Inversion:
        """Look where the starts are, move them, and tell of the best there were."""
        drawn = self._decoder.draw(self._z, *self._condition)
        errors = self._error(drawn, self._target, self._even)
        aims = self._aim(drawn, self._target, self._z)
        (gradient,) = torch.autograd.grad(aims.sum(), self._z)
        self._note(errors.detach(), aims.detach())
        self._move(gradient, number, _RATE * (1 + cos(pi * number / steps)) / 2)
        return self._best_so_far(number, steps)

    @torch.no_grad()
    def _move(self, gradient: torch.Tensor, number: int, rate: float) -> None:
        """A step of Adam. Making the first of torch's own imports its compiler, for 2.5 s."""
        self._mean.lerp_(gradient, 1 - _MEMORY)
        self._square.lerp_(gradient.square(), 1 - _MEMORY)
        begun = 1 - _MEMORY**number
        self._z -= rate * (self._mean / begun) / ((self._square / begun).sqrt() + 1e-8)

    @torch.no_grad()
    def _nearest(
        self, draws: torch.Tensor, picture: torch.Tensor, conditions: list[torch.Tensor]
    ) -> torch.Tensor:
        drawn = self._decoder.draw(draws, *(one.expand(len(draws), -1) for one in conditions))
        aims = self._aim(drawn, picture, draws)
        return draws[aims.topk(self._starts, largest=False).indices]

    def _aim(self, drawn: torch.Tensor, target: torch.Tensor, z: torch.Tensor) -> torch.Tensor:
        return self._error(drawn, target, self._weights) + self._prior * z.square().sum(1) / 2

    @staticmethod
    def _error(drawn: torch.Tensor, target: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        return ((drawn - target).square().mean(1) * weights).sum((1, 2))

    def _note(self, errors: torch.Tensor, aims: torch.Tensor) -> None:
        better = aims < self._least
        self._least = torch.where(better, aims, self._least)
        self._errors = torch.where(better, errors, self._errors)
        self._best = torch.where(better[:, None], self._z.detach(), self._best)

    def _best_so_far(self, number: int, steps: int) -> Inversion:
        first = torch.arange(0, len(self._best), self._starts, device=self._best.device)
        best = first + self._least.view(-1, self._starts).argmin(1)
        z, errors = (one[best].cpu().numpy() for one in (self._best, self._errors))
        return Inversion(number, steps, z, errors)


def _target(
    decoder: Decoder,
    pictures: NDArray[np.uint8],
    condition: NDArray[np.float32] | None,
) -> torch.Tensor:
    """(N, C, H, W) in [-1, 1], when the generator draws such pictures."""
    if decoder.classes and condition is None:
        raise ValueError("This generator is told a class: say with condition which one to draw.")
    if condition is not None and condition.shape != (len(pictures), decoder.classes):
        raise ValueError(
            f"condition has shape {condition.shape}, but must be "
            f"({len(pictures)}, {decoder.classes})."
        )
    drawn = decoder.decode(np.zeros((1, decoder.latent_dim), np.float32)).shape[1:]
    if len(drawn) != 3:
        raise ValueError("This generator draws points: only pictures can be searched for.")
    if pictures.dtype != np.uint8 or pictures.shape[1:] != drawn or not len(pictures):
        expected = ", ".join(map(str, ("N", *drawn)))
        raise ValueError(
            f"pictures are {pictures.shape} {pictures.dtype}, but must be ({expected}) uint8, "
            "at least one of them."
        )
    return torch.tensor(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1


def _mask(known: NDArray[np.bool_] | None, shape: tuple[int, ...]) -> torch.Tensor:
    """(H, W) float32, 1 where the pictures count."""
    if known is None:
        return torch.ones(shape)
    if known.shape != shape or known.dtype != np.bool_:
        raise ValueError(
            f"known is {known.shape} {known.dtype}, but must be {shape} bool, as the pictures are."
        )
    if not known.any():
        raise ValueError("No pixel is known: leave at least one that the picture is found by.")
    return torch.tensor(known, dtype=torch.float32)


def _near_hidden(mask: torch.Tensor, context: float) -> torch.Tensor:
    """How much each pixel counts, (H, W) adding up to 1: see `invert`."""
    even = mask / mask.sum()
    near = avg_pool2d((1 - mask)[None], _WINDOW, stride=1, padding=_WINDOW // 2)[0] * mask
    # Where all is known, nothing is near what is hidden.
    return even.lerp(near / near.sum(), context) if near.any() else even
