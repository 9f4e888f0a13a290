"""train and resume: a run in this process, with a bar that counts its steps."""

import argparse
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from tqdm import tqdm

from ganlib.cli.tell import find, open_store, program, tell, with_flags
from ganlib.commands import Stop
from ganlib.errors import ConfigError
from ganlib.execution import RunManager, RunThread
from ganlib.settings import changed
from ganlib.store import RunSnapshot

LOOK_EVERY = 0.2
"""Seconds between two looks at the run."""
NOT_KEPT, INTERRUPTED = 3, 130
_PREFIX = "setting_"


def train(args: argparse.Namespace) -> int:
    """Train a new run."""
    values = {
        name.removeprefix(_PREFIX): value
        for name, value in vars(args).items()
        if name.startswith(_PREFIX)
    }
    try:
        config = changed(args.base, values)
    except ConfigError as refusal:
        text = ((path, with_flags(sentence, args.base)) for path, sentence in refusal.problems)
        raise ConfigError(tuple(text)) from None
    return _watch(args, lambda manager: manager.start(config))


def resume(args: argparse.Namespace) -> int:
    """Train a run on."""

    def begin(manager: RunManager) -> str:
        return manager.resume(find(manager.store, args.run).run_id, args.total_steps)

    return _watch(args, begin)


def _watch(args: argparse.Namespace, begin: Callable[[RunManager], str]) -> int:
    """Let a run begin and follow it to its end; Ctrl-C stops it, and it is saved."""
    manager = RunManager(open_store())
    was_stopped, was_left = threading.Event(), threading.Event()
    try:
        run_id = begin(manager)
        (run,) = (one for one in manager.runs() if one.run_id == run_id)
        with _on_ctrl_c(lambda: _stop(run, was_stopped)):
            _follow(run)
            run.join()
        with _on_ctrl_c(was_left.set):
            _wait_until_kept(run, was_left)
    finally:
        manager.close()
    return _report(args, run, was_stopped.is_set())


def _stop(run: RunThread, was_stopped: threading.Event) -> None:
    was_stopped.set()
    run.send(Stop())
    print("\nStopping, and saving the run ...", file=sys.stderr)


def _wait_until_kept(run: RunThread, was_left: threading.Event) -> None:
    """Wait for a full disk to be emptied as long as the person lets it."""
    last_problem = ""
    while not run.wait_until_kept(LOOK_EVERY) and not was_left.is_set():
        if (problem := run.snapshot.problem) != last_problem:
            print(f"ganlib: {problem} Waiting; Ctrl-C ends the waiting.", file=sys.stderr)
            last_problem = problem


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
def _on_ctrl_c(act: Callable[[], None]) -> Iterator[None]:
    """Let Ctrl-C, or a polite kill, do this; a second one ends all at once."""
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {one: signal.getsignal(one) for one in signals}

    def restore() -> None:
        for one in signals:
            signal.signal(one, before[one])

    def catch(number: int, frame: FrameType | None) -> None:
        restore()
        act()

    for one in signals:
        signal.signal(one, catch)
    try:
        yield
    finally:
        restore()


def _report(args: argparse.Namespace, run: RunThread, was_stopped: bool) -> int:
    snapshot = run.snapshot
    facts: dict[str, Any] = {
        "run_id": run.run_id,
        "state": snapshot.state,
        "step": snapshot.step,
        "seconds": round(snapshot.elapsed, 2),
        "saved_step": snapshot.saved_step,
        "is_kept": run.is_kept,
        "message": snapshot.message,
        "metrics": last_metrics(snapshot),
    }
    lost, cure = _lost(run)
    words = f"{run.run_id}: {snapshot.state} after {snapshot.step:,} steps{lost}."
    tell(args, facts, f"{words} {_losses(snapshot)}".rstrip())
    message = snapshot.message
    if args.command == "train":  # Who resumes sets no settings.
        message = with_flags(message, run.config)
    for sentence in filter(None, (message, snapshot.problem, cure)):
        print(f"ganlib: {sentence}", file=sys.stderr)
    if not run.is_kept:
        return NOT_KEPT
    return INTERRUPTED if was_stopped else int(snapshot.state != "completed")


def _lost(run: RunThread) -> tuple[str, str]:
    """How much of a run is saved, and how to go on from it; empty where all of it is."""
    if run.is_kept:
        return "", ""
    saved = run.snapshot.saved_step
    if saved is None:
        return ", and nothing is saved", ""
    cure = f"To go on from step {saved:,} once it can be saved: {program()} resume {run.run_id}"
    return f", and saved up to step {saved:,} only", cure
