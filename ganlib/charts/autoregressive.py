"""The charts of an autoregressive model."""

import math
from typing import TYPE_CHECKING

from ganlib.charts import Chart, Curve, ReferenceLine, StepMetric, gradient_chart

if TYPE_CHECKING:
    from ganlib.config import RunConfig

METRICS = {
    "loss": StepMetric("What is minimised", "nats for each sample"),
    "bits_per_dim": StepMetric("Bits per dimension", "bits"),
    "grad_norm": StepMetric("Gradient norm", "norm of the gradient"),
}


def charts(config: "RunConfig") -> tuple[Chart, ...]:
    """Negative log-likelihood, bits per dimension and gradient norm."""
    levels = config.data.levels
    if levels is None:
        return _nll(), gradient_chart()
    chance = math.prod(config.data.shape) * math.log(levels)
    return _nll(ReferenceLine(chance, "mere chance")), _BITS_PER_DIM, gradient_chart()


def _nll(*lines: ReferenceLine) -> Chart:
    return Chart(
        key="loss",
        title="Negative log-likelihood, \u2212log p(x)",
        y_title="nats (lower is better)",
        alt="Negative log-likelihood of the batch against steps.",
        curves=(Curve("loss", "of the batch", "generator"),),
        lines=lines,
    )


_BITS_PER_DIM = Chart(
    key="bits-per-dim",
    title="Bits per dimension",
    y_title="bits (lower is better)",
    alt="Bits for each number of a sample against steps.",
    curves=(Curve("bits_per_dim", "of the batch", "fake"),),
)
