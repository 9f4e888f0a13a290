"""The form of a whole configuration: which kinds of parts it has, and all their settings."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import widgets as ui
from dashboard.components.fields import Fields
from dashboard.components.plain import plain
from ganlib import ConfigError, RunConfig, Setting, changed, own_sets, variants

TITLES = {
    (): "The run",
    ("data",): "Data",
    ("algorithm", "network"): "Networks",
    ("algorithm", "objective"): "What is minimised",
    ("algorithm", "augmentation"): "Augmentation",
    ("algorithm", "optimisation"): "Learning",
    ("saving",): "Saving",
}
"""Of the groups of our own families; of others the last word of the path is one."""


def show(base: RunConfig, key: str) -> RunConfig | None:
    """Show every setting, beginning with `base`.

    Returns:
        the configuration as it is set, or None when it is refused; the reason is shown then.
    """
    with st.container(horizontal=True):
        _choose_kinds(base, key)
    fields = _fields(base, key)
    at_work = fields.at_work()
    for path in dict.fromkeys(one.path[:-1] for one in at_work):
        st.markdown(f"**{_title(path)}**")
        if path == ("data",) and fields.config.data.kind == "own":
            _choose_own_set(fields.config.data.name, key)
        fields.show([one for one in at_work if one.path[:-1] == path])
    try:
        return read(base, key)
    except ConfigError as error:
        for _, sentence in error.problems:
            st.error(plain(sentence), icon=":material/error:")
        return None


def _title(path: tuple[str, ...]) -> str:
    return TITLES.get(path) or plain(path[-1].replace("_", " ").capitalize())


def read(base: RunConfig, key: str) -> RunConfig:
    """The configuration as this session has set it by now, be it on the page yet or not.

    For callbacks: what was typed just before a button was pressed is in the session already, while
    the button is still that of the script before.

    Raises:
        ConfigError: it is refused.
    """
    fields = _fields(base, key)
    data = fields.config.data
    own = _own_set(data.name, key) if data.kind == "own" else {}
    return changed(fields.config, fields.changes() | own)


def _fields(base: RunConfig, key: str) -> Fields:
    """The widgets of all settings, for the kinds of data, family and network that are chosen."""
    laid_out = _lay_out(base, key)
    stem = _stem(base, laid_out.algorithm.family, key)
    kinds = {
        ("data",): f"{key}-{laid_out.data.kind}",
        ("algorithm", "network"): f"{stem}-{laid_out.algorithm.network.architecture}",
    }

    def key_of(one: Setting) -> str:
        # Another kind has settings of the same names.
        usual = stem if one.path[0] == "algorithm" else key
        return f"{kinds.get(one.path[:-1], usual)}-{one.name}"

    return Fields.of(laid_out, key_of)


def _choose_kinds(base: RunConfig, key: str) -> None:
    """The kinds of data, of family and of network."""
    kinds = variants()
    _choose_kind("data", "setting.data.kind", kinds["data"], base.data.kind, key)
    _choose_kind("family", "setting.family", kinds["algorithm"], base.algorithm.family, key)
    family = _family(base, key)
    stem = _stem(base, family.family, key)
    architecture = family.network.architecture
    _choose_kind("network", "setting.network.architecture", _networks(family), architecture, stem)


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


def _choose_kind(
    name: str, control: str, kinds: Mapping[str, type[Any]], kind: str, key: str
) -> None:
    ui.selectbox(
        control,
        f"Kind of {name}",
        list(kinds),
        index=list(kinds).index(kind),
        key=_kind_key(name, key),
        persist_state="session",
        help="\n".join(f"- **{word}**: {one.__doc__}" for word, one in kinds.items()),
    )


def _choose_own_set(name: str, key: str) -> None:
    """A choice among the pictures that are kept."""
    by_name = {one.name: one for one in own_sets()}
    if not by_name:
        return
    # A set that is gone leaves the choice open: another is not what was asked for.
    ui.selectbox(
        "setting.data.own",
        "pictures",
        list(by_name),
        index=list(by_name).index(name) if name in by_name else None,
        format_func=lambda one: (
            f"{one} ({by_name[one].size} x {by_name[one].size}, {by_name[one].colour})"
        ),
        key=_own_key(key),
        persist_state="session",
        help="Kept on the Data page, at this size and in these colours.",
    )


def _own_key(key: str) -> str:
    return f"{key}-own"


def _own_set(name: str, key: str) -> dict[str, Any]:
    """The form of the pictures that are chosen, which goes with them."""
    by_name = {one.name: one for one in own_sets()}
    chosen = by_name.get(st.session_state.get(_own_key(key), name))
    if chosen is None:
        sentence = (
            "Choose which of your own pictures to learn."
            if by_name
            else "No pictures of your own are kept yet: bring some on the Data page, or choose "
            "another kind of data."
        )
        raise ConfigError((("data.name", sentence),))
    return {"name": chosen.name, "size": chosen.size, "colour": chosen.colour}
