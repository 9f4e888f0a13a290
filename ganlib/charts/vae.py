"""The charts of a variational autoencoder."""

from typing import TYPE_CHECKING, cast

from ganlib.charts import Chart, Curve, StepMetric, gradient_chart

if TYPE_CHECKING:
    from ganlib.config import RunConfig, VaeConfig

METRICS = {
    "loss": StepMetric("What is minimised", "nats for each sample"),
    "elbo": StepMetric("Evidence lower bound", "nats for each sample (higher is better)"),
    "recon": StepMetric("Reconstruction term, \u2212log p(x|z)", "nats"),
    "kl": StepMetric("KL divergence of q(z|x) to the prior", "nats"),
    "beta": StepMetric("Weight of the KL divergence", "beta"),
    "sigma": StepMetric("Width of the gaussian likelihood", "sigma, in data from -1 to 1"),
    "grad_norm": StepMetric("Gradient norm", "norm of the gradient"),
}


def charts(config: "RunConfig") -> tuple[Chart, ...]:
    """The ELBO, its two terms, the gradient norm, the width of the likelihood."""
    vae = cast("VaeConfig", config.algorithm)
    has_width = vae.objective.likelihood == "gaussian"
    return (_BOUND, _ELBO_TERMS, gradient_chart(), *((_WIDTH,) if has_width else ()))


_BOUND = Chart(
    key="loss",
    title="Bound on log p(x): the ELBO",
    y_title="nats (higher is better)",
    alt="Evidence lower bound of the batch against steps.",
    curves=(Curve("elbo", "ELBO of the batch", "generator"),),
)
_ELBO_TERMS = Chart(
    key="elbo-terms",
    title="Terms of the ELBO: reconstruction and KL divergence",
    y_title="nats (lower is better)",
    alt="Reconstruction term and KL term against steps.",
    curves=(
        Curve("recon", "reconstruction, \u2212log p(x|z)", "fake"),
        Curve("kl", "KL of q(z|x) to the prior", "discriminator"),
    ),
)
_WIDTH = Chart(
    key="sigma",
    title="Width of the gaussian likelihood",
    y_title="sigma, in data from \u22121 to 1",
    alt="Width of the gaussian likelihood against steps.",
    curves=(Curve("sigma", "sigma", "fake"),),
)
