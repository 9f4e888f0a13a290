"""A file that somebody brings -> one square picture, or a sentence about why not."""

import io
import struct
import zlib
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from ganlib.config import Colour, Size
from ganlib.errors import DataError, PictureError

Fit = Literal["crop", "pad"]

FORM_CHOICES: dict[str, tuple[Any, ...]] = {
    "size": get_args(Size),
    "colour": get_args(Colour),
    "fit": get_args(Fit),
}
"""What each part of a `PictureForm` may be."""

MOST_PIXELS = 25_000_000
"""Pixels of a picture, read from its header before any is decoded: 8 bytes each, in WebP 16."""
MOST_PIXELS_OF_JPEG = 80_000_000
"""Pixels of a JPEG, which is decoded smaller than it is."""

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")
_WANTED = "use PNG, JPEG, WebP, GIF, BMP or TIFF"
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
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            _check_size(image)
            return _pixels(_square(image, form), form)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError(_too_large("far more than a hundred", MOST_PIXELS)) from None
    except UnidentifiedImageError:
        raise PictureError(f"This is no picture, or a damaged one: {_WANTED}.") from None
    except _BROKEN:
        raise PictureError("This picture is cut short or damaged: save it again.") from None


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
    return f"This is {kind}: {_WANTED}." if kind else None


def _check_size(image: Image.Image) -> None:
    pixels = image.width * image.height
    most = MOST_PIXELS_OF_JPEG if image.format in ("JPEG", "MPO") else MOST_PIXELS
    if pixels > most:
        raise PictureError(_too_large(f"{pixels / 1e6:.0f}", most))


def _too_large(millions: str, most: int) -> str:
    return (
        f"This picture has {millions} million pixels, and {most / 1e6:.0f} million is the most: "
        "make it smaller first."
    )


def _square(image: Image.Image, form: PictureForm) -> Image.Image:
    """The picture at its size, upright, in whichever colours it has."""
    turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    # A JPEG is decoded at a half, a quarter or an eighth where that leaves enough.
    image.draft(image.mode, (4 * form.size, 4 * form.size))
    image = _mixable(image)
    width: int = form.size
    height: int = form.size
    if form.fit == "crop":
        side = min(image.size)
        left, top = (image.width - side) / 2, (image.height - side) / 2
        box = (left, top, left + side, top + side)
    else:
        box = (0, 0, *image.size)
        width, height = _within(image.size, form.size)
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
        raise PictureError(
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


def _pixels(image: Image.Image, form: PictureForm) -> NDArray[np.uint8]:
    """(C, S, S) of a small picture, in the middle of white where it is not square."""
    if image.mode == "F":  # 16 bits: 65535 is white.
        image = Image.fromarray((np.asarray(image) / 257).round().clip(0, 255).astype(np.uint8))
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image.convert("L" if form.channels == 1 else "RGB")
    sheet = Image.new(image.mode, (form.size, form.size), "white")
    sheet.paste(image, ((form.size - image.width) // 2, (form.size - image.height) // 2))
    return np.array(sheet).reshape(form.size, form.size, form.channels).transpose(2, 0, 1)
