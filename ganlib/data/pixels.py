"""The pixels of a picture file, in a process of its own that can be ended.

python pixels.py < questions > answers

A question is a line of JSON (`bytes`, `seconds`, what `square` takes) and the bytes of a file; an
answer is a line (`bytes` and `peak`, or `refused` with a sentence) and the bytes of the pixels.
Pillow can be kept busy for minutes by small files, each kind in a way of its own: scans of a JPEG,
chunks and profiles of a PNG, comments of a PPM, runs of a BMP. No list of such ways is ever whole,
so that who reads a picture has so many seconds of a processor and so much memory, and ends with
them.

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
WHITE = 65535
"""The highest level of 16 bits."""
_PNG = b"\x89PNG\r\n\x1a\n"
_NEEDED = (b"IHDR", b"PLTE", b"tRNS", b"eXIf", b"IDAT", b"IEND")
"""Chunks of a PNG that its pixels need, and how they are turned."""
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


def square(
    data: bytes, side: int, channels: int, is_whole: bool, white: int = WHITE
) -> tuple[bytes, int]:
    """The picture in a file as side x side x channels bytes, and its highest level of 16 bits.

    That is 0 for a picture of 8 bits a channel, and for one in colour.

    Args:
        data: the file.
        side: in pixels.
        channels: 3 in colour, 1 in grey.
        is_whole: whether white is added on two sides; else the middle is cut out.
        white: the level of 16 bits that is white, and all above it.

    Raises:
        Refused: it cannot be used.
    """
    try:
        with Image.open(io.BytesIO(_without_words(data)), formats=_FORMATS) as image:
            _check_size(image)
            small, peak = _square(image, side, is_whole)
            return _pixels(small, side, channels, white), peak
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(_too_large("far more than a hundred", MOST_PIXELS)) from None
    except UnidentifiedImageError:
        raise Refused(f"This is no picture, or a damaged one: {WANTED}.") from None
    except MemoryError:
        raise Refused("This picture takes more memory than any decent one.") from None
    except _BROKEN:
        raise Refused("This picture is cut short or damaged: save it again.") from None


def _without_words(data: bytes) -> bytes:
    """A PNG without its texts, profiles and all else that Pillow would unpack beside the pixels."""
    if not data.startswith(_PNG):
        return data
    kept, place = [_PNG], len(_PNG)
    while len(head := data[place : place + 8]) == 8:
        length, kind = struct.unpack(">I4s", head)
        chunk = data[place : place + length + 12]
        if kind in _NEEDED:
            kept.append(chunk)
        place += len(chunk)
    return b"".join(kept)


def _orientation(image: Image.Image) -> int:
    """How a camera was held; upright where nothing that can be read says it."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except _BROKEN:
        return 1


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


def _square(image: Image.Image, side: int, is_whole: bool) -> tuple[Image.Image, int]:
    """The picture at its size, upright, in whichever colours it has, and its `peak`."""
    turn = _TURNS.get(_orientation(image))
    # A JPEG is decoded at a half, a quarter or an eighth where that leaves enough.
    image.draft(image.mode, (4 * side, 4 * side))
    image = _mixable(image)
    peak = int(np.asarray(image).max()) if image.mode == "F" else 0
    width, height = side, side
    if is_whole:
        box: tuple[float, float, float, float] = (0, 0, *image.size)
        width, height = _within(image.size, side)
    else:
        shorter = min(image.size)
        left, top = (image.width - shorter) / 2, (image.height - shorter) / 2
        box = (left, top, left + shorter, top + shorter)
    image = image.resize((width, height), Image.Resampling.BILINEAR, box)
    return image if turn is None else image.transpose(turn), peak


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


def _pixels(image: Image.Image, side: int, channels: int, white: int) -> bytes:
    """Those of a small picture, in the middle of white where it is not square."""
    if image.mode == "F":
        levels = np.asarray(image) * (255 / white)
        image = Image.fromarray(levels.round().clip(0, 255).astype(np.uint8))
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
        answer: dict[str, object]
        try:
            body, peak = square(data, **request)
            answer = {"peak": peak}
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
