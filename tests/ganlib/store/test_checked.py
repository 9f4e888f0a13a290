import json

import numpy as np
import pytest
from safetensors import SafetensorError
from safetensors.numpy import save_file

from ganlib.store import checked
from ganlib.store.checked import LONGEST_HEADER, keep_arrays, read_arrays


def written(path, header, body=b""):
    """A safetensors file with such a header, true or not."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.safetensors"


def test_arrays_and_texts_come_back(path):
    save_file({"x": np.arange(3, dtype=np.int16)}, path, {"a": "b"})
    arrays, texts = read_arrays(path, 1000)
    assert (arrays["x"].tolist(), arrays["x"].dtype, texts) == ([0, 1, 2], np.int16, {"a": "b"})


def test_a_flipped_byte_gives_no_other_arrays_and_no_other_texts(path):
    keep_arrays(path, {"x": np.arange(30, dtype=np.float32)}, {"names": "d_loss"})
    whole, outcome = path.read_bytes(), 0
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << place % 8
        path.write_bytes(flipped)
        try:
            arrays, _ = read_arrays(path, 1000)
            assert arrays["x"].tolist() == list(range(30)), place
        except ValueError:
            outcome += 1
    # All but the name of the digest itself, without which a file counts as one of old, and spaces.
    assert outcome > len(whole) - 20


def test_a_full_disk_leaves_the_old_file_and_no_draft(path, monkeypatch):
    def full(*_, **__):
        raise SafetensorError("No space left on device (os error 28)")

    keep_arrays(path, {"x": np.ones(2)})
    monkeypatch.setattr(checked, "save_file", full)
    with pytest.raises(OSError, match="No space left"):
        keep_arrays(path, {"x": np.zeros(2)})
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert read_arrays(path, 1000)[0]["x"].tolist() == [1, 1]


@pytest.mark.parametrize("kind", ["BF16", "F8_E4M3", "F8_E5M2"])
def test_numbers_that_numpy_has_not_are_told(path, kind):
    size = 2 if kind == "BF16" else 1
    header = {"points": {"dtype": kind, "shape": [1], "data_offsets": [0, size]}}
    with pytest.raises(ValueError, match=f"^'points' is of {kind}, which no run has$"):
        read_arrays(written(path, header, bytes(size)), 1000)


@pytest.mark.parametrize(
    ("header", "body", "why"),
    [
        ({"x": {"dtype": "F32", "shape": [2**62], "data_offsets": [0, 4]}}, bytes(4), "."),
        ({"x": {"dtype": "F32", "shape": [2**62, 0], "data_offsets": [0, 0]}}, b"", "."),
        ({"x": {"dtype": "F32", "shape": [1] * 99, "data_offsets": [0, 4]}}, bytes(4), "."),
        ({"x": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}, bytes(4), "."),
        ({"x": {"dtype": "F32", "shape": [9], "data_offsets": [0, 36]}}, bytes(4), "."),
        ({"x": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}}, bytes(4), "."),
        (b"[" * 100_000, b"", "."),
        (b"", b"", "."),
        (b" " * LONGEST_HEADER + b" ", b"", "its list of arrays is longer than that of any run"),
    ],
)
def test_a_list_that_lies_is_told(path, header, body, why):
    with pytest.raises(ValueError, match=why):
        read_arrays(written(path, header, body), 2**23)


def test_more_bytes_than_may_be_are_not_read(path):
    save_file({"x": np.zeros(1000)}, path)
    with pytest.raises(ValueError, match=r"^it is larger than 1,000 bytes$"):
        read_arrays(path, 1000)


def test_a_file_that_is_gone_is_an_error_of_the_disk(path):
    with pytest.raises(FileNotFoundError):
        read_arrays(path, 1000)
