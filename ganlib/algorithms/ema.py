"""The averaged generator: what the samples are drawn with."""

import copy

import torch
from torch import Tensor, nn

RAMP_UP = 0.05
"""The half-life is at most this share of the images seen, so that the start is soon forgotten."""


class Ema:
    """Exponential moving average of a module's parameters; its buffers are copied.

    Attributes:
        module: the average, always in eval mode.

    Source: Karras et al. 2020, arXiv 2006.06676, for the half-life and its ramp-up.
    """

    def __init__(self, source: nn.Module, half_life: float) -> None:
        self.half_life = half_life
        self.module = copy.deepcopy(source).eval().requires_grad_(False)
        self._averages: list[Tensor] = list(self.module.parameters())
        self._sources: list[Tensor] = list(source.parameters())
        self._buffers = list(zip(self.module.buffers(), source.buffers(), strict=True))

    @torch.no_grad()
    def update(self, images: int, images_seen: int) -> None:
        """Let the source's present weights in, `images` images after the last time."""
        half_life = min(self.half_life, RAMP_UP * images_seen)
        weight = 1 - 0.5 ** (images / half_life) if half_life > 0 else 1.0
        torch._foreach_lerp_(self._averages, self._sources, weight)
        for average, buffer in self._buffers:
            average.copy_(buffer)
