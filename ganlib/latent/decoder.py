"""A frozen generator that any thread may decode with, while the live one goes on learning."""

import copy

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ganlib.events import Samples
from ganlib.latent.walks import truncate
from ganlib.models import (
    AuxiliaryDiscriminator,
    StyleGenerator,
    first_layers,
    round_robin_condition,
)

CHUNK = 256


class GeneratorDecoder:
    """A copy of a generator in eval mode; the original is never touched again.

    Args:
        generator: z, and the condition where it can be asked for a class, to samples.
        latent_dim: length of a latent vector.
        classes: that it is conditioned on; 0 where it is unconditional.
        critic: a discriminator that classifies each sample by itself, copied too.

    Attributes:
        style_shape: layers and w_dim of the styles that steer it; None where z alone does.
        device: where it draws.
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
        self.style_shape = _style_shape(generator)
        self._generator = copy.deepcopy(generator).eval().requires_grad_(False)
        self._critic = critic and copy.deepcopy(critic).eval().requires_grad_(False)
        self.device = next(self._generator.parameters()).device

    @torch.inference_mode()
    def decode(
        self, z: NDArray[np.float32], condition: NDArray[np.float32] | None = None
    ) -> Samples:
        """Turn latent vectors into samples.

        Args:
            z: (N, latent_dim), or (N, layers, w_dim) with a style for each layer.
            condition: (N, classes) weights of the class labels, adding up to 1 in
                each row; without it the classes take turns. Nothing else where there are none.

        Returns:
            (N, H, W, C) uint8 pictures, or (N, 2) float32 points.

        Raises:
            ValueError: z or the condition has another shape.
        """
        inputs = self._inputs(z, condition, may_be_styles=True)
        return to_samples(torch.cat([self.draw(*part) for part in inputs]))

    @torch.inference_mode()
    def decode_with_logits(
        self, z: NDArray[np.float32], condition: NDArray[np.float32] | None = None
    ) -> tuple[Samples, NDArray[np.float32] | None]:
        """What `decode` gives, and D's logits (N,) of it; None where there is no such D.

        Args and errors are those of `decode`.
        """
        inputs = self._inputs(z, condition, may_be_styles=True)
        drawn = [self.draw(*part) for part in inputs]
        samples = to_samples(torch.cat(drawn))
        if self._critic is None:
            return samples, None
        is_conditioned = not isinstance(self._critic, AuxiliaryDiscriminator)
        logits = [
            self._critic(one, *(part[1:] if is_conditioned else ()))
            for one, part in zip(drawn, inputs, strict=True)
        ]
        return samples, torch.cat(logits).float().cpu().numpy()

    @torch.inference_mode()
    def features(
        self, z: NDArray[np.float32], condition: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """What the generator's first layer makes of latent vectors: (N, F).

        With styles that is w (N, w_dim). Args and errors are those of `decode`, without styles.
        """
        first_layer = first_layers(self._generator)
        return (
            torch.cat([first_layer(*inputs) for inputs in self._inputs(z, condition)])
            .float()
            .cpu()
            .numpy()
        )

    @torch.inference_mode()
    def truncated(self, z: NDArray[np.float32], psi: float) -> NDArray[np.float32]:
        """Latent vectors nearer to the mean, or styles where there are some, for `decode`.

        Args:
            z: (N, latent_dim).
            psi: 1 leaves them, 0 gives the mean: of z, which is zero, or of w.

        Returns:
            (N, latent_dim), or (N, layers, w_dim).

        Source: Karras et al. 2019, arXiv 1812.04948.
        """
        if not isinstance(self._generator, StyleGenerator):
            return truncate(z, psi)
        w = torch.from_numpy(self.features(z)).to(self.device)
        ws = self._generator.truncated(w, psi)[:, None].expand(-1, self._generator.layers, -1)
        return ws.cpu().numpy()

    def _inputs(
        self,
        z: NDArray[np.float32],
        condition: NDArray[np.float32] | None,
        may_be_styles: bool = False,
    ) -> list[tuple[Tensor, ...]]:
        are_styles = may_be_styles and z.ndim == 3 and self.style_shape is not None
        shape = self.style_shape if are_styles else None
        return network_inputs(z, condition, shape or (self.latent_dim,), self.classes, self.device)

    def draw(self, z: Tensor, *condition: Tensor) -> Tensor:
        """Turn latent vectors into samples that a gradient can be taken of with respect to z.

        Args:
            z: (N, latent_dim), or (N, layers, w_dim) styles, float32 on the device.
            condition: (N, classes) float32 on the device, where there are classes.

        Returns:
            (N, C, H, W) in [-1, 1], or (N, 2).
        """
        if z.ndim == 3 and isinstance(self._generator, StyleGenerator):
            return self._generator.synthesise(z)
        samples: Tensor = self._generator(z, *condition)
        return samples

    def opened(self) -> "GeneratorDecoder":
        """Itself: see `Decoder.opened`."""
        return self


def _style_shape(generator: nn.Module) -> tuple[int, int] | None:
    if not isinstance(generator, StyleGenerator):
        return None
    return generator.layers, len(generator.w_mean)


def to_samples(output: Tensor) -> Samples:
    """Bring (N, C, H, W) values in [-1, 1], or (N, 2) points, into the form that readers get."""
    if output.ndim == 2:
        return output.float().cpu().numpy()
    pixels = (output.float() + 1).mul(127.5).round().clamp(0, 255).to(torch.uint8)
    return pixels.permute(0, 2, 3, 1).contiguous().cpu().numpy()


def from_samples(samples: Samples) -> Tensor:
    """The way back: (N, H, W, C) uint8 pictures to (N, C, H, W) in [-1, 1]; points as they are."""
    if samples.ndim == 2:
        return torch.tensor(samples, dtype=torch.float32)
    return torch.tensor(samples).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)


def network_inputs(
    z: NDArray[np.float32],
    condition: NDArray[np.float32] | None,
    shape: tuple[int, ...],
    classes: int,
    device: torch.device,
) -> list[tuple[Tensor, ...]]:
    """Inputs of a network, `CHUNK` at a time: z, and the condition where there are classes.

    Args:
        z: (N, *shape).
        condition: (N, classes); without it the classes take turns.
        shape: of one z.
        classes: of the network.
        device: where.

    Raises:
        ValueError: z or the condition has another shape.
    """
    if z.shape[1:] != shape:
        words = ", ".join(map(str, ("N", *shape)))
        raise ValueError(f"z has shape {z.shape}, but must be ({words}).")
    if condition is not None and condition.shape != (len(z), classes):
        raise ValueError(
            f"condition has shape {condition.shape}, but must be ({len(z)}, {classes})."
        )
    whole = [torch.tensor(z, dtype=torch.float32, device=device)]
    if classes:
        rows = (
            round_robin_condition(len(z), classes) if condition is None else torch.tensor(condition)
        )
        whole.append(rows.to(whole[0]))
    return list(zip(*(one.split(CHUNK) for one in whole), strict=True))
