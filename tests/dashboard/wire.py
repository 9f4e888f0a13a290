"""The browser's side of the wire: what it reads from the live routes, and what a page says."""

import json
import math
import struct

import numpy as np
from streamlit.testing.v1 import AppTest

Unpacked = dict[str, tuple[np.ndarray, np.ndarray]]
UNKNOWN = -32768


def unpack(body: bytes) -> tuple[dict, Unpacked]:
    """The header, and the steps and values of each series by name; nothing may be left over."""
    (length,) = struct.unpack_from("<I", body)
    header = json.loads(body[4 : 4 + length])
    offset, series = 4 + length, {}
    for one in header["series"]:
        assert offset % 8 == 0
        steps = np.frombuffer(body, "<u4", one["count"], offset)
        values = np.frombuffer(body, "<f4", one["count"], offset + 4 * one["count"])
        series[one["name"]] = (steps, values)
        offset += 8 * one["count"]
    assert offset == len(body)
    return header, series


def unpack_arrays(body: bytes) -> tuple[dict, dict[str, np.ndarray]]:
    """The header, and the arrays by name, NaN where unknown; nothing may be left over."""
    (length,) = struct.unpack_from("<I", body)
    header = json.loads(body[4 : 4 + length])
    offset, arrays = 4 + length, {}
    for one in header["arrays"]:
        assert offset % 8 == 0
        kind, count = {"f4": "<f4", "i2": "<i2"}[one["type"]], math.prod(one["shape"])
        values = np.frombuffer(body, kind, count, offset)
        end = offset + values.nbytes
        if one["type"] == "i2":
            values = np.where(values == UNKNOWN, np.nan, values / one["scale"])
        arrays[one["name"]] = values.reshape(one["shape"])
        offset = end + -end % 8
        assert body[end:offset] == bytes(offset - end)
    assert offset == len(body)
    return header, arrays


def unpack_body(message: bytes) -> tuple[dict, bytes]:
    """The header, and the bytes after it."""
    (length,) = struct.unpack_from("<I", message)
    assert (4 + length) % 8 == 0
    return json.loads(message[4 : 4 + length]), message[4 + length :]


def mounted(app: AppTest) -> dict[str, dict]:
    """The data of each browser component on the page, by its key without the run's id."""
    elements = app.get("bidi_component")
    return {one.key.rsplit("-", 1)[0]: json.loads(one.proto.json) for one in elements}


def open_tab(app: AppTest, word: str) -> None:
    """Click the tab whose label has that word, under a run that is watched."""
    (label,) = (tab.label for tab in app.tabs if word in tab.label)
    app.session_state[f"more-{app.query_params['run']}"] = label
    app.run()


def tell(app: AppTest, name: str, word: str, value: object) -> AppTest:
    """Let the script of a browser component fire a trigger, and the page answer it."""
    (place,) = (one for one in app.get("bidi_component") if one.key.split("-")[0] == name)
    message = app._tree.get_widget_states()
    # Streamlit's browser side sends the triggers of a component under this name, as one list.
    said = message.widgets.add(id=f"$$STREAMLIT_INTERNAL_KEY_{place.proto.id}__events")
    said.json_trigger_value = json.dumps([{"event": word, "value": value}])
    return app._run(message)


def pick(app: AppTest, *rows: int) -> AppTest:
    """Choose rows of the one table on the page, by their places."""
    (table,) = app.dataframe
    message = app._tree.get_widget_states()
    message.widgets.add(id=table.proto.id).string_value = json.dumps(
        {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    )
    return app._run(message)
