"""A run as its folder or a zip of it, which any store imports; both are untrusted."""

import json
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from sqlite3 import Connection
from typing import IO, Any

import numpy as np
from pydantic import TypeAdapter

from ganlib.errors import StoreError, reason
from ganlib.files import SCRATCH, finish
from ganlib.store.checked import keep_arrays, read_arrays
from ganlib.store.chunks import pack
from ganlib.store.database import Database
from ganlib.store.folder import MOST_BYTES as MOST_OF_CURVES
from ganlib.store.folder import RunFolder
from ganlib.store.measurements import add_measurement
from ganlib.store.metadata import FILE, MetricNames, RunMetadata, read_metadata, write_metadata
from ganlib.store.snapshot import FINAL_STATES, RunSnapshot
from ganlib.zips import TooManyFilesError, open_zip

CURVES = "curves.safetensors"
MOST_FILES = 5000
MOST_BYTES = 4 * 2**30
"""Of a zip when it is unpacked."""
MOST_TIMES, ANYWAY = 50, 2**26
"""As many times its own size, beyond so many bytes: weights and pictures hardly pack."""
_NAME = re.compile(
    r"(run|directions)\.json|(curves|real)\.safetensors|frames/(0|[1-9][0-9]{0,9})\.(webp|safetensors)"
    r"|checkpoints/(0|[1-9][0-9]{0,9})\.safetensors"
)
_NAMES = TypeAdapter(MetricNames)
_COLUMNS = {"steps": np.uint32, "images": np.uint64, "seconds": np.float32, "metrics": np.float32}


def write_curves(folder: Path, snapshot: RunSnapshot) -> None:
    """Write every row of the curves, and the names of the metrics, beside the files of the run.

    Raises:
        OSError: the disk is full, or the folder is gone.
    """
    texts = {"metric_names": json.dumps(snapshot.metric_names)}
    keep_arrays(folder / CURVES, {name: getattr(snapshot, name) for name in _COLUMNS}, texts)


def read_curves(folder: Path, metric_count: int | None) -> RunSnapshot:
    """The rows of a run from beside its files, as a snapshot of nothing else; empty if none are.

    Args:
        folder: of the run.
        metric_count: how many metrics it measures; None for those that the file names.

    Raises:
        StoreError: they are damaged, or belong to another run.
    """
    path = folder / CURVES
    if not path.exists():
        return RunSnapshot(metrics=np.empty((0, metric_count or 0), np.float32))
    try:
        arrays, texts = read_arrays(path, MOST_OF_CURVES)
        names = _NAMES.validate_json(texts.get("metric_names", "[]"))
    except (OSError, ValueError) as error:
        raise StoreError(f"{CURVES} is damaged ({reason(error)}).") from error
    columns: dict[str, Any] = {name: arrays.get(name, np.empty(())) for name in _COLUMNS}
    count = columns["steps"].size
    for name, kind in _COLUMNS.items():
        shape = (
            (count, len(names) if metric_count is None else metric_count)
            if name == "metrics"
            else (count,)
        )
        if columns[name].dtype != kind or columns[name].shape != shape:
            raise StoreError(f"{CURVES} does not hold the curves of this run.")
    steps, seconds = columns["steps"], columns["seconds"]
    if not (np.isfinite(seconds).all() and (seconds >= 0).all() and (steps[1:] > steps[:-1]).all()):
        raise StoreError(f"{CURVES} does not hold the curves of a run.")
    return RunSnapshot(**columns, metric_names=names)


def import_folder(database: Database, folder: Path, run_id: str) -> None:
    """Take a run whose folder is whole into the database; a live one counts as interrupted.

    Raises:
        StoreError: the folder is not that of a run, or the database cannot be written.
    """
    metadata = read_metadata(folder)
    enter(database, folder, run_id, metadata, read_curves(folder, len(metadata.metric_names)))


