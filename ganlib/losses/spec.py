"""What is known of an adversarial loss, in one place: all else about it is made from this."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

from ganlib.registry import Registry

if TYPE_CHECKING:  # Settings know of losses, and need no torch.
    from torch import Tensor

LogitsLoss = Callable[["Tensor", "Tensor"], "Tensor"]
"""(real_logits, fake_logits), (N,) each -> 0-d loss, a mean over the batch."""

Kind = Literal["probability", "score", "critic", "relative"]

_DENSITIES = "the densities p of the reals and q of the fakes"
_HALF_WAY = "the line is half way between its means over the reals and over the fakes"


class BestD(NamedTuple):
    """The best D, where the densities of reals and fakes at a place decide it there.

    Attributes:
        logit: log p - log q -> its logit, of the same shape; up to a constant where only
            differences count.
        formula: the same in signs, with the densities p of the reals and q of the fakes.
    """

    logit: Callable[["Tensor"], "Tensor"]
    formula: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How an output of D is read.

    Attributes:
        kind: "probability": its sigmoid is D's estimate of the probability of being real;
            "score": it has a scale of its own; "critic": only differences count, and estimate a
            distance, so that D is meant to be trained to its best and being right harms nobody;
            "relative": only differences count, and the loss compares reals with fakes.
        name: what it is, as an axis has it.
        spoken: what stands before the value of one sample.
        meaning: a sentence for the map of D in the plane, whose line is where D is undecided.
        ticks: the ends and the middle of its scale.
        undecided: the logit in the middle of the scale, that of a D that cannot tell. None where
            a constant may be added to all logits: then the middle is half way between the mean
            logit of reals and that of fakes.
        ends: the logits at the ends of the scale; None where they are those of a sigmoid.

    Raises:
        ValueError: a logit means something by itself under a kind where only differences count,
            or the reverse.
    """

    kind: Kind
    name: str
    spoken: str
    meaning: str
    ticks: tuple[str, str, str]
    undecided: float | None = None
    ends: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if (self.kind in ("critic", "relative")) != (self.undecided is None):
            raise ValueError(f"{self.undecided} cannot be the middle of a {self.kind}.")

    @classmethod
    def relative(cls, meaning: str) -> Self:
        """That of a loss which compares reals with fakes; `meaning` says how."""
        return cls(
            kind="relative",
            name="relative score (only differences count)",
            spoken="D’s relative score (only differences count)",
            meaning=f"{meaning} Only differences between values count; {_HALF_WAY}.",
            ticks=("less real", "half way", "more real"),
        )

    @classmethod
    def critic(cls) -> Self:
        """That of a critic, whose values estimate a distance."""
        return cls(
            kind="critic",
            name="critic value (only differences count)",
            spoken="The critic’s value (only differences count)",
            meaning="f(x), the value of the critic. Only differences between values count; "
            f"{_HALF_WAY}.",
            ticks=("less real", "half way", "more real"),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class LossSpec:
    """An adversarial loss, and all that others need to know of it.

    Attributes:
        key: how configurations and the command line name it.
        title: how people do, with where it is from.
        d: what D minimises. Called with other shapes than (N,) twice it raises a ValueError.
        g: what G minimises, likewise; it looks at the real logits only if it compares pairs.
        d_formula, g_formula: the same in signs.
        reading: how D's output is read.
        sources: where it is from.
        best: the best D; None where the densities at a place do not decide it there.
        companions: settings of the objective that it brings along when it is chosen. One above 0
            it cannot do without; weights are clipped under no loss that does not bring it.
        any_g_loss: why G's loss may be any number where the best D cannot tell, for a sentence;
            empty where it is one number.
        steeper: where G's loss is flat as soon as D takes a fake for one, and its gradient along a
            fake's logit is D's probability there: the key of the loss that is steep instead.
        smooth: for a loss with labels, it with the label 1 of reals lowered by so much.
    """

    key: str
    title: str
    d: LogitsLoss
    g: LogitsLoss
    d_formula: str
    g_formula: str
    reading: Reading
    sources: tuple[str, ...]
    best: BestD | None = None
    companions: Mapping[str, float] = field(default_factory=dict)
    any_g_loss: str = ""
    steeper: str = ""
    smooth: Callable[["LossSpec", float], "LossSpec"] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "d", _on_vectors(self.d))
        object.__setattr__(self, "g", _on_vectors(self.g))
        object.__setattr__(self, "companions", {"weight_clip": 0.0, **self.companions})

    @property
    def is_probability(self) -> bool:
        """Whether sigmoid(logit) is D's estimate of the probability of being real."""
        return self.reading.kind == "probability"

    @property
    def is_critic(self) -> bool:
        """Whether D estimates a distance, and is meant to be trained to its best."""
        return self.reading.kind == "critic"

    @property
    def compares_pairs(self) -> bool:
        """Whether reals are compared with fakes: G's loss then needs both logits too."""
        return self.reading.kind == "relative"

    @property
    def only_differences(self) -> bool:
        """Whether a constant may be added to D's logits: one alone then means nothing."""
        return self.reading.undecided is None

    @property
    def threshold(self) -> float | None:
        """The logit of the best D that cannot tell; None where it may be any of several."""
        return None if self.any_g_loss else self.reading.undecided

    @cached_property
    def equilibrium(self) -> Mapping[str, float]:
        """`d_loss` where the best D cannot tell fake from real; `g_loss`, if it is one number."""
        import torch

        logits = torch.full((1,), self.reading.undecided or 0.0, dtype=torch.float64)
        # Adding 0 turns -0.0 into 0.0.
        rest = {"d_loss": self.d(logits, logits).item() + 0.0}
        return rest if self.any_g_loss else rest | {"g_loss": self.g(logits, logits).item() + 0.0}

    @property
    def minimises(self) -> str:
        """What D and G minimise, as a sentence."""
        return f"D minimises {self.d_formula}, and G minimises {self.g_formula}."

    @property
    def summary(self) -> str:
        """What D and G minimise, and where that is from."""
        return f"{self.minimises} {'; '.join(self.sources)}."

    def as_json(self) -> dict[str, Any]:
        """What a page tells of it, as values that JSON can carry.

        Besides the fields of the reading `title` and `minimises`; `best`, the best D as a sentence,
        and `gap`, the distance of D from it as the plane shows it, both empty without one.
        """
        ends = self.reading.ends
        return {
            **asdict(self.reading),
            "ticks": list(self.reading.ticks),
            "ends": ends and list(ends),
            "title": self.title,
            "minimises": self.minimises,
            "best": self._best_sentence(),
            "gap": self._gap_sentence(),
        }

    def _best_sentence(self) -> str:
        if self.best is None:
            return ""
        if not self.only_differences:
            return f"{self.best.formula}, with {_DENSITIES}."
        formula = f"{self.best.formula}, to which any constant may be added"
        return f"{formula}, with {_DENSITIES}; {_HALF_WAY}."

    def _gap_sentence(self) -> str:
        if self.best is None:
            return ""
        what = "|D(x) − D*(x)|"
        if self.reading.ends:
            what += ", both cut to {:g} ... {:g}".format(*self.reading.ends).replace("-", "−")
        if self.only_differences:
            what = "|σ(C(x)) − σ(C*(x))|, each with 0 half way between its two means"
        return f"{what}: how far D is from the best D for these fakes, without any penalty."


def _on_vectors(loss: LogitsLoss) -> LogitsLoss:
    """The loss, refusing shapes that would broadcast to (N, N) without a word."""

    def checked(real_logits: "Tensor", fake_logits: "Tensor") -> "Tensor":
        if real_logits.ndim != 1 or real_logits.shape != fake_logits.shape:
            raise ValueError(
                "A loss needs one logit for each of N real and N fake samples, but real_logits "
                f"has the shape {tuple(real_logits.shape)} and fake_logits "
                f"{tuple(fake_logits.shape)}: let D return (N,), and make the batches equal."
            )
        return loss(real_logits, fake_logits)

    return checked


def softplus(logits: "Tensor") -> "Tensor":
    """log(1 + exp(l)), which is -log sigmoid(-l), exact in value and gradient however large l."""
    from torch.nn.functional import softplus as of

    return of(logits)


LOSSES: Registry[LossSpec] = Registry("loss")
"""Every loss that a run can be trained with; `LOSSES.register` adds one."""
