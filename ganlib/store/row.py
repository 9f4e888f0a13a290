"""What the store knows of a run without opening it, and what people say about it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ganlib.config import RunConfig, aliases
from ganlib.errors import ConfigError
from ganlib.events import Measured
from ganlib.store.measurements import measurement_of
from ganlib.store.snapshot import FINAL_STATES, State, silence

MOST_TAGS, LONGEST_TAG, LONGEST_NOTES = 20, 40, 10_000


@dataclass(frozen=True)
class Origin:
    """The checkpoint of another run that a run goes on from."""

    run_id: str
    title: str
    step: int


@dataclass(frozen=True)
class RunRow:
    """What the store knows of a run without opening it.

    Attributes:
        config: what was asked for; None when this version cannot read it.
        created, updated: seconds since 1970.
        deleted: when it was put into the bin; None for a run that is not there.
        outline: name of a loss -> some 40 values that show its course.
        frame_step, saved_step: the newest frame and checkpoint; None when there is none.
        measured: the newest measurement of the pictures; None when there is none.
    """

    run_id: str
    title: str
    config: RunConfig | None
    config_json: str
    origin: Origin | None
    state: State
    message: str
    step: int
    images_seen: int
    elapsed: float
    steps_per_second: float
    device: str
    threads: int
    metric_names: tuple[str, ...]
    created: float
    updated: float
    tags: tuple[str, ...]
    notes: str
    deleted: float | None
    outline: Mapping[str, Sequence[float | None]]
    frame_step: int | None
    saved_step: int | None
    measured: Measured | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come by itself."""
        return self.state in FINAL_STATES

    def silent_seconds(self, now: float) -> float:
        """As `snapshot.silence`."""
        return silence(self.state, self.updated, self.steps_per_second, now)


def checked_notes(
    title: str | None, tags: Sequence[str] | None, notes: str | None
) -> dict[str, str]:
    """What people say about a run, as columns of the database; what is None is left out.

    Raises:
        ConfigError: a text is empty or too long.
    """
    changes = {}
    if title is not None:
        if not 1 <= len(title.strip()) <= 80:
            raise ConfigError((("title", "A title has between 1 and 80 letters."),))
        changes["title"] = title.strip()
    if tags is not None:
        words = sorted({tag.strip() for tag in tags} - {""})
        if len(words) > MOST_TAGS or any(len(word) > LONGEST_TAG for word in words):
            raise ConfigError(
                (("tags", f"At most {MOST_TAGS} tags of at most {LONGEST_TAG} letters each."),)
            )
        changes["tags"] = json.dumps(words)
    if notes is not None:
        if len(notes) > LONGEST_NOTES:
            raise ConfigError((("notes", f"Notes have at most {LONGEST_NOTES:,} letters."),))
        changes["notes"] = notes
    return changes


def row_of(row: Any) -> RunRow:
    """A row of the database, as it is read."""
    values = dict(row)
    config_json = values.pop("config")
    origin = json.loads(values.pop("origin"))
    return RunRow(
        **{
            **values,
            "config": _config(config_json),
            "config_json": config_json,
            "origin": origin and Origin(**origin),
            "metric_names": aliases.metric_names(json.loads(values["metric_names"])),
            "tags": tuple(json.loads(values["tags"])),
            "outline": json.loads(values["outline"]),
            "measured": measurement_of(values["measured"]),
        }
    )


@lru_cache(maxsize=1024)  # A table of runs is read again and again; configurations never change.
def _config(text: str) -> RunConfig | None:
    try:
        return RunConfig.from_json(text)
    except ConfigError:
        return None
