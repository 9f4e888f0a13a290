"""Files that somebody brings -> pictures of one form, and a sentence for each that is refused.

Nothing that a stranger chooses decides how much memory or disk is used: one file is read at a
time, and its size is checked before it is read, unpacked (a zip bomb) or decoded
(`ganlib.data.pixels`). Names within a zip and its list of files: `ganlib.data.upload_files`.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import torch

from ganlib.data.brought import Pictures, labelled
from ganlib.data.cache import Progress, ignore_progress
from ganlib.data.class_folders import Folders, guessed
from ganlib.data.decode import PictureForm, SlowPictureError, decode, white_of
from ganlib.data.pixels import WHITE
from ganlib.data.upload_files import DAMAGED, MOST_FILES, File, Guessed, Refused, files_of
from ganlib.data.zip_names import ENCODINGS
from ganlib.errors import DataError, NoPictureError, PictureError, reason

MOST_PICTURES = 10_000
"""Pictures of one set: 123 MB at 64 x 64 in colour."""
MOST_BYTES = 50_000_000
"""Bytes of one file."""
MOST_UNPACKED = 2_000_000_000
"""Bytes of all files out of archives, as they say it themselves; no more are ever unpacked."""
MOST_SLOW = 5
"""Files of one person that keep a processor busy for too long, until the rest is left out."""
MOST_REFUSED = 1_000
"""Refused files that are listed."""
MOST_NOTES = 5
"""Zips whose names are told of."""
_BETWEEN_REPORTS = 0.1
_ONE_AT_A_TIME = threading.Lock()
"""Pictures are decoded for one person after the other, so that memory holds one at a time."""


def read_folder(
    path: str | Path,
    form: PictureForm | None = None,
    progress: Progress = ignore_progress,
    encoding: str = "",
) -> Pictures:
    """The pictures in a folder and all below it, or in a zip; `read_pictures` says how.

    Raises:
        NoPictureError: there is none among them.
        DataError: there is no such folder or file.
    """
    place = Path(path).expanduser().absolute()
    if not place.exists():
        raise DataError(f"There is no {place}: give the path of a folder, a zip or a picture.")
    return read_pictures([(place.name, place)], form, progress, encoding)


def read_pictures(
    sources: Iterable[tuple[str, Path | BinaryIO]],
    form: PictureForm | None = None,
    progress: Progress = ignore_progress,
    encoding: str = "",
) -> Pictures:
    """The good pictures among all that was brought, and a sentence for each other file.

    Which folders name the classes is guessed (`ganlib.data.class_folders`); `Pictures.at` takes
    others.

    Args:
        sources: (name, folder or file) pairs; a file may be a zip, and lie on disk or in memory.
        form: what the pictures are made into, by default 32 x 32 in colour, cropped.
        progress: hears how far it is; what it raises ends the reading.
        encoding: one of `ENCODINGS`, for names in zips that do not say how they are written; by
            default it is guessed.

    Raises:
        NoPictureError: there is none among them.
    """
    reading = _Reading(form or PictureForm())
    while not _ONE_AT_A_TIME.acquire(timeout=0.5):
        progress("Waiting for somebody else's pictures to be read", None)
    try:
        with ExitStack() as stack:
            every = (
                one for name, source in sources for one in files_of(name, source, stack, encoding)
            )
            files = list(islice(every, MOST_FILES + 1))
            reading.read(files[:MOST_FILES], progress)
        if len(files) > MOST_FILES:
            reading.refuse(Refused("", f"Only the first {MOST_FILES:,} files were looked at."))
    finally:
        _ONE_AT_A_TIME.release()
    return reading.result()


class _Reading:
    """What has been read so far."""

    def __init__(self, form: PictureForm) -> None:
        self._form = form
        self._pixels = bytearray()
        self._folders: list[Folders] = []
        self._guessed: list[Guessed] = []
        self._deep: list[tuple[int, File]] = []
        self._peak = 0
        self._notes: list[str] = []
        self._unpacked = 0
        self._refused: list[tuple[str, str]] = []
        self._unlisted = 0
        self._slow = 0

    def read(self, files: list[File | Refused | Guessed], progress: Progress) -> None:
        """Add the pictures among these files, as many as there may be."""
        self._read_all(files, progress)
        self._brighten(progress)

    def _read_all(self, files: list[File | Refused | Guessed], progress: Progress) -> None:
        told_at = 0.0
        for number, file in enumerate(files):
            if time.monotonic() - told_at > _BETWEEN_REPORTS:
                told_at = time.monotonic()
                progress(f"Reading file {number + 1:,} of {len(files):,}", number / len(files))
            if why := self._is_enough():
                left = f"{len(files) - number:,} more files were not looked at."
                self.refuse(Refused("", f"{why}: {left}"))
                return
            match file:
                case Refused():
                    self.refuse(file)
                case Guessed():
                    self._guessed.append(file)
                case File():
                    self._read_one(file)

    def _is_enough(self) -> str:
        if len(self._folders) == MOST_PICTURES:
            return f"{MOST_PICTURES:,} pictures are the most"
        if self._slow == MOST_SLOW:
            return f"{MOST_SLOW} files kept a processor busy for too long"
        return ""

    def refuse(self, file: Refused) -> None:
        """List a file that is left out, or count it when there are very many."""
        if len(self._refused) < MOST_REFUSED:
            self._refused.append((file.name, file.why))
        else:
            self._unlisted += 1

    def result(self) -> Pictures:
        """All that was read."""
        refused = tuple(self._refused)
        if self._unlisted:
            refused += (("", f"{self._unlisted:,} more files were left out."),)
        if not self._folders:
            raise NoPictureError(_nothing(refused), refused)
        form, depth = self._form, guessed(self._folders)
        return Pictures(
            form,
            # The tensor takes over the bytes; nothing else writes to them.
            torch.frombuffer(self._pixels, dtype=torch.uint8).view(
                -1, form.channels, form.size, form.size
            ),
            tuple(self._folders),
            depth,
            **labelled(self._folders, depth),
            refused=refused,
            notes=(*self._notes, *map(_of_names, self._guessed[:MOST_NOTES])),
            encoding=self._guessed[0].encoding if self._guessed else "",
        )

    def _read_one(self, file: File) -> None:
        try:
            one = decode(self._bytes_of(file), self._form)
        except PictureError as error:
            self._slow += isinstance(error, SlowPictureError)
            self.refuse(Refused(file.name, str(error)))
        else:
            if one.peak:
                self._deep.append((len(self._folders), file))
                self._peak = max(self._peak, one.peak)
            self._pixels += one.pixels.tobytes()
            self._folders.append(file.folders)

    def _brighten(self, progress: Progress) -> None:
        """Read pictures of 16 bits again where all of them leave most of their range unused."""
        white, size = white_of(self._peak), self._form.channels * self._form.size**2
        if white == WHITE:
            return
        for number, (index, file) in enumerate(self._deep):
            progress(f"Brightening picture {number + 1:,}", number / len(self._deep))
            with suppress(PictureError):  # One that is damaged by now stays dark.
                one = decode(file.read(MOST_BYTES), self._form, white)
                self._pixels[index * size : (index + 1) * size] = one.pixels.tobytes()
        self._notes.append(
            f"Of 16 bits a channel only {white.bit_length()} are used (pictures: "
            f"{len(self._deep):,}): the highest level is {self._peak:,} of {WHITE:,}, and "
            f"{white:,} was taken as white."
        )

    def _bytes_of(self, file: File) -> bytes:
        if file.size > MOST_BYTES:
            raise PictureError(_too_long(file.size))
        if file.unpacked:
            if self._unpacked + file.size > MOST_UNPACKED:
                raise PictureError(
                    f"The archives hold more than {MOST_UNPACKED / 1e9:.0f} GB, unpacked, and this "
                    "file comes after: bring fewer at a time."
                )
            self._unpacked += file.size
        try:
            data = file.read(MOST_BYTES + 1)
        except DAMAGED as error:
            raise PictureError(f"This file cannot be read ({reason(error)}).") from None
        if len(data) > MOST_BYTES:
            raise PictureError(_too_long(len(data)))
        return data


def _of_names(guess: Guessed) -> str:
    return (
        f"{guess.zip} does not say how its names are written: they were read as "
        f"{ENCODINGS[guess.encoding]}."
    )


def _too_long(size: int) -> str:
    return (
        f"This file has {size / 1e6:,.0f} MB, and {MOST_BYTES / 1e6:.0f} MB is the most: make the "
        "picture smaller first."
    )


def _nothing(refused: tuple[tuple[str, str], ...]) -> str:
    reasons = Counter(why for _, why in refused).most_common(1)
    why = f" {reasons[0][0]}" if reasons else ""
    return f"There is no picture here that can be used.{why}"
