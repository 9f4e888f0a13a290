"""The folder of all runs: a database, a folder for each run, and locks that say who writes.

runs/
minimax.db              what is small, changes, and is searched (see `ganlib.store.database`)
locks/<run_id>          held by the process that trains the run, as long as it lives
<run_id>/
run.json              what the database says of the run, so that it could be made anew
frames/<step>.webp frames (.safetensors for points)
checkpoints/<step>.safetensors
real.safetensors      samples of the data
directions.json       ways in latent space that people gave a name
curves.safetensors    every row of the curves, once the run rests
"""

import json
import secrets
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Any

import numpy as np
from filelock import FileLock, Timeout
from pydantic import ValidationError

from ganlib.commands import read
from ganlib.config import RunConfig
from ganlib.errors import (
    ConfigError,
    DamagedStoreError,
    StoreError,
    UnknownRunError,
    UnwritableStoreError,
    reason,
)
from ganlib.events import CommandActed, Measured
from ganlib.process import runs_folder
from ganlib.store import listed
from ganlib.store.archive import import_folder, read_curves, unpack_zip, write_zip
from ganlib.store.chunks import Chunk, unpack
from ganlib.store.database import Database, add_event
from ganlib.store.folder import RUN_ID, RunFolder, StoredFrame
from ganlib.store.measurements import read_measurements
from ganlib.store.metadata import RunMetadata, write_metadata
from ganlib.store.opening import Opening
from ganlib.store.row import RunRow, checked_notes
from ganlib.store.snapshot import FINAL_STATES, RunSnapshot

BIN_SECONDS = 7 * 24 * 3600.0
"""How long a deleted run can be brought back."""
SILENT_SECONDS = 5.0
"""A live run that has said nothing for so long may have lost its process."""

_INTERRUPTED = "The process that trained this run ended without a word after step {step:,}. {so}"


