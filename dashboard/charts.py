"""What the charts of a run show: series, colours, lines of reference. Plain values only."""

from collections.abc import Mapping
from typing import Any

from ganlib import COLOURS, RunConfig, equilibrium

PENALTIES: Mapping[str, str] = {
    "d_r1": "R1, slope at real",
    "d_r2": "R2, slope at fake",
    "d_gp": "gradient penalty, between",
}


def train_charts(config: RunConfig) -> list[dict[str, Any]]:
    """The charts of the Train page, as the browser's curves component takes them."""
    objective = config.algorithm.objective
    charts = [_loss_chart(config), _score_chart(config)]
    if objective.has_gradient_penalty:
        charts.append(_penalty_chart())
    return charts


def _loss_chart(config: RunConfig) -> dict[str, Any]:
    rest = equilibrium(config)
    return {
        "id": "loss",
        "title": "Losses",
        "y_title": "loss (lower is better for its owner)",
        "alt": "Losses of the discriminator and the generator against steps.",
        "series": [
            _series("d_loss", "discriminator", COLOURS["discriminator"]),
            _series("g_loss", "generator", COLOURS["generator"]),
        ],
        "lines": [
            _line(rest["d_loss"], "D cannot tell", COLOURS["discriminator"]),
            _line(rest["g_loss"], "D cannot tell", COLOURS["generator"]),
        ],
    }


def _score_chart(config: RunConfig) -> dict[str, Any]:
    objective = config.algorithm.objective
    is_probability = objective.loss in ("minimax", "ns")
    what = "probability of being real" if is_probability else "score (logit)"
    # With smoothing the best D says less than one half: see `ganlib.objectives`.
    blind = (1 - objective.label_smoothing) / 2
    return {
        "id": "scores",
        "title": "What the discriminator says",
        "y_title": what,
        "alt": f"Mean {what} that the discriminator gives to real and to fake samples.",
        "series": [
            _series("d_real", "D(x), real", COLOURS["real"]),
            _series("d_fake", "D(G(z)), fake", COLOURS["fake"]),
        ],
        "lines": [_line(blind, "cannot tell", "#808080")] if is_probability else [],
    }


def _penalty_chart() -> dict[str, Any]:
    colours = (COLOURS["real"], COLOURS["fake"], COLOURS["discriminator"])
    return {
        "id": "penalties",
        "title": "Penalties, before their weights",
        "y_title": "squared slope of D",
        "alt": "Gradient penalties of the discriminator against steps.",
        "series": [
            _series(name, label, colour)
            for (name, label), colour in zip(PENALTIES.items(), colours, strict=True)
        ],
        "lines": [],
    }


def _series(name: str, label: str, colour: str) -> dict[str, str]:
    return {"name": name, "label": label, "colour": colour}


def _line(value: float, label: str, colour: str) -> dict[str, Any]:
    return {"value": value, "label": f"{label} ({value:.3g})", "colour": colour}
