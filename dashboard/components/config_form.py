"""Widgets for a configuration, made from its own bounds and descriptions."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from dashboard.components.plain import plain
from ganlib import ConfigError, RunConfig, Setting, all_settings, changed, own_sets, variants

COLUMNS = 4
GROUPS = {
    (): "The run",
    ("data",): "Data",
    ("algorithm", "network"): "Networks",
    ("algorithm", "objective"): "What is minimised",
    ("algorithm", "augmentation"): "Augmentation",
    ("algorithm", "optimisation"): "Learning",
    ("saving",): "Saving",
}


def show(base: RunConfig, key: str) -> RunConfig | None:
    """Show every setting, beginning with `base`.

    Returns:
        the configuration as it is set, or None when it is refused; the reason is shown then.
    """
    with st.container(horizontal=True):
        laid_out = _lay_out(base, key)
    kinds = {
        ("data",): laid_out.data.kind,
        ("algorithm", "network"): laid_out.algorithm.network.architecture,
    }
    values: dict[str, Any] = {}
    is_whole = True
    for path, title in GROUPS.items():
        group = [one for one in widgeted(all_settings(laid_out)) if one.path[:-1] == path]
        if not group:
            continue
        st.markdown(f"**{title}**")
        stem = _stem(base, laid_out.algorithm.family, key) if path[:1] == ("algorithm",) else key
        if kinds.get(path) == "own":
            chosen = _own_set(laid_out.data.name, key)
            is_whole = bool(chosen)
            values |= chosen
            group = [one for one in group if one.name == "levels"]
        values |= widgets(group, keys(group, f"{stem}-{kinds[path]}" if path in kinds else stem))
    if not is_whole:
        return None
    try:
        return changed(laid_out, differing(laid_out, values))
    except ConfigError as error:
        for _, sentence in error.problems:
            st.error(plain(sentence), icon=":material/error:")
        return None


def differing(config: RunConfig, values: dict[str, Any]) -> dict[str, Any]:
    """The values that are not those of the configuration; a changed loss brings its companions."""
    before = {one.name: one.value for one in all_settings(config)}
    return {name: value for name, value in values.items() if value != before[name]}


def widgeted(group: Iterable[Setting]) -> list[Setting]:
    """The settings that have a widget; points are drawn instead."""
    return [one for one in group if one.kind != "points"]


def keys(group: Iterable[Setting], stem: str) -> dict[str, str]:
    """A key for the widget of each setting, by name."""
    return {one.name: f"{stem}-{one.name}" for one in group}


def widgets(
    group: list[Setting], keys: Mapping[str, str], in_a_row: int = COLUMNS
) -> dict[str, Any]:
    """A widget for each setting under its key, so many in a row; the values by name."""
    columns = st.columns(in_a_row)
    return {
        one.name: _widget(one, keys[one.name], columns[number % in_a_row])
        for number, one in enumerate(group)
    }


def _lay_out(base: RunConfig, key: str) -> RunConfig:
    """The base with the kinds of data, family and network that are wanted, be they refused."""
    kinds = variants()
    data = _choose_part("data", kinds["data"], base.data, base.data.kind, key)
    family = _choose_part("family", kinds["algorithm"], base.algorithm, base.algorithm.family, key)
    network = _choose_part(
        "network",
        variants(family.family)["network"],
        family.network,
        family.network.architecture,
        _stem(base, family.family, key),
    )
    algorithm = family.model_copy(update={"network": network})
    return base.model_copy(update={"data": data, "algorithm": algorithm})


def _stem(base: RunConfig, family: str, key: str) -> str:
    """What keys of a family's widgets begin with: another one has settings of the same names."""
    return key if family == base.algorithm.family else f"{key}-{family}"


def _choose_part(name: str, kinds: Mapping[str, type[Any]], part: Any, kind: str, key: str) -> Any:
    wanted = st.selectbox(
        f"Kind of {name}",
        list(kinds),
        index=list(kinds).index(kind),
        key=f"{key}-{name}-kind",
        persist_state="session",
        help="\n".join(f"- **{word}**: {one.__doc__}" for word, one in kinds.items()),
    )
    return part if wanted == kind else kinds[wanted]()


def _own_set(name: str, key: str) -> dict[str, Any]:
    """A choice among the pictures that are kept, whose form goes with them; empty without one."""
    kept = {one.name: one.data for one in own_sets()}
    if not kept:
        st.error(
            "No pictures of your own are kept yet: bring some on the Data page, or choose another "
            "kind of data.",
            icon=":material/error:",
        )
        return {}
    # A set that is gone leaves the choice open: another is not what was asked for.
    chosen = st.selectbox(
        "pictures",
        list(kept),
        index=list(kept).index(name) if name in kept else None,
        format_func=lambda one: f"{one} ({kept[one].size} x {kept[one].size}, {kept[one].colour})",
        key=f"{key}-own",
        persist_state="session",
        help="Kept on the Data page, at this size and in these colours.",
    )
    if chosen is None:
        st.error("Choose which of your own pictures to learn.", icon=":material/error:")
        return {}
    return kept[chosen].model_dump(include={"name", "size", "colour"})


def _widget(one: Setting, key: str, place: Any) -> Any:
    label = one.name.replace("_", " ")
    # What was set comes back when the form does, after another tab or page.
    common = {"key": key, "help": f"{one.description}{_bounds(one)}", "persist_state": "session"}
    match one.kind:
        case "choice":
            return place.selectbox(label, one.choices, index=one.choices.index(one.value), **common)
        case "bool":
            return place.toggle(label, one.value, **common)
        case "text":
            return place.text_input(label, one.value, **common)
    number = int if one.kind == "int" else float
    return place.number_input(
        label,
        value=number(one.value),
        min_value=None if one.lowest is None else number(one.lowest),
        max_value=None if one.highest is None else number(one.highest),
        step=_step(one),
        format="%d" if number is int else "%.6g",
        **common,
    )


def _step(one: Setting) -> int | float:
    """One press of + or -: a tenth of the value's magnitude."""
    if one.kind == "int":
        return 1
    magnitude = math.floor(math.log10(one.value)) if one.value > 0 else 0
    return 10.0 ** (magnitude - 1)


def _bounds(one: Setting) -> str:
    if one.lowest is None or one.highest is None:
        return ""
    above = "more than " if one.lowest_is_open else ""
    return f" From {above}{one.lowest:g} to {one.highest:g}."
