import os
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from ganlib.files import STALE, finish, link, unfinished, write_text


def test_a_finished_file_takes_the_place_of_the_old_one(tmp_path):
    draft, path = tmp_path / "draft", tmp_path / "file"
    path.write_text("old")
    draft.write_text("new")
    finish(draft, path)
    assert path.read_text() == "new"
    assert not draft.exists()


def test_bytes_are_on_the_disk_before_the_name_and_the_name_before_the_end(tmp_path, monkeypatch):
    calls = []
    replace, fsync = type(tmp_path).replace, os.fsync
    monkeypatch.setattr(
        type(tmp_path), "replace", lambda *names: calls.append("name") or replace(*names)
    )
    monkeypatch.setattr("os.fsync", lambda number: calls.append("disk") or fsync(number))
    write_text(tmp_path / "file", "text")
    assert calls == ["disk", "name", "disk"]


def test_what_a_killed_process_left_is_removed_once_it_is_old(tmp_path):
    with unfinished(tmp_path) as scratch:
        (scratch / "half").write_bytes(b"half")
        with unfinished(tmp_path):
            assert scratch.exists()
        long_ago = time.time() - 2 * STALE
        os.utime(scratch, (long_ago, long_ago))
        with unfinished(tmp_path) as other:
            assert list(tmp_path.iterdir()) == [other]
    assert list(tmp_path.iterdir()) == []


def test_a_text_is_written_whole(tmp_path):
    write_text(tmp_path / "file.json", "ä ☃")
    assert (tmp_path / "file.json").read_bytes() == "ä ☃".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["file.json"]


def test_a_text_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "file.json"
    path.write_text("old")

    def full(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_many_may_write_the_same_text_at_once(tmp_path):
    path = tmp_path / "file.json"
    with ThreadPoolExecutor(8) as pool:
        texts = [str(number) * 50_000 for number in range(8)]
        for _ in range(20):
            list(pool.map(partial(write_text, path), texts))
            assert path.read_text() in texts
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_gets_a_second_name(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text("text")
    link(first, second)
    assert second.samefile(first)
    first.unlink()
    assert second.read_text() == "text"


def test_a_file_that_has_the_name_already_is_left_alone(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text("text")
    second.write_text("other")
    link(first, second)
    assert second.read_text() == "other"


def test_where_no_second_name_can_be_the_file_is_copied(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(95, "Operation not supported")

    first, second = tmp_path / "first.bin", tmp_path / "second.bin"
    first.write_bytes(b"\0\1\2")
    monkeypatch.setattr(type(tmp_path), "hardlink_to", refuse)
    link(first, second)
    assert second.read_bytes() == b"\0\1\2"
    assert not second.samefile(first)


def test_a_file_that_is_gone_gets_no_second_name(tmp_path):
    with pytest.raises(FileNotFoundError):
        link(tmp_path / "gone", tmp_path / "second")
    assert list(tmp_path.iterdir()) == []
