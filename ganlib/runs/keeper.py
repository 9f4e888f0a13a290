"""Keeps one run on the disk while it goes on: the only writer of its folder.

Once a second a thread looks at the run's record, as any reader does, and writes what is new. So
training never waits for the disk, and a step costs nothing here. Files come first, then the
database says so in one transaction, then what is no longer kept is removed.
"""

import errno
import json
import threading
import time
from collections.abc import Callable, Mapping
from sqlite3 import Connection

from filelock import Timeout

from ganlib.config import RunConfig
from ganlib.errors import CheckpointError, RunError, StoreError, UnknownRunError
from ganlib.runs.about import About, told_by, write_about
from ganlib.runs.archive import write_curves
from ganlib.runs.chunks import pack
from ganlib.runs.database import add_event
from ganlib.runs.folder import keep_arrays
from ganlib.runs.record import RunRecord
from ganlib.runs.row import Origin
from ganlib.runs.snapshot import RunSnapshot
from ganlib.runs.store import RunStore

EVERY = 1.0
"""Seconds between two looks."""


class Keeper:
    """Keeps one run.

    Args:
        store: where.
        run_id: of the run, whether the store knows it already or not.
        config: what the run was asked for.
        origin: the saved moment of another run that it goes on from, if any.
        record: what it has said; told what has been kept.
        look: the run as it is now.

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
        look: Callable[[], RunSnapshot],
    ) -> None:
        self._store, self._run_id = store, run_id
        self._record, self._look = record, look
        self._folder = store.folder_of(run_id, config)
        self._kept = RunSnapshot()
        self._is_new = True
        self._lock = store.lock(run_id)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name=f"keep-{run_id}", daemon=True)
        try:
            self._lock.acquire(timeout=1)
        except Timeout:
            raise RunError(
                "Another process trains this run: watch it here, or stop it there first."
            ) from None
        except OSError as error:
            raise StoreError(_refusal(error, store)) from error
        try:
            self._begin(config, origin)
        except StoreError:
            self._lock.release()
            raise
        self._thread.start()

    def finish(self) -> None:
        """Keep the last of the run, and let go of it."""
        self._done.set()
        self._thread.join()
        self._keep()
        self._lock.release()

    def _go_on(self) -> None:
        while not self._done.wait(EVERY):
            self._keep()

    def _keep(self) -> None:
        """Write what is new, or say why that cannot be; the next look tries again."""
        try:
            self._write(self._look())
        except (StoreError, CheckpointError, UnknownRunError) as error:
            self._record.note_problem(f"Nothing of this run can be saved now. {error}")
        except OSError as error:
            self._record.note_problem(_refusal(error, self._store))

    def _begin(self, config: RunConfig, origin: Origin | None) -> None:
        """Write down that there is this run."""
        snapshot, now = self._look(), time.time()
        about = About(
            title=config.title, config=config, origin=origin, created=now, **told_by(snapshot)
        )
        with self._store.database.writing() as writer:
            values = about.columns() | {"run_id": self._run_id}
            names, places = ", ".join(values), ", ".join(f":{name}" for name in values)
            begun = writer.execute(
                f"INSERT INTO runs ({names}) VALUES ({places}) ON CONFLICT DO UPDATE "
                "SET config = excluded.config, state = excluded.state, message = '', "
                "updated = excluded.updated RETURNING created",
                values,
            ).fetchone()
            kind = "started" if begun["created"] == now else "resumed"
            add_event(writer, self._run_id, snapshot.step, kind, {})

    def _write(self, snapshot: RunSnapshot) -> None:
        if self._kept.steps.size and not self._folder.path.is_dir():
            self._start_over()
            snapshot = self._look()
        self._folder.make()
        if snapshot.real is not None and (self._is_new or self._kept.real is None):
            keep_arrays(self._folder.real, {"points": snapshot.real})
        frames = {one.step: self._folder.keep_frame(one) for one in snapshot.frames}
        moments = {one.step: self._folder.keep_moment(one) for one in snapshot.states}
        with self._store.database.writing() as writer:
            self._write_row(writer, snapshot)
            self._write_curves(writer, snapshot)
            self._write_steps(writer, "frames", {step: {} for step in frames})
            scores = {step: {"score": one.score} for step, one in moments.items()}
            self._write_steps(writer, "moments", scores)
            if snapshot.is_over and not self._kept.is_over:
                add_event(writer, self._run_id, snapshot.step, snapshot.state, {})
        self._record.note_kept(frames, moments)
        self._folder.prune(frames, moments)
        if snapshot.is_over:
            write_curves(self._folder.path, snapshot)
        if snapshot.is_over or moments.keys() - {one.step for one in self._kept.states}:
            write_about(self._folder.path, self._store.about(self._run_id))
        self._kept, self._is_new = snapshot, False

    def _start_over(self) -> None:
        """The folder was taken away: keep what is still in memory, and all that comes."""
        self._record.forget_kept()
        self._kept, self._is_new = RunSnapshot(), True
        with self._store.database.writing() as writer:
            add_event(writer, self._run_id, self._look().step, "folder lost", {})

    def _write_row(self, writer: Connection, snapshot: RunSnapshot) -> None:
        """What moves; title, tags and notes belong to people, the rest was said at the start."""
        told = told_by(snapshot)
        values = {**told, "metric_names": json.dumps(told["metric_names"])}
        values |= {"outline": json.dumps(told["outline"]), "run_id": self._run_id}
        changes = ", ".join(f"{name} = :{name}" for name in told)
        writer.execute(f"UPDATE runs SET {changes} WHERE run_id = :run_id", values)

    def _write_curves(self, writer: Connection, snapshot: RunSnapshot) -> None:
        run = (self._run_id,)
        if self._is_new:  # What an earlier try did after the moment that it goes on from.
            writer.execute("DELETE FROM chunks WHERE run_id = ?", run)
            writer.execute("DELETE FROM events WHERE run_id = ? AND kind = 'changed'", run)
        if len(snapshot.steps) > len(self._kept.steps):
            writer.executemany(
                "INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?)",
                [
                    (*run, one.number, one.count, one.body)
                    for one in pack(snapshot, first=len(self._kept.steps))
                ],
            )
        for mark in snapshot.marks[len(self._kept.marks) :]:
            add_event(writer, self._run_id, mark.step, "changed", mark.changes)

    def _write_steps(
        self, writer: Connection, table: str, wanted: Mapping[int, Mapping[str, float | None]]
    ) -> None:
        """Bring the steps of frames or checkpoints in line with what is kept."""
        found = writer.execute(f"SELECT step FROM {table} WHERE run_id = ?", (self._run_id,))
        known = {one["step"] for one in found}
        gone = [(self._run_id, step) for step in known - wanted.keys()]
        writer.executemany(f"DELETE FROM {table} WHERE run_id = ? AND step = ?", gone)
        for step in sorted(wanted.keys() - known):
            values = (self._run_id, step, *wanted[step].values())
            places = ", ".join("?" * len(values))
            writer.execute(f"INSERT INTO {table} VALUES ({places})", values)


def _refusal(error: OSError, store: RunStore) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error):
        return (
            f"The disk is full: training goes on, but nothing more of this run is saved in "
            f"{store.folder}. Free some space; saving goes on by itself."
        )
    return (
        f"Nothing of this run can be saved in {store.folder} ({error}): training goes on. See "
        "whether the folder may be written."
    )
