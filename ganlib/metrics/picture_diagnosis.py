"""Verdicts on a run on pictures, mode collapse among them, each with its measurement and a cure.

"Runs that learn" are digits with the losses ns, minimax, hinge, lsgan, rpgan and wgan-gp, widths 8
and 16, measured from step 200 to 1,500; each failing run was made to fail.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from ganlib.events import MetricReport
from ganlib.metrics import cures
from ganlib.metrics.evidence import LONG, Evidence, first_believed
from ganlib.metrics.images import APART, FRECHET, SATURATED

ERRORS = 3
"""Standard errors by which a metric has to be on its side of a threshold."""
EXPLODED = 200.0
"""Median size of a loss. 0.7 to 1.4 were measured of runs that learn, up to 30 where D was too
strong, and 6,000 with learning rates of 0.05."""
EXPLODED_CRITIC = 1e5
"""The same of a critic, whose scores have no unit: 5 with wgan-gp, and 5,000 to 14,000 where wgan
was clipped at 1 and did not blow up."""
FLAT = 0.01
"""Mean D(fake) from which down minimax is flat: this is the gradient of that loss along the logit,
1/2 where D cannot tell. 0.002 was measured with 5 updates of D in a step, 3e-8 with 10."""
VANISHING = 1e-3
"""Median norm of G's gradient: 0.02 to 10 in runs that learn, 5e-6 where minimax was flat."""
SURE = 0.9
"""How far apart D's mean probabilities of reals and fakes are: 0.02 to 0.76 in runs that
learn, 0.92 to 1 where G drew specks for hundreds of steps."""
NO_ERRORS = 0.1
"""D's mean loss in that of a D that cannot tell, for losses without probabilities: 0.08 where a
hinge was won, 0.26 and more in runs that learn."""
SHADES = 0.25
"""Share of numbers between the two ends of their range, in that of the reals: 0.8 and more in runs
that learn, 0.46 of reals seen through a tanh three times as steep, 0.18 and less where lr_g 0.005
had driven the tanh of a perceptron to its ends."""
STILL_FAR = 10.0
"""Fréchet distance, in that of other real pictures, from which fakes are still far from them. Of
digits 4.3 was reached in 800 s, 9 in 60 s, and 31 in 8 s, where few of them can be read."""
FLAT_DATA = 0.02
"""Share of such numbers in the reals up to which they have two colours anyway."""
FOUND = 0.4
"""Precision from which fakes look like the data: 0.45 to 0.8 in runs that learn; specks that a
classifier takes for eights had 0.3."""
REPEATED = 0.15
"""Distance between fakes, in that of as many reals: 0.6 to 1.3 in runs that learn, 0.2 to 0.4 of
the specks and blots before, 0.02 to 0.12 where the generator had collapsed, 0.1 of ten digits with
a little noise."""
RARE = 0.1
"""Of its share in the data, below which a class is hardly drawn."""
FEW = 0.5
"""Share of the classes that are hardly drawn from which the generator has collapsed, unless it is
still finding them; 5 to 9 of 10 where nearly all fakes were of one class."""
EXPECTED = 20
"""Fakes of a class that there should be, from which its absence means something: of so many in a
true sample, 2 or fewer come in 1 of 2 million."""
COPIED = 0.4
"""Memorisation ratio, in that of held-out reals: 1 to 1.9 in runs that learn; 0.16 and 0.39 of
training digits with noise of 10 and 25 in 255. Held-out ones have 0.44, the most alike of all."""


def diagnose_pictures(evidence: Evidence) -> dict[str, str] | None:
    """What curves and metrics of one step say about the run; the first rule that applies speaks.

    Returns:
        `state`, one of "diverging", "vanishing", "saturated", "collapsing", "memorising",
        "d_winning", "searching", "solved" and "balanced"; `sentence`, for a person; and `advice`,
        what to try, naming settings: empty where nothing is wrong. None where too little was
        measured to say anything. The sentence says of which step it is, unless the run has ended.
    """
    for state, rule in _RULES:
        if verdict := rule(evidence):
            sentence, advice = verdict
            if not evidence.diverged:
                sentence = f"At step {evidence.step:,}: {sentence[0].lower()}{sentence[1:]}"
            return {"state": state, "sentence": sentence, "advice": advice}
    return None


_Verdict = tuple[str, str] | None


