import struct
import zipfile
import zlib

import pytest

from ganlib.data.zip_names import ENCODINGS, guesses, name_of, unmarked
from tests.ganlib.data.bringing import zipped, zipped_raw


def names(data, encoding=None):
    archive = zipfile.ZipFile(data)
    encoding = encoding or guesses(unmarked(archive))[0]
    return [name_of(info, encoding) for info in archive.infolist()]


@pytest.mark.parametrize(
    ("folders", "encoding"),
    [
        (("表", "能"), "cp932"),
        (("写真", "犬"), "cp932"),
        (("永", "和"), "gb18030"),
        (("고양이", "개"), "cp949"),
        (("кошки", "собаки"), "cp866"),
        (("кошки", "собаки"), "cp1251"),
        (("Häuser", "Bäume"), "cp850"),
        (("Häuser", "Bäume"), "cp1252"),
        (("katt", "söt"), "utf-8"),
    ],
)
def test_names_in_a_local_code_page_are_guessed(folders, encoding):
    raw = [(f"{folder}/{n}.png".encode(encoding), b"") for folder in folders for n in range(6)]
    archive = zipfile.ZipFile(zipped_raw(raw))
    found = guesses(unmarked(archive))
    assert found[0] == encoding
    assert set(found) <= set(ENCODINGS)
    assert {name.split("/")[0] for name in names(zipped_raw(raw))} == set(folders)


def test_a_backslash_within_a_sign_parts_no_folders():
    raw = [("表/1.png".encode("cp932"), b""), ("能/1.png".encode("cp932"), b"")]
    assert b"\\" in raw[0][0]
    for system in (0, 3):
        assert names(zipped_raw(raw, system=system), "cp932") == ["表/1.png", "能/1.png"]


def test_a_backslash_parts_folders_on_windows_and_where_nothing_else_does():
    assert names(zipped_raw([(b"a\\1.png", b"")]), "cp850") == ["a/1.png"]
    assert names(zipped_raw([(b"a/b\\1.png", b"")], system=0), "cp850") == ["a/b/1.png"]
    assert names(zipped_raw([(b"a/b\\1.png", b"")], system=3), "cp850") == ["a/b\\1.png"]


def test_what_is_marked_or_plain_needs_no_guess():
    assert unmarked(zipfile.ZipFile(zipped([("表/1.png", b""), ("a.png", b"")]))) == b""
    assert names(zipped([("表/1.png", b"")]), "cp850") == ["表/1.png"]
    assert names(zipped([("cafe\u0301/1.png", b"")]), "cp850") == ["caf\u00e9/1.png"]


def unicode_path(raw, name, crc=None):
    body = b"\1" + struct.pack("<I", zlib.crc32(raw) if crc is None else crc) + name.encode()
    return struct.pack("<HH", 0x7075, len(body)) + body


def test_a_name_that_is_given_once_more_in_unicode_is_that():
    raw = "表/1.png".encode("cp932")
    told = zipped_raw([(raw, b"")], extra=unicode_path(raw, "表/1.png"))
    assert unmarked(zipfile.ZipFile(told)) == b""
    assert names(told, "cp850") == ["表/1.png"]
    stale = zipped_raw([(raw, b"")], extra=unicode_path(raw, "else.png", crc=1))
    assert names(stale, "cp932") == ["表/1.png"]


def test_bytes_that_are_no_signs_are_shown_as_such():
    assert names(zipped_raw([(b"\xff\xfe/1.png", b"")]), "utf-8") == ["\ufffd\ufffd/1.png"]
    assert guesses(bytes([0x81, 0xFF, 0xFE]) * 20)[0] in ENCODINGS
