"""The state of a game in the plane in plain words, each with the measurement behind it."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ganlib.losses import LossSpec

Figures = Mapping[str, Any]

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


def diagnose(figures: Figures, loss: LossSpec) -> dict[str, str]:
    """What the figures of one moment say about the game; the first rule that applies speaks.

    Args:
        figures: what `ganlib.metrics.figures` gives, and `mean_force`, the mean length of the
            push -dL_G/dx on a fake x.
        loss: what D and G minimise.

    Returns:
        `state`, one of "diverging", "d_winning", "collapsing", "solved", "searching",
        "d_lagging" and "balanced"; and `sentence`, for a person.
    """
    for state, rule in _RULES:
        if sentence := rule(figures, loss):
            return {"state": state, "sentence": sentence}
    sentence = f"Balanced: {_verdict(figures)}. The two still differ: {_jsd(figures)}."
    return {"state": "balanced", "sentence": sentence}


def _diverging(figures: Figures, loss: LossSpec) -> str | None:
    measured = [value for value in figures.values() if isinstance(value, float)]
    if not all(math.isfinite(value) for value in measured):
        return "A figure is no longer a finite number: the game diverges."
    if figures["sliced_w1"] > FAR:
        return (
            "The fakes fly out of the picture: along a line they lie "
            f"{_short(figures['sliced_w1'])} from the reals, whose square is 2 wide."
        )
    return None


def _vanishing(figures: Figures, loss: LossSpec) -> str | None:
    if figures["balanced_accuracy"] < WINS or figures["mean_force"] > VANISHING:
        return None
    push = _short(figures["mean_force"])
    if loss.is_critic:
        return f"The critic is nearly flat where the fakes are: their mean push is only {push}."
    flat = f" The loss {loss.key} is flat where D is sure; {loss.steeper} is not."
    why = flat if loss.steeper else ""
    return (
        f"The discriminator wins: it is right in {_of_100(figures['balanced_accuracy'])} cases, "
        f"and the mean push on the fakes is only {push}.{why}"
    )


def _untrained(figures: Figures, loss: LossSpec) -> str | None:
    """The lump of a generator that has not learned lies in the middle, maybe on a spot there."""
    modes = figures["modes"]
    if not modes or modes["middle"] < LUMP or abs(figures["balanced_accuracy"] - 0.5) > GUESSES:
        return None
    return f"The fakes are a lump on the spot in the middle of {modes['of']}; {_verdict(figures)}."


def _collapsing(figures: Figures, loss: LossSpec) -> str | None:
    """Which spots the fakes have is told by the nearest, however far from them they still are."""
    if not (modes := figures["modes"]):
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


def _solved(figures: Figures, loss: LossSpec) -> str | None:
    if figures["jsd"] > figures["jsd_floor"] + ALIKE:
        return None
    return f"The two look alike: {_jsd(figures)}."


def _d_winning(figures: Figures, loss: LossSpec) -> str | None:
    if figures["balanced_accuracy"] < WINS or loss.is_critic:
        return None
    return (
        f"The discriminator wins: it is right in {_of_100(figures['balanced_accuracy'])} cases. "
        f"It still shows the fakes the way, with a mean push of {_short(figures['mean_force'])}."
    )


def _searching(figures: Figures, loss: LossSpec) -> str | None:
    so_far = "have not found the data yet"
    if modes := figures["modes"]:
        found = modes["high_quality"] >= FOUND
        covered = f"{modes['covered']} of {modes['of']} spots are covered"
        measure = f"{covered}, and {_of_100(modes['high_quality'])} fakes lie on one"
        if modes["distance"] <= AT_SPOTS:
            # Rather than collapsing they serve all spots, if near enough.
            so_far = "have come near all spots, but not onto them yet"
    else:
        found = figures["jsd"] < APART * math.log(2)
        measure = f"JSD {figures['jsd']:.2f} of at most {math.log(2):.2f}"
    return None if found else f"The fakes {so_far}: {measure}; {_verdict(figures)}."


def _d_lagging(figures: Figures, loss: LossSpec) -> str | None:
    """A critic measures a distance: cutting its values in two is not what it learns.

    Total variation is at least JSD / log 2, which bounds the best accuracy from below.

    Source: Lin 1991, IEEE Transactions on Information Theory 37 (1), theorem 3.
    """
    best = (1 + figures["jsd"] / math.log(2)) / 2
    if loss.is_critic or figures["balanced_accuracy"] > best - LAGS:
        return None
    return (
        f"The discriminator lags behind: it is right in {_of_100(figures['balanced_accuracy'])} "
        f"cases, where by the JSD the best one would be in at least {round(100 * best)}. Fakes "
        "that fool it need not be good."
    )


def _critic(figures: Figures, loss: LossSpec) -> str | None:
    if not loss.is_critic:
        return None
    push = f"its mean push on the fakes is {_short(figures['mean_force'])}"
    apart = f"The two still differ: {_jsd(figures)}."
    share = _of_100(figures["balanced_accuracy"])
    if figures["balanced_accuracy"] < WINS:
        return (
            f"Balanced: the critic, cut at its median, is right in {share} cases; its task is a "
            f"distance and no verdict, and {push}. {apart}"
        )
    return f"Balanced: the critic is right in {share} cases, which is its task, and {push}. {apart}"


def _jsd(figures: Figures) -> str:
    return f"JSD {figures['jsd']:.3f} where a true sample gets {figures['jsd_floor']:.3f}"


def _verdict(figures: Figures) -> str:
    accuracy = _of_100(figures["balanced_accuracy"])
    return f"the discriminator is right in {accuracy} cases (50 is guessing)"


def _of_100(share: float) -> str:
    return f"{round(100 * share)} of 100"


def _short(value: float) -> str:
    """Two digits, without an exponent where none is needed."""
    return f"{float(f'{value:.2g}'):g}"


_RULES: Sequence[tuple[str, Callable[[Figures, LossSpec], str | None]]] = (
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
