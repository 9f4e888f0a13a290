"""A frozen variational autoencoder that any thread may use."""

import copy

import numpy as np
import torch
from numpy.typing import NDArray

from ganlib.events import Samples
from ganlib.latent.bound import importance_bound
from ganlib.latent.decoder import CHUNK, GeneratorDecoder, from_samples
from ganlib.models import Vae

DRAWS = 64
"""Of z for each sample whose likelihood is bounded."""
_SEED = 0


class VaeDecoder(GeneratorDecoder):
    """The decoder, and the encoder besides.

    Attributes:
        likelihood_words: what `log_likelihood` is.
        is_density: whether it is a density of numbers in [-1, 1], and no probability.
        readings: see `HasLikelihood`; a smooth decoder with a learnt width hardly changes within a
            cell.
    """

    readings = 1

    def __init__(self, vae: Vae, latent_dim: int) -> None:
        """Copy it; the original is never touched again."""
        super().__init__(vae.decoder_mean, latent_dim)
        # What draws has been copied already.
        frozen = copy.deepcopy(vae, {id(vae.decoder_mean): self._generator})
        self._vae = frozen.eval().requires_grad_(False)
        self.is_density = not vae.decoder_mean.is_bernoulli
        self.likelihood_words = f"bound of {DRAWS} draws of z"

    @torch.inference_mode()
    def encode(self, samples: Samples) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Mean and standard deviation of z for each sample: (N, latent_dim) each."""
        codes = [self._vae.encode(part) for part in self._parts(samples)]
        mean, logvar = (torch.cat(one).float().cpu() for one in zip(*codes, strict=True))
        return mean.numpy(), (logvar / 2).exp().numpy()

    def reconstruct(self, samples: Samples) -> Samples:
        """What the decoder makes of the mean z of each sample."""
        return self.decode(self.encode(samples)[0])

    @torch.inference_mode()
    def log_likelihood(self, samples: Samples) -> NDArray[np.float64]:
        """A lower bound of log p(x) of each sample, in nats: (N,), always with the same draws."""
        rng = torch.Generator().manual_seed(_SEED)
        bounds = [importance_bound(self._vae, part, DRAWS, rng) for part in self._parts(samples)]
        return torch.cat(bounds).double().cpu().numpy()

    def _parts(self, samples: Samples) -> tuple[torch.Tensor, ...]:
        parts: tuple[torch.Tensor, ...] = from_samples(samples).to(self.device).split(CHUNK)
        return parts
