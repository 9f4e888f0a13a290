"""Keeps one run on the disk while it goes on: the only writer of its folder.

Once a second a thread looks at the run's record, as any reader does, and writes what is new. So
training never waits for the disk, and a step costs nothing here. Files come first, then the
database says so in one transaction, then what is no longer kept is removed.
"""

import errno
import json
import logging
import threading
import time
from collections.abc import Collection, Mapping
from sqlite3 import Connection

from filelock import Timeout

from ganlib.commands import KINDS, written
from ganlib.config import RunConfig
from ganlib.errors import CheckpointError, RunError, StoreError, UnknownRunError, reason
from ganlib.store.archive import write_curves
from ganlib.store.checked import keep_arrays
from ganlib.store.checkpoint import StoredCheckpoint
from ganlib.store.chunks import pack
from ganlib.store.database import add_event
from ganlib.store.file_sync import FileSync
from ganlib.store.folder import StoredFrame
from ganlib.store.measurements import add_measurement
from ganlib.store.metadata import FILE, RunMetadata, metadata_of, write_metadata
from ganlib.store.record import RunRecord
from ganlib.store.row import Origin
from ganlib.store.snapshot import RunSnapshot
from ganlib.store.store import RunStore
from ganlib.version import versions

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two looks."""
TOLD = 30.0
"""Seconds for which a run says what it has lost."""


class RunWriter:
    """Keeps one run.

    Args:
        store: where.
        run_id: of the run, whether the store knows it already or not.
        config: what the run was asked for.
        origin: the checkpoint of another run that it goes on from, if any.
        record: what it has said; told what has been kept.
        notice: a sentence about what was lost before, for the run to say at first.

    Raises:
        RunError: another process trains this run.
        StoreError: the store cannot be written.
    """

    def __init__(
        self,
        store: RunStore,
        run_id: str,
        config: RunConfig,
        origin: Origin | None,
        record: RunRecord,
        notice: str = "",
    ) -> None:
        self._store, self._run_id = store, run_id
        self._record = record
        self._folder = store.folder_of(run_id, config)
        self._kept, self._is_new = RunSnapshot(), True
        folder = self._folder
        self._frame_sync = FileSync(folder.keep_frame, folder.frame_steps)
        self._checkpoint_sync = FileSync(folder.keep_checkpoint, folder.checkpoint_steps)
        self._gist: tuple[object, ...] = ()
        self._is_written_beside = True
        self._notice, self._notice_ends = notice, time.monotonic() + TOLD
        self._lock = store.lock(run_id)
        self._done, self._tried, self._settled = (threading.Event() for _ in range(3))
        self._thread = threading.Thread(target=self._go_on, name=f"keep-{run_id}", daemon=True)
        try:
            self._lock.acquire(timeout=1)
        except Timeout:
            raise RunError(
                "Another process trains this run: watch it here, or stop it there first."
            ) from None
        except OSError as error:
            raise StoreError(_refusal(error, *_NOT_BEGUN)) from error
        try:
            self._begin(config, origin)
        except StoreError:
            self._lock.release()
            raise
        self._thread.start()

    @property
    def is_kept(self) -> bool:
        """Whether all of the run, to its end, is on the disk."""
        return self._kept.is_over and self._is_written_beside

    def finish(self, timeout: float | None = None) -> None:
        """Keep the last of the run, and let go of it; later, if that cannot be done now.

        Args:
            timeout: seconds to wait for the first try, by default as long as it takes.
        """
        self._done.set()
        self._tried.wait(timeout)

    def wait(self, timeout: float) -> bool:
        """Wait so many seconds for the last of the run; whether nothing is left to be tried."""
        return self._settled.wait(timeout)

    def _go_on(self) -> None:
        while not self._done.wait(EVERY):
            self._keep()
        while not self._keep():
            self._tried.set()
            if self._store.is_closed:
                return
            time.sleep(EVERY)
        self._lock.release()
        self._settled.set()
        self._tried.set()

    def _keep(self) -> bool:
        """Write what is new, or say why that cannot be; whether there is nothing to try again."""
        snapshot = self._record.snapshot
        try:
            self._write(snapshot)
            return True
        except UnknownRunError as error:  # It was removed: nothing of it is wanted any more.
            self._record.note_kept({}, {}, f"Nothing of this run is saved any more. {error}")
            return True
        except (StoreError, CheckpointError) as error:
            self._record.note_problem(f"Nothing new of this run can be saved now. {error}")
        except OSError as error:
            self._record.note_problem(
                _refusal(error, *(_IS_OVER if snapshot.is_over else _GOES_ON))
            )
        except Exception as error:  # Else the thread would end, and nothing be saved any more.
            log.exception("Saving run %s failed", self._run_id)
            self._record.note_problem(
                "Nothing new of this run can be saved now: something inside went wrong "
                f"({type(error).__name__}: {reason(error)}). It is tried again and again."
            )
        return False

    def _begin(self, config: RunConfig, origin: Origin | None) -> None:
        """Write down that there is this run."""
        snapshot, now = self._record.snapshot, time.time()
        metadata = RunMetadata(
            title=config.title, config=config, origin=origin, created=now, **metadata_of(snapshot)
        )
        with self._store.database.writing() as writer:
            values = metadata.columns() | {"run_id": self._run_id}
            names, places = ", ".join(values), ", ".join(f":{name}" for name in values)
            begun = writer.execute(
                f"INSERT INTO runs ({names}) VALUES ({places}) ON CONFLICT DO UPDATE "
                "SET config = excluded.config, state = excluded.state, message = '', "
                "updated = excluded.updated, deleted = NULL RETURNING created",
                values,
            ).fetchone()
            kind = "started" if begun["created"] == now else "resumed"
            add_event(writer, self._run_id, snapshot.step, kind, versions())

    def _write(self, snapshot: RunSnapshot) -> None:
        folder = self._folder
        folder.make()
        frames, lost_frames = self._frame_sync.take(snapshot.frames)
        checkpoints, lost_checkpoints = self._checkpoint_sync.take(snapshot.checkpoints)
        if snapshot.real is not None and (self._is_new or not folder.real.exists()):
            keep_arrays(folder.real, {"points": snapshot.real})
        gist = _gist(snapshot, frames, checkpoints)
        if gist != self._gist:
            self._write_database(snapshot, frames, checkpoints)
        if lost_frames or lost_checkpoints:
            self._note_lost(snapshot.step, lost_frames, lost_checkpoints)
        is_noticed = not snapshot.is_over and time.monotonic() < self._notice_ends
        self._record.note_kept(frames, checkpoints, self._notice if is_noticed else "")
        self._frame_sync.let_go()
        self._checkpoint_sync.let_go()
        if gist[:2] != self._gist[:2]:
            folder.prune(frames, checkpoints)
            self._is_written_beside = False
        measured_anew = len(snapshot.measurements) != len(self._kept.measurements)
        if measured_anew or (snapshot.is_over and not self._kept.is_over):
            self._is_written_beside = False
        self._kept, self._is_new, self._gist = snapshot, False, gist
        if not self._is_written_beside or not (folder.path / FILE).exists():
            self._write_beside(snapshot)

    def _write_database(
        self,
        snapshot: RunSnapshot,
        frames: Mapping[int, StoredFrame],
        checkpoints: Mapping[int, StoredCheckpoint],
    ) -> None:
        with self._store.database.writing() as writer:
            self._write_row(writer, snapshot)
            self._write_curves(writer, snapshot)
            self._write_figures(writer, snapshot)
            self._write_steps(writer, "frames", [(step,) for step in frames])
            scores = [(step, one.score) for step, one in checkpoints.items()]
            self._write_steps(writer, "moments", scores)
            if snapshot.is_over and not self._kept.is_over:
                add_event(writer, self._run_id, snapshot.step, snapshot.state, {})

    def _write_beside(self, snapshot: RunSnapshot) -> None:
        """Make the folder whole by itself."""
        if snapshot.is_over:
            write_curves(self._folder.path, snapshot)
        write_metadata(self._folder.path, self._store.metadata(self._run_id))
        self._is_written_beside = True

    def _note_lost(self, step: int, frames: list[int], checkpoints: list[int]) -> None:
        """Files were taken away: let go of them, and say so; all that comes is kept."""
        self._record.forget(frames, checkpoints)
        self._notice = (
            f"Saved files of this run were taken away from the disk ({len(frames)} pictures, "
            f"{len(checkpoints)} checkpoints): training goes on, and all that comes is saved."
        )
        self._notice_ends = time.monotonic() + TOLD
        lost = {"frames": len(frames), "checkpoints": len(checkpoints)}
        with self._store.database.writing() as writer:
            add_event(writer, self._run_id, step, "files lost", lost)

    def _write_row(self, writer: Connection, snapshot: RunSnapshot) -> None:
        """What moves; title, tags and notes belong to people, the rest was said at the start."""
        columns = metadata_of(snapshot)
        values = {**columns, "metric_names": json.dumps(columns["metric_names"])}
        values |= {"outline": json.dumps(columns["outline"]), "run_id": self._run_id}
        changes = ", ".join(f"{name} = :{name}" for name in columns)
        if not writer.execute(f"UPDATE runs SET {changes} WHERE run_id = :run_id", values).rowcount:
            self._store.row(self._run_id)  # Raises: it was removed.

    def _write_curves(self, writer: Connection, snapshot: RunSnapshot) -> None:
        run = (self._run_id,)
        if self._is_new:  # What an earlier try did after the checkpoint that it goes on from.
            writer.execute("DELETE FROM chunks WHERE run_id = ?", run)
            writer.executemany(
                "DELETE FROM events WHERE run_id = ? AND kind = ?", [(*run, one) for one in KINDS]
            )
        if len(snapshot.steps) > len(self._kept.steps):
            writer.executemany(
                "INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?)",
                [
                    (*run, one.number, one.count, one.body)
                    for one in pack(snapshot, first=len(self._kept.steps))
                ],
            )
        for acted in snapshot.commands[len(self._kept.commands) :]:
            command = acted.command
            add_event(writer, self._run_id, acted.step, command.kind, written(command))

    def _write_figures(self, writer: Connection, snapshot: RunSnapshot) -> None:
        if self._is_new:
            writer.execute("DELETE FROM figures WHERE run_id = ?", (self._run_id,))
        for one in snapshot.measurements[len(self._kept.measurements) :]:
            add_measurement(writer, self._run_id, one)

    def _write_steps(
        self, writer: Connection, table: str, wanted: Collection[tuple[float | None, ...]]
    ) -> None:
        """Bring the steps of frames, or the steps and scores of checkpoints, in line."""
        stored = writer.execute(f"SELECT * FROM {table} WHERE run_id = ?", (self._run_id,))
        known = {tuple(one)[1:] for one in stored}
        gone = {step for step, *_ in known} - {step for step, *_ in wanted}
        writer.executemany(
            f"DELETE FROM {table} WHERE run_id = ? AND step = ?",
            [(self._run_id, step) for step in gone],
        )
        for values in set(wanted) - known:
            places = ", ".join("?" * (1 + len(values)))
            writer.execute(
                f"INSERT OR REPLACE INTO {table} VALUES ({places})", (self._run_id, *values)
            )


def _gist(
    snapshot: RunSnapshot, frames: Collection[int], checkpoints: Mapping[int, StoredCheckpoint]
) -> tuple[object, ...]:
    """What must have changed for anything to be new: the files, and what is told."""
    names = ("state", "message", "step", "device", "threads", "metric_names")
    numbers = [getattr(snapshot, name) for name in names]
    counted = len(snapshot.commands), len(snapshot.measurements)
    return tuple(frames), tuple(checkpoints.values()), *numbers, *counted


def _refusal(error: OSError, so: str, then: str) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error):
        return f"The disk is full: {so}. Free some space; then {then}."
    why = error.strerror or type(error).__name__
    return (
        f"The folder of this run cannot be written ({why}): {so}. See who may write there; then "
        f"{then}."
    )


_NOT_BEGUN = ("this run was not begun, for nothing of it could be saved", "start it again")
_GOES_ON = ("training goes on, but what is new is not saved", "it is saved by itself")
_IS_OVER = ("the end of this run is not saved yet", "it is saved by itself")
