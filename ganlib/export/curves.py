"""The curves of a run as a table: CSV for a spreadsheet, Parquet for a notebook."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ganlib.config import RunConfig

if TYPE_CHECKING:
    from ganlib.store import RunSnapshot

Columns = Mapping[str, NDArray[Any]]

CHUNK = 65_536
"""Rows that are turned into text, or compressed, at once."""


def columns(snapshot: "RunSnapshot") -> Columns:
    """The whole table by the names of its columns, (n,) each; NaN for what was not measured."""
    metrics = {name: snapshot.metrics[:, i] for i, name in enumerate(snapshot.metric_names)}
    return {
        "step": snapshot.steps,
        "images": snapshot.images,
        "seconds": snapshot.seconds,
        **metrics,
    }


def write_csv(snapshot: "RunSnapshot", path: Path) -> None:
    """Write a header and one row for each step (RFC 4180); what was not measured is left empty.

    A number has as many digits as tell it from every other float32.
    """
    table = columns(snapshot)
    with path.open("w", newline="", encoding="ascii") as file:
        writer = csv.writer(file)
        writer.writerow(table)
        for part in _parts(table):
            writer.writerows(zip(*map(_texts, part.values()), strict=True))


def write_parquet(snapshot: "RunSnapshot", config: RunConfig, path: Path) -> None:
    """Write the same table as Parquet (zstd), null for what was not measured.

    The metadata of its schema hold the whole configuration as JSON, under "config".
    """
    import pyarrow as pa  # Only who asks for this file waits for the import.
    from pyarrow import parquet

    table = columns(snapshot)
    schema = pa.schema(
        [pa.field(name, pa.from_numpy_dtype(values.dtype)) for name, values in table.items()],
        metadata={"config": config.to_json()},
    )
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for part in _parts(table):
            arrays = [pa.array(values, from_pandas=True) for values in part.values()]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _parts(table: Columns) -> Iterator[Columns]:
    for begin in range(0, len(table["step"]), CHUNK):
        yield {name: values[begin : begin + CHUNK] for name, values in table.items()}


def _texts(values: NDArray[Any]) -> list[str]:
    texts: list[str] = np.where(np.isnan(values), "", values.astype(str)).tolist()
    return texts
