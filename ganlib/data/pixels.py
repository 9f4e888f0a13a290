"""The pixels of a picture file, in a process of its own that can be ended.

python pixels.py < questions > answers

A question is a line of JSON (`bytes`, `seconds`, what `square` takes) and the bytes of a file; an
answer is a line (`bytes`, or `refused` with a sentence) and the bytes of the pixels. Pillow can be
kept busy for minutes by small files, each kind in a way of its own: scans of a JPEG, chunks and
profiles of a PNG, comments of a PPM, runs of a BMP. No list of such ways is ever whole, so that who
reads a picture has so many seconds of a processor and so much memory, and ends with them.

Nothing of ganlib is imported here, for torch would take seconds.
"""

import contextlib
import io
import json
import struct
import sys
import zlib
from typing import BinaryIO

import numpy as np
from PIL import Image, UnidentifiedImageError

MEMORY = 2 * 2**30
"""Bytes of addresses; the largest pictures that are allowed take 390 MB."""
MOST_PIXELS = 25_000_000
"""Pixels of a picture, read from its header before any is decoded: 8 bytes each, in WebP 16."""
MOST_PIXELS_OF_JPEG = 80_000_000
"""Pixels of a JPEG, which is decoded smaller than it is."""

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")
WANTED = "use PNG, JPEG, WebP, GIF, BMP or TIFF"
_ORIENTATION = 0x0112
"""The tag of EXIF that tells how a camera was held."""
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes each orientation of EXIF upright."""
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    LookupError,
    ArithmeticError,
    NotImplementedError,
    struct.error,
    zlib.error,
)
"""What Pillow raises for files that are cut short, damaged or made up."""


class Refused(Exception):  # noqa: N818 - an answer
    """A sentence about a file that cannot be used."""


def square(data: bytes, side: int, channels: int, is_whole: bool) -> bytes:
    """The picture in a file as side x side x channels bytes.

    Args:
        data: the file.
        side: in pixels.
        channels: 3 in colour, 1 in grey.
        is_whole: whether white is added on two sides; else the middle is cut out.

    Raises:
        Refused: it cannot be used.
    """
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            _check_size(image)
            return _pixels(_square(image, side, is_whole), side, channels)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(_too_large("far more than a hundred", MOST_PIXELS)) from None
    except UnidentifiedImageError:
        raise Refused(f"This is no picture, or a damaged one: {WANTED}.") from None
    except MemoryError:
        raise Refused("This picture takes more memory than any decent one.") from None
    except _BROKEN:
        raise Refused("This picture is cut short or damaged: save it again.") from None


def _check_size(image: Image.Image) -> None:
    pixels = image.width * image.height
    most = MOST_PIXELS_OF_JPEG if image.format in ("JPEG", "MPO") else MOST_PIXELS
    if pixels > most:
        raise Refused(_too_large(f"{pixels / 1e6:.0f}", most))


def _too_large(millions: str, most: int) -> str:
    return (
        f"This picture has {millions} million pixels, and {most / 1e6:.0f} million is the most: "
        "make it smaller first."
    )


def _square(image: Image.Image, side: int, is_whole: bool) -> Image.Image:
    """The picture at its size, upright, in whichever colours it has."""
    turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    # A JPEG is decoded at a half, a quarter or an eighth where that leaves enough.
    image.draft(image.mode, (4 * side, 4 * side))
    image = _mixable(image)
    width, height = side, side
    if is_whole:
        box: tuple[float, float, float, float] = (0, 0, *image.size)
        width, height = _within(image.size, side)
    else:
        shorter = min(image.size)
        left, top = (image.width - shorter) / 2, (image.height - shorter) / 2
        box = (left, top, left + shorter, top + shorter)
    image = image.resize((width, height), Image.Resampling.BILINEAR, box)
    return image if turn is None else image.transpose(turn)


def _within(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Width and height of a picture whose longer side is `side`."""
    longest = max(size)
    width, height = (max(1, round(one * side / longest)) for one in size)
    return width, height


def _mixable(image: Image.Image) -> Image.Image:
    """The picture in a mode whose pixels can be averaged: a palette's numbers cannot."""
    if image.mode == "F" or (image.mode == "I" and image.format == "TIFF"):
        raise Refused(
            "This picture has 32 bits a channel, and nothing says which number is white: save it "
            "with 8 or 16."
        )
    if image.mode.startswith("I"):
        return image.convert("F")
    if image.has_transparency_data and image.mode != "RGBA":
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    return image.convert("RGB") if image.mode == "P" else image


def _pixels(image: Image.Image, side: int, channels: int) -> bytes:
    """Those of a small picture, in the middle of white where it is not square."""
    if image.mode == "F":  # 16 bits: 65535 is white.
        image = Image.fromarray((np.asarray(image) / 257).round().clip(0, 255).astype(np.uint8))
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image.convert("L" if channels == 1 else "RGB")
    sheet = Image.new(image.mode, (side, side), "white")
    sheet.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return sheet.tobytes()


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer one question after another, until there are no more."""
    for line in iter(questions.readline, b""):
        request = json.loads(line)
        data = questions.read(request.pop("bytes"))
        _end_after(request.pop("seconds"))
        try:
            body, answer = square(data, **request), {}
        except Refused as refusal:
            body, answer = b"", {"refused": str(refusal)}
        _end_after(0)
        answers.write(json.dumps({"bytes": len(body)} | answer).encode() + b"\n" + body)
        answers.flush()


def _end_after(seconds: float) -> None:
    """Let the system end this process after so much work, where it can; 0 means never."""
    if sys.platform != "win32":
        import signal

        signal.setitimer(signal.ITIMER_PROF, seconds)


def _bound_memory() -> None:
    if sys.platform == "linux":
        import resource

        with contextlib.suppress(ValueError, OSError):  # A host may have set less already.
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    _bound_memory()
    serve(sys.stdin.buffer, sys.stdout.buffer)
