"""The charts of a generator against a discriminator."""

import math
from collections.abc import Iterator
from itertools import cycle
from typing import TYPE_CHECKING

from ganlib.charts import Chart, Curve, ReferenceLine, Role, StepMetric
from ganlib.losses import LossSpec
from ganlib.penalties import PENALTIES

if TYPE_CHECKING:
    from ganlib.config import RunConfig

OPPONENT = (
    "Each loss is against the opponent of that step, which learns as well: a lower one need not "
    "mean better samples."
)
PLAYERS: tuple[Role, Role] = ("discriminator", "generator")
NO_RANKING = (
    "Every run has an opponent of its own, which learns as well: this does not rank the runs."
)
METRICS = {
    "d_loss": StepMetric("Loss of the discriminator", "D's loss against its own G", NO_RANKING),
    "g_loss": StepMetric("Loss of the generator", "G's loss against its own D", NO_RANKING),
    "d_real": StepMetric("What D says of real samples", "D(x), as its loss reads it", NO_RANKING),
    "d_fake": StepMetric(
        "What D says of fake samples", "D(G(z)), as its loss reads it", NO_RANKING
    ),
    "d_lecam": StepMetric("Penalty: LeCam, on the logits", "squared distance of logits"),
    "ada_p": StepMetric("Augmentation probability", "probability of each change"),
    "ada_r": StepMetric(
        "Overfitting of D: its mean sign at real samples", "mean sign of D at real"
    ),
    "d_class_real": StepMetric(
        "Cross-entropy of the class of real samples, for D", "cross-entropy, nats"
    ),
    "d_class_fake": StepMetric(
        "Cross-entropy of the class of fake samples, for D", "cross-entropy, nats"
    ),
    "g_class": StepMetric("Cross-entropy of the class in fakes, for G", "cross-entropy, nats"),
    "d_information": StepMetric("Mutual information of the codes, for D", "information, nats"),
    "g_information": StepMetric("Mutual information of the codes, for G", "information, nats"),
    "g_grad_norm": StepMetric("Gradient norm of G", "norm of the gradient", NO_RANKING),
    "d_grad_norm": StepMetric("Gradient norm of D", "norm of the gradient", NO_RANKING),
    "g_spectral_norm": StepMetric(
        "Spectral norm of G: the largest of its layers", "largest singular value"
    ),
    "d_spectral_norm": StepMetric(
        "Spectral norm of D: the largest of its layers", "largest singular value"
    ),
}


def charts(config: "RunConfig") -> tuple[Chart, ...]:
    """All that a run with these settings shows."""
    objective, network = config.gan.objective, config.gan.network
    shown = [_losses(config), _scores(config.gan.objective.loss_spec)]
    if objective.has_gradient_penalty:
        shown.append(_penalties(config))
    if objective.lecam_lambda > 0:
        shown.append(_LECAM)
    if network.conditioning == "auxiliary":
        shown.append(_classes(len(config.condition_labels)))
    if network.architecture == "dcgan" and network.condition == "codes":
        shown.append(_information(network.code_values, network.code_numbers))
    if config.gan.augmentation.is_on:
        shown.append(_augmentation(config.gan.augmentation.ada_target))
    if config.gan.optimisation.norms_every > 0:
        shown += [_GRADIENTS, _SPECTRAL_NORMS]
    return tuple(shown)


def _losses(config: "RunConfig") -> Chart:
    loss = config.gan.objective.loss_spec
    no_line = f" No line for G: {loss.any_g_loss}." if loss.any_g_loss else ""
    return Chart(
        key="loss",
        title=f"Losses: {loss.title}",
        y_title="loss against the opponent of that step",
        note=f"{loss.minimises} {OPPONENT}{no_line}",
        alt="Losses of the discriminator and the generator against steps.",
        curves=_of_both("loss"),
        lines=tuple(
            ReferenceLine(loss.equilibrium[f"{role[0]}_loss"], "D cannot tell", role)
            for role in PLAYERS
            if f"{role[0]}_loss" in loss.equilibrium
        ),
    )


