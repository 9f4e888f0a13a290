"""What is left of a run of which only the folder is there, and that perhaps not whole."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ganlib.errors import CheckpointError, StoreError
from ganlib.store.about import FILE, About, read_about
from ganlib.store.archive import read_curves
from ganlib.store.folder import RunFolder
from ganlib.store.snapshot import RunSnapshot


@dataclass(frozen=True)
class Left:
    """What can be read.

    Attributes:
        missing: what cannot, as a part of a sentence; empty when nothing is.
    """

    about: About
    curves: RunSnapshot
    missing: str


def is_of_a_run(folder: Path) -> bool:
    """Whether a folder is one of a run, however much of it is left."""
    return (folder / FILE).exists() or bool(RunFolder(folder, (2,)).moment_steps())


def what_is_left(folder: Path) -> Left:
    """Read what can be read; without run.json the newest whole checkpoint tells the settings.

    Raises:
        StoreError: neither it nor any checkpoint can be read.
    """
    missing = []
    try:
        about = read_about(folder)
    except StoreError:
        about = _told_by_checkpoint(folder)
        missing.append(
            f"{FILE} cannot be read, so its settings are those of step {about.step:,}, and title, "
            "tags, notes and figures are lost"
        )
    count = None if missing else len(about.metric_names)
    try:
        curves = read_curves(folder, count)
    except StoreError:
        curves = RunSnapshot(metrics=np.empty((0, count or 0), np.float32))
        missing.append("its curves cannot be read")
    if count is None:
        about = about.model_copy(update={"metric_names": curves.metric_names})
    words = ", and ".join(missing)
    if words:
        about = about.saying(f"Of this run not all is left: {words}.")
    return Left(about, curves, words)


def _told_by_checkpoint(folder: Path) -> About:
    run = RunFolder(folder, (2,))
    for step in reversed(run.moment_steps()):
        try:
            saved = run.moment(step, None).load()
        except CheckpointError:
            continue
        when = run.moment(step, None).path.stat().st_mtime
        return About(
            title=saved.config.title,
            config=saved.config,
            state="interrupted",
            step=saved.step,
            created=when,
            updated=when,
        )
    raise StoreError(f"Neither {FILE} nor any checkpoint can be read.")
