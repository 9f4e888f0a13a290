"""What a page shows of a run besides its curves, as plain JSON values."""

import time
from typing import Any

from ganlib import RunSnapshot


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
        "seconds_left": (total_steps - snapshot.step) / rate if rate > 1e-6 else None,
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


def changes(snapshot: RunSnapshot) -> int:
    """How many live changes were more than points drawn: those may change what a page says."""
    silent = {"points", "cpu_threads"}
    return sum(not silent.issuperset(mark.changes) for mark in snapshot.marks)


def marks(snapshot: RunSnapshot) -> list[dict[str, Any]]:
    """The live changes of a run, in words."""
    return [
        {"step": mark.step, "label": ", ".join(map(_told, changes.items()))}
        for mark in snapshot.marks
        # The manager's sharing of cores says nothing about learning.
        if (changes := {k: v for k, v in mark.changes.items() if k != "cpu_threads"})
    ]


def _told(change: tuple[str, Any]) -> str:
    name, value = change
    return f"{len(value)} {name}" if isinstance(value, tuple | list) else f"{name} {value}"
