"""The browser's side of the wire: what it reads from the live routes and from a page."""

import json
import struct

import numpy as np
from streamlit.testing.v1 import AppTest

Unpacked = dict[str, tuple[np.ndarray, np.ndarray]]


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


def mounted(app: AppTest) -> dict[str, dict]:
    """The data of each browser component on the page, by its key without the run's id."""
    elements = app.get("bidi_component")
    return {one.key.rsplit("-", 1)[0]: json.loads(one.proto.json) for one in elements}


def open_tab(app: AppTest, word: str) -> None:
    """Click the tab whose label has that word, under a run that is watched."""
    (label,) = (tab.label for tab in app.tabs if word in tab.label)
    app.session_state[f"more-{app.query_params['run']}"] = label
    app.run()
