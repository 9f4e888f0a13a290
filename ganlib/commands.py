"""What can be asked of a run that goes on, as frozen values: they are sent, kept and repeated."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, FiniteFloat, TypeAdapter, ValidationError

from ganlib.config import Points
from ganlib.errors import ConfigError

StepTarget = Literal["both", "d", "g"]
"""Which networks a step updates: both, only the discriminator, only the generator."""

LONGEST = 40
"""Letters of a text among the values of settings, and of their names."""
MOST_STEPS = 1_000_000
"""Of one command."""
Short = Annotated[str, Field(max_length=LONGEST)]
Reason = Annotated[str, Field(max_length=200)]
Value = bool | Annotated[int, Field(ge=-(2**63), lt=2**63)] | FiniteFloat | Short | Points
"""Of a setting, wherever it comes from."""


@dataclass(frozen=True)
class Command:
    """What every command has.

    Attributes:
        number: its place among the commands of its run, from 1 on; 0 before it is sent. A run takes
            in each number once, so that who does not know whether a command came sends it again.
    """

    kind: ClassVar[str]
    number: Annotated[int, Field(ge=0, lt=2**32)] = field(default=0, kw_only=True)


@dataclass(frozen=True)
class Pause(Command):
    """Wait after the step that goes on."""

    kind = "pause"


@dataclass(frozen=True)
class Resume(Command):
    """Go on at the set speed, and leave out the single steps that are still to come."""

    kind = "resume"


@dataclass(frozen=True)
class Stop(Command):
    """End after the step that goes on; the reason, if any, is the last message of the run."""

    reason: Reason = ""
    kind = "stop"


@dataclass(frozen=True)
class TakeStep(Command):
    """Take one step, or `count`, and wait; a run that goes on is paused first.

    Raises:
        ConfigError: they are none, or very many.
    """

    target: StepTarget = "both"
    count: int = 1
    kind = "step"

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST_STEPS:
            raise ConfigError((("", f"{self.count} steps: take between 1 and {MOST_STEPS:,}."),))


@dataclass(frozen=True)
class LimitSpeed(Command):
    """Take at most so many steps a second; None for as many as possible.

    Raises:
        ConfigError: such a speed makes no sense.
    """

    steps_per_second: float | None = None
    kind = "speed"

    def __post_init__(self) -> None:
        rate = self.steps_per_second
        if rate is not None and not 0.01 <= rate <= 1e6:
            raise ConfigError((("", f"{rate} steps a second: choose between 0.01 and 1,000,000."),))


@dataclass(frozen=True)
class ChangeSettings(Command):
    """Change live settings, as in {"optimisation.lr_d": 1e-4}; they hold from the next step.

    They are given by address or by name alone, and written down by address.

    A new loss brings what it needs beside it, unless that is given too.
    """

    values: Annotated[Mapping[Short, Value], Field(max_length=100)]
    kind = "change"


_ADAPTERS: Mapping[str, TypeAdapter[Any]] = {
    one.kind: TypeAdapter(one)
    for one in (Pause, Resume, Stop, TakeStep, LimitSpeed, ChangeSettings)
}
_OLD_CHANGE = "changed"
"""What a change of settings was called before there were other commands: its values lie bare."""
KINDS = (*_ADAPTERS, _OLD_CHANGE)
"""How a command may be called where it is written down."""


def written(command: Command) -> dict[str, Any]:
    """All of a command but its kind, as plain JSON values."""
    return {name: value for name, value in asdict(command).items() if value not in (None, "")}


def read(kind: str, data: Mapping[str, Any]) -> Command:
    """A command that was written down, by whomever.

    Raises:
        ConfigError: it is none.
    """
    if kind == _OLD_CHANGE:
        kind, data = ChangeSettings.kind, {"values": data}
    try:
        command: Command = _ADAPTERS[kind].validate_python(data)
    except (KeyError, ValidationError) as error:
        raise ConfigError((("", f"{kind[:40]!r} with {str(data)[:80]} is no command."),)) from error
    return command
