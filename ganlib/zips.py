"""Untrusted zips: their list of files is bounded before it is built.

Zips of runs are checked on in `ganlib.store.archive`, of pictures in `ganlib.data.upload_files`;
checkpoints (safetensors, no pickle) in `ganlib.store.checked`.
"""

import zipfile
from typing import IO

_ENTRY = b"PK\x01\x02"
"""How each file begins in a zip's list."""
_BYTES_OF_AN_ENTRY = 160
"""In the list, with its name; those of decent zips are shorter on average."""


class TooManyFilesError(Exception):
    """A zip lists more files than may be: the sentence says how many may."""


def open_zip(file: IO[bytes], most: int) -> zipfile.ZipFile:
    """A zip that is open for reading; closing it leaves the file open.

    `zipfile` makes an object of 370 bytes of each 47 in the list, and makes all at once.

    Raises:
        TooManyFilesError: it lists more than `most` files.
        zipfile.BadZipFile, OSError, ValueError, ...: it is damaged or made up.
    """
    guarded = _Guarded(file, most)
    archive = zipfile.ZipFile(guarded)
    guarded.is_listing = False
    return archive


class _Guarded:
    """A file that is read as it is, but for the list, which is within bounds."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self.is_listing = True
        self._file, self._most = file, most
        self.seek = file.seek
        self.tell = file.tell
        self.seekable = file.seekable

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes.

        Raises:
            TooManyFilesError: it is the list, and that is longer than it may be.
        """
        most = self._most
        if self.is_listing and size > max(2**16, most * _BYTES_OF_AN_ENTRY):
            raise TooManyFilesError(f"This zip has more than {most:,} files.")
        data = self._file.read(size)
        if self.is_listing and data.count(_ENTRY) > most:
            raise TooManyFilesError(f"This zip has more than {most:,} files.")
        return data
