"""What somebody brings, as one list of files: a folder, zips, files by themselves.

A name within a zip is never used as a path; it is only shown, and its folders may name a class.
Sizes (zip bombs) are checked where it is unpacked: `ganlib.data.uploads`.
"""

import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from ganlib.data.class_folders import ZIP, Folders
from ganlib.data.zip_names import guesses, name_of, unmarked
from ganlib.errors import reason
from ganlib.zips import TooManyFilesError, open_zip

DEEPEST = 20
"""Folders above a picture that are looked at."""
MOST_FILES = 100_000
"""Files looked at; of a zip with more not even the list is read."""

_HIDDEN = re.compile(r"(^|/)(\.(?!\.(/|$))|__MACOSX/|Thumbs\.db$|desktop\.ini$)")
"""What systems put beside pictures, unseen: nobody brought it, so nobody is told."""
_OUTSIDE = re.compile(r"^/|^[A-Za-z]:|(^|/)\.\.(/|$)")
_LINK = "This is a link, not a picture: bring the picture itself."
DAMAGED = (
    zipfile.BadZipFile,
    NotImplementedError,
    OSError,
    EOFError,
    ValueError,
    OverflowError,
    RuntimeError,
    struct.error,
    zlib.error,
)
"""What reading a file or a zip raises when it is cut short, damaged or made up."""


@dataclass(frozen=True)
class File:
    """A file that may hold a picture.

    Attributes:
        name: to be shown.
        folders: the names of those above it, the outermost first; a zip counts as one.
        size: bytes that it says it has.
        unpacked: whether it comes out of an archive.
        read: its first bytes, at most as many as asked for; raises one of `DAMAGED`.
    """

    name: str
    folders: Folders
    size: int
    unpacked: bool
    read: Callable[[int], bytes]


@dataclass(frozen=True)
class Guessed:
    """A zip does not say how its names are written.

    Attributes:
        zip: its name, to be shown.
        encoding: which of `zip_names.ENCODINGS` its names were read in.
    """

    zip: str
    encoding: str


@dataclass(frozen=True)
class Refused:
    """A file that is left out, and a sentence that says why."""

    name: str
    why: str


def shown(name: str) -> str:
    """A name as it can be shown: without signs that cannot be printed, and not endless."""
    printable = "".join(sign if sign.isprintable() else "?" for sign in name)
    return printable if len(printable) <= 100 else f"...{printable[-97:]}"


def files_of(
    name: str, source: Path | BinaryIO, stack: ExitStack, encoding: str = ""
) -> Iterator[File | Refused | Guessed]:
    """Every file of one thing that was brought.

    Args:
        name: what it is called, perhaps with folders before it.
        source: a folder, or a file on disk or in memory, which may be a zip.
        stack: keeps a zip open until its files are read.
        encoding: one of `zip_names.ENCODINGS`, for names of which a zip does not say how they are
            written; by default it is guessed.
    """
    if isinstance(source, Path) and source.is_dir():
        yield from _in_folder(source)
        return
    try:
        if _first_bytes(source) in (b"PK\x03\x04", b"PK\x05\x06"):
            archive = stack.enter_context(open_zip(_opened(source, stack), MOST_FILES))
            yield from _in_zip(name, archive, encoding)
            return
        size = source.stat().st_size if isinstance(source, Path) else source.seek(0, os.SEEK_END)
    except TooManyFilesError as error:
        yield Refused(shown(name), f"{error} Make smaller ones.")
    except DAMAGED as error:
        yield Refused(
            shown(name), f"This zip is cut short or damaged ({reason(error)}): make it again."
        )
    else:
        yield _by_itself(name, source, size)


def _first_bytes(source: Path | BinaryIO) -> bytes:
    if isinstance(source, Path):
        with source.open("rb") as file:
            return file.read(4)
    source.seek(0)
    return source.read(4)


def _opened(source: Path | BinaryIO, stack: ExitStack) -> BinaryIO:
    return stack.enter_context(source.open("rb")) if isinstance(source, Path) else source


def _by_itself(name: str, source: Path | BinaryIO, size: int) -> File:
    def read(most: int) -> bytes:
        if isinstance(source, Path):
            return _read_path(source, most)
        source.seek(0)
        return source.read(most)

    return File(shown(name), _folders(name.replace("\\", "/")), size, False, read)


def _in_folder(root: Path) -> Iterator[File | Refused]:
    unread: list[OSError] = []
    for place, folders, names in os.walk(root, onerror=unread.append):
        folders.sort()
        for entry in [Path(place, name) for name in sorted((*folders, *names))]:
            name = entry.relative_to(root).as_posix()
            if not _HIDDEN.search(name) and (file := _on_disk(root.name, name, entry)) is not None:
                yield file
        folders[:] = [one for one in folders if not _HIDDEN.search(f"{one}/")]
    for error in unread:
        yield Refused(shown(str(error.filename)), f"This folder cannot be read ({error.strerror}).")


def _on_disk(root: str, name: str, path: Path) -> File | Refused | None:
    try:
        about = path.lstat()
    except OSError as error:
        return Refused(shown(name), f"This file cannot be read ({error.strerror}).")
    if stat.S_ISLNK(about.st_mode):
        return Refused(shown(name), _LINK)
    if stat.S_ISDIR(about.st_mode):
        return None
    if not stat.S_ISREG(about.st_mode):
        return Refused(shown(name), "This is a device or a pipe, not a picture.")
    read = partial(_read_path, path)
    return File(shown(name), _folders(f"{root}/{name}"), about.st_size, False, read)


def _folders(name: str) -> Folders:
    """The folders of a path, as many as anybody looks at."""
    return tuple(shown(unicodedata.normalize("NFC", one)) for one in name.split("/")[:-1][:DEEPEST])


def _in_zip(
    archive_name: str, archive: zipfile.ZipFile, encoding: str
) -> Iterator[File | Refused | Guessed]:
    if names := unmarked(archive):
        encoding = encoding or guesses(names)[0]
        yield Guessed(shown(archive_name), encoding)
    for info in archive.infolist():
        name = name_of(info, encoding)
        if name.endswith("/") or _HIDDEN.search(name):
            continue
        if why := _zip_refusal(name, info):
            yield Refused(shown(name), why)
        else:
            read = partial(_read_member, archive, info)
            folders = _folders(f"{Path(archive_name).stem}{ZIP}/{name}")
            yield File(shown(name), folders, info.file_size, True, read)


def _read_path(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    with archive.open(info) as file:
        # As much as is asked for is unpacked at once, also beyond the size that the zip tells.
        return file.read(min(most, info.file_size + 1))


def _zip_refusal(name: str, info: zipfile.ZipInfo) -> str | None:
    if _OUTSIDE.search(name):
        return "Its name leads out of the archive, as those of attacks do, so it is left out."
    if stat.S_ISLNK(info.external_attr >> 16):
        return _LINK
    if info.flag_bits & 0x1:
        return "This file is locked with a password: make the zip without one."
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # Others unpack whole blocks at once, however little is asked for.
        return "This file is packed in an unusual way: make the zip again with the usual one."
    return None
