"""Instance noise on what D sees of reals and fakes."""

import torch
from torch import Tensor


class InstanceNoise:
    """Normal noise that fades linearly to nothing.

    Source: Sønderby et al. 2017, arXiv 1610.04490.
    """

    def __init__(self, sigma: float, steps: int, rng: torch.Generator) -> None:
        """Begin with the standard deviation sigma, which is 0 after so many steps."""
        self._first, self._steps, self._rng = sigma, steps, rng
        self._sigma = sigma

    def fade(self, steps_done: int) -> None:
        """Take on the standard deviation of the step that comes next."""
        self._sigma = self._first * max(0.0, 1 - steps_done / self._steps)

    def __call__(self, samples: Tensor) -> Tensor:
        """What D is shown for these samples, of the same shape."""
        if self._sigma == 0:
            return samples
        noise = torch.randn(samples.shape, generator=self._rng).to(samples.device)
        return samples + self._sigma * noise
