"""Everything that a run can be saved as, for pages that offer it."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from safetensors import SafetensorError

from ganlib import export
from ganlib.config import RunConfig
from ganlib.errors import RunError, reason
from ganlib.files import finish, unfinished

if TYPE_CHECKING:
    from ganlib.store import RunSnapshot


class Run(Protocol):
    """What an export reads of a run."""

    @property
    def run_id(self) -> str:
        """Short name, unique in this process."""

    @property
    def config(self) -> RunConfig:
        """What was asked for."""

    @property
    def created(self) -> float:
        """When the run was made, in seconds since 1970."""

    @property
    def origin(self) -> object | None:
        """Where the run began, if it goes on from another."""

    @property
    def snapshot(self) -> "RunSnapshot":
        """The run as it is now."""

    def export_zip(self, target: Path) -> None:
        """Write all that is kept of it as one zip."""


@dataclass(frozen=True)
class Export:
    """One form in which a run leaves the house.

    Attributes:
        label, about: what it is, and what it is good for.
        ending: how the name of its file ends.
        media_type: of the file.
        is_slow: whether it may take more than a second.
        lack: what the run lacks for it, as a sentence; empty when it can be had.
        write: writes the file; see `save`.
    """

    label: str
    about: str
    ending: str
    media_type: str
    is_slow: bool
    lack: Callable[[Run], str]
    write: Callable[[Run, Path], None]

    def save(self, run: Run, path: Path) -> None:
        """Write the file, whole or not at all.

        Raises:
            GanlibError: it cannot be written, or the run not read.
        """
        try:
            # Under its own name, which a script tells.
            with unfinished(path.parent) as scratch:
                draft = scratch / path.name
                self.write(run, draft)
                finish(draft, path)
        except ModuleNotFoundError as error:
            raise RunError(
                f"{self.label} needs {error.name}, which is not installed: "
                "pip install 'ganlib[export]'."
            ) from error
        except (OSError, SafetensorError) as error:
            raise RunError(
                f"{path.name} cannot be written ({reason(error)}): free some space, or choose "
                "another folder."
            ) from error

    def file_name(self, run: Run) -> str:
        """A name that is safe on every system and tells the run."""
        letters = unicodedata.normalize("NFKD", run.config.title.lower()).encode("ascii", "ignore")
        title = re.sub(r"[^a-z0-9]+", "-", letters.decode()).strip("-")[:40]
        return "-".join(filter(None, (title, run.run_id))) + self.ending


def _lacks_steps(run: Run) -> str:
    return "" if len(run.snapshot.steps) else "No step has been taken yet."


def _lacks_frames(run: Run) -> str:
    return "" if run.snapshot.frames else "Nothing has been drawn yet."


def _lacks_checkpoints(run: Run) -> str:
    return "" if run.snapshot.checkpoints else "No weights of this run have been kept."


def _lacks_keeping(run: Run) -> str:
    return "" if run.snapshot.saved_step is not None else "Nothing of this run is kept yet."


def _lacks_beginning(run: Run) -> str:
    if run.origin is not None:
        return (
            "This run goes on from a checkpoint of another, so its settings alone do not repeat "
            "it: save the script of that run."
        )
    if any("total_steps" in values for _, values in run.snapshot.changes):
        return "This run was trained on for longer than it was begun for: its script cannot be had."
    return _lacks_steps(run)


EXPORTS: Mapping[str, Export] = {
    "csv": Export(
        label="Curves as CSV",
        about="One row for each step; opens in any spreadsheet.",
        ending="-curves.csv",
        media_type="text/csv",
        is_slow=False,
        lack=_lacks_steps,
        write=lambda run, path: export.write_csv(run.snapshot, path),
    ),
    "parquet": Export(
        label="Curves as Parquet",
        about="The same table, small and typed, for pandas and notebooks.",
        ending="-curves.parquet",
        media_type="application/vnd.apache.parquet",
        is_slow=True,
        lack=_lacks_steps,
        write=lambda run, path: export.write_parquet(run.snapshot, run.config, path),
    ),
    "gif": Export(
        label="Training as GIF",
        about="Every saved frame, with its step; moves in slides and chats.",
        ending=".gif",
        media_type="image/gif",
        is_slow=True,
        lack=_lacks_frames,
        write=lambda run, path: export.write_gif(run.snapshot, run.config, path),
    ),
    "mp4": Export(
        label="Training as MP4",
        about="The same as a film: larger pictures in a smaller file.",
        ending=".mp4",
        media_type="video/mp4",
        is_slow=True,
        lack=_lacks_frames,
        write=lambda run, path: export.write_mp4(run.snapshot, run.config, path),
    ),
    "weights": Export(
        label="Weights as safetensors",
        about="All networks of the newest checkpoint, the averaged one too.",
        ending="-weights.safetensors",
        media_type="application/octet-stream",
        is_slow=False,
        lack=_lacks_checkpoints,
        write=lambda run, path: export.write_weights(run.snapshot.checkpoints[-1].load(), path),
    ),
    "onnx": Export(
        label="Network as ONNX",
        about="What draws the samples, averaged: without torch, checked against torch.",
        ending="-network.onnx",
        media_type="application/octet-stream",
        is_slow=True,
        lack=_lacks_checkpoints,
        write=lambda run, path: export.write_onnx(run.snapshot.checkpoints[-1].load(), path),
    ),
    "script": Export(
        label="Run as a Python script",
        about="Trains this run again, to the last digit, with ganlib alone.",
        ending=".py",
        media_type="text/x-python",
        is_slow=False,
        lack=_lacks_beginning,
        write=lambda run, path: export.write_script(run.snapshot, run.config, run.run_id, path),
    ),
    "zip": Export(
        label="Whole run as a zip",
        about="Settings, curves, pictures, checkpoints: take it in on any Runs page.",
        ending=".zip",
        media_type="application/zip",
        is_slow=True,
        lack=_lacks_keeping,
        write=lambda run, path: run.export_zip(path),
    ),
    "tensorboard": Export(
        label="TensorBoard event file",
        about="Curves and pictures; put it in a folder for --logdir.",
        ending=".tfevents",
        media_type="application/octet-stream",
        is_slow=True,
        lack=_lacks_steps,
        write=lambda run, path: export.write_tensorboard(
            run.snapshot, run.config, run.created, path
        ),
    ),
}
"""By the name that stands in the address of a download."""
