"""What the charts of a family show, as plain values: whoever draws them decides how."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from ganlib.config import RunConfig

Role = Literal["real", "fake", "discriminator", "generator"]
"""Whose a curve is; each has a colour of its own, see `ganlib.pictures.COLOURS`."""


class StepMetric(NamedTuple):
    """What the steps of a family measure.

    Attributes:
        title: of a chart of it.
        y_title: its vertical axis, with the unit.
        note: a sentence on how to read it over several runs.
    """

    title: str
    y_title: str
    note: str = ""


class Curve(NamedTuple):
    """The curve of one metric: its key, its label, and whose colour it has."""

    metric: str
    label: str
    role: Role


class ReferenceLine(NamedTuple):
    """A level to compare curves with; grey where it is nobody's."""

    value: float
    label: str
    role: Role | None = None


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Curves against steps on one vertical axis.

    Attributes:
        key: no other chart of the run has it.
        title: what it shows.
        y_title: the vertical axis, with the unit.
        alt: the same in a sentence, for who does not see it.
        curves: one for each metric in it.
        lines: levels of reference.
        note: sentences on how to read it.
    """

    key: str
    title: str
    y_title: str
    alt: str
    curves: tuple[Curve, ...]
    lines: tuple[ReferenceLine, ...] = ()
    note: str = ""


def one_each(config: "RunConfig") -> tuple[Chart, ...]:
    """A chart for each metric of a family that declares none."""
    return tuple(
        Chart(
            key=key,
            title=metric.title,
            y_title=metric.y_title,
            alt=f"{metric.title} against steps.",
            curves=(Curve(key, "of the batch", "generator"),),
        )
        for key, metric in config.algorithm.spec.metrics.items()
    )


def gradient_chart() -> Chart:
    """The gradient norm of a family with one network."""
    return Chart(
        key="gradients",
        title="Gradient norm",
        y_title="norm of the gradient",
        alt="Norm of the gradient against steps.",
        curves=(Curve("grad_norm", "all weights", "generator"),),
    )
