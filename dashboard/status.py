"""What a page shows of a run besides its curves, as plain JSON values."""

import math
import time
from collections.abc import Mapping
from typing import Any

from ganlib import (
    ChangeSettings,
    Command,
    LimitSpeed,
    Pause,
    Resume,
    RunConfig,
    RunSnapshot,
    Setting,
    Stop,
    TakeStep,
    Waiting,
    find_settings,
)

MOST_MARKS = 100
SHARED_OUT = "machine"
"""The role of what the run manager decides: a change of it says nothing about learning."""


def status(run_id: str, snapshot: RunSnapshot, config: RunConfig) -> dict[str, Any]:
    """What a page shows of a run besides its curves, as plain JSON values."""
    silent = snapshot.silent_seconds(time.time())
    rate = 0.0 if silent else snapshot.steps_per_second
    text, share = snapshot.progress
    return {
        "run_id": run_id,
        "title": config.title,
        "state": snapshot.state,
        "message": snapshot.message,
        "problem": snapshot.problem,
        "saved_step": snapshot.saved_step,
        "step": snapshot.step,
        "total_steps": config.total_steps,
        "images_seen": snapshot.images_seen,
        "sample": config.data.sample,
        "silent_seconds": silent,
        "steps_per_second": rate,
        "seconds_left": snapshot.seconds_left(config.total_steps) if rate > 1e-6 else None,
        "elapsed": snapshot.elapsed,
        "device": snapshot.device,
        "threads": snapshot.threads,
        "progress_text": text,
        "progress_share": share,
        "frames": [frame.step for frame in snapshot.frames],
        "has_real": snapshot.real is not None and snapshot.real.ndim == 4,
        "measured": len(snapshot.measurements),
        "marks": marks(snapshot, config),
        "changes": changes(snapshot, config),
    }


def queue(waiting: Waiting | None) -> dict[str, Any] | None:
    """What a run that waits can expect, as plain JSON values."""
    if waiting is None:
        return None
    seconds = waiting.seconds if math.isfinite(waiting.seconds) else None
    return {"place": waiting.place, "behind": waiting.behind, "seconds": seconds}


def changes(snapshot: RunSnapshot, config: RunConfig) -> int:
    """How many commands may change what a page says beside the state: points drawn do not."""
    settings = find_settings(config)
    silent = {name for name, one in settings.items() if one.facets.role in (SHARED_OUT, "data")}
    limits = sum(isinstance(one.command, LimitSpeed) for one in snapshot.commands)
    return limits + sum(not silent.issuperset(values) for _, values in snapshot.changes)


def marks(snapshot: RunSnapshot, config: RunConfig) -> list[dict[str, Any]]:
    """The last live changes of a run, in words: a chart has no room for more lines than these."""
    settings = find_settings(config)
    return [
        {"step": step, "label": words}
        for step, values in snapshot.changes[-MOST_MARKS:]
        if (words := _changed(values, settings))
    ]


def in_words(command: Command, config: RunConfig) -> str:
    """What a command did, as a phrase; empty where that says nothing about learning."""
    match command:
        case Pause():
            return "paused"
        case Resume():
            return "went on"
        case Stop():
            return "stopped"
        case TakeStep(target, count):
            alone = "" if target == "both" else f" of {target.upper()} alone"
            return f"{count:,} step{'s' if count > 1 else ''}{alone}"
        case LimitSpeed(None):
            return "full speed"
        case LimitSpeed(rate):
            return f"at most {rate:g} steps a second"
        case ChangeSettings(values):
            return _changed(values, find_settings(config))
    return ""


def _changed(values: Mapping[str, Any], settings: Mapping[str, Setting]) -> str:
    return ", ".join(filter(None, (_in_words(*one, settings) for one in values.items())))


def _in_words(name: str, value: Any, settings: Mapping[str, Setting]) -> str:
    setting = settings.get(name)
    if setting is None:  # Of another version.
        return f"{name} {value}"
    if setting.facets.role == SHARED_OUT:
        return ""
    words = setting.in_words(value)
    return words if setting.kind == "points" else f"{setting.facets.label} {words}"
