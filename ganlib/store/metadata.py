"""What is written down of a run, in the database and beside its files."""

import json
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from ganlib.commands import KINDS, Reason, Short, Value, read
from ganlib.config import Part, RunConfig, aliases
from ganlib.errors import ConfigError, StoreError
from ganlib.events import Measured
from ganlib.files import write_text
from ganlib.store.row import LONGEST_NOTES, MOST_TAGS, Origin
from ganlib.store.snapshot import RunSnapshot, State

OUTLINED = ("d_loss", "g_loss", "loss")
OUTLINE_POINTS = 40
SAMPLED = 4000
"""Rows that an outline is made from: it costs the same however long the run is."""

FILE = "run.json"
LONGEST = 16 * 2**20
"""Bytes of a run.json that is read."""


LONGEST_MESSAGE = 2000
LATEST = 2**35
"""Seconds since 1970, in the year 3058: calendars of Python end in 9999."""
Datum = Value | Reason | Mapping[Short, Value]
"""Of what happened."""
MetricNames = Annotated[
    tuple[Short, ...], BeforeValidator(aliases.metric_names), Field(max_length=64)
]


class LogEntry(Part):
    """One thing that happened to a run."""

    time: float = Field(ge=0, lt=LATEST)
    step: int = Field(ge=0, lt=2**32)
    kind: str = Field(max_length=40)
    data: Annotated[Mapping[Short, Datum], Field(max_length=100)] = {}

    @model_validator(mode="after")
    def _can_act(self) -> Self:
        if self.kind in KINDS:
            read(self.kind, self.data)
        return self


def _can_be(measured: Measured) -> Measured:
    if not 0 <= measured.step < 2**32:
        raise ValueError("a measurement belongs to no step")
    for one in _leaves(asdict(measured)):
        if isinstance(one, float) and not math.isfinite(one):
            raise ValueError(f"a measurement says {one}")
        if isinstance(one, str) and len(one) > LONGEST_MESSAGE:
            raise ValueError(f"a measurement has a text of more than {LONGEST_MESSAGE:,} letters")
    return measured


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, tuple):
        for part in value:
            yield from _leaves(part)
    else:
        yield value


class RunMetadata(Part):
    """A run without its curves, pictures and checkpoints; see `RunRow` for what the fields mean.

    Attributes:
        scores: step of each checkpoint -> its score.
    """

    title: str = Field(min_length=1, max_length=80)
    config: RunConfig
    origin: Origin | None = None
    state: State
    message: str = Field("", max_length=LONGEST_MESSAGE)
    step: int = Field(0, ge=0, lt=2**32)
    images_seen: int = Field(0, ge=0, lt=2**63)
    elapsed: float = Field(0.0, ge=0, lt=LATEST)
    steps_per_second: float = Field(0.0, ge=0, le=1e9)
    device: Short = ""
    threads: int = Field(0, ge=0, le=1024)
    metric_names: MetricNames = ()
    created: float = Field(ge=0, lt=LATEST)
    updated: float = Field(ge=0, lt=LATEST)
    tags: tuple[Short, ...] = Field((), max_length=MOST_TAGS)
    notes: str = Field("", max_length=LONGEST_NOTES)
    outline: Mapping[Short, Annotated[tuple[float | None, ...], Field(max_length=100)]] = {}
    scores: Mapping[int, float | None] = {}
    events: tuple[LogEntry, ...] = ()
    measurements: tuple[Annotated[Measured, AfterValidator(_can_be)], ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _take_old_names(cls, values: Any) -> Any:
        """Take what was written when something was called otherwise."""
        return aliases.metadata(values)

    def saying(self, words: str) -> "RunMetadata":
        """The same with these words at the end of its message, whatever room that has left."""
        before = self.message[: LONGEST_MESSAGE - len(words) - 1]
        return self.model_copy(update={"message": f"{before} {words}".strip()})

    def columns(self) -> dict[str, Any]:
        """The columns of the table of runs, by name."""
        values = self.model_dump(mode="json", exclude={"scores", "events", "measurements"})
        in_json = ("config", "origin", "metric_names", "tags", "outline")
        return values | {name: json.dumps(values[name]) for name in in_json}


def metadata_of(snapshot: RunSnapshot) -> dict[str, Any]:
    """What a snapshot says of a run, as fields of `RunMetadata`."""
    names = ("state", "step", "images_seen", "elapsed", "steps_per_second", "device")
    return {
        **{name: getattr(snapshot, name) for name in (*names, "threads", "metric_names")},
        "message": snapshot.message[:LONGEST_MESSAGE],
        "updated": time.time(),
        "outline": {
            name: _outline(snapshot.metrics[:, column])
            for column, name in enumerate(snapshot.metric_names)
            if name in OUTLINED and len(snapshot.steps)
        },
    }


def _outline(values: NDArray[np.float32]) -> tuple[float | None, ...]:
    """The course of a metric in a few means; None where nothing was measured."""
    sampled = values[:: max(1, len(values) // SAMPLED)]
    parts = np.array_split(sampled, min(OUTLINE_POINTS, len(sampled)))
    known = [part[np.isfinite(part)] for part in parts]
    return tuple(
        float(f"{part.mean(dtype=np.float64):.4g}") if len(part) else None for part in known
    )


def write_metadata(folder: Path, metadata: RunMetadata) -> None:
    """Write it beside the files of the run.

    Raises:
        OSError: the disk is full, or the folder is gone.
    """
    write_text(folder / FILE, metadata.model_dump_json(indent=1))


def read_metadata(folder: Path) -> RunMetadata:
    """Read what stands beside the files of a run; it may come from anywhere.

    Raises:
        StoreError: it is not there, or says what cannot be.
    """
    path = folder / FILE
    try:
        if path.stat().st_size > LONGEST:
            raise StoreError(f"{FILE} is longer than {LONGEST:,} bytes: it is no run.")
        return RunMetadata.model_validate_json(path.read_bytes())
    except (OSError, ValidationError, ConfigError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)[:300]
        raise StoreError(f"{FILE} does not tell of a run ({why}).") from error