class RunStore:
    """All runs that are kept in one folder; several processes may use it at once.

    Args:
        folder: by default `process.runs_folder()`; made when it is not there.

    A disk that is full or may only be read is read; runs can begin as soon as it can be written.

    Raises:
        StoreError: the folder cannot be used.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or runs_folder()
        self._opening = Opening(self.folder)
        self.note_interruptions(silent=0.0)
        self._empty_bin()

    @property
    def database(self) -> Database:
        """Where it is written down what runs there are."""
        return self._opening.database

    @property
    def notice(self) -> str:
        """What was repaired at opening, as sentences; empty when nothing was."""
        return self._opening.notice

    @property
    def caution(self) -> str:
        """Why nothing new is kept now, as a sentence; empty where it is."""
        return self._opening.caution

    def rows(self, deleted: bool = False) -> tuple[RunRow, ...]:
        """All runs, the newest first: those that are kept, or those in the bin."""
        return listed.rows(self.database, deleted)

    def row(self, run_id: str) -> RunRow:
        """One run, also when it is in the bin.

        Raises:
            UnknownRunError: there is none of that id.
        """
        return listed.row(self.database, run_id)

    def check_kept(self, run_id: str) -> None:
        """Make sure that there is a run, and not in the bin.

        Raises:
            UnknownRunError: there is none, or it is there.
        """
        listed.check_kept(self.database, run_id)

    def curves(self, row: RunRow) -> tuple[RunSnapshot, str]:
        """Every row of a run's curves, as a snapshot of nothing else, and what is wrong with them.

        Where the database has lost some, those beside the run's files are taken, if they are more.
        The sentence is empty when nothing is missing.
        """
        count = len(row.metric_names)
        curves, problem = RunSnapshot(metrics=np.empty((0, count), np.float32)), ""
        try:
            curves = RunSnapshot(**unpack(self._chunks(row.run_id), count))
            if max(curves.steps[-1:], default=0) < row.step:
                problem = "The last curves of this run are missing in the database."
        except DamagedStoreError as error:
            problem = str(error)
        if problem:
            with suppress(StoreError):
                beside = read_curves(self.folder / row.run_id, count)
                curves = max(curves, beside, key=lambda one: len(one.steps))
        return curves, problem

    def events(self, run_id: str) -> list[dict[str, Any]]:
        """What happened to a run, in order: each with time, step, kind and data."""
        rows = self.database.read(
            "SELECT time, step, kind, data FROM events WHERE run_id = ? ORDER BY number", (run_id,)
        )
        return [{**dict(one), "data": json.loads(one["data"])} for one in rows]

    def commands(self, run_id: str) -> tuple[CommandActed, ...]:
        """Commands that acted, in order; what cannot be read is left out."""
        rows = list[CommandActed]()
        for one in self.events(run_id):
            with suppress(ConfigError):
                rows.append(CommandActed(one["step"], read(one["kind"], one["data"])))
        return tuple(rows)

    def measurements(self, run_id: str) -> tuple[Measured, ...]:
        """What was measured of a run, in order; what cannot be read is left out."""
        return read_measurements(self.database, run_id)[0]

    def frame_steps(self, run_id: str) -> list[int]:
        """Steps of the frames that are kept."""
        rows = self.database.read(
            "SELECT step FROM frames WHERE run_id = ? ORDER BY step", (run_id,)
        )
        return [one["step"] for one in rows]

    def checkpoint_scores(self, run_id: str) -> dict[int, float | None]:
        """Steps of the checkpoints that are kept, with their scores."""
        rows = self.database.read(
            "SELECT step, score FROM moments WHERE run_id = ? ORDER BY step", (run_id,)
        )
        return {one["step"]: one["score"] for one in rows}

    def folder_of(self, run_id: str, config: RunConfig) -> RunFolder:
        """The folder of a run."""
        if not RUN_ID.fullmatch(run_id):
            raise UnknownRunError(f"{run_id[:40]!r} cannot be the name of a run.")
        return RunFolder(self.folder / run_id, config.data.shape)

    def frame(self, run_id: str, step: int) -> StoredFrame:
        """One frame of a run, without opening the run.

        Raises:
            UnknownRunError: there is none of that id.
            StoreError: this version cannot read its configuration.
        """
        return self.folder_of(run_id, self.metadata(run_id).config).frame(step)

    def lock(self, run_id: str) -> FileLock:
        """The lock that the one writer of a run holds as long as its process lives."""
        return FileLock(self.folder / "locks" / run_id, is_singleton=False, thread_local=False)

    def metadata(self, run_id: str) -> RunMetadata:
        """All that the database says of a run but its curves.

        Raises:
            UnknownRunError: there is none of that id.
            StoreError: this version cannot read its configuration.
        """
        row = self.row(run_id)
        if row.config is None:
            raise StoreError(f"{row.title} was made by another version, and cannot be read here.")
        fields = {
            name: getattr(row, name) for name in RunMetadata.model_fields if hasattr(row, name)
        }
        beside = {"scores": self.checkpoint_scores(run_id), "events": self.events(run_id)}
        beside |= {"measurements": self.measurements(run_id)}
        try:
            return RunMetadata.model_validate(fields | beside)
        except ValidationError as error:
            raise DamagedStoreError(listed.NO_SENSE.format(run_id=run_id)) from error

    def import_zip(self, source: IO[bytes]) -> str:
        """Unpack a zip that was saved as a run, and return the new run_id of it.

        Raises:
            StoreError: it is no such zip; or the disk is full. Nothing is left behind then.
        """
        run_id = secrets.token_hex(4)
        folder = RunFolder(self.folder / run_id, (2,))
        with ExitStack() as undo:
            undo.callback(folder.remove)
            try:
                folder.make()
                unpack_zip(source, folder.path)
                import_folder(self.database, folder.path, run_id)
            except (OSError, ValueError, OverflowError) as error:
                raise StoreError(f"The zip cannot be taken in ({reason(error)}).") from error
            undo.pop_all()
        return run_id

    def export_zip(self, run_id: str, target: Path) -> None:
        """Write a whole run as one zip, which `import_zip` of any store takes.

        Raises:
            StoreError: it cannot be written.
        """
        metadata = self.metadata(run_id)
        curves, _ = self.curves(self.row(run_id))
        write_zip(self.folder_of(run_id, metadata.config), metadata, curves, target)

    def annotate(
        self,
        run_id: str,
        title: str | None = None,
        tags: Sequence[str] | None = None,
        notes: str | None = None,
    ) -> None:
        """Change what people say about a run; what is None stays as it is.

        Raises:
            UnknownRunError: there is none of that id.
            ConfigError: a text is empty or too long.
            StoreError: it cannot be written.
        """
        changes = checked_notes(title, tags, notes)
        self.row(run_id)
        with self.database.writing() as writer:
            for column, value in changes.items():
                writer.execute(f"UPDATE runs SET {column} = ? WHERE run_id = ?", (value, run_id))
        with suppress(OSError, StoreError):  # The folder may be gone; the database knows it now.
            write_metadata(self.folder / run_id, self.metadata(run_id))

    def delete(self, run_id: str) -> None:
        """Put a run into the bin, from which it can be brought back for some days.

        Raises:
            StoreError: it still goes on, or cannot be written.
        """
        row = self.row(run_id)
        if not row.is_over:
            raise StoreError(f"{row.title} still goes on: stop it first, then delete it.")
        self._set_deleted(run_id, time.time())

    def restore(self, run_id: str) -> None:
        """Bring a run back from the bin."""
        self.row(run_id)
        self._set_deleted(run_id, None)

    def remove(self, run_id: str) -> None:
        """Remove a run that is in the bin, with all its files, for good.

        Raises:
            StoreError: it is not in the bin, or cannot be removed.
        """
        row = self.row(run_id)
        if row.deleted is None:
            raise StoreError(f"{row.title} is not in the bin: delete it first.")
        if refusal := self.database.refusal:
            raise UnwritableStoreError(refusal)
        folder = RunFolder(self.folder / run_id, (2,))
        folder.remove()
        if folder.path.exists():
            raise StoreError(
                f"Not all files of {row.title} could be removed: see whether another program holds "
                "them, and who may write there; then remove it again."
            )
        with self.database.writing() as writer:
            writer.execute("DELETE FROM runs WHERE run_id = ?", (run_id,))
        with suppress(OSError):  # Only a file without a word in it.
            (self.folder / "locks" / run_id).unlink(missing_ok=True)

    def note_interruptions(self, silent: float = SILENT_SECONDS) -> None:
        """Mark the runs whose process is gone: nobody holds their lock any more."""
        live = self.database.read(
            f"SELECT run_id, step FROM runs WHERE state NOT IN ({_FINAL}) AND updated <= ?",
            (time.time() - silent,),
        )
        for run_id, step in live:
            try:
                with self.lock(run_id).acquire(timeout=0):
                    self._note_interruption(run_id, step)
            except (Timeout, OSError, UnwritableStoreError):
                continue  # Its process lives, or nothing can be written down.

    @property
    def is_closed(self) -> bool:
        """Whether the database has been let go of."""
        return self.database.is_closed

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    def _chunks(self, run_id: str) -> list[Chunk]:
        rows = self.database.read(
            "SELECT number, count, body FROM chunks WHERE run_id = ? ORDER BY number", (run_id,)
        )
        return [Chunk(*one) for one in rows]

    def _note_interruption(self, run_id: str, step: int) -> None:
        saved = max(self.checkpoint_scores(run_id), default=None)
        so = (
            "Nothing of it was saved: train it on, and it begins anew."
            if saved is None
            else f"It is saved up to step {saved:,}: train on from there."
        )
        message = _INTERRUPTED.format(step=step, so=so)
        with self.database.writing() as writer:
            changed = writer.execute(
                f"UPDATE runs SET state = 'interrupted', message = ?, steps_per_second = 0 "
                f"WHERE run_id = ? AND state NOT IN ({_FINAL})",
                (message, run_id),
            )
            if changed.rowcount:
                add_event(writer, run_id, step, "interrupted", {})

    def _set_deleted(self, run_id: str, when: float | None) -> None:
        with self.database.writing() as writer:
            writer.execute("UPDATE runs SET deleted = ? WHERE run_id = ?", (when, run_id))

    def _empty_bin(self) -> None:
        for row in self.rows(deleted=True):
            if row.deleted is not None and time.time() - row.deleted > BIN_SECONDS:
                with suppress(StoreError):  # Another time.
                    self.remove(row.run_id)


_FINAL = ", ".join(f"'{state}'" for state in sorted(FINAL_STATES))
