"""What a page shows of a run besides its curves, as plain JSON values."""

import math
import time
from typing import Any

from ganlib import (
    ChangeSettings,
    Command,
    LimitSpeed,
    Pause,
    Resume,
    RunSnapshot,
    Stop,
    TakeStep,
    Waiting,
)


def status(run_id: str, snapshot: RunSnapshot, title: str, total_steps: int) -> dict[str, Any]:
    """What a page shows of a run besides its curves, as plain JSON values."""
    silent = snapshot.silent_seconds(time.time())
    rate = 0.0 if silent else snapshot.steps_per_second
    text, share = snapshot.progress
    return {
        "run_id": run_id,
        "title": title,
        "state": snapshot.state,
        "message": snapshot.message,
        "problem": snapshot.problem,
        "saved_step": snapshot.saved_step,
        "step": snapshot.step,
        "total_steps": total_steps,
        "images_seen": snapshot.images_seen,
        "silent_seconds": silent,
        "steps_per_second": rate,
        "seconds_left": snapshot.seconds_left(total_steps) if rate > 1e-6 else None,
        "elapsed": snapshot.elapsed,
        "device": snapshot.device,
        "threads": snapshot.threads,
        "progress_text": text,
        "progress_share": share,
        "frames": [frame.step for frame in snapshot.frames],
        "has_real": snapshot.real is not None and snapshot.real.ndim == 4,
        "measured": len(snapshot.figures),
        "marks": marks(snapshot),
        "changes": changes(snapshot),
    }


def queue(waiting: Waiting | None) -> dict[str, Any] | None:
    """What a run that waits can expect, as plain JSON values."""
    if waiting is None:
        return None
    seconds = waiting.seconds if math.isfinite(waiting.seconds) else None
    return {"place": waiting.place, "behind": waiting.behind, "seconds": seconds}


def changes(snapshot: RunSnapshot) -> int:
    """How many commands may change what a page says beside the state: points drawn do not."""
    silent = {"points", "cpu_threads"}
    limits = sum(isinstance(one.command, LimitSpeed) for one in snapshot.commands)
    return limits + sum(not silent.issuperset(values) for _, values in snapshot.changes)


def marks(snapshot: RunSnapshot) -> list[dict[str, Any]]:
    """The live changes of a run, in words."""
    return [
        {"step": step, "label": words}
        for step, values in snapshot.changes
        if (words := in_words(ChangeSettings(values)))
    ]


def in_words(command: Command) -> str:
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
            # The sharing of cores is the manager's.
            return ", ".join(_told(one) for one in values.items() if one[0] != "cpu_threads")
    return ""


def _told(change: tuple[str, Any]) -> str:
    name, value = change
    return f"{len(value)} {name}" if isinstance(value, tuple | list) else f"{name} {value}"
