import io
import os
import struct
import sys
import zipfile
from contextlib import ExitStack

import pytest

from ganlib.data import upload_files
from ganlib.data.upload_files import DEEPEST, File, Refused, files_of, shown
from tests.ganlib.data.bringing import png, with_flag, zip_with_link, zipped


def found(name, source):
    with ExitStack() as stack:
        return list(files_of(name, source, stack))


def names(name, source):
    return [one.name for one in found(name, source)]


def refusals(name, source):
    return {one.name: one.why for one in found(name, source) if isinstance(one, Refused)}


def test_a_file_in_memory_stays_open_and_can_be_read_again():
    source = io.BytesIO(png())
    (file,) = found("cats/one.png", source)
    assert (file.name, file.folders, file.size) == ("cats/one.png", ("cats",), len(png()))
    assert file.read(10**6) == file.read(10**6) == png()
    assert file.read(4) == png()[:4]


def test_a_file_on_disk_is_read_when_it_is_its_turn(tmp_path):
    (tmp_path / "one.png").write_bytes(png())
    (file,) = found("one.png", tmp_path / "one.png")
    assert (file.folders, file.unpacked) == ((), False)
    assert file.read(8) == png()[:8]


def test_a_folder_gives_all_below_it_in_order_with_their_folders(tmp_path):
    root = tmp_path / "pets"
    for place in ("b/cats/2.png", "b/cats/1.png", "a/dogs/3.png", "4.png"):
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_bytes(png())
    listed = found("pets", root)
    assert [(one.name, one.folders) for one in listed] == [
        ("4.png", ("pets",)),
        ("a/dogs/3.png", ("pets", "a", "dogs")),
        ("b/cats/1.png", ("pets", "b", "cats")),
        ("b/cats/2.png", ("pets", "b", "cats")),
    ]
    assert listed[0].read(10**6) == png()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets few people make links")
