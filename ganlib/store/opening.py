"""The database of a folder of runs as it can be had: to write, or only to read."""

import shutil
import time
from contextlib import suppress
from pathlib import Path

from ganlib.errors import StoreError, UnwritableStoreError
from ganlib.store.database import Database
from ganlib.store.repair import open_or_repair, open_to_read

TRY_AGAIN = 5.0
"""Seconds between two tries to write where nothing can be written."""
LEAST_SPACE = 2**20
"""Bytes below which a disk counts as full: less than most checkpoints take."""


class Opening:
    """The database of a folder; on a disk that cannot be written it is opened to be read.

    Attributes:
        notice: what was repaired at opening, as sentences; empty when nothing was.

    Raises:
        StoreError: the folder cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        if folder.exists() and not folder.is_dir():
            raise StoreError(
                f"Runs cannot be kept in {folder.name!r}, which is no folder: set MINIMAX_RUNS to "
                "one that may be written."
            )
        self._tried_at = time.monotonic()
        try:
            self._database, self.notice = self._open()
        except (OSError, UnwritableStoreError):
            self._database, self.notice = open_to_read(folder, self._refusal())

    @property
    def database(self) -> Database:
        """The database, opened anew when its disk can be written at last."""
        if self._database.refusal and time.monotonic() - self._tried_at > TRY_AGAIN:
            self._tried_at = time.monotonic()
            with suppress(OSError, StoreError):
                self._database, self.notice = self._open()
        return self._database

    @property
    def caution(self) -> str:
        """Why nothing new is kept now, as a sentence; empty where it is."""
        if refusal := self.database.refusal:
            return refusal
        return self._refusal() if self._is_full() else ""

    def _open(self) -> tuple[Database, str]:
        (self._folder / "locks").mkdir(parents=True, exist_ok=True)
        return open_or_repair(self._folder)

    def _is_full(self) -> bool:
        with suppress(OSError):  # Where the folder was taken away, whoever writes there says so.
            return shutil.disk_usage(self._folder).free < LEAST_SPACE
        return False

    def _refusal(self) -> str:
        why = ("their disk is full", "Free some space") if self._is_full() else _UNWRITABLE
        return (
            f"Nothing new is kept: the runs here can be read, but {why[0]}. {why[1]}; then it is "
            "kept again."
        )


_UNWRITABLE = ("their folder cannot be written", "See who may write there")
