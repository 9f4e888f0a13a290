"""What a page shows of a run besides its curves, as plain JSON values."""

import math
import time
from typing import Any

from ganlib import RunSnapshot, Waiting


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
    }


def queue(waiting: Waiting | None) -> dict[str, Any] | None:
    """What a run that waits can expect, as plain JSON values."""
    if waiting is None:
        return None
    seconds = waiting.seconds if math.isfinite(waiting.seconds) else None
    return {"place": waiting.place, "behind": waiting.behind, "seconds": seconds}
