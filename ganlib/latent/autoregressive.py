"""A frozen model that draws one number of a sample after the other.

It has no latent space, but what it draws is decided by chances, one for each number, and these can
be given. z is standard normal; its distribution function gives the chance, and the value is the one
at which the chances of the values, added up, pass it. The same z is so always the same sample, and
samples of random z are exactly distributed as the model says.
"""

import copy

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganlib.errors import MeasureError
from ganlib.events import Samples, SamplingTrace
from ganlib.latent.decoder import CHUNK, from_samples, network_inputs, to_samples
from ganlib.latent.walks import truncate
from ganlib.models import AutoregressiveModel, Codes, PixelCodes, round_robin_condition
from ganlib.objectives import code_log_likelihood


class AutoregressiveDecoder:
    """A copy of a model in eval mode; the original is never touched again.

    Args:
        model: of codes.
        codes: what they mean.

    Attributes:
        latent_dim: D, chances that a sample is drawn with.
        classes: that it is conditioned on; 0 where it is unconditional.
        likelihood_words: what `log_likelihood` is.
        is_density: whether it is a density of numbers in [-1, 1], and no probability.
        readings: see `HasLikelihood`; one for each of the 256 stripes that the plane has at most.
    """

    likelihood_words = "exact"
    readings = 4

    def __init__(self, model: AutoregressiveModel, codes: Codes) -> None:
        self._model = copy.deepcopy(model).eval().requires_grad_(False)
        self._codes = codes
        self.latent_dim, self.classes = codes.length, model.classes
        self.style_shape: tuple[int, int] | None = None
        self.is_density = codes.log_volume != 0
        self.device = next(self._model.parameters()).device

    def decode(
        self, z: NDArray[np.float32], condition: NDArray[np.float32] | None = None
    ) -> Samples:
        """As `Decoder.decode`: (N, D) numbers that decide what is drawn, one after the other."""
        parts = network_inputs(z, condition, (self.latent_dim,), self.classes, self.device)
        with torch.inference_mode():
            return to_samples(torch.cat([self._draw(part) for part in parts]))

    def decode_with_logits(
        self, z: NDArray[np.float32], condition: NDArray[np.float32] | None = None
    ) -> tuple[Samples, NDArray[np.float32] | None]:
        """As `Decoder.decode_with_logits`: there is no D."""
        return self.decode(z, condition), None

    def features(
        self, z: NDArray[np.float32], condition: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """There are none.

        Raises:
            MeasureError: always.
        """
        raise MeasureError("A model that draws number after number has no latent space.")

    def truncated(self, z: NDArray[np.float32], psi: float) -> NDArray[np.float32]:
        """As `Decoder.truncated`."""
        return truncate(z, psi)

    def opened(self) -> "AutoregressiveDecoder":
        """Itself: see `Decoder.opened`."""
        return self

    @torch.inference_mode()
    def log_likelihood(self, samples: Samples) -> NDArray[np.float64]:
        """Log p(x) of each sample, in nats: (N,).

        Where it can be asked for classes, they are taken for equally likely, and p is the mean
        over all of them.
        """
        log_p = []
        for part in from_samples(samples).to(self.device).split(CHUNK):
            codes = self._codes.encode(part)
            of_class = [
                code_log_likelihood(self._model(codes, one), codes) for one in self._each(codes)
            ]
            mean = torch.stack(of_class).double().logsumexp(0) - np.log(len(of_class))
            log_p.append(mean - self._codes.log_volume)
        return torch.cat(log_p).cpu().numpy()

    @torch.inference_mode()
    def sample_with_trace(
        self,
        z: NDArray[np.float32],
        given: Samples | None = None,
        known: int = 0,
        condition: NDArray[np.float32] | None = None,
    ) -> SamplingTrace:
        """Draw pictures, with the mean and the entropy of each pixel before it was drawn.

        Args:
            z: (N, D), N up to `CHUNK`.
            given: (1, H, W, C) uint8 picture whose first pixels are taken over.
            known: how many, in raster order.
            condition: as in `decode`.
        """
        (inputs,) = network_inputs(z, condition, (self.latent_dim,), self.classes, self.device)
        logits: list[Tensor] = []
        fixed = None if given is None else self._codes.encode(from_samples(given).to(self.device))
        picture = to_samples(self._draw(inputs, fixed=fixed, known=known, trace=logits))
        chances = torch.stack(logits, 1).double().softmax(2)
        assert isinstance(self._codes, PixelCodes)
        every = torch.arange(self._codes.values, device=self.device)[:, None]
        levels = (self._codes.colours(every)[:, :, 0].double() + 1) * 127.5  # (K, C)
        expected = (chances @ levels).reshape(picture.shape)
        entropy = torch.special.entr(chances).sum(2) / np.log(2)
        return SamplingTrace(
            picture,
            expected.round().byte().cpu().numpy(),
            entropy.float().reshape(picture.shape[:3]).cpu().numpy(),
        )

    def saliency(
        self, sample: Samples, place: int, condition: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Saliency: how much the prediction of one pixel depends on each: (H, W).

        It is the norm of the gradient of the largest log probability at `place`, with
        respect to what the network is given of each pixel.

        Args:
            sample: (1, H, W, C) uint8.
            place: of the pixel, in raster order.
            condition: (1, classes).
        """
        codes = self._codes.encode(from_samples(sample).to(self.device))
        inputs = self._model.embed(codes).requires_grad_(True)
        weights = None if condition is None else torch.tensor(condition, device=self.device)
        with torch.enable_grad():
            thought = self._model.logits(inputs, weights)[:, place].log_softmax(1).max()
            (gradients,) = torch.autograd.grad(thought, inputs)
        sizes: NDArray[np.float32] = gradients[0].flatten(1).norm(dim=1).cpu().numpy()
        return sizes.reshape(sample.shape[1:3])

    def _draw(
        self,
        inputs: tuple[Tensor, ...],
        fixed: Tensor | None = None,
        known: int = 0,
        trace: list[Tensor] | None = None,
    ) -> Tensor:
        """Samples (N, ...) of (N, D) z, and perhaps a condition.

        The first `known` codes are `fixed`, and logits are noted in `trace`.
        """
        z, *condition = inputs
        chances = torch.special.ndtr(z.double())
        within = torch.zeros_like(chances)

        def choose(place: int, logits: Tensor) -> Tensor:
            if trace is not None:
                trace.append(logits)
            if fixed is not None and place < known:
                return fixed[:, place].expand(len(z))
            reached = logits.double().softmax(1).cumsum(1)
            # All chances end at 1 but for rounding, and no z lies beyond their end.
            end = reached[:, -1:].nextafter(torch.zeros_like(reached[:, -1:]))
            chance = chances[:, place : place + 1].minimum(end)
            code = (reached <= chance).sum(1, keepdim=True)
            above = reached.gather(1, code)
            below = torch.where(code > 0, reached.gather(1, (code - 1).clamp_min(0)), 0.0)
            within[:, place] = ((chance - below) / (above - below)).squeeze(1)
            chosen: Tensor = code[:, 0]
            return chosen

        codes = self._model.draw(len(z), choose, *condition)
        drawn: Tensor = self._codes.decode(codes, within)
        return drawn.float()

    def _each(self, codes: Tensor) -> list[Tensor | None]:
        """A condition for each class that can be asked for; one of nothing where there are none."""
        if not self.classes:
            return [None]
        every = round_robin_condition(self.classes, self.classes).to(self.device)
        return [one.expand(len(codes), -1) for one in every]
