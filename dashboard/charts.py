"""What the charts of a run show: series, colours, lines of reference. Plain values only."""

import math
from collections.abc import Mapping
from typing import Any

from ganlib import COLOURS, RunConfig, equilibrium

PENALTIES: Mapping[str, str] = {
    "d_r1": "R1, slope at real",
    "d_r2": "R2, slope at fake",
    "d_gp": "gradient penalty, between",
    "d_dragan": "DRAGAN, around real",
}

METRICS: Mapping[str, tuple[str, str]] = {
    "d_loss": ("Loss of the discriminator", "D's loss"),
    "g_loss": ("Loss of the generator", "G's loss"),
    "d_real": ("What D says of real samples", "D(x)"),
    "d_fake": ("What D says of fake samples", "D(G(z))"),
    **{name: (f"Penalty: {label}", "squared slope of D") for name, label in PENALTIES.items()},
    "d_lecam": ("Penalty: LeCam, on the logits", "squared distance of logits"),
    "ada_p": ("How much of what D sees is changed", "probability of each change"),
    "ada_r": ("How well D knows the real samples", "mean sign of D at real"),
    "d_class_real": ("How badly D tells the class of real samples", "cross-entropy, nats"),
    "d_class_fake": ("How badly D tells the class of fake samples", "cross-entropy, nats"),
    "g_class": ("How badly the class asked for is seen in fakes", "cross-entropy, nats"),
    "d_information": ("How much D tells of the codes", "information, nats"),
    "g_information": ("How much of the codes is seen in fakes", "information, nats"),
    "g_grad_norm": ("How hard the generator is pushed", "norm of the gradient"),
    "d_grad_norm": ("How hard the discriminator is pushed", "norm of the gradient"),
    "g_sigma": ("How much a layer of G stretches at most", "largest singular value"),
    "d_sigma": ("How much a layer of D stretches at most", "largest singular value"),
}
"""Title and vertical axis of the chart that shows one metric of several runs."""

RUN_COLOURS = ("#7350ff", "#c91f1f", "#979a00", "#2f7280", "#e06ab8")
"""Colours of runs that are compared: none is a role's, all stand out on either ground (contrast 3),
and red-green blind eyes tell them apart (OKLab distance 0.1 as protan and deutan eyes see them)."""
RUN_DASHES = ("solid", "dash", "dot", "dashdot")
"""Every five runs the next."""


def run_look(place: int) -> dict[str, str]:
    """Colour and dash of the line of a run by its place among those compared: 20 looks in all."""
    turn, colour = divmod(place, len(RUN_COLOURS))
    return {"colour": RUN_COLOURS[colour], "dash": RUN_DASHES[turn % len(RUN_DASHES)]}


def metric_chart(name: str) -> dict[str, str]:
    """The chart of one metric over several runs; one without a title of ours is called as it is."""
    title, y_title = METRICS.get(name, (name, name))
    return {"id": name, "title": title, "y_title": y_title}


def train_charts(config: RunConfig) -> list[dict[str, Any]]:
    """The charts of the Train page, as the browser's curves component takes them."""
    objective = config.algorithm.objective
    charts = [_loss_chart(config), _score_chart(config)]
    if objective.has_gradient_penalty:
        charts.append(_penalty_chart())
    if objective.lecam_lambda > 0:
        charts.append(_lecam_chart())
    network = config.algorithm.network
    if network.architecture == "dcgan" and network.condition == "auxiliary":
        charts.append(_class_chart(len(config.asked_classes)))
    if network.architecture == "dcgan" and network.condition == "codes":
        charts.append(_information_chart(network.code_values, network.code_numbers))
    if config.algorithm.augmentation.is_on:
        charts.append(_augmentation_chart(config))
    if config.algorithm.optimisation.norms_every > 0:
        charts += [_gradients_chart(), _sigmas_chart()]
    return charts


def _loss_chart(config: RunConfig) -> dict[str, Any]:
    rest = equilibrium(config)
    return {
        "id": "loss",
        "title": "Losses",
        "y_title": "loss (lower is better for its owner)",
        "alt": "Losses of the discriminator and the generator against steps.",
        "series": _of_both("loss"),
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
    colours = (COLOURS[role] for role in ("real", "fake", "discriminator", "generator"))
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


def _lecam_chart() -> dict[str, Any]:
    return {
        "id": "lecam",
        "title": "LeCam, before its weight",
        "y_title": "squared distance of logits",
        "alt": "Distance of the discriminator's logits from their moving means against steps.",
        "series": [_series("d_lecam", "from the other side", COLOURS["discriminator"])],
        "lines": [],
    }


def _class_chart(classes: int) -> dict[str, Any]:
    return {
        "id": "classes",
        "title": "How badly the class is told",
        "y_title": "cross-entropy, nats",
        "alt": "Cross-entropy of the class at real and at fake samples against steps.",
        "series": [
            _series("d_class_real", "by D, real", COLOURS["real"]),
            _series("d_class_fake", "by D, fake", COLOURS["fake"]),
            _series("g_class", "asked of G", COLOURS["generator"]),
        ],
        "lines": [_line(math.log(classes), "nothing is known", "#808080")],
    }


def _information_chart(values: int, numbers: int) -> dict[str, Any]:
    return {
        "id": "information",
        "title": "How much of the codes is told",
        "y_title": "information, nats",
        "alt": "What D's second head tells of the codes of fake samples against steps.",
        "series": _of_both("information"),
        "lines": [_line(math.log(values) + numbers / 2, "all there is", "#808080")],
    }


def _augmentation_chart(config: RunConfig) -> dict[str, Any]:
    target = config.algorithm.augmentation.ada_target
    return {
        "id": "augmentation",
        "title": "How much of what D sees is changed",
        "y_title": "probability p; mean sign of D at real",
        "alt": "Probability of a change, and how sure D is of real samples, against steps.",
        "series": [
            _series("ada_p", "p, of each change", COLOURS["discriminator"]),
            _series("ada_r", "sign of D at real", COLOURS["real"]),
        ],
        "lines": [_line(target, "target", COLOURS["real"])] if target > 0 else [],
    }


def _gradients_chart() -> dict[str, Any]:
    return {
        "id": "gradients",
        "title": "How hard each is pushed",
        "y_title": "norm of the gradient",
        "alt": "Gradient norms of the discriminator's and the generator's weights against steps.",
        "series": _of_both("grad_norm"),
        "lines": [],
    }


def _sigmas_chart() -> dict[str, Any]:
    return {
        "id": "sigmas",
        "title": "How much a layer stretches at most",
        "y_title": "largest singular value",
        "alt": "Largest singular value of any layer of each network against steps.",
        "series": _of_both("sigma"),
        "lines": [],
    }


def _of_both(metric: str) -> list[dict[str, str]]:
    """The series of a metric that each player has."""
    players = ("discriminator", "generator")
    return [_series(f"{role[0]}_{metric}", role, COLOURS[role]) for role in players]


def _series(name: str, label: str, colour: str) -> dict[str, str]:
    return {"name": name, "label": label, "colour": colour}


def _line(value: float, label: str, colour: str) -> dict[str, Any]:
    return {"value": value, "label": f"{label} ({value:.3g})", "colour": colour}