def _diverging(evidence: Evidence) -> _Verdict:
    advice = cures.lower_learning_rates(evidence.config)
    if evidence.diverged:
        return "The run diverged: a loss is no longer a finite number.", advice
    loss = evidence.config.gan.objective.loss_spec
    most = EXPLODED_CRITIC if loss.is_critic else EXPLODED
    for name, whose in (("d_loss", "discriminator"), ("g_loss", "generator")):
        size = evidence.median(name)
        if size is not None and abs(size) >= most:
            return (
                f"The run is diverging: {_lately(evidence)} the loss of the {whose} is "
                f"{_short(size)} (in runs that learn it stays far below {most:,.0f}).",
                advice,
            )
    return None


def _vanishing(evidence: Evidence) -> _Verdict:
    loss = evidence.config.gan.objective.loss_spec
    gradient, norm = evidence.mean("d_fake"), evidence.median("g_grad_norm")
    if loss.steeper and gradient is not None and gradient <= FLAT:
        return (
            "The generator's gradient vanishes: the discriminator gives the fakes "
            f"{_short(gradient)} on average {_lately(evidence)}, and so steep is the loss "
            f"{loss.key} there (0.5 where it cannot tell).",
            cures.steeper_loss(evidence.config),
        )
    if norm is not None and norm <= VANISHING and not loss.is_critic:
        return (
            f"The generator's gradient vanishes: {_lately(evidence)} its norm is {_short(norm)} "
            "(in runs that learn it is 0.02 or more).",
            cures.steeper_loss(evidence.config),
        )
    return None


def _saturated(evidence: Evidence) -> _Verdict:
    metric = evidence.metric(SATURATED)
    if metric is None or metric.floor is None or 1 - metric.floor < FLAT_DATA:
        return None
    shades, of_reals = 1 - metric.value, 1 - metric.floor
    if shades + ERRORS * metric.error > SHADES * of_reals:
        return None
    return (
        f"The tanh at the end of the generator is saturated: {_percent(metric.value)} of all "
        f"numbers in its pictures are at an end of their range, of real ones "
        f"{_percent(metric.floor)}. There its gradient is 0.",
        cures.gentler_start(evidence.config),
    )


def _repeating(evidence: Evidence) -> _Verdict:
    """Mode collapse: the fakes are closer to each other than reals are."""
    metric = evidence.metric(APART)
    if evidence.step < LONG or metric is None or not metric.floor:
        return None
    if metric.value + ERRORS * metric.error > REPEATED * metric.floor:
        return None
    return (
        "The generator has collapsed: it repeats its pictures. The most similar other one is only "
        f"{_short(metric.value / metric.floor)} times as far away as among real pictures.",
        cures.more_variety(evidence.config),
    )


def _dropping(evidence: Evidence) -> _Verdict:
    """Mode collapse: some classes are hardly drawn."""
    rare, of = _rare_classes(evidence.report)
    if not rare or len(rare) < FEW * of or not _stays(evidence):
        return None
    return (
        f"The generator is collapsing to few classes: {len(rare)} of {of} have less than a tenth "
        f"of their share ({_named(rare)}).",
        cures.more_variety(evidence.config),
    )


def _stays(evidence: Evidence) -> bool:
    """Whether the pictures were good before too, and cover no more of the data since."""
    before = evidence.before
    if before is None or not _look_real(before):
        return False
    now, then = evidence.metric("coverage"), first_believed(before, "coverage")
    if now is None or then is None:
        return False
    return now.value - then.value <= ERRORS * math.hypot(now.error, then.error)


def _look_real(report: MetricReport) -> bool:
    precision = first_believed(report, "precision")
    return precision is not None and precision.value >= FOUND


def _rare_classes(report: MetricReport) -> tuple[list[str], int]:
    """Classes that are hardly drawn, and among how many.

    None of pictures that look like nothing: a classifier gives any blot a name.
    """
    counted = first_believed(report, "class KL")
    if counted is None or not _look_real(report):
        return [], 0
    expected = [one for one in report.classes if counted.n * one[2] >= EXPECTED]
    return [name for name, fake, real in expected if fake < RARE * real], len(expected)


def _named(names: list[str]) -> str:
    kind = "class" if len(names) == 1 else "classes"
    return f"{kind} {', '.join(names[:5])}" + (" and others" if len(names) > 5 else "")


