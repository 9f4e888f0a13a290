"""Every control of every page, by its id: shown, hidden, locked or highlighted, and its use logged.

Ids are words with dots between, such as `run.step_d` or `setting.optimisation.lr_d`; a lesson, a
teacher and a link speak of controls by these. Each function is Streamlit's of the same name, with
the id before its arguments. Beside Streamlit's they take

    place: where it is laid out, such as a column; where the script is by default,
    key: Streamlit's, where it is not the id: of several with one id each needs its own,
    lock: why it cannot be used now, as a sentence; empty where it can.

A hidden button is not made. What holds a value, or other controls, is made and not displayed: its
value, its form and its part of the link stay what they are.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from dashboard import link
from dashboard.policy import Rule

USES = "uses"
"""Session key: the log of what was used."""
MOST_USES = 200
PRESSED, OPENED, CHOSEN = "pressed", "opened", "chosen"

_Field = tuple[str, str, Any]
_fields: ContextVar[list[_Field] | None] = ContextVar("fields", default=None)
"""Id, key and value of the controls of the form that is being laid out; None outside of forms."""


@dataclass(frozen=True)
class Use:
    """One use of a control.

    Attributes:
        control: its id.
        what: "pressed", "opened", "chosen", or its new value, where that is a number or text.
        at: seconds since the epoch.
    """

    control: str
    what: str | float | None
    at: float


def note_use(control: str, what: Any) -> None:
    """Log that this session has used a control."""
    text = what[:80] if isinstance(what, str) else what if isinstance(what, int | float) else None
    st.session_state[USES] = (*uses(), Use(control, text, time.time()))[-MOST_USES:]


def uses() -> tuple[Use, ...]:
    """The last uses of controls by this session, the oldest first."""
    log: tuple[Use, ...] = st.session_state.get(USES, ())
    return log


def _button(kind: str, control: str, *args: Any, **options: Any) -> bool:
    if link.policy().rule(control).hidden:
        return False
    return bool(_make(kind, "on_click", control, *args, **options))


def _make(
    kind: str,
    event: str,
    control: str,
    *args: Any,
    place: Any = st,
    key: str | None = None,
    lock: str = "",
    **options: Any,
) -> Any:
    """A widget of Streamlit's under the rule of its id; `event` is the name of its callback."""
    key = key or control
    rule = link.policy().rule(control)
    mark(key, rule)
    if reason := rule.locked or lock:
        options |= {"disabled": True, "help": _sentences(reason, options.get("help"))}
    make = getattr(place, kind)
    fields = _fields.get()
    if fields is None or event == "on_click":
        what = PRESSED if event == "on_click" else None
        options[event] = partial(_used, control, key, what, tuple(fields or ()), options.get(event))
        return make(*args, key=key, **options)
    # In a form Streamlit takes no callback but that of its button, which logs for its fields.
    made = make(*args, key=key, **options)
    fields.append((control, key, made))
    return made


def _used(
    control: str,
    key: str,
    what: str | None,
    fields: tuple[_Field, ...],
    act: Callable[..., Any] | None,
    *args: Any,
) -> None:
    """Log the use, with what is new in the fields of its form, and do what the page asked for."""
    for one, field_key, before in fields:
        if (now := st.session_state.get(field_key)) != before:
            note_use(one, now)
    note_use(control, what or st.session_state.get(key))
    if act is not None:
        act(*args)


def mark(key: str, rule: Rule, part: str = "") -> None:
    """Hide or highlight what has this key of Streamlit's, or the part of it that CSS selects."""
    looks = ["display: none"] * rule.hidden
    # A line around it is seen without telling colours apart.
    looks += ["outline: 3px dashed; outline-offset: 4px"] * rule.highlighted
    if look := "; ".join(looks):
        st.html(f"<style>.st-key-{re.sub('[^a-zA-Z0-9_-]', '-', key)}{part} {{ {look} }}</style>")


def _sentences(*parts: str | None) -> str | None:
    return "\n\n".join(filter(None, parts)) or None


button = partial(_button, "button")
form_submit_button = partial(_make, "form_submit_button", "on_click")
checkbox = partial(_make, "checkbox", "on_change")
file_uploader = partial(_make, "file_uploader", "on_change")
multiselect = partial(_make, "multiselect", "on_change")
number_input = partial(_make, "number_input", "on_change")
pills = partial(_make, "pills", "on_change")
segmented_control = partial(_make, "segmented_control", "on_change", wrap=True)
select_slider = partial(_make, "select_slider", "on_change")
selectbox = partial(_make, "selectbox", "on_change")
text_area = partial(_make, "text_area", "on_change")
text_input = partial(_make, "text_input", "on_change")
toggle = partial(_make, "toggle", "on_change")


@contextmanager
def form(key: str, **options: Any) -> Iterator[None]:
    """A form; its button logs which of its fields have changed."""
    token = _fields.set([])
    try:
        with st.form(key, **options):
            yield
    finally:
        _fields.reset(token)


def dataframe(control: str, data: Any, *, key: str, on_select: Any, **options: Any) -> None:
    """A table in which rows can be chosen."""
    rule = link.policy().rule(control)
    mark(key, rule)
    if rule.locked:
        st.caption(rule.locked)
        options.pop("selection_default", None)
        on_select = "ignore"
    else:
        on_select = partial(_used, control, key, CHOSEN, (), on_select)
    st.dataframe(data, key=key, on_select=on_select, **options)


def page_link(control: str, page: str, **options: Any) -> None:
    """A link to another page."""
    rule = link.policy().rule(control)
    if rule.hidden:
        return
    mark(control, rule)
    with st.container(key=control, width="content"):  # It takes no key itself.
        st.page_link(page, disabled=bool(rule.locked), help=rule.locked or None, **options)


def popover(control: str, label: str, *, key: str, **options: Any) -> Any:
    """A button that opens what is laid out in it; its opening is not logged."""
    rule = link.policy().rule(control)
    mark(key, rule)
    locked = bool(rule.locked)
    return st.popover(label, key=key, disabled=locked, help=rule.locked or None, **options)


def expander(control: str, label: str, **options: Any) -> Any:
    """A part of the page that can be opened; its opening is not logged.

    Where it is locked it says why: what it holds has ids of its own.
    """
    rule = link.policy().rule(control)
    mark(control, rule)
    opened = st.expander(label, key=control, **options)
    if rule.locked:
        opened.caption(rule.locked)
    return opened


def tabs(control: str, labels: Mapping[str, str], *, key: str, **options: Any) -> dict[str, Any]:
    """The tabs to lay out, by name, with these labels; a tab's id is this one, a dot, its name.

    A hidden tab is not there, and a locked one shows why. With `on_change="rerun"` the open one
    alone is to be laid out.
    """
    rules = {name: link.policy().rule(f"{control}.{name}") for name in labels}
    shown = {labels[name]: name for name in labels if not rules[name].hidden}
    if not shown:
        return {}
    if st.session_state.get(key) not in shown:  # It was open before it was hidden.
        st.session_state.pop(key, None)
    if "on_change" in options:
        options["on_change"] = partial(_opened, control, key, shown)
    filled = {}
    for place, tab in enumerate(st.tabs(list(shown), key=key, **options), 1):
        name = list(shown.values())[place - 1]
        mark(key, rules[name], f' [data-testid="stTab"]:nth-child({place})')
        if rules[name].locked:
            tab.caption(rules[name].locked)
        elif tab.open is not False:
            filled[name] = tab
    return filled


def _opened(control: str, key: str, names: Mapping[str, str]) -> None:
    note_use(f"{control}.{names[st.session_state[key]]}", OPENED)
