"""What is left of a run of which only the folder is there, and that perhaps not whole."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ganlib.errors import CheckpointError, StoreError
from ganlib.store.archive import read_curves
from ganlib.store.folder import RunFolder
from ganlib.store.metadata import FILE, RunMetadata, read_metadata
from ganlib.store.snapshot import RunSnapshot


@dataclass(frozen=True)
class Salvaged:
    """What can be read.

    Attributes:
        missing: what cannot, as a part of a sentence; empty when nothing is.
    """

    metadata: RunMetadata
    curves: RunSnapshot
    missing: str


def is_of_a_run(folder: Path) -> bool:
    """Whether a folder is one of a run, however much of it is left."""
    return (folder / FILE).exists() or bool(RunFolder(folder, (2,)).checkpoint_steps())


def salvaged(folder: Path) -> Salvaged:
    """Read what can be read; without run.json the newest whole checkpoint tells the settings.

    Raises:
        StoreError: neither it nor any checkpoint can be read.
    """
    missing = []
    try:
        metadata = read_metadata(folder)
    except StoreError:
        metadata = _metadata_of_checkpoint(folder)
        missing.append(
            f"{FILE} cannot be read, so its settings are those of step {metadata.step:,}, and "
            "title, tags, notes and measurements are lost"
        )
    count = None if missing else len(metadata.metric_names)
    try:
        curves = read_curves(folder, count)
    except StoreError:
        curves = RunSnapshot(metrics=np.empty((0, count or 0), np.float32))
        missing.append("its curves cannot be read")
    if count is None:
        metadata = metadata.model_copy(update={"metric_names": curves.metric_names})
    words = ", and ".join(missing)
    if words:
        metadata = metadata.saying(f"Of this run not all is left: {words}.")
    return Salvaged(metadata, curves, words)


def _metadata_of_checkpoint(folder: Path) -> RunMetadata:
    run = RunFolder(folder, (2,))
    for step in reversed(run.checkpoint_steps()):
        try:
            saved = run.checkpoint(step, None).load()
        except CheckpointError:
            continue
        when = run.checkpoint(step, None).path.stat().st_mtime
        return RunMetadata(
            title=saved.config.title,
            config=saved.config,
            state="interrupted",
            step=saved.step,
            created=when,
            updated=when,
        )
    raise StoreError(f"Neither {FILE} nor any checkpoint can be read.")