def _memorising(evidence: Evidence) -> _Verdict:
    for metric in evidence.metrics("memorisation ratio"):
        if metric.floor and metric.value + ERRORS * metric.error <= COPIED * metric.floor:
            return (
                "The generator repeats training pictures: in "
                f"{metric.features} the nearest one is {_short(metric.value)} away from a fake, "
                f"and {_short(metric.floor)} from a real picture that was held back.",
                cures.against_copies(evidence.config),
            )
    return None


def _d_winning(evidence: Evidence) -> _Verdict:
    objective = evidence.config.gan.objective
    spec = objective.loss_spec
    real, fake, loss = (evidence.mean(name) for name in ("d_real", "d_fake", "d_loss"))
    if spec.is_critic or real is None or fake is None or loss is None:
        return None
    if len(evidence.curves["d_real"]) < LONG // 2:
        return None
    if spec.is_probability:
        if real - fake < SURE * (1 - objective.label_smoothing):
            return None
        verdict = (
            f"it gives reals the probability {real:.2f} of being real, and fakes {_short(fake)}"
        )
    else:
        rest = spec.equilibrium["d_loss"]
        if loss > NO_ERRORS * rest:
            return None
        verdict = f"its loss is {_short(loss)}, where guessing costs {_short(rest)}"
    return (
        f"The discriminator is too strong: {_lately(evidence)} {verdict}.",
        cures.weaker_d(evidence.config),
    )


def _searching(evidence: Evidence) -> _Verdict:
    precision = evidence.metric("precision")
    if precision is None or precision.value >= FOUND:
        return None
    floor = precision.floor
    others = "" if floor is None else f", and {round(100 * floor)} of other real ones"
    return (
        "The fakes do not look like the data yet: "
        f"{round(100 * precision.value)} of 100 are as near to a real picture as real ones are to "
        f"each other{others}.",
        "more steps",
    )


def _uneven(evidence: Evidence) -> _Verdict:
    rare, of = _rare_classes(evidence.report)
    if not rare:
        return None
    return (
        f"The fakes look like the data, but {len(rare)} of {of} classes "
        f"{'is' if len(rare) == 1 else 'are'} hardly drawn, less than a tenth as often as in the "
        f"data ({_named(rare)}).",
        f"more steps, and if that does not help, {cures.more_variety(evidence.config)}",
    )


def _near(evidence: Evidence) -> _Verdict:
    metric = evidence.metric(FRECHET)
    if (
        metric is None
        or metric.floor is None
        or metric.value > metric.floor + ERRORS * metric.error
    ):
        return None
    return (
        "No fault found: the fakes are as near to real pictures as those are to each other "
        f"(Fréchet distance {_short(metric.value)}, of real pictures {_short(metric.floor)}).",
        "",
    )


def _far(evidence: Evidence) -> _Verdict:
    metric = evidence.metric(FRECHET)
    if metric is None or not metric.floor or metric.value < STILL_FAR * metric.floor:
        return None
    against = f"Fréchet distance {_short(metric.value)} against {_short(metric.floor)}"
    return f"No fault found, still far from real pictures ({against}).", ""


def _balanced(evidence: Evidence) -> _Verdict:
    metric = evidence.metric(FRECHET)
    if metric is None or not metric.floor:
        return None
    return (
        "No fault found; the fakes are farther from real pictures than those from each other "
        f"(Fréchet distance {_short(metric.value)} against {_short(metric.floor)}).",
        "",
    )


def _lately(evidence: Evidence) -> str:
    return f"over the last {max(map(len, evidence.curves.values())):,} steps"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _short(value: float) -> str:
    """Two digits, without an exponent."""
    return np.format_float_positional(float(f"{value:.2g}"), trim="-")


_RULES: Sequence[tuple[str, Callable[[Evidence], _Verdict]]] = (
    ("diverging", _diverging),
    ("vanishing", _vanishing),
    # Before collapse: pictures that are black and white all over are alike.
    ("saturated", _saturated),
    # Before copies: pictures of a class like the digit one are near to each other anyway.
    ("collapsing", _dropping),
    # Before repetition: few training pictures that are known by heart are repeated as well.
    ("memorising", _memorising),
    ("collapsing", _repeating),
    # After all faults of the pictures: D is right about them.
    ("d_winning", _d_winning),
    ("searching", _searching),
    ("searching", _uneven),
    ("solved", _near),
    ("searching", _far),
    ("balanced", _balanced),
)
"""In order of urgency."""
