import zlib
from dataclasses import replace

import numpy as np
import pytest

from ganlib.errors import DamagedStoreError
from ganlib.store import RunSnapshot
from ganlib.store.chunks import CHUNK_ROWS, pack, unpack

COLUMNS = ("steps", "images", "seconds", "metrics")


def rows(count, metrics=3, seed=0):
    """A run of so many steps with metrics of every kind, among them NaN and infinite ones."""
    rng = np.random.default_rng(seed)
    values = rng.standard_normal((count, metrics)).astype(np.float32)
    values[::3] = np.nan
    values[1::7] = np.inf
    return RunSnapshot(
        steps=np.arange(1, count + 1, dtype=np.uint32),
        images=np.arange(1, count + 1, dtype=np.uint64) * 2**33,
        seconds=rng.random(count).cumsum().astype(np.float32),
        metrics=values,
    )


def assert_same(columns, snapshot):
    for name in COLUMNS:
        expected = getattr(snapshot, name)
        assert columns[name].dtype == expected.dtype
        assert columns[name].shape == expected.shape
        assert columns[name].tobytes() == expected.tobytes()  # To the bit, also where it is NaN.


@pytest.mark.parametrize("metrics", [0, 1, 7, 64])
@pytest.mark.parametrize("count", [0, 1, 2, CHUNK_ROWS - 1, CHUNK_ROWS, CHUNK_ROWS + 1, 9000])
def test_rows_come_back_to_the_bit(count, metrics):
    snapshot = rows(count, metrics)
    chunks = pack(snapshot, first=0)
    assert [chunk.number for chunk in chunks] == list(range(-(-count // CHUNK_ROWS)))
    assert sum(chunk.count for chunk in chunks) == count
    assert_same(unpack(chunks, metrics), snapshot)


@pytest.mark.parametrize(
    ("first", "numbers"),
    [(0, [0, 1, 2]), (4095, [0, 1, 2]), (4096, [1, 2]), (8192, [2]), (8999, [2]), (12_288, [])],
)
def test_only_chunks_from_the_first_new_row_on_are_packed(first, numbers):
    chunks = pack(rows(9000), first)
    assert [chunk.number for chunk in chunks] == numbers
    assert chunks == pack(rows(9000), first=0)[numbers[0] if numbers else 3 :]


def test_a_full_chunk_is_the_same_however_many_rows_come_after():
    short, long = rows(CHUNK_ROWS), rows(CHUNK_ROWS + 100)
    long = replace(long, **{name: getattr(long, name).copy() for name in COLUMNS})
    for name in COLUMNS:
        getattr(long, name)[:CHUNK_ROWS] = getattr(short, name)
    assert pack(long, first=0)[0] == pack(short, first=0)[0]


def test_smooth_rows_take_a_third_of_their_bytes():
    steps = np.arange(1, CHUNK_ROWS + 1)
    smooth = RunSnapshot(
        steps=steps.astype(np.uint32),
        images=(64 * steps).astype(np.uint64),
        seconds=(steps / 512).astype(np.float32),
        metrics=np.full((CHUNK_ROWS, 3), np.nan, np.float32),
    )
    (chunk,) = pack(smooth, first=0)
    assert len(chunk.body) < CHUNK_ROWS * (4 + 8 + 4 + 12) / 3


def test_what_is_unpacked_cannot_be_written():
    for column in unpack(pack(rows(10), first=0), 3).values():
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 1


@pytest.mark.parametrize("numbers", [[0, 2], [1, 2], [1, 0, 2], [0, 0, 1]])
def test_a_missing_chunk_is_told(numbers):
    chunks = pack(rows(9000), first=0)
    with pytest.raises(DamagedStoreError, match="Curves of this run are missing in the database"):
        unpack([chunks[number] for number in numbers], 3)


@pytest.mark.parametrize(
    "harm",
    [
        lambda body: b"",
        lambda body: body[:-9],
        lambda body: b"\0" * len(body),
        lambda body: zlib.compress(zlib.decompress(body)[:-1]),
        lambda body: zlib.compress(zlib.decompress(body) + b"\0"),
        lambda body: zlib.compress(b"\0" * 2**28),
    ],
    ids=["nothing", "cut off", "zeros", "too short", "too long", "a bomb"],
)
def test_a_damaged_chunk_is_told(harm):
    (chunk,) = pack(rows(1000), first=0)
    with pytest.raises(DamagedStoreError, match="Curves of this run are damaged in the database"):
        unpack([replace(chunk, body=harm(chunk.body))], 3)


@pytest.mark.parametrize("change", [{"count": 999}, {"count": 1001}, {"count": 0}])
def test_a_chunk_of_another_number_of_rows_is_told(change):
    (chunk,) = pack(rows(1000), first=0)
    with pytest.raises(DamagedStoreError, match="damaged"):
        unpack([replace(chunk, **change)], 3)


def test_chunks_of_another_number_of_metrics_are_told():
    with pytest.raises(DamagedStoreError, match="damaged"):
        unpack(pack(rows(1000), first=0), 4)
