"""The charts of a generator against a discriminator."""

import math
from itertools import cycle
from typing import Any

from dashboard.charts.parts import line, series
from ganlib import COLOURS, PENALTIES, LossSpec, RunConfig

OPPONENT = (
    "Each loss is against the opponent of that step, which learns as well: a lower one need not "
    "mean better samples."
)


def game_charts(config: RunConfig) -> list[dict[str, Any]]:
    """All that a run with these settings shows."""
    objective, network = config.gan.objective, config.gan.network
    charts = [_loss_chart(config), _score_chart(config)]
    if objective.has_gradient_penalty:
        charts.append(_penalty_chart(config))
    if objective.lecam_lambda > 0:
        charts.append(_lecam_chart())
    if network.architecture == "dcgan" and network.condition == "auxiliary":
        charts.append(_class_chart(len(config.asked_classes)))
    if network.architecture == "dcgan" and network.condition == "codes":
        charts.append(_information_chart(network.code_values, network.code_numbers))
    if config.gan.augmentation.is_on:
        charts.append(_augmentation_chart(config))
    if config.gan.optimisation.norms_every > 0:
        charts += [_gradients_chart(), _sigmas_chart()]
    return charts


def _loss_chart(config: RunConfig) -> dict[str, Any]:
    loss = config.gan.objective.loss_spec
    no_line = f" No line for G: {loss.any_g_loss}." if loss.any_g_loss else ""
    return {
        "id": "loss",
        "title": f"Losses: {loss.title}",
        "y_title": "loss against the opponent of that step",
        "note": f"{loss.minimises} {OPPONENT}{no_line}",
        "alt": "Losses of the discriminator and the generator against steps.",
        "series": _of_both("loss"),
        "lines": [
            line(loss.equilibrium[f"{role[0]}_loss"], "D cannot tell", COLOURS[role])
            for role in ("discriminator", "generator")
            if f"{role[0]}_loss" in loss.equilibrium
        ],
    }


def _score_chart(config: RunConfig) -> dict[str, Any]:
    loss = config.gan.objective.loss_spec
    name = loss.reading.name
    return {
        "id": "scores",
        "title": "What the discriminator says",
        "y_title": name,
        "alt": f"Mean {name} that the discriminator gives to real and to fake samples.",
        "series": [
            series("d_real", "D(x), real", COLOURS["real"]),
            series("d_fake", "D(G(z)), fake", COLOURS["fake"]),
        ],
        "lines": _undecided(loss),
    }


def _undecided(loss: LossSpec) -> list[dict[str, Any]]:
    """Where the best D is once it cannot tell, if it is at one place."""
    if loss.threshold is None:
        return []
    value = 1 / (1 + math.exp(-loss.threshold)) if loss.is_probability else loss.threshold
    return [line(value, "cannot tell", "#808080")]


def _penalty_chart(config: RunConfig) -> dict[str, Any]:
    colours = cycle(COLOURS[role] for role in ("real", "fake", "discriminator", "generator"))
    on = [one for one in PENALTIES.values() if config.gan.objective.weight(one)]
    return {
        "id": "penalties",
        "title": "Penalties, before their weights",
        "y_title": f"mean of {' and of '.join(dict.fromkeys(one.formula for one in on))}",
        "note": " ".join(one.note for one in on if one.note),
        "alt": "Gradient penalties of the discriminator against steps.",
        "series": [
            series(one.metric, f"{one.title}: {one.formula}", colour)
            for one, colour in zip(PENALTIES.values(), colours, strict=False)
        ],
        "lines": [],
    }


def _lecam_chart() -> dict[str, Any]:
    return {
        "id": "lecam",
        "title": "LeCam, before its weight",
        "y_title": "squared distance of logits",
        "alt": "Distance of the discriminator's logits from their moving means against steps.",
        "series": [series("d_lecam", "from the other side", COLOURS["discriminator"])],
        "lines": [],
    }


def _class_chart(classes: int) -> dict[str, Any]:
    return {
        "id": "classes",
        "title": "How badly the class is told",
        "y_title": "cross-entropy, nats",
        "alt": "Cross-entropy of the class at real and at fake samples against steps.",
        "series": [
            series("d_class_real", "by D, real", COLOURS["real"]),
            series("d_class_fake", "by D, fake", COLOURS["fake"]),
            series("g_class", "asked of G", COLOURS["generator"]),
        ],
        "lines": [line(math.log(classes), "nothing is known", "#808080")],
    }


def _information_chart(values: int, numbers: int) -> dict[str, Any]:
    return {
        "id": "information",
        "title": "How much of the codes is told",
        "y_title": "information, nats",
        "alt": "What D's second head tells of the codes of fake samples against steps.",
        "series": _of_both("information"),
        "lines": [line(math.log(values) + numbers / 2, "all there is", "#808080")],
    }


def _augmentation_chart(config: RunConfig) -> dict[str, Any]:
    target = config.gan.augmentation.ada_target
    return {
        "id": "augmentation",
        "title": "How much of what D sees is changed",
        "y_title": "probability p; mean sign of D at real",
        "alt": "Probability of a change, and how sure D is of real samples, against steps.",
        "series": [
            series("ada_p", "p, of each change", COLOURS["discriminator"]),
            series("ada_r", "sign of D at real", COLOURS["real"]),
        ],
        "lines": [line(target, "target", COLOURS["real"])] if target > 0 else [],
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
    return [series(f"{role[0]}_{metric}", role, COLOURS[role]) for role in players]