def test_links_in_a_folder_are_refused_and_not_followed(tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "one.png").write_bytes(png())
    root = tmp_path / "pets"
    root.mkdir()
    (root / "file.png").symlink_to(tmp_path / "secret" / "one.png")
    (root / "folder").symlink_to(tmp_path / "secret")
    (root / "gone.png").symlink_to(tmp_path / "nothing")
    why = "This is a link, not a picture: bring the picture itself."
    assert refusals("pets", root) == {"file.png": why, "folder": why, "gone.png": why}
    assert len(found("pets", root)) == 3


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes in folders")
def test_a_pipe_is_refused_unopened(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    assert refusals("x", tmp_path) == {"pipe.png": "This is a device or a pipe, not a picture."}


def test_what_systems_hide_is_passed_over(tmp_path):
    hidden = [".DS_Store", "a/._one.png", "Thumbs.db", "__MACOSX/._x.png", ".git/x.png"]
    for place in [*hidden, "a/one.png"]:
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(png())
    assert names("x", tmp_path) == ["a/one.png"]
    assert names("x.zip", zipped([(name, b"") for name in hidden])) == []


def test_a_zip_gives_its_files_and_no_folders():
    listed = found("pets.zip", zipped([("cats/", b""), ("cats/1.png", png(1)), ("2.png", png(2))]))
    assert [(one.name, one.folders, one.unpacked) for one in listed] == [
        ("cats/1.png", ("pets.zip", "cats"), True),
        ("2.png", ("pets.zip",), True),
    ]


def test_a_zip_from_windows_has_folders_too():
    (file,) = found("x.zip", zipped([("pets\\cats\\1.png", png())]))
    assert (file.name, file.folders) == ("pets/cats/1.png", ("x.zip", "pets", "cats"))


def test_the_files_of_a_zip_are_read_while_it_is_open():
    with ExitStack() as stack:
        (file,) = files_of("x.zip", zipped([("1.png", png())]), stack)
        assert file.read(10**6) == png()


def test_a_large_file_that_a_zip_stores_is_read(monkeypatch):
    monkeypatch.setattr(upload_files, "MOST_FILES", 1)
    body = os.urandom(100_000)
    with ExitStack() as stack:
        (file,) = files_of("x.zip", zipped([("1.png", body)], zipfile.ZIP_STORED), stack)
        assert file.read(10**6) == body


@pytest.mark.parametrize(
    "name", ["../evil.png", "a/../../evil.png", "/etc/evil.png", "C:/evil.png", "a/..", "..\\x.png"]
)
def test_a_name_that_leads_out_of_the_archive_is_refused(name):
    listed = found("x.zip", zipped([(name, png()), ("good.png", png())]))
    assert isinstance(listed[0], Refused)
    assert "leads out of the archive" in listed[0].why
    assert isinstance(listed[1], File)


def test_a_name_with_two_dots_in_it_is_decent():
    assert isinstance(found("x.zip", zipped([("a..b/c...png", png())]))[0], File)


def test_a_link_in_a_zip_is_refused():
    listed = found("x.zip", zip_with_link("link.png", "/etc/passwd"))
    assert listed[0] == Refused("link.png", upload_files._LINK)
    assert listed[1].name == "good.png"


def test_a_locked_file_is_refused():
    listed = refusals("x.zip", with_flag(zipped([("1.png", png())]), 0x1))
    assert "password" in listed["1.png"]


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packing_that_unpacks_without_bounds_is_refused(how):
    assert "unusual way" in refusals("x.zip", zipped([("1.png", png())], how))["1.png"]


@pytest.mark.parametrize("kept", [4, 30, -1, -23])
def test_a_zip_cut_short_is_refused(kept):
    body = zipped([("1.png", png())]).getvalue()[:kept]
    (refused,) = found("x.zip", io.BytesIO(body))
    assert refused.name == "x.zip"
    assert "cut short or damaged" in refused.why


def test_an_empty_zip_has_no_files():
    assert found("x.zip", zipped([])) == []


def test_more_files_than_are_looked_at_are_not_even_listed(monkeypatch):
    monkeypatch.setattr(upload_files, "MOST_FILES", 5)
    body = zipped([(f"{number}.png", b"") for number in range(6)])
    monkeypatch.setattr(zipfile, "ZipInfo", lambda *_: pytest.fail("it was listed"))
    why = "This zip has more than 5 files. Make smaller ones."
    assert found("x.zip", body) == [Refused("x.zip", why)]


def test_a_list_of_files_without_bounds_is_never_read():
    body = bytearray(zipped([("1.png", png())]).getvalue())
    end = body.rfind(b"PK\x05\x06")
    # The end of a zip says how many bytes its list has.
    struct.pack_into("<I", body, end + 12, 2**31)

    class Watched(io.BytesIO):
        most = 0

        def read(self, size=-1, /):
            self.most = max(self.most, size)
            return super().read(size)

    source = Watched(bytes(body))
    (refused,) = found("x.zip", source)
    assert isinstance(refused, Refused)
    assert source.most < 2**25


def test_a_file_that_cannot_be_opened_is_refused(tmp_path):
    (refused,) = found("gone.png", tmp_path / "gone.png")
    assert isinstance(refused, Refused)


def test_names_are_shown_without_signs_that_cannot_be_printed():
    assert shown("a\x1b[31m\n\u202eb") == "a?[31m??b"
    assert shown("x" * 101) == "..." + "x" * 97
    assert len(shown("y" * 100_000)) == 100


def test_of_very_deep_folders_the_outermost_are_looked_at():
    (file,) = found("x.zip", zipped([("a/" * 500 + "1.png", png())]))
    assert file.folders == ("x.zip", *["a"] * (DEEPEST - 1))


def test_one_name_composed_and_decomposed_is_one_folder():
    one, other = found("x.zip", zipped([("caf\u00e9/1.png", png()), ("cafe\u0301/2.png", png())]))
    assert one.folders == other.folders == ("x.zip", "caf\u00e9")
