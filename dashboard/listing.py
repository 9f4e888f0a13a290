"""Rows of the store -> the table of runs: what is found, what differs. Plain values only."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import chain

from ganlib import FRECHET, RunConfig, RunRow, Setting, all_settings

STATUS: Mapping[str, str] = {
    "queued": "In the queue",
    "preparing": "Preparing",
    "running": "Training",
    "paused": "Paused",
    "completed": "Finished",
    "stopped": "Stopped",
    "interrupted": "Interrupted",
    "diverged": "Diverged",
    "failed": "Failed",
}
"""A run's state in a word."""


def search(rows: Sequence[RunRow], words: str, states: Collection[str] = ()) -> list[RunRow]:
    """The rows in which every word occurs, and whose state is one of these where any is named.

    Words are looked for in title, tags, notes, run_id and settings, whatever their case; a setting
    is written as in "lr_d=0.001" or "ring".
    """
    wanted = words.lower().split()
    return [
        row
        for row in rows
        if (not states or row.state in states) and all(word in _text(row) for word in wanted)
    ]


def _text(row: RunRow) -> str:
    settings = " ".join(f"{one.name}={one.value}" for one in settings_of(row))
    parts = (row.title, *row.tags, row.notes, row.run_id, STATUS[row.state], settings)
    return " ".join(parts).lower()


def settings_of(row: RunRow) -> Sequence[Setting]:
    """The settings that decide how a run learns; none where they cannot be read."""
    return _settings_of(row.config) if row.config else ()


@lru_cache(maxsize=1024)  # A table of runs is shown again and again.
def _settings_of(config: RunConfig) -> tuple[Setting, ...]:
    return tuple(
        one for one in all_settings(config) if one.decides_learning and one.kind != "points"
    )


def differences(rows: Sequence[RunRow]) -> list[str]:
    """For each run the settings in which it differs from most of these, with their values.

    A setting that only some runs have, since their networks are of another kind, is told by the
    data and the kind of network alone.
    """
    settings = [settings_of(row) for row in rows]
    values: dict[str, Counter[str]] = {}
    for one in chain.from_iterable(settings):
        values.setdefault(one.name, Counter())[str(one.value)] += 1
    usual = {name: counts.most_common(1)[0][0] for name, counts in values.items()}
    return [
        ", ".join(
            f"{one.facets.label} {one.in_words(one.value)}"
            for one in of_a_run
            if str(one.value) != usual[one.name]
        )
        for of_a_run in settings
    ]


def status(row: RunRow, now: float) -> str:
    """The state of a run in a word, or since when nothing came of one that trains."""
    silent = row.silent_seconds(now)
    return f"No news for {duration(silent)}" if silent else STATUS[row.state]


def course(row: RunRow) -> list[float]:
    """The loss of G in a few values, for a sparkline; else that of the one network, or of D."""
    for name in ("g_loss", "loss", "d_loss"):
        values = [value for value in row.outline.get(name, ()) if value is not None]
        if values:
            return values
    return []


def distance(row: RunRow) -> float | None:
    """The Fréchet distance of the newest pictures; None where none was measured."""
    metric = row.measured and row.measured.report.named(FRECHET)
    return metric.value if metric else None


def duration(seconds: float) -> str:
    """A length of time as a person says it: "42 s", "1 min 40 s", "2 h 5 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
