"""Autoregressive models: MADE (1502.03509) and the gated PixelCNN (1606.05328)."""

import math

import torch
from torch import Tensor

from ganlib.algorithms.base import ExportSpec
from ganlib.algorithms.single_network import SingleNetworkAlgorithm
from ganlib.config import AutoregressiveConfig, MadeNetwork, RunConfig
from ganlib.latent import AutoregressiveDecoder
from ganlib.models import (
    AutoregressiveModel,
    Codes,
    PixelCodes,
    PointCodes,
    build_autoregressive,
    class_condition,
)
from ganlib.objectives import code_log_likelihood
from ganlib.runtime import make_rng
from ganlib.streams import Stream


class Autoregressive(SingleNetworkAlgorithm):
    """A model of each code of a sample given those before it, learnt by maximum likelihood.

    The metrics of a step:
        loss: -log p(x) in nats for each sample of the batch; of points, of their density.
        bits_per_dim: the same in bits, for each number of a sample; not of points, for a density
            depends on the unit of the numbers.
        grad_norm: see `ganlib.algorithms.norms`.
    """

    own_metrics = ("bits_per_dim",)

    def __init__(self, config: RunConfig, shape: tuple[int, ...], device: torch.device) -> None:
        family = config.algorithm
        assert isinstance(family, AutoregressiveConfig)
        self.codes = codes_of(config)
        self.numbers, self.classes = math.prod(shape), len(config.condition_labels)
        rng = make_rng(config.seed, Stream.WEIGHTS)
        network = build_autoregressive(family.network, self.codes, self.classes, rng)
        super().__init__(network, config, device)

    def publish(self) -> AutoregressiveDecoder:
        """A frozen copy of the averaged model."""
        return AutoregressiveDecoder(self._averaged, self.codes)

    def export_spec(self) -> ExportSpec:
        """The model of codes: it gives the logits of each code from those before it."""

        def draw(count: int, rng: torch.Generator) -> Tensor:
            return torch.randint(self.codes.values, (count, self.codes.length), generator=rng)

        return ExportSpec("Model", self._averaged, ("codes", draw), self.classes, "logits")

    @property
    def _averaged(self) -> AutoregressiveModel:
        assert isinstance(self.average.module, AutoregressiveModel)
        return self.average.module

    def _loss(self, real: Tensor, labels: Tensor) -> tuple[Tensor, dict[str, float]]:
        codes = self.codes.encode(real)
        condition = class_condition(labels, self.classes) if self.classes else None
        likely = code_log_likelihood(self.network(codes, condition), codes)
        loss = self.codes.log_volume - likely.mean()
        if self.codes.log_volume:
            return loss, {}
        return loss, {"bits_per_dim": loss.item() / self.numbers / math.log(2)}


def codes_of(config: RunConfig) -> Codes:
    """How samples of these data are told as codes."""
    if config.data.levels is None:
        network = config.algorithm.network
        assert isinstance(network, MadeNetwork)
        return PointCodes(network.bins)
    return PixelCodes(config.data.shape, config.data.levels)
