"""A named configuration with what to expect of it."""

from dataclasses import dataclass

from ganlib.config import RunConfig


@dataclass(frozen=True)
class Preset:
    """A named configuration.

    Attributes:
        sees: what will happen, in words a student knows.
        takes: how long it takes on two CPU cores.
        measured: in how many of 10 seeds it happened.
    """

    title: str
    sees: str
    takes: str
    measured: str
    config: RunConfig
