"""A named configuration with what to expect of it."""

from dataclasses import dataclass

from ganlib.config import RunConfig


@dataclass(frozen=True)
class Mark:
    """How far the pictures of several seeds were from real ones after so many seconds."""

    seconds: float
    lowest: float
    median: float
    highest: float


@dataclass(frozen=True)
class Course:
    """Fréchet distance of 2,000 fakes against seconds of one core that training took.

    Attributes:
        features: in which it is measured.
        floor: what as many real pictures get.
        seeds: how many were trained; `python -m benchmarks.quality curve` trains them again.
        marks: at least two, in order.
    """

    features: str
    floor: float
    seeds: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Preset:
    """A named configuration.

    Attributes:
        sees: what will happen, in words a student knows.
        takes: how long it takes on two CPU cores.
        measured: in how many of 10 seeds it happened.
        course: how good its pictures become with time; None where that is not measured.
    """

    title: str
    sees: str
    takes: str
    measured: str
    config: RunConfig
    course: Course | None = None
