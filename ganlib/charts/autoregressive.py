"""The charts of an autoregressive model."""

import math
from typing import TYPE_CHECKING

from ganlib.charts import Chart, Curve, ReferenceLine, StepMetric, gradient_chart

if TYPE_CHECKING:
    from ganlib.config import RunConfig

METRICS = {
    "loss": StepMetric("What is minimised", "nats for each sample"),
    "bits_per_dim": StepMetric("The price of a number of a sample", "bits"),
    "grad_norm": StepMetric("How hard the network is pushed", "norm of the gradient"),
}


def charts(config: "RunConfig") -> tuple[Chart, ...]:
    """The price of a sample and of a number of it, and the gradient norm."""
    levels = config.data.levels
    if levels is None:
        return _price(), gradient_chart()
    chance = math.prod(config.data.shape) * math.log(levels)
    return _price(ReferenceLine(chance, "mere chance")), _BITS, gradient_chart()


def _price(*lines: ReferenceLine) -> Chart:
    return Chart(
        key="loss",
        title="Price of a sample, \u2212log p(x)",
        y_title="nats (lower is better)",
        alt="Negative log-likelihood of the batch against steps.",
        curves=(Curve("loss", "of the batch", "generator"),),
        lines=lines,
    )


_BITS = Chart(
    key="bits",
    title="Price of one number of a sample",
    y_title="bits (lower is better)",
    alt="Bits for each number of a sample against steps.",
    curves=(Curve("bits_per_dim", "of the batch", "fake"),),
)
