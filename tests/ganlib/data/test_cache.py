import errno
import os
from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import save_file

from ganlib.data import cache
from ganlib.data.cache import Arrays, cache_folder, cached, ignore_progress
from ganlib.files import finish, unfinished


def make():
    return Arrays({"numbers": torch.arange(1000)}, {"unit": "pixels"})


def refuse_to_make():
    raise AssertionError("The cache should have had it.")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def assert_as_made(arrays):
    assert torch.equal(arrays.tensors["numbers"], torch.arange(1000))
    assert arrays.texts == {"unit": "pixels"}


def test_folder_follows_the_environment_and_is_in_the_home_otherwise(monkeypatch):
    monkeypatch.setenv("MINIMAX_CACHE", "/somewhere/else")
    assert cache_folder() == Path("/somewhere/else")
    monkeypatch.delenv("MINIMAX_CACHE")
    assert cache_folder() == Path.home() / ".cache" / "minimax"


def test_what_was_made_once_is_read_the_next_time(tmp_path, reports):
    assert_as_made(cached("key", make, reports, tmp_path / "new" / "folder"))
    assert_as_made(cached("key", refuse_to_make, reports, tmp_path / "new" / "folder"))
    assert reports == []
    assert names(tmp_path / "new" / "folder") == ["key.safetensors"]


def test_keys_do_not_mix(tmp_path):
    cached("key", make, ignore_progress, tmp_path)
    other = cached("other", lambda: Arrays({"a": torch.ones(2)}, {}), ignore_progress, tmp_path)
    assert list(other.tensors) == ["a"]


def test_a_file_with_a_flipped_byte_is_made_anew_and_one_without_a_digest_is_read(
    tmp_path, reports
):
    cached("key", make, reports, tmp_path)
    path = tmp_path / "key.safetensors"
    body = bytearray(path.read_bytes())
    body[-9] ^= 1
    path.write_bytes(body)
    assert_as_made(cached("key", make, reports, tmp_path))
    assert "its bytes are not those that were written" in reports[0][0]
    save_file({"numbers": torch.arange(1000)}, path, metadata={"unit": "pixels"})
    assert_as_made(cached("key", refuse_to_make, reports, tmp_path))


@pytest.mark.parametrize("kept", [0, 4, 60, -1])
def test_a_file_cut_short_is_made_anew(tmp_path, kept, reports):
    cached("key", make, ignore_progress, tmp_path)
    path = tmp_path / "key.safetensors"
    path.write_bytes(path.read_bytes()[:kept])
    assert_as_made(cached("key", make, reports, tmp_path))
    assert_as_made(cached("key", refuse_to_make, reports, tmp_path))
    assert len(reports) == 1
    assert "damaged" in reports[0][0]


def test_a_file_of_something_else_is_made_anew(tmp_path):
    (tmp_path / "key.safetensors").write_bytes(b"This is a letter to my aunt. " * 10)
    assert_as_made(cached("key", make, ignore_progress, tmp_path))
    assert_as_made(cached("key", refuse_to_make, ignore_progress, tmp_path))


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), SafetensorError("No space left")]
)
def test_a_full_disk_costs_the_cache_and_not_the_data(tmp_path, monkeypatch, error, reports):
    def half_save(tensors, path, metadata):
        Path(path).write_bytes(b"half")
        raise error

    monkeypatch.setattr(cache, "save_file", half_save)
    assert_as_made(cached("key", make, reports, tmp_path))
    assert len(reports) == 1
    assert "could not be kept" in reports[0][0]
    assert "No space left" in reports[0][0]
    assert names(tmp_path) == []


def test_a_disk_that_is_full_only_when_flushed_costs_the_cache_and_not_the_data(
    tmp_path, monkeypatch, reports
):
    def fail(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    assert_as_made(cached("key", make, reports, tmp_path))
    assert "No space left" in reports[0][0]
    assert names(tmp_path) == []


def test_a_folder_that_cannot_be_made_costs_the_cache_and_not_the_data(tmp_path, reports):
    (tmp_path / "file").write_text("in the way")
    assert_as_made(cached("key", make, reports, tmp_path / "file" / "folder"))
    assert "could not be kept" in reports[0][0]


def test_a_failing_maker_is_heard_and_leaves_nothing(tmp_path):
    with pytest.raises(AssertionError, match="should have had it"):
        cached("key", refuse_to_make, ignore_progress, tmp_path)
    assert names(tmp_path) == []


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path, monkeypatch):
    path = tmp_path / "key.safetensors"
    path.write_bytes(b"damaged")
    seen = []
    replace = Path.replace
    monkeypatch.setattr(
        Path, "replace", lambda draft, to: (seen.append(path.read_bytes()), replace(draft, to))
    )
    assert_as_made(cached("key", make, ignore_progress, tmp_path))
    assert seen == [b"damaged"]


def test_arrays_that_were_read_outlive_a_new_file_in_their_place(tmp_path):
    cached("key", make, ignore_progress, tmp_path)
    read = cached("key", refuse_to_make, ignore_progress, tmp_path)
    with unfinished(tmp_path) as scratch:
        (scratch / "new").write_bytes(b"0" * 20_000)
        finish(scratch / "new", tmp_path / "key.safetensors")
    assert_as_made(read)
