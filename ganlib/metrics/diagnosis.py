"""Verdicts on a 2-D game, mode collapse among them, each with the measurement behind it."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ganlib.losses import LossSpec

Metrics = Mapping[str, Any]

FAR = 1.5
"""Sliced W1. Fakes that all lie in the corner of the picture, at (1.3, 1.3), get 1.2 to 1.3; so
this means that most have left it."""
WINS = 0.9
"""Balanced accuracy from which D is hardly ever wrong."""
GUESSES = 0.1
"""How far from 1/2 the accuracy may be of a D that has not learned yet. Against fakes that have
collapsed into one of K spots, a D that has learned is right in 1 - 1 / 2K of all cases."""
LAGS = 0.15
"""How far D's accuracy stays below the best one's before it counts as lagging. A D that learns
beside G is always a little behind."""
VANISHING = 0.01
"""Mean length of the push on a fake; where G still learned, 0.02 to 40 were measured."""
FOUND = 0.25
"""Share of fakes of high quality from which the generator has found the spots."""
AT_SPOTS = 0.35
"""Median distance of a fake from its spot, in the distance of two neighbours, up to which fakes are
at the spots that they have: spread evenly between those of a grid they have 0.40. While the cloud
of a healthy generator opens, and has not reached every spot, 0.39 to 1.2 were measured."""
AT_FEW = 0.5
"""The same where the spots are few: nearer to their spot than to any other. A generator that hunts
is in most looks no nearer to the spot that it has."""
FEW = 0.25
"""Share of all spots up to which they are few."""
LUMP = 0.9
"""Share of fakes at one spot from which they are a single lump."""
APART = 0.9
"""Share of log 2, the largest JSD, from which fakes and reals have next to nothing in common."""
ALIKE = 0.02
"""JSD above its floor that still counts as none, in nats: how far the estimate may be off."""


def diagnose(metrics: Metrics, loss: LossSpec) -> dict[str, str]:
    """What the metrics of one step say about the game; the first rule that applies speaks.

    Args:
        metrics: what `ganlib.metrics.plane_metrics` gives, and `mean_force`, the mean length of the
            push -dL_G/dx on a fake x.
        loss: what D and G minimise.

    Returns:
        `state`, one of "diverging", "d_winning", "collapsing", "solved", "searching",
        "d_lagging" and "balanced"; and `sentence`, for a person.
    """
    for state, rule in _RULES:
        if sentence := rule(metrics, loss):
            return {"state": state, "sentence": sentence}
    sentence = f"Balanced: {_verdict(metrics)}. The two still differ: {_jsd(metrics)}."
    return {"state": "balanced", "sentence": sentence}


def _diverging(metrics: Metrics, loss: LossSpec) -> str | None:
    measured = [value for value in metrics.values() if isinstance(value, float)]
    if not all(math.isfinite(value) for value in measured):
        return "A metric is no longer a finite number: the game diverges."
    if metrics["sliced_w1"] > FAR:
        return (
            "The fakes fly out of the picture: along a line they lie "
            f"{_short(metrics['sliced_w1'])} from the reals, whose square is 2 wide."
        )
    return None


def _vanishing(metrics: Metrics, loss: LossSpec) -> str | None:
    if metrics["balanced_accuracy"] < WINS or metrics["mean_force"] > VANISHING:
        return None
    force = _short(metrics["mean_force"])
    if loss.is_critic:
        return f"The critic is nearly flat where the fakes are: their mean push is only {force}."
    flat = f" The loss {loss.key} is flat where D is sure; {loss.steeper} is not."
    why = flat if loss.steeper else ""
    return (
        f"The discriminator wins: it is right in {_of_100(metrics['balanced_accuracy'])} cases, "
        f"and the mean push on the fakes is only {force}.{why}"
    )


def _untrained(metrics: Metrics, loss: LossSpec) -> str | None:
    """The lump of a generator that has not learned lies in the middle, maybe on a spot there."""
    modes = metrics["modes"]
    if not modes or modes["middle"] < LUMP or abs(metrics["balanced_accuracy"] - 0.5) > GUESSES:
        return None
    return f"The fakes are a lump on the spot in the middle of {modes['of']}; {_verdict(metrics)}."


def _collapsing(metrics: Metrics, loss: LossSpec) -> str | None:
    """Mode collapse: few spots are covered.

    Which spots the fakes have is told by the nearest, however far from them they still are.
    """
    if not (modes := metrics["modes"]):
        return None
    served, of = sum(modes["fair"]), modes["of"]
    near = AT_FEW if served <= FEW * of else AT_SPOTS
    if served == of or modes["distance"] > near:
        return None
    covered = "" if modes["covered"] == served else f"; {modes['covered']} are covered at all"
    return (
        f"All fakes crowd at {served} of {of} spots (none of the others has a tenth of its share"
        f"{covered}): the generator is collapsing."
    )


def _solved(metrics: Metrics, loss: LossSpec) -> str | None:
    if metrics["jsd"] > metrics["jsd_floor"] + ALIKE:
        return None
    return f"The two look alike: {_jsd(metrics)}."


def _d_winning(metrics: Metrics, loss: LossSpec) -> str | None:
    if metrics["balanced_accuracy"] < WINS or loss.is_critic:
        return None
    return (
        f"The discriminator wins: it is right in {_of_100(metrics['balanced_accuracy'])} cases. "
        f"It still shows the fakes the way, with a mean push of {_short(metrics['mean_force'])}."
    )


def _searching(metrics: Metrics, loss: LossSpec) -> str | None:
    so_far = "have not found the data yet"
    if modes := metrics["modes"]:
        is_found = modes["high_quality"] >= FOUND
        covered = f"{modes['covered']} of {modes['of']} spots are covered"
        measure = f"{covered}, and {_of_100(modes['high_quality'])} fakes lie on one"
        if modes["distance"] <= AT_SPOTS:
            # Rather than collapsing they serve all spots, if near enough.
            so_far = "have come near the spots, but mostly not onto them yet"
    else:
        is_found = metrics["jsd"] < APART * math.log(2)
        measure = f"JSD {metrics['jsd']:.2f} of at most {math.log(2):.2f}"
    return None if is_found else f"The fakes {so_far}: {measure}; {_verdict(metrics)}."


def _d_lagging(metrics: Metrics, loss: LossSpec) -> str | None:
    """A critic measures a distance: cutting its values in two is not what it learns.

    Total variation is at least JSD / log 2, which bounds the best accuracy from below.

    Source: Lin 1991, IEEE Transactions on Information Theory 37 (1), theorem 3.
    """
    best = (1 + metrics["jsd"] / math.log(2)) / 2
    if loss.is_critic or metrics["balanced_accuracy"] > best - LAGS:
        return None
    return (
        f"The discriminator lags behind: it is right in {_of_100(metrics['balanced_accuracy'])} "
        f"cases, where by the JSD the best one would be in at least {round(100 * best)}. Fakes "
        "that fool it need not be good."
    )


def _critic(metrics: Metrics, loss: LossSpec) -> str | None:
    if not loss.is_critic:
        return None
    force = f"its mean push on the fakes is {_short(metrics['mean_force'])}"
    apart = f"The two still differ: {_jsd(metrics)}."
    share = _of_100(metrics["balanced_accuracy"])
    if metrics["balanced_accuracy"] < WINS:
        return (
            f"Balanced: the critic, cut at its median, is right in {share} cases; its task is a "
            f"distance and no verdict, and {force}. {apart}"
        )
    return (
        f"Balanced: the critic is right in {share} cases, which is its task, and {force}. {apart}"
    )


def _jsd(metrics: Metrics) -> str:
    return f"JSD {metrics['jsd']:.3f} where a true sample gets {metrics['jsd_floor']:.3f}"


def _verdict(metrics: Metrics) -> str:
    accuracy = _of_100(metrics["balanced_accuracy"])
    return f"the discriminator is right in {accuracy} cases (50 is guessing)"


def _of_100(share: float) -> str:
    return f"{round(100 * share)} of 100"


def _short(value: float) -> str:
    """Two digits, without an exponent where none is needed."""
    return f"{float(f'{value:.2g}'):g}"


_RULES: Sequence[tuple[str, Callable[[Metrics, LossSpec], str | None]]] = (
    ("diverging", _diverging),
    # First of the states of play: without a push nothing moves, wherever the fakes are.
    ("d_winning", _vanishing),
    # Before collapse: the lump of an untrained G may happen to lie on a spot.
    ("searching", _untrained),
    # Before any verdict on D, which is right about the modes that are missing.
    ("collapsing", _collapsing),
    ("solved", _solved),
    ("d_winning", _d_winning),
    # Before a D that lags: an untrained pair has not begun.
    ("searching", _searching),
    ("d_lagging", _d_lagging),
    ("balanced", _critic),
)
"""In order of urgency; what remains is balanced."""
