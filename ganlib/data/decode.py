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

from ganlib.data.pixels import WANTED
from ganlib.data.spec import Colour, Size
from ganlib.errors import DataError, PictureError

Fit = Literal["crop", "pad"]

FORM_CHOICES: dict[str, tuple[Any, ...]] = {
    "size": get_args(Size),
    "colour": get_args(Colour),
    "fit": get_args(Fit),
}
"""What each part of a `PictureForm` may be."""
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


def decode(data: bytes, form: PictureForm) -> NDArray[np.uint8]:
    """The picture in a file, (C, S, S) uint8.

    It stands upright as EXIF says, is the first of an animation, lies over white where it is
    transparent, and has 8 bits where it had 16. Grey is the luma of ITU-R BT.601.

    Raises:
        PictureError: a sentence about the file, for one that cannot be used.
    """
    if sentence := _no_picture(data):
        raise PictureError(sentence)
    request = {"side": form.size, "channels": form.channels, "is_whole": form.fit == "pad"}
    pixels = np.frombuffer(_DECODER.ask({"seconds": SECONDS, **request}, data), np.uint8)
    return pixels.reshape(form.size, form.size, form.channels).transpose(2, 0, 1)


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
    elif data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"):
        kind = "a picture in HEIC or AVIF"
    return f"This is {kind}: {WANTED}." if kind else None


class _Decoder:
    """The process that decodes, begun when it is first asked and again when it had to be ended."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._since = math.inf  # When the picture came that is decoded now.
        atexit.register(self.close)

    def ask(self, request: dict[str, Any], data: bytes) -> bytes:
        """The pixels of one picture, for one asker after the other."""
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
        return pixels

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
