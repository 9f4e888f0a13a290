"""A frozen generator that any thread may decode with, while the live one goes on learning."""

import copy

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ganlib.events import Samples
from ganlib.models import in_turns

CHUNK = 256


class GeneratorDecoder:
    """A copy of a generator in eval mode; the original is never touched again.

    Attributes:
        latent_dim: length of a latent vector.
        classes: that it can be asked for; 0 where it draws as it likes.
    """

    def __init__(self, generator: nn.Module, latent_dim: int, classes: int = 0) -> None:
        self.latent_dim = latent_dim
        self.classes = classes
        self._generator = copy.deepcopy(generator).eval().requires_grad_(False)
        self._device = next(self._generator.parameters()).device

    @torch.inference_mode()
    def decode(
        self, z: NDArray[np.float32], condition: NDArray[np.float32] | None = None
    ) -> Samples:
        """Turn latent vectors into samples.

        Args:
            z: (N, latent_dim).
            condition: (N, classes) weights of the classes that are asked for, adding up to 1 in
                each row; without it the classes take turns. Nothing else where there are none.

        Returns:
            (N, H, W, C) uint8 pictures, or (N, 2) float32 points.

        Raises:
            ValueError: z or the condition has another shape.
        """
        if z.ndim != 2 or z.shape[1] != self.latent_dim:
            raise ValueError(f"z has shape {z.shape}, but must be (N, {self.latent_dim}).")
        if condition is not None and condition.shape != (len(z), self.classes):
            raise ValueError(
                f"condition has shape {condition.shape}, but must be ({len(z)}, {self.classes})."
            )
        told = [torch.tensor(z, dtype=torch.float32, device=self._device)]
        if self.classes:
            asked = in_turns(len(z), self.classes) if condition is None else torch.tensor(condition)
            told.append(asked.to(told[0]))
        parts = zip(*(one.split(CHUNK) for one in told), strict=True)
        return to_samples(torch.cat([self._generator(*part) for part in parts]))


def to_samples(output: torch.Tensor) -> Samples:
    """Bring (N, C, H, W) values in [-1, 1], or (N, 2) points, into the form that readers get."""
    if output.ndim == 2:
        return output.float().cpu().numpy()
    pixels = (output.float() + 1).mul(127.5).round().clamp(0, 255).to(torch.uint8)
    return pixels.permute(0, 2, 3, 1).contiguous().cpu().numpy()
