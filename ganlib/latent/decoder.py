"""A frozen generator that any thread may decode with, while the live one goes on learning."""

import copy
from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ganlib.events import Samples
from ganlib.models import first_features, in_turns

CHUNK = 256


class GeneratorDecoder:
    """A copy of a generator in eval mode; the original is never touched again.

    Args:
        generator: z, and the condition where it can be asked for a class, to samples.
        latent_dim: length of a latent vector.
        classes: that it can be asked for; 0 where it draws as it likes.
        critic: a discriminator that judges each sample by itself, copied too.
    """

    def __init__(
        self,
        generator: nn.Module,
        latent_dim: int,
        classes: int = 0,
        critic: nn.Module | None = None,
    ) -> None:
        self.latent_dim = latent_dim
        self.classes = classes
        self._generator = copy.deepcopy(generator).eval().requires_grad_(False)
        self._critic = critic and copy.deepcopy(critic).eval().requires_grad_(False)
        self._device = next(self._generator.parameters()).device

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
        return to_samples(self._through(self._generator, z, condition))

    def judge(
        self, z: NDArray[np.float32], condition: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32] | None:
        """D's logits (N,) of what is made of latent vectors; None where there is no such D.

        Args and errors are those of `decode`.
        """
        critic = self._critic
        if critic is None:
            return None
        seen: Callable[..., Tensor] = lambda *told: critic(self._generator(*told), *told[1:])  # noqa: E731
        return self._through(seen, z, condition).float().cpu().numpy()

    def features(
        self, z: NDArray[np.float32], condition: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """What the generator's first layer makes of latent vectors: (N, F).

        Args and errors are those of `decode`.
        """
        seen = partial(first_features, self._generator)
        return self._through(seen, z, condition).float().cpu().numpy()

    @torch.inference_mode()
    def _through(
        self,
        network: Callable[..., Tensor],
        z: NDArray[np.float32],
        condition: NDArray[np.float32] | None,
    ) -> Tensor:
        """What a network makes of z and the condition, some at a time."""
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
        return torch.cat([network(*part) for part in parts])


def to_samples(output: Tensor) -> Samples:
    """Bring (N, C, H, W) values in [-1, 1], or (N, 2) points, into the form that readers get."""
    if output.ndim == 2:
        return output.float().cpu().numpy()
    pixels = (output.float() + 1).mul(127.5).round().clamp(0, 255).to(torch.uint8)
    return pixels.permute(0, 2, 3, 1).contiguous().cpu().numpy()
