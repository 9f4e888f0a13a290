import csv
import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from ganlib import RunConfig
from ganlib.export import write_csv, write_parquet

ROWS = ("steps", "images", "seconds", "metrics")


@pytest.fixture
def long(snapshot, monkeypatch):
    """More rows than are turned into text at once."""
    monkeypatch.setattr("ganlib.export.curves.CHUNK", 1000)
    count = 2 * 1000 + 3
    metrics = np.random.default_rng(0).random((count, 2), np.float32)
    steps = np.arange(1, count + 1, dtype=np.uint32)
    images, seconds = 64 * steps.astype(np.uint64), np.linspace(0, 9, count, dtype=np.float32)
    return replace(
        snapshot, step=count, steps=steps, images=images, seconds=seconds, metrics=metrics
    )


def test_csv_has_a_row_for_each_step_and_nothing_where_nothing_was_measured(snapshot, tmp_path):
    write_csv(snapshot, tmp_path / "curves.csv")
    assert (tmp_path / "curves.csv").read_bytes() == (
        b"step,images,seconds,d_loss,d_r1\r\n"
        b"1,64,0.5,0.5,\r\n"
        b"2,128,4.0,0.1,2.0\r\n"
        b"3,192,6.0,1e-07,\r\n"
    )


def test_csv_of_a_run_without_steps_is_its_header(snapshot, tmp_path):
    no_rows = {name: getattr(snapshot, name)[:0] for name in ROWS}
    write_csv(replace(snapshot, **no_rows), tmp_path / "curves.csv")
    assert (tmp_path / "curves.csv").read_bytes() == b"step,images,seconds,d_loss,d_r1\r\n"


def test_csv_gives_every_float32_back(long, tmp_path):
    write_csv(long, tmp_path / "curves.csv")
    with (tmp_path / "curves.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["step", "images", "seconds", "d_loss", "d_r1"]
    assert [int(row[0]) for row in rows] == long.steps.tolist()
    assert [int(row[1]) for row in rows] == long.images.tolist()
    assert np.array_equal(np.array([row[2] for row in rows], np.float32), long.seconds)
    assert np.array_equal(np.array([row[3:] for row in rows], np.float32), long.metrics)


def test_parquet_has_the_same_rows_with_null_where_nothing_was_measured(snapshot, tmp_path):
    write_parquet(snapshot, RunConfig(), tmp_path / "curves.parquet")
    table = parquet.read_table(tmp_path / "curves.parquet")
    assert table.to_pydict() == {
        "step": [1, 2, 3],
        "images": [64, 128, 192],
        "seconds": [0.5, 4, 6],
        "d_loss": pytest.approx([0.5, 0.1, 1e-7]),
        "d_r1": [None, 2.0, None],
    }
    assert [field.type for field in table.schema] == [
        pa.uint32(),
        pa.uint64(),
        *[pa.float32()] * 3,
    ]


def test_parquet_gives_every_float32_back(long, tmp_path):
    write_parquet(long, RunConfig(), tmp_path / "curves.parquet")
    table = parquet.read_table(tmp_path / "curves.parquet")
    for column, name in enumerate(long.metric_names):
        assert np.array_equal(table[name].to_numpy(), long.metrics[:, column])


def test_parquet_carries_the_configuration(snapshot, tmp_path):
    config = RunConfig(title="Straße", seed=11)
    write_parquet(snapshot, config, tmp_path / "curves.parquet")
    text = parquet.read_schema(tmp_path / "curves.parquet").metadata[b"config"]
    assert json.loads(text)["seed"] == 11
    assert RunConfig.from_json(text) == config


def test_parquet_is_compressed_with_zstd(snapshot, tmp_path):
    write_parquet(snapshot, RunConfig(), tmp_path / "curves.parquet")
    column = parquet.ParquetFile(tmp_path / "curves.parquet").metadata.row_group(0).column(1)
    assert column.compression == "ZSTD"


LONG_RUN = """
import resource, sys
from dataclasses import replace
from pathlib import Path
import numpy as np
from ganlib import RunConfig, RunSnapshot, write_csv, write_parquet

count = 300_000
snapshot = replace(RunSnapshot(), step=count, metric_names=tuple("abcdefg"),
    steps=np.arange(1, count + 1, dtype=np.uint32), metrics=np.ones((count, 7), np.float32),
    images=np.zeros(count, np.uint64), seconds=np.zeros(count, np.float32))
Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
before = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
folder = Path(sys.argv[1])
write_csv(snapshot, folder / "csv")
write_parquet(snapshot, RunConfig(), folder / "parquet")
lines = Path("/proc/self/status").read_text().splitlines()
peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
print((peak * 1024 - before) / 2**20)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory from /proc")
def test_a_long_run_is_written_in_parts_of_150_megabytes_at_most(tmp_path):
    """All of it at once, as text, would need 240."""
    command = [sys.executable, "-c", LONG_RUN, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert float(done.stdout) < 150
    assert all((tmp_path / form).stat().st_size > 10_000 for form in ("csv", "parquet"))
