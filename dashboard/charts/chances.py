"""The charts of models that say how likely a sample is: VAE and autoregressive."""

import math
from typing import Any

from dashboard.charts.parts import line, series
from ganlib import COLOURS, RunConfig, VaeConfig


def vae_charts(config: RunConfig) -> list[dict[str, Any]]:
    """The bound and its two prices, the weight between them, how hard the networks are pushed."""
    charts = [_bound_chart(), _price_chart(), _push_chart()]
    vae = config.algorithm
    assert isinstance(vae, VaeConfig)
    if vae.objective.likelihood == "gaussian":
        charts.append(_sigma_chart())
    return charts


def chain_charts(config: RunConfig) -> list[dict[str, Any]]:
    """The price of a sample, and how hard the network is pushed."""
    lines = []
    if config.data.levels is not None:
        chance = math.prod(config.data.shape) * math.log(config.data.levels)
        lines = [line(chance, "mere chance", "#808080")]
    price = {
        "id": "loss",
        "title": "Price of a sample, \u2212log p(x)",
        "y_title": "nats (lower is better)",
        "alt": "Negative log-likelihood of the batch against steps.",
        "series": [series("loss", "of the batch", COLOURS["generator"])],
        "lines": lines,
    }
    return [price, *([] if config.data.levels is None else [_bits_chart()]), _push_chart()]


def _bits_chart() -> dict[str, Any]:
    return {
        "id": "bits",
        "title": "Price of one number of a sample",
        "y_title": "bits (lower is better)",
        "alt": "Bits for each number of a sample against steps.",
        "series": [series("bits_per_dim", "of the batch", COLOURS["fake"])],
        "lines": [],
    }


def _bound_chart() -> dict[str, Any]:
    return {
        "id": "loss",
        "title": "Bound on log p(x): the ELBO",
        "y_title": "nats (higher is better)",
        "alt": "Evidence lower bound of the batch against steps.",
        "series": [series("elbo", "ELBO of the batch", COLOURS["generator"])],
        "lines": [],
    }


def _price_chart() -> dict[str, Any]:
    return {
        "id": "prices",
        "title": "What a sample costs: z, and the rest once z is known",
        "y_title": "nats (lower is better)",
        "alt": "Reconstruction term and KL term against steps.",
        "series": [
            series("recon", "reconstruction, \u2212log p(x|z)", COLOURS["fake"]),
            series("kl", "KL of q(z|x) to the prior", COLOURS["discriminator"]),
        ],
        "lines": [],
    }


def _sigma_chart() -> dict[str, Any]:
    return {
        "id": "sigma",
        "title": "Width of the gaussian likelihood",
        "y_title": "sigma, in data from \u22121 to 1",
        "alt": "Width of the gaussian likelihood against steps.",
        "series": [series("sigma", "sigma", COLOURS["fake"])],
        "lines": [],
    }


def _push_chart() -> dict[str, Any]:
    return {
        "id": "gradients",
        "title": "How hard the network is pushed",
        "y_title": "norm of the gradient",
        "alt": "Norm of the gradient against steps.",
        "series": [series("grad_norm", "all weights", COLOURS["generator"])],
        "lines": [],
    }
