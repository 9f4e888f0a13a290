"""Names in a zip whose maker did not say how they are written: as Unicode, or as a guess.

A zip may mark a name as UTF-8, or give it once more in UTF-8 (Info-ZIP). Others are written in
whatever was usual where the zip was made, and nothing says what that was.
"""

import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping

ENCODINGS: Mapping[str, str] = {
    "utf-8": "Unicode (UTF-8)",
    "cp850": "Western Europe, DOS (CP 850)",
    "cp1252": "Western Europe, Windows (CP 1252)",
    "cp866": "Cyrillic, DOS (CP 866)",
    "cp1251": "Cyrillic, Windows (CP 1251)",
    "cp932": "Japanese (Shift-JIS)",
    "gb18030": "Chinese, simplified (GB 18030)",
    "big5": "Chinese, traditional (Big5)",
    "cp949": "Korean (CP 949)",
}
"""In words, by the name that Python has for each."""

_IS_UTF8 = 0x800
_UNICODE_PATH = 0x7075
_DOS = 0
MOST_GUESSED = 20_000
"""Bytes of names that a guess looks at."""


def unmarked(archive: zipfile.ZipFile) -> bytes:
    """All names of which nothing says how they are written, a line each; empty for most zips."""
    every = (_raw(info) for info in archive.infolist() if _said(info) is None)
    return b"\n".join(raw for raw in every if not raw.isascii())


def guesses(names: bytes) -> tuple[str, ...]:
    """Which of `ENCODINGS` the names may be written in, the likeliest first."""
    from charset_normalizer import from_bytes

    names = names[:MOST_GUESSED].rpartition(b"\n")[0] or names[:MOST_GUESSED]
    if _decoded(names, "utf-8") is not None:
        return ("utf-8",)
    encodings = [one for one in ENCODINGS if one != "utf-8"]
    found = from_bytes(names, cp_isolation=encodings, enable_fallback=False)
    ranked = sorted(found, key=lambda one: one.chaos + _oddities(str(one)))
    return tuple(one.encoding for one in ranked if one.encoding in ENCODINGS) or ("cp850",)


def name_of(info: zipfile.ZipInfo, encoding: str) -> str:
    """The name, its folders parted by slashes, composed as Unicode has it (NFC).

    Args:
        info: of a zip.
        encoding: one of `ENCODINGS`, for a name that does not say how it is written.
    """
    name = _said(info)
    if name is None:
        name = _raw(info).decode(encoding, "replace")
    if info.create_system == _DOS or "/" not in name:
        name = name.replace("\\", "/")
    return unicodedata.normalize("NFC", name)


def _raw(info: zipfile.ZipInfo) -> bytes:
    """The name's bytes; `zipfile` takes all that are not marked for CP 437, which has 256 signs."""
    return info.orig_filename.encode("utf-8" if info.flag_bits & _IS_UTF8 else "cp437", "replace")


def _said(info: zipfile.ZipInfo) -> str | None:
    """The name where the zip says how it is written."""
    if info.flag_bits & _IS_UTF8:
        return info.orig_filename
    extra = info.extra
    while len(extra) >= 4:
        kind, length = struct.unpack("<HH", extra[:4])
        body, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == _UNICODE_PATH and body[:1] == b"\1" and len(body) >= 5:
            (crc,) = struct.unpack("<I", body[1:5])
            if crc == zlib.crc32(_raw(info)):
                return _decoded(body[5:], "utf-8")
    return info.orig_filename if _raw(info).isascii() else None


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _oddities(text: str) -> float:
    """Share of signs that seldom stand in names: frames of boxes, Japanese of half its width."""
    foreign = [sign for sign in text if not sign.isascii()]
    odd = [one for one in foreign if not one.isalnum() or unicodedata.normalize("NFKC", one) != one]
    return len(odd) / max(1, len(foreign))
