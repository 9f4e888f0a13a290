"""Files that somebody brings -> pictures of one form, and a sentence for each that is refused.

Nothing that a stranger chooses decides how much memory or disk is used: one file is read at a
time, and its size is checked before it is read, unpacked (a zip bomb) or decoded
(`ganlib.data.pixels`). Names within a zip and its list of files: `ganlib.data.upload_files`.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import torch
from torch import Tensor

from ganlib.data.cache import Progress, ignore_progress
from ganlib.data.decode import PictureForm, SlowPictureError, decode
from ganlib.data.images import interleaved_by_class
from ganlib.data.upload_files import DAMAGED, MOST_FILES, File, Refused, files_of
from ganlib.errors import DataError, NoPictureError, PictureError, reason

if TYPE_CHECKING:
    from ganlib.events import Samples

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
_BETWEEN_REPORTS = 0.1
_ONE_AT_A_TIME = threading.Lock()
"""Pictures are decoded for one person after the other, so that memory holds one at a time."""


@dataclass(frozen=True)
class Pictures:
    """Pictures of one form.

    Attributes:
        form: the form.
        images: (M, C, S, S) uint8, at least one.
        labels: (M,) int64, an index of class_names; all 0 when there are no classes.
        class_names: the last folder above each picture; none when all have the same.
        refused: (name, sentence) of files that were left out; of very many, the last tells of the
            rest.
    """

    form: PictureForm
    images: Tensor
    labels: Tensor
    class_names: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """(class, pictures of it) pairs; none when there are no classes."""
        return counts(self.labels, self.class_names)

    def examples(self, count: int, label: int | None = None) -> "Samples":
        """(N, S, S, C) uint8 pictures, at most `count`: of one class, or of all in turn."""
        order = interleaved_by_class(self.labels)
        if label is not None:
            order = order[self.labels[order] == label]
        return self.images[order[:count]].permute(0, 2, 3, 1).contiguous().numpy()


def counts(labels: Tensor, class_names: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """(class, pictures of it) pairs."""
    members = labels.bincount(minlength=len(class_names)).tolist()
    return tuple(zip(class_names, members, strict=False))


def read_folder(
    path: str | Path, form: PictureForm | None = None, progress: Progress = ignore_progress
) -> Pictures:
    """The pictures in a folder and all below it, or in a zip; `read_pictures` says how.

    Raises:
        NoPictureError: there is none among them.
        DataError: there is no such folder or file.
    """
    place = Path(path).expanduser().absolute()
    if not place.exists():
        raise DataError(f"There is no {place}: give the path of a folder, a zip or a picture.")
    return read_pictures([(place.name, place)], form, progress)


def read_pictures(
    sources: Iterable[tuple[str, Path | BinaryIO]],
    form: PictureForm | None = None,
    progress: Progress = ignore_progress,
) -> Pictures:
    """The good pictures among all that was brought, and a sentence for each other file.

    Args:
        sources: (name, folder or file) pairs; a file may be a zip, and lie on disk or in memory.
        form: what the pictures are made into, by default 32 x 32 in colour, cropped.
        progress: hears how far it is; what it raises ends the reading.

    Raises:
        NoPictureError: there is none among them.
    """
    reading = _Reading(form or PictureForm())
    while not _ONE_AT_A_TIME.acquire(timeout=0.5):
        progress("Waiting for somebody else's pictures to be read", None)
    try:
        with ExitStack() as stack:
            every = (one for name, source in sources for one in files_of(name, source, stack))
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
        self._folders: list[str] = []
        self._unpacked = 0
        self._refused: list[tuple[str, str]] = []
        self._unlisted = 0
        self._slow = 0

    def read(self, files: list[File | Refused], progress: Progress) -> None:
        """Add the pictures among these files, as many as there may be."""
        told_at = 0.0
        for number, file in enumerate(files):
            if time.monotonic() - told_at > _BETWEEN_REPORTS:
                told_at = time.monotonic()
                progress(f"Reading file {number + 1:,} of {len(files):,}", number / len(files))
            if why := self._is_enough():
                left = f"{len(files) - number:,} more files were not looked at."
                self.refuse(Refused("", f"{why}: {left}"))
                return
            if isinstance(file, Refused):
                self.refuse(file)
            else:
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
        form = self._form
        class_names = tuple(sorted(set(self._folders)))
        label_of = {name: label for label, name in enumerate(class_names)}
        return Pictures(
            form,
            # The tensor takes over the bytes; nothing else writes to them.
            torch.frombuffer(self._pixels, dtype=torch.uint8).view(
                -1, form.channels, form.size, form.size
            ),
            torch.tensor([label_of[folder] for folder in self._folders]),
            class_names if len(class_names) > 1 else (),
            refused,
        )

    def _read_one(self, file: File) -> None:
        try:
            self._pixels += decode(self._bytes_of(file), self._form).tobytes()
            self._folders.append(file.folder)
        except PictureError as error:
            self._slow += isinstance(error, SlowPictureError)
            self.refuse(Refused(file.name, str(error)))

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


def _too_long(size: int) -> str:
    return (
        f"This file has {size / 1e6:,.0f} MB, and {MOST_BYTES / 1e6:.0f} MB is the most: make the "
        "picture smaller first."
    )


def _nothing(refused: tuple[tuple[str, str], ...]) -> str:
    reasons = Counter(why for _, why in refused).most_common(1)
    why = f" {reasons[0][0]}" if reasons else ""
    return f"There is no picture here that can be used.{why}"