def _scores(loss: LossSpec) -> Chart:
    name = loss.reading.name
    return Chart(
        key="scores",
        title="What the discriminator says",
        y_title=name,
        alt=f"Mean {name} that the discriminator gives to real and to fake samples.",
        curves=(
            Curve("d_real", "D(x), real", "real"),
            Curve("d_fake", "D(G(z)), fake", "fake"),
        ),
        lines=_undecided(loss),
    )


def _undecided(loss: LossSpec) -> tuple[ReferenceLine, ...]:
    """Where the best D is once it cannot tell, if it is at one place."""
    if loss.threshold is None:
        return ()
    value = 1 / (1 + math.exp(-loss.threshold)) if loss.is_probability else loss.threshold
    return (ReferenceLine(value, "cannot tell"),)


def _penalties(config: "RunConfig") -> Chart:
    roles: Iterator[Role] = cycle(("real", "fake", *PLAYERS))
    on = [one for one in PENALTIES.values() if config.gan.objective.weight(one)]
    return Chart(
        key="penalties",
        title="Penalties, before their weights",
        y_title=f"mean of {' and of '.join(dict.fromkeys(one.formula for one in on))}",
        note=" ".join(one.note for one in on if one.note),
        alt="Gradient penalties of the discriminator against steps.",
        curves=tuple(
            Curve(one.metric, f"{one.title}: {one.formula}", role)
            for one, role in zip(PENALTIES.values(), roles, strict=False)
        ),
    )


def _classes(classes: int) -> Chart:
    return Chart(
        key="classes",
        title="Cross-entropy of the class",
        y_title="cross-entropy, nats",
        alt="Cross-entropy of the class at real and at fake samples against steps.",
        curves=(
            Curve("d_class_real", "by D, real", "real"),
            Curve("d_class_fake", "by D, fake", "fake"),
            Curve("g_class", "of G", "generator"),
        ),
        lines=(ReferenceLine(math.log(classes), "nothing is known"),),
    )


def _information(values: int, numbers: int) -> Chart:
    return Chart(
        key="information",
        title="Mutual information of the codes",
        y_title="information, nats",
        alt="What D's second head tells of the codes of fake samples against steps.",
        curves=_of_both("information"),
        lines=(ReferenceLine(math.log(values) + numbers / 2, "all there is"),),
    )


def _augmentation(target: float) -> Chart:
    return Chart(
        key="augmentation",
        title="Augmentation probability",
        y_title="probability p; mean sign of D at real",
        alt="Probability of a change, and how sure D is of real samples, against steps.",
        curves=(
            Curve("ada_p", "p, of each change", "discriminator"),
            Curve("ada_r", "sign of D at real", "real"),
        ),
        lines=(ReferenceLine(target, "target", "real"),) if target > 0 else (),
    )


def _of_both(metric: str) -> tuple[Curve, ...]:
    """The curves of a metric that each network has."""
    return tuple(Curve(f"{role[0]}_{metric}", role, role) for role in PLAYERS)


_LECAM = Chart(
    key="lecam",
    title="LeCam, before its weight",
    y_title="squared distance of logits",
    alt="Distance of the discriminator's logits from their moving means against steps.",
    curves=(Curve("d_lecam", "from the other side", "discriminator"),),
)
_GRADIENTS = Chart(
    key="gradients",
    title="Gradient norms of G and D",
    y_title="norm of the gradient",
    alt="Gradient norms of the discriminator's and the generator's weights against steps.",
    curves=_of_both("grad_norm"),
)
_SPECTRAL_NORMS = Chart(
    key="spectral-norms",
    title="Spectral norms of G and D",
    y_title="largest singular value",
    alt="Largest singular value of any layer of each network against steps.",
    curves=_of_both("spectral_norm"),
)
