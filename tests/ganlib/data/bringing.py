"""Pictures and zips as people bring them, decent and hostile."""

import io
import stat
import zipfile

import numpy as np
from PIL import Image


def png(value=128, size=(40, 30), mode="RGB"):
    """A plain picture whose red, or grey, is `value`."""
    data = io.BytesIO()
    Image.new(mode, size, (value, 0, 0) if mode == "RGB" else value).save(data, "PNG")
    return data.getvalue()


def noise_jpeg(seed=0, size=(60, 50)):
    """A JPEG of noise."""
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "JPEG")
    return data.getvalue()


def zipped(members, how=zipfile.ZIP_DEFLATED):
    """A zip in memory of (name, bytes) pairs, under exactly those names."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", how) as archive:
        for name, content in members:
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.compress_type = how
            archive.writestr(info, content)
    return data


class _Unmarked(zipfile.ZipInfo):
    """An entry whose name is bytes, and that does not say how they are written."""

    raw = b""

    def _encodeFilenameFlags(self):  # noqa: N802 - as `zipfile` calls it
        return self.raw, 0


def zipped_raw(members, extra=b"", system=3):
    """A zip of (name, bytes) pairs, whose names are bytes in nobody knows which encoding."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for number, (raw, content) in enumerate(members):
            info = _Unmarked(str(number))
            info.raw, info.extra, info.create_system = raw, extra, system
            archive.writestr(info, content)
    return data


def zip_with_link(name, target):
    """A zip whose only member is a symbolic link, as Unix keeps it."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system = 3
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, target)
        archive.writestr("good.png", png())
    return data


def with_flag(data, flag):
    """The zip with a flag set in every entry, as a locked one has it."""
    body = bytearray(data.getvalue())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = body.find(magic)
        while place >= 0:
            body[place + offset] |= flag
            place = body.find(magic, place + 4)
    return io.BytesIO(bytes(body))