def enter(
    database: Database, folder: Path, run_id: str, metadata: RunMetadata, curves: RunSnapshot
) -> None:
    """Write down in the database what was read from the folder of a run.

    Raises:
        StoreError: the database cannot be written.
    """
    if metadata.state not in FINAL_STATES:
        words = f"This run was taken in after step {metadata.step:,}: train on from there."
        metadata = metadata.saying(words).model_copy(update={"state": "interrupted"})
    run = RunFolder(folder, metadata.config.data.shape)
    with database.writing() as writer:
        values = metadata.columns() | {"run_id": run_id}
        names, places = ", ".join(values), ", ".join(f":{name}" for name in values)
        writer.execute(f"INSERT OR REPLACE INTO runs ({names}) VALUES ({places})", values)
        writer.executemany(
            "INSERT INTO chunks VALUES (?, ?, ?, ?)",
            [(run_id, one.number, one.count, one.body) for one in pack(curves, first=0)],
        )
        list_files(writer, run, run_id, metadata.scores)
        writer.executemany(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)",
            [
                (run_id, number, one.time, one.step, one.kind, json.dumps(dict(one.data)))
                for number, one in enumerate(metadata.events, 1)
            ],
        )
        for measured in metadata.measurements:
            add_measurement(writer, run_id, measured)


def list_files(
    writer: Connection, run: RunFolder, run_id: str, scores: Mapping[int, float | None]
) -> None:
    """Tell the database, within a transaction, of the pictures and checkpoints that are there."""
    writer.executemany(
        "INSERT OR IGNORE INTO frames VALUES (?, ?)",
        [(run_id, step) for step in run.frame_steps()],
    )
    writer.executemany(
        "INSERT OR IGNORE INTO moments VALUES (?, ?, ?)",
        [(run_id, step, scores.get(step)) for step in run.checkpoint_steps()],
    )


def write_zip(run: RunFolder, metadata: RunMetadata, curves: RunSnapshot, target: Path) -> None:
    """Write a whole run as one zip, at one stroke.

    Raises:
        StoreError: it cannot be written, or a file of the run cannot be read.
    """
    draft = target.with_suffix(SCRATCH)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            write_metadata(Path(scratch), metadata)
            write_curves(Path(scratch), replace(curves, metric_names=metadata.metric_names))
            whole = {FILE: Path(scratch, FILE), CURVES: Path(scratch, CURVES)} | run.files()
            with zipfile.ZipFile(draft, "w", compresslevel=1) as archive:
                for name, path in whole.items():
                    # Samples and weights can hardly be packed, and trying takes a second of a core.
                    is_dense = name.startswith(("frames/", "checkpoints/"))
                    kind = zipfile.ZIP_STORED if is_dense else zipfile.ZIP_DEFLATED
                    with suppress(FileNotFoundError):  # A run that goes on thins its files out.
                        archive.write(path, name, kind)
        finish(draft, target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StoreError(
            f"The run cannot be written to {target.name} ({reason(error)})."
        ) from error


def unpack_zip(source: IO[bytes], folder: Path) -> None:
    """Unpack a zip that should be a run; it may come from anywhere.

    Nothing is written outside the folder, and at most `MOST_BYTES`, whatever the zip says; nor more
    than `MOST_TIMES` what was sent, so that the work is not cheaper asked for than done.

    Raises:
        StoreError: it is no zip of a run; or the disk is full.
    """
    try:
        with open_zip(source, MOST_FILES) as archive:
            left = min(MOST_BYTES, ANYWAY + MOST_TIMES * source.seek(0, os.SEEK_END))
            for member in archive.infolist():
                if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise StoreError("The zip is packed in an unusual way: pack it as others do.")
                if not _NAME.fullmatch(member.filename):
                    raise StoreError(
                        f"The zip holds {member.filename[:60]!r}, which no run has: choose a zip "
                        "that was saved as a run."
                    )
                left = _unpack_one(archive, member, folder / member.filename, left)
    except TooManyFilesError as error:
        raise StoreError(f"{error} A run has fewer.") from error
    except zipfile.BadZipFile as error:
        raise StoreError(f"This is not a whole zip file ({reason(error)}).") from error
    # Encrypted, or made to lead astray whoever reads it.
    except (OSError, EOFError, RuntimeError, ValueError, OverflowError, zlib.error) as error:
        raise StoreError(f"The zip cannot be unpacked ({reason(error)}).") from error


def _unpack_one(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, left: int) -> int:
    """Unpack one file, counting what really comes; the bytes that are left afterwards."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as packed, path.open("wb") as file:
        while part := packed.read(2**20):
            left -= len(part)
            if left < 0:
                raise StoreError(
                    f"The zip unpacks to more than {MOST_BYTES / 2**30:.0f} GB, or than "
                    f"{MOST_TIMES} times its size, and no run does."
                )
            file.write(part)
    return left
