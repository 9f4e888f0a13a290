"""How browser components are mounted: under the rules for them, and with what the link sets."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import streamlit as st

from dashboard import clicks, link, scripts
from dashboard import widgets as ui
from dashboard.wire import encode
from ganlib import Run

SET_BY_LINK: Mapping[str, tuple[str, ...]] = {
    "plane": ("layers", "step"),
    "grid": ("step",),
    "sidebyside": ("step",),
    "timemachine": ("step",),
    "overlay": ("axis", "smoothing"),
}
"""What the link sets of the view of a component."""


def mount(
    name: str,
    run: Run,
    on: Mapping[str, Callable[[Any], None]] = MappingProxyType({}),
    **data: Any,
) -> None:
    """Mount the component of this name, once for a run, with these data."""
    # The page reruns by itself when this trigger fires.
    news = {"on_state_changed_change": partial(clicks.note_news, clicks.shown_page())}
    lay(name, f"{name}-{run.run_id}", {"run_id": run.run_id, **data}, on, news)


def lay(
    name: str,
    key: str,
    data: Mapping[str, Any],
    on: Mapping[str, Callable[[Any], None]] = MappingProxyType({}),
    triggers: Mapping[str, Callable[[], None]] = MappingProxyType({}),
) -> None:
    """Mount a component under the rules for its name, with those for what is in it."""
    rule = link.policy().rule(name)
    if rule.hidden:
        return
    ui.mark(key, rule)
    more = {
        "policy": link.policy().within(name),
        "link": link.view(*SET_BY_LINK.get(name, ())),
    }
    _component(name)(
        key=key,
        data=_packed({**data, **{word: text for word, text in more.items() if text}}),
        **triggers,
        **{f"on_{word}_change": partial(_tell, name, key, word, act) for word, act in on.items()},
    )


def _packed(data: Mapping[str, Any]) -> Mapping[str, Any] | bytes:
    """What a component is mounted with: JSON, or a message where some of it are arrays."""
    arrays = {name: one for name, one in data.items() if isinstance(one, np.ndarray)}
    return encode({k: v for k, v in data.items() if k not in arrays}, arrays) if arrays else data


def _component(name: str) -> Any:
    return st.components.v2.component(
        f"minimax_{name}",
        html='<div class="root"></div>',
        js=scripts.boot(name),
    )


def _tell(name: str, key: str, word: str, act: Callable[[Any], None]) -> None:
    """Log and hand over what the component under this key said."""
    if (value := st.session_state[key].get(word)) is not None:
        ui.note_use(f"{name}.{word}", value)
        act(value)
