"""train and resume: a run in this process, with a bar that counts its steps."""

import argparse
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from tqdm import tqdm

from ganlib.cli.tell import find, tell
from ganlib.runs import RunManager, RunSnapshot, RunStore, RunThread
from ganlib.settings import changed

LOOK_EVERY = 0.2
"""Seconds between two looks at the run."""
INTERRUPTED = 130
_PREFIX = "setting_"


def train(asked: argparse.Namespace) -> int:
    """Train a new run."""
    values = {
        name.removeprefix(_PREFIX): value
        for name, value in vars(asked).items()
        if name.startswith(_PREFIX)
    }
    config = changed(asked.base, values)
    return _watch(asked, lambda manager: manager.start(config))


def resume(asked: argparse.Namespace) -> int:
    """Train a run on."""

    def begin(manager: RunManager) -> str:
        return manager.resume(find(manager.store, asked.run).run_id, asked.total_steps)

    return _watch(asked, begin)


def _watch(asked: argparse.Namespace, begin: Callable[[RunManager], str]) -> int:
    """Let a run begin and follow it to its end; Ctrl-C stops it, and it is saved."""
    manager = RunManager(RunStore())
    try:
        run_id = begin(manager)
        (run,) = (one for one in manager.runs() if one.run_id == run_id)
        with _stopped_by_ctrl_c(run) as was_stopped:
            _follow(run)
            run.join()
    finally:
        manager.close()
    return _report(asked, run, INTERRUPTED if was_stopped() else None)


def _follow(run: RunThread) -> None:
    """Move a bar on stderr until the run is over; where stderr is no terminal, say nothing."""
    config = run.config
    with tqdm(
        total=config.total_steps, unit="step", disable=None, dynamic_ncols=True, file=sys.stderr
    ) as bar:
        while not (snapshot := run.snapshot).is_over:
            bar.update(snapshot.step - bar.n)
            text, _ = snapshot.progress
            bar.set_postfix_str(text or _losses(snapshot), refresh=False)
            time.sleep(LOOK_EVERY)
        bar.set_postfix_str(_losses(snapshot), refresh=False)
        bar.update(snapshot.step - bar.n)


def _losses(snapshot: RunSnapshot) -> str:
    """What the last step measured."""
    return "  ".join(f"{name} {value:.4f}" for name, value in last_metrics(snapshot).items())


def last_metrics(snapshot: RunSnapshot) -> dict[str, float]:
    """What the last step measured, by name."""
    if not len(snapshot.steps):
        return {}
    measured = zip(snapshot.metric_names, snapshot.metrics[-1].tolist(), strict=True)
    return {name: value for name, value in measured if value == value}


@contextmanager
def _stopped_by_ctrl_c(run: RunThread) -> Iterator[Callable[[], bool]]:
    """Let Ctrl-C, or a polite kill, stop the run after its step; a second one ends all at once."""
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {one: signal.getsignal(one) for one in signals}
    caught: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        caught.append(number)
        run.controls.stop()
        for one in signals:
            signal.signal(one, before[one])
        print("\nStopping, and saving the run ...", file=sys.stderr)

    for one in signals:
        signal.signal(one, stop)
    try:
        yield lambda: bool(caught)
    finally:
        for one in signals:
            signal.signal(one, before[one])


def _report(asked: argparse.Namespace, run: RunThread, status: int | None) -> int:
    snapshot = run.snapshot
    facts: dict[str, Any] = {
        "run_id": run.run_id,
        "state": snapshot.state,
        "step": snapshot.step,
        "seconds": round(snapshot.elapsed, 2),
        "saved_step": snapshot.saved_step,
        "message": snapshot.message,
        "metrics": last_metrics(snapshot),
    }
    words = f"{run.run_id}: {snapshot.state} after {snapshot.step:,} steps. {_losses(snapshot)}"
    tell(asked, facts, words.rstrip())
    for problem in filter(None, (snapshot.message, snapshot.problem)):
        print(f"ganlib: {problem}", file=sys.stderr)
    return status if status is not None else int(snapshot.state != "completed")
