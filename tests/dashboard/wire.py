"""The browser's side of the wire: what it reads from the live routes, and what a page says."""

import json

import numpy as np
from streamlit.testing.v1 import AppTest

from dashboard.wire import decode

Series = dict[str, tuple[np.ndarray, np.ndarray]]


def unpack(body: bytes) -> tuple[dict, Series]:
    """The header of a message with curves, and the steps and values of each by name."""
    header, arrays = decode(body)
    names = [name.removesuffix("/steps") for name in arrays if name.endswith("/steps")]
    assert len(arrays) == 2 * len(names)
    return header, {name: (arrays[f"{name}/steps"], arrays[f"{name}/values"]) for name in names}


def mounted(app: AppTest) -> dict[str, dict]:
    """The data of each browser component on the page, by its key without the run's id."""
    found = {}
    for one in app.get("bidi_component"):
        header, arrays = decode(one.proto.bytes) if one.proto.bytes else (one.proto.json, {})
        data = header if arrays else json.loads(header)
        found[one.key.rsplit("-", 1)[0]] = {**data, **arrays}
    return found


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
    text = message.widgets.add(id=f"$$STREAMLIT_INTERNAL_KEY_{place.proto.id}__events")
    text.json_trigger_value = json.dumps([{"event": word, "value": value}])
    return app._run(message)


def pick(app: AppTest, *rows: int) -> AppTest:
    """Choose rows of the one table on the page, by their places."""
    (table,) = app.dataframe
    message = app._tree.get_widget_states()
    message.widgets.add(id=table.proto.id).string_value = json.dumps(
        {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    )
    return app._run(message)
