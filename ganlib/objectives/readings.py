"""How what D says is read under each loss: what a page tells of a loss, as plain data."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from ganlib.config import Loss, Objective
from ganlib.objectives.losses import adversarial_loss

Kind = Literal["probability", "label", "score", "critic", "relative"]


@dataclass(frozen=True)
class Reading:
    """What an output of D means under a loss.

    Attributes:
        kind: which sort of number it is.
        name: the same in words, as an axis has it.
        spoken: what stands before the value of one sample.
        meaning: a sentence for the map of D in the plane, whose line is where D is undecided.
        ticks: the ends and the middle of its scale.
        undecided: the logit in the middle of the scale. None where a constant may be added to all
            logits: then the middle is half way between the mean logit of reals and that of fakes.
        ends: the logits at the ends of the scale; None where they are those of a sigmoid.
        best: the best D as a sentence, with the densities p of the reals and q of the fakes; empty
            where it is no function of the two at a point.
        gap: the distance of D from the best D in the plane, as a sentence; empty with `best`.
        any_g_loss: why G's loss may be anything where D cannot tell; empty where it is one number.
    """

    kind: Kind
    name: str
    spoken: str
    meaning: str
    ticks: tuple[str, str, str]
    best: str = ""
    ends: tuple[float, float] | None = None
    any_g_loss: str = ""
    undecided: float | None = None
    gap: str = ""

    def as_json(self) -> dict[str, Any]:
        """The fields as values that JSON can carry."""
        return asdict(self) | {"ticks": [*self.ticks], "ends": self.ends and [*self.ends]}


def reading(objective: Objective) -> Reading:
    """How D is read in this game.

    Source: of the best D: Goodfellow et al. 2014, arXiv 1406.2661 (proposition 1); Mao et al. 2017,
    arXiv 1611.04076 (equation 4); Lim & Ye 2017, arXiv 1705.02894. For rpgan see `best_logit` of
    `ganlib.objectives.AdversarialLoss`.
    """
    smoothing = objective.label_smoothing
    said = _smoothed(smoothing) if smoothing else _READINGS[objective.loss]
    blind = adversarial_loss(objective.loss, smoothing).blind_logit
    return replace(said, undecided=None if objective.is_shiftable else blind, gap=_gap(said))


def _gap(said: Reading) -> str:
    if not said.best:
        return ""
    what = "|D(x) − D*(x)|"
    if said.ends:
        what += ", both cut to {:g} ... {:g}".format(*said.ends).replace("-", "−")
    if said.kind == "relative":
        what = "|σ(C(x)) − σ(C*(x))|, each with 0 half way between its two means"
    return f"{what}: how far D is from the best D for these fakes, without any penalty."


def _smoothed(smoothing: float) -> Reading:
    most, blind = (f"{share:.3g}" for share in (1 - smoothing, (1 - smoothing) / 2))
    return Reading(
        kind="probability",
        name=f"σ(logit), {most} at most for the best D",
        spoken=f"D’s σ(logit), which aims at {most} for reals",
        meaning=f"D(x) = σ(l(x)). Label smoothing lets it aim at {most} for reals instead of 1; "
        f"the line is D(x) = {blind}, where the best D cannot tell.",
        ticks=("0 fake", blind, "1 real"),
        best=f"D*(x) = {most} p(x) / (p(x) + q(x)) with label smoothing, from {_DENSITIES}.",
    )


_DENSITIES = "the densities p of the reals and q of the fakes"
_HALF_WAY = "the line is half way between its means over the reals and over the fakes"
_ONLY_DIFFERENCES = "Only differences between values count"

_PROBABILITY = Reading(
    kind="probability",
    name="probability of being real",
    spoken="D takes it for real",
    meaning="D(x) = σ(l(x)), the probability that D gives to x being real; the line is D(x) = 1/2.",
    ticks=("0 fake", "1/2", "1 real"),
    best=f"D*(x) = p(x) / (p(x) + q(x)), from {_DENSITIES}.",
)
_CRITIC = Reading(
    kind="critic",
    name="critic value (only differences count)",
    spoken="The critic’s value (only differences count)",
    meaning=f"f(x), the value of the critic. {_ONLY_DIFFERENCES}; {_HALF_WAY}.",
    ticks=("less real", "half way", "more real"),
    any_g_loss="a critic that cannot tell may give any constant, and G's loss is minus that",
)
_READINGS: Mapping[Loss, Reading] = {
    "minimax": _PROBABILITY,
    "ns": _PROBABILITY,
    "lsgan": Reading(
        kind="label",
        name="score (aims at 1 real, 0 fake)",
        spoken="D’s score (aims at 1 for reals, 0 for fakes)",
        meaning="D(x), a score that aims at the label 1 for reals and 0 for fakes; the line is "
        "D(x) = 1/2.",
        ticks=("≤ 0 fake", "1/2", "≥ 1 real"),
        best=f"D*(x) = p(x) / (p(x) + q(x)), from {_DENSITIES}.",
        ends=(0.0, 1.0),
    ),
    "hinge": Reading(
        kind="score",
        name="score (aims at ≥ 1 real, ≤ −1 fake)",
        spoken="D’s score (aims at 1 or more for reals, −1 or less for fakes)",
        meaning="D(x), a score that aims at 1 or more for reals and at −1 or less for fakes; the "
        "line is D(x) = 0.",
        ticks=("≤ −1 fake", "0", "≥ 1 real"),
        best=f"D*(x) = 1 where p(x) > q(x), and −1 where p(x) < q(x), with {_DENSITIES}.",
        ends=(-1.0, 1.0),
        any_g_loss="a D that cannot tell may give any constant from −1 to 1, and G's loss is minus "
        "that",
    ),
    "wgan": _CRITIC,
    "wgan-gp": _CRITIC,
    "rpgan": Reading(
        kind="relative",
        name="relative score (only differences count)",
        spoken="D’s relative score (only differences count)",
        meaning="C(x): σ(C(x) − C(y)) is the probability that D gives to x, and not y, being the "
        f"real one of the two. {_ONLY_DIFFERENCES}; {_HALF_WAY}.",
        ticks=("less real", "half way", "more real"),
        best=f"C*(x) = log p(x) − log q(x), to which any constant may be added, with {_DENSITIES}; "
        f"{_HALF_WAY}.",
    ),
    "ragan": Reading(
        kind="relative",
        name="relative score (only differences count)",
        spoken="D’s relative score (only differences count)",
        meaning="C(x): σ(C(x) − mean C of the fakes) is the probability that D gives to x being "
        f"more real than the average fake. {_ONLY_DIFFERENCES}; {_HALF_WAY}.",
        ticks=("less real", "half way", "more real"),
    ),
}
