"""A file that somebody brings -> one square picture, or a sentence about why not."""

import atexit
import contextlib
import json
import math
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ganlib.data.pixels import WANTED, WHITE
from ganlib.data.spec import Colour, Size
from ganlib.errors import DataError, PictureError

Fit = Literal["crop", "pad"]

FORM_CHOICES: dict[str, tuple[Any, ...]] = {
    "size": get_args(Size),
    "colour": get_args(Colour),
    "fit": get_args(Fit),
}
"""What each part of a `PictureForm` may be."""
ABOUT_FORM = {
    "size": "side of a picture in pixels",
    "colour": "whether it has three channels or one",
    "fit": "how it becomes square: its middle, or all of it with white on two sides",
}
"""What each part of a `PictureForm` says."""
SECONDS = 2.0
"""Of a processor for one picture; the largest that are allowed take up to 1.3 s of a slow one."""
PATIENCE = 60.0
"""Seconds by the clock for one picture, where all processors are busy or none counts its work."""
PIXELS = Path(__file__).with_name("pixels.py")
_MAGIC = {
    b"PK\x03\x04": "an archive",
    b"PK\x05\x06": "an archive",
    b"\x1f\x8b": "an archive",
    b"7z\xbc\xaf\x27\x1c": "an archive",
    b"Rar!": "an archive",
    b"BZh": "an archive",
    b"\xfd7zXZ": "an archive",
    b"%PDF": "a PDF document",
}
"""First bytes of files that people take for pictures, or hide among them."""
_HEIF = (
    *(b"mif1", b"mif2", b"msf1", b"miaf", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"),
    *(b"hevm", b"hevs", b"avif", b"avis", b"avci", b"avcs", b"jpeg", b"jpgs"),
)
"""Brands of pictures in the container that films use too (ISO/IEC 23008-12, AV1 image format)."""


class SlowPictureError(PictureError):
    """A file keeps a processor busy for longer than any decent picture."""


@dataclass(frozen=True)
class PictureForm:
    """What every picture of a set is made into.

    Attributes:
        size: side in pixels; others are resized, with antialiasing.
        colour: "colour" for three channels, "grey" for one.
        fit: what makes it square. "crop" takes the middle, "pad" adds white on two sides.
    """

    size: Size = 32
    colour: Colour = "colour"
    fit: Fit = "crop"

    def __post_init__(self) -> None:
        """Refuse what is not among the choices."""
        for name, choices in FORM_CHOICES.items():
            if (value := getattr(self, name)) not in choices:
                allowed = ", ".join(map(str, choices))
                raise DataError(f"{name} is {value!r:.60}: choose one of {allowed}.")

    @property
    def channels(self) -> int:
        """3 in colour, 1 in grey."""
        return 3 if self.colour == "colour" else 1


@dataclass(frozen=True)
class Picture:
    """A picture out of a file.

    Attributes:
        pixels: (C, S, S) uint8.
        peak: its highest level of 16 bits, 0 to 65,535; 0 where it has 8 bits a channel.
    """

    pixels: NDArray[np.uint8]
    peak: int


def decode(data: bytes, form: PictureForm, white: int = WHITE) -> Picture:
    """The picture in a file.

    It stands upright as EXIF says, is the first of an animation, lies over white where it is
    transparent, and has 8 bits where it had 16. Grey is the luma of ITU-R BT.601.

    Args:
        data: the file.
        form: what it is made into.
        white: the level of 16 bits that is white, and all above it.

    Raises:
        PictureError: a sentence about the file, for one that cannot be used.
    """
    if sentence := _no_picture(data):
        raise PictureError(sentence)
    request = {"side": form.size, "channels": form.channels, "is_whole": form.fit == "pad"}
    body, peak = _DECODER.ask({"seconds": SECONDS, "white": white, **request}, data)
    pixels = np.frombuffer(body, np.uint8).reshape(form.size, form.size, form.channels)
    return Picture(pixels.transpose(2, 0, 1), peak)


def decode_picture(data: bytes, form: PictureForm) -> NDArray[np.uint8]:
    """A picture by itself, (C, S, S) uint8, as bright as its own range lets it be.

    Raises:
        PictureError: as `decode`.
    """
    one = decode(data, form)
    white = white_of(one.peak)
    return (one if white == WHITE else decode(data, form, white)).pixels


def white_of(peak: int) -> int:
    """The level of 16 bits that is white where none is above this one.

    Microscopes, X-rays and raw files keep 8, 10, 12 or 14 bits in 16, which come out black
    otherwise.
    """
    whites = (2**bits - 1 for bits in (8, 10, 12, 14, 16))
    return next(white for white in whites if peak <= white) if peak else WHITE


def _no_picture(data: bytes) -> str | None:
    if not data:
        return "This file is empty."
    kind = next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), None)
    if kind == "an archive":
        return (
            "This is an archive. A zip is looked into when it is brought by itself; archives in "
            "archives, and other kinds, are not: unpack it first."
        )
    start = data[:1000].lstrip().lower()
    if start.startswith(b"<svg") or (start.startswith(b"<?xml") and b"<svg" in start):
        kind = "a drawing in SVG, which has no pixels"
    elif data[4:8] == b"ftyp":
        brands = {data[8:12], *(data[at : at + 4] for at in range(16, min(len(data), 64), 4))}
        kind = "a picture in HEIC or AVIF" if brands.intersection(_HEIF) else "a film"
    return f"This is {kind}: {WANTED}." if kind else None


class _Decoder:
    """The process that decodes, begun when it is first asked and again when it had to be ended."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._since = math.inf  # When the picture came that is decoded now.
        atexit.register(self.close)

    def ask(self, request: dict[str, Any], data: bytes) -> tuple[bytes, int]:
        """The pixels of one picture and their peak, for one asker after the other."""
        with self._turn:
            process = self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            self._since = time.monotonic()
            try:
                process.stdin.write(json.dumps({"bytes": len(data), **request}).encode() + b"\n")
                process.stdin.write(data)
                process.stdin.flush()
                answer = json.loads(process.stdout.readline())
                pixels = process.stdout.read(answer["bytes"])
                if len(pixels) < answer["bytes"]:
                    raise EOFError
            except (OSError, EOFError, ValueError):  # It ended in the middle.
                raise self._why_ended() from None
            finally:
                self._since = math.inf
        if "refused" in answer:
            raise PictureError(answer["refused"])
        return pixels, answer["peak"]

    @property
    def _is_late(self) -> bool:
        return time.monotonic() - self._since > PATIENCE

    def _why_ended(self) -> PictureError:
        is_late = self._is_late
        assert self._process is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        status = self._process.returncode
        self.close()
        if is_late or status == -getattr(signal, "SIGPROF", math.inf):
            return SlowPictureError(
                f"This file keeps a processor busy for more than {SECONDS:g} s, which no decent "
                "picture does: save it again as PNG or JPEG, or smaller."
            )
        return PictureError("What reads pictures broke down at this one: save it again as PNG.")

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
            command = [sys.executable, "-P", str(PIXELS)]
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere)
            threading.Thread(target=self._watch, args=(self._process,), daemon=True).start()
        return self._process

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """End the process when a picture takes too long by the clock.

        One look now and then for all pictures: a timer for each would cost more than a small one.
        """
        while process.poll() is None:
            time.sleep(PATIENCE / 10)
            if self._is_late:
                process.kill()


_DECODER = _Decoder()
