"""Snapshot -> thinned arrays -> bytes for the browser. The cost is the same at any step.

A message is a uint32 (little-endian) with the length of a JSON header, the header padded so that
the arrays begin at a multiple of 8, and then, for each entry of header["series"], `count` uint32
steps and `count` float32 values.
"""

import json
import math
import struct
import time
from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from tsdownsample import MinMaxLTTBDownsampler

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

_X = TypeVar("_X", np.uint32, np.float32)
Series = tuple[str, NDArray[np.uint32], NDArray[np.float32]]

MOST_POINTS = 800
"""Points of one series in a message."""
MOST_POINTS_IN_ALL = 6750
"""Points of all series in a message, which weigh 54 kB."""


def curves(snapshot: RunSnapshot, first: int, last: int, points: int) -> list[Series]:
    """Every series between two steps (both included), thinned to at most `points`.

    Where many are measured, each has fewer, so that a message never grows beyond its budget.
    """
    begin = int(np.searchsorted(snapshot.steps, first, side="left"))
    end = int(np.searchsorted(snapshot.steps, last, side="right"))
    steps, metrics = snapshot.steps[begin:end], snapshot.metrics[begin:end]
    measured = int(np.isfinite(metrics).any(axis=0).sum())
    points = min(points, MOST_POINTS_IN_ALL // max(1, measured))
    return [
        (name, *thin(steps, metrics[:, column], points))
        for column, name in enumerate(snapshot.metric_names)
    ]


def thin(
    x: NDArray[_X], values: NDArray[np.float32], points: int
) -> tuple[NDArray[_X], NDArray[np.float32]]:
    """Leave out what is NaN, then keep the points that make up the look of the curve.

    Extremes survive, so that a spike never vanishes (MinMaxLTTB, Van der Donckt et al. 2023,
    arXiv 2305.00332).
    """
    measured = np.isfinite(values)
    x, values = x[measured], np.ascontiguousarray(values[measured])
    points = max(3, min(points, MOST_POINTS))
    if len(values) <= points:
        return x, values
    kept = MinMaxLTTBDownsampler().downsample(np.ascontiguousarray(x), values, n_out=points)
    return x[kept], values[kept]


def arrays_message(
    header: dict[str, Any], arrays: Mapping[str, NDArray[np.float32]], scales: Mapping[str, int]
) -> bytes:
    """Pack a header and arrays by name.

    The header names each array in "arrays" with its type ("f4", or "i2" for whole multiples of
    1 / scale, where -32768 is unknown), shape and scale. Every array is padded to a multiple of 8.

    Args:
        header: plain JSON values.
        arrays: by name, in the order in which they are sent.
        scales: parts of one that arrays are rounded to, by name; those not named stay float32.
    """
    described, parts = [], []
    for name, array in arrays.items():
        scale = scales.get(name)
        body = (array.astype("<f4") if scale is None else _quantised(array, scale)).tobytes()
        kind = "f4" if scale is None else "i2"
        described.append(
            {"name": name, "type": kind, "shape": list(array.shape), "scale": scale or 1}
        )
        parts.append(body + b"\0" * (-len(body) % 8))
    return b"".join([_packed({**header, "arrays": described}), *parts])


def _told(change: tuple[str, Any]) -> str:
    name, value = change
    return f"{len(value)} {name}" if isinstance(value, tuple | list) else f"{name} {value}"


def _quantised(array: NDArray[np.float32], scale: int) -> NDArray[np.int16]:
    most = 32767 / scale
    known = (np.nan_to_num(array).clip(-most, most) * scale).round().astype("<i2")
    return np.where(np.isnan(array), np.int16(-32768), known)


def message(header: dict[str, Any], series: list[Series]) -> bytes:
    """Pack a header and its series; series without points are left out."""
    series = [one for one in series if len(one[1])]
    header = {**header, "series": [{"name": name, "count": len(x)} for name, x, _ in series]}
    arrays = [part.tobytes() for _, x, y in series for part in (x.astype("<u4"), y.astype("<f4"))]
    return b"".join([_packed(header), *arrays])


def body_message(header: dict[str, Any], body: bytes) -> bytes:
    """Pack a header and one body of bytes, which begins at a multiple of 8."""
    return _packed(header) + body


def _packed(header: dict[str, Any]) -> bytes:
    """The length of a JSON header and the header, which ends at a multiple of 8."""
    text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-(4 + len(text)) % 8)
    return struct.pack("<I", len(text)) + text


def live_header(run_id: str, snapshot: RunSnapshot, title: str, total_steps: int) -> dict[str, Any]:
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
