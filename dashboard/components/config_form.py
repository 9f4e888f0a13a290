"""Widgets for a configuration, made from its own bounds and descriptions."""

import math
from collections.abc import Iterable, Iterator, Mapping
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

_Group = tuple[tuple[str, ...], list[Setting], dict[str, str]]


def show(base: RunConfig, key: str) -> RunConfig | None:
    """Show every setting, beginning with `base`.

    Returns:
        the configuration as it is set, or None when it is refused; the reason is shown then.
    """
    with st.container(horizontal=True):
        _choose_kinds(base, key)
    laid_out = _lay_out(base, key)
    for path, group, keys_ in _groups(base, laid_out, key):
        st.markdown(f"**{GROUPS[path]}**")
        if path == ("data",) and laid_out.data.kind == "own":
            _choose_own_set(laid_out.data.name, key)
        widgets(group, keys_)
    try:
        return read(base, key)
    except ConfigError as error:
        for _, sentence in error.problems:
            st.error(plain(sentence), icon=":material/error:")
        return None


def read(base: RunConfig, key: str) -> RunConfig:
    """The configuration as this session has set it by now, be it on the page yet or not.

    For callbacks: what was typed just before a button was pressed is in the session already, while
    the button is still that of the script before.

    Raises:
        ConfigError: it is refused.
    """
    laid_out = _lay_out(base, key)
    values: dict[str, Any] = {}
    for _, group, keys_ in _groups(base, laid_out, key):
        values |= typed(group, keys_)
    if laid_out.data.kind == "own":
        values |= _own_set(laid_out.data.name, key)
    return changed(laid_out, differing(laid_out, values))


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


def widgets(group: list[Setting], keys: Mapping[str, str], in_a_row: int = COLUMNS) -> None:
    """A widget for each setting under its key, so many in a row."""
    columns = st.columns(in_a_row)
    for number, one in enumerate(group):
        _widget(one, keys[one.name], columns[number % in_a_row])


def typed(group: Iterable[Setting], keys: Mapping[str, str]) -> dict[str, Any]:
    """The values of these widgets by name; where none was shown yet, that of its setting."""
    return {one.name: st.session_state.get(keys[one.name], one.value) for one in group}


def _groups(base: RunConfig, laid_out: RunConfig, key: str) -> Iterator[_Group]:
    """The settings with widgets, by where they stand, with the keys of these."""
    kinds = {
        ("data",): laid_out.data.kind,
        ("algorithm", "network"): laid_out.algorithm.network.architecture,
    }
    for path in GROUPS:
        group = [one for one in widgeted(all_settings(laid_out)) if one.path[:-1] == path]
        if kinds.get(path) == "own":  # The other settings go with the pictures.
            group = [one for one in group if one.name == "levels"]
        stem = _stem(base, laid_out.algorithm.family, key) if path[:1] == ("algorithm",) else key
        if group:
            # Another kind has settings of the same names.
            yield path, group, keys(group, f"{stem}-{kinds[path]}" if path in kinds else stem)


def _choose_kinds(base: RunConfig, key: str) -> None:
    """The kinds of data, of family and of network."""
    kinds = variants()
    _choose_kind("data", kinds["data"], base.data.kind, key)
    _choose_kind("family", kinds["algorithm"], base.algorithm.family, key)
    family = _family(base, key)
    stem = _stem(base, family.family, key)
    _choose_kind("network", _networks(family), family.network.architecture, stem)


def _lay_out(base: RunConfig, key: str) -> RunConfig:
    """The base with the kinds of data, family and network that are wanted, be they refused."""
    data = _part("data", variants()["data"], base.data, base.data.kind, key)
    family = _family(base, key)
    stem = _stem(base, family.family, key)
    network = _part("network", _networks(family), family.network, family.network.architecture, stem)
    algorithm = family.model_copy(update={"network": network})
    return base.model_copy(update={"data": data, "algorithm": algorithm})


def _family(base: RunConfig, key: str) -> Any:
    return _part("family", variants()["algorithm"], base.algorithm, base.algorithm.family, key)


def _networks(family: Any) -> Mapping[str, type[Any]]:
    return variants(family.family)["network"]


def _stem(base: RunConfig, family: str, key: str) -> str:
    """What keys of a family's widgets begin with: another one has settings of the same names."""
    return key if family == base.algorithm.family else f"{key}-{family}"


def _part(name: str, kinds: Mapping[str, type[Any]], part: Any, kind: str, key: str) -> Any:
    wanted = st.session_state.get(_kind_key(name, key), kind)
    return part if wanted == kind else kinds[wanted]()


def _kind_key(name: str, key: str) -> str:
    return f"{key}-{name}-kind"


def _choose_kind(name: str, kinds: Mapping[str, type[Any]], kind: str, key: str) -> None:
    st.selectbox(
        f"Kind of {name}",
        list(kinds),
        index=list(kinds).index(kind),
        key=_kind_key(name, key),
        persist_state="session",
        help="\n".join(f"- **{word}**: {one.__doc__}" for word, one in kinds.items()),
    )


def _choose_own_set(name: str, key: str) -> None:
    """A choice among the pictures that are kept."""
    kept = {one.name: one for one in own_sets()}
    if not kept:
        return
    # A set that is gone leaves the choice open: another is not what was asked for.
    st.selectbox(
        "pictures",
        list(kept),
        index=list(kept).index(name) if name in kept else None,
        format_func=lambda one: f"{one} ({kept[one].size} x {kept[one].size}, {kept[one].colour})",
        key=_own_key(key),
        persist_state="session",
        help="Kept on the Data page, at this size and in these colours.",
    )


def _own_key(key: str) -> str:
    return f"{key}-own"


def _own_set(name: str, key: str) -> dict[str, Any]:
    """The form of the pictures that are chosen, which goes with them."""
    kept = {one.name: one for one in own_sets()}
    chosen = kept.get(st.session_state.get(_own_key(key), name))
    if chosen is None:
        sentence = (
            "Choose which of your own pictures to learn."
            if kept
            else "No pictures of your own are kept yet: bring some on the Data page, or choose "
            "another kind of data."
        )
        raise ConfigError((("data.name", sentence),))
    return {"name": chosen.name, "size": chosen.size, "colour": chosen.colour}


def _widget(one: Setting, key: str, place: Any) -> Any:
    label = f"{plain(one.title)} `{one.name}`"
    # What was set comes back when the form does, after another tab or page.
    common = {"key": key, "help": _help(one), "persist_state": "session"}
    match one.kind:
        case "choice":
            return place.selectbox(
                label,
                one.choices,
                index=one.choices.index(one.value),
                format_func=lambda key: one.entries[key].title if one.entries else str(key),
                **common,
            )
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


def _help(one: Setting) -> str:
    """Its sentence, bounds and source, and what each of its choices is where that is known."""
    choices = (
        f"- **{plain(choice.title)}** (`{key}`): {plain(choice.summary)}"
        for key, choice in one.entries.items()
    )
    source = f"({plain(one.facets.source)})" if one.facets.source else ""
    about = " ".join(filter(None, (plain(one.description), one.bounds, source)))
    return "\n".join((about, *choices))
