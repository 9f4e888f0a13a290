"""What several pairs have in common."""

from typing import Any

import torch
from torch import Tensor, nn

HALVINGS = {8: 1, 28: 2, 32: 3, 64: 4}
"""Halvings from the side of the picture down to 7 or 4."""


class StartsItself(nn.Module):
    """A layer with values of its own, whose first ones it sets itself."""

    def start(self, rng: torch.Generator) -> None:
        """Set them, drawing from rng alone."""
        raise NotImplementedError


class FastSequential(nn.Sequential):
    """Layers one after another, called past their hooks.

    In networks as small as those for 2-D data a twentieth of a training step goes into looking
    for hooks.
    """

    def forward(self, samples: Tensor) -> Tensor:
        """What the last layer makes of what those before it made."""
        for layer in self:
            samples = layer.forward(samples)
        return samples


class GainedConv2d(nn.Conv2d):
    """A convolution whose first weights are multiplied by `gain`."""

    def __init__(self, before: int, after: int, side: int, *, gain: float, **settings: Any) -> None:
        super().__init__(before, after, side, **settings)
        self.gain = gain


class Residual(nn.Module):
    """What the branch makes of a map, plus the map by way of the shortcut."""

    def __init__(self, branch: nn.Module, shortcut: nn.Module) -> None:
        super().__init__()
        self.branch = branch
        self.shortcut = shortcut

    def forward(self, maps: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C', H', W')."""
        out: Tensor = self.branch(maps) + self.shortcut(maps)
        return out


class SumPool(nn.Module):
    """Add up all places of a map: (N, C, H, W) -> (N, C)."""

    def forward(self, maps: Tensor) -> Tensor:
        """Add up."""
        return maps.sum((2, 3))


class Pack(nn.Module):
    """Lay `size` consecutive samples side by side: (N, C, ...) -> (N / size, size C, ...).

    Source: Lin et al. 2018, arXiv 1712.04086.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def forward(self, samples: Tensor) -> Tensor:
        """Pack.

        Raises:
            ValueError: the last pack would not be full.
        """
        if len(samples) % self.size:
            raise ValueError(
                f"{len(samples)} samples cannot be split into packs of {self.size}: "
                f"pass a multiple of {self.size}."
            )
        return samples.reshape(-1, self.size * samples.shape[1], *samples.shape[2:])


class MinibatchStddev(StartsItself):
    """Append to each sample how far apart they lie: (N, C, ...) -> (N, C + 1, ...).

    The number is the standard deviation of each feature over the batch, averaged over the
    features; maps get it at every place. In training it is that of the batch itself, and the
    gradient flows through it. In eval mode it is that of the last batch in training (0 before any),
    so that one sample alone can be classified.

    Source: Karras et al. 2018, arXiv 1710.10196.
    """

    stddev: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("stddev", torch.zeros(()))

    def start(self, rng: torch.Generator) -> None:
        """Remember 0."""
        nn.init.zeros_(self.stddev)

    def forward(self, features: Tensor) -> Tensor:
        """Append."""
        stddev = self.stddev
        if self.training:
            # Within the root, 1e-8 keeps its first and second derivative finite where all rows
            # agree.
            stddev = (features.var(0, correction=0) + 1e-8).sqrt().mean()
            self.stddev.copy_(stddev.detach())
        return torch.cat((features, stddev.expand(len(features), 1, *features.shape[2:])), 1)
