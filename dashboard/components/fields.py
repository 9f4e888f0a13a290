"""Widgets of settings, made from how these are declared."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import widgets as ui
from dashboard.components.plain import plain
from ganlib import RunConfig, Setting, all_settings, draft, with_companions

COLUMNS = 4


@dataclass(frozen=True)
class Fields:
    """Widgets of some settings, and what this session has typed into them by now.

    Attributes:
        config: where they begin.
        settings: by name, with the values that the widgets begin with.
        keys: of the widgets, by name.
        companions: the names of those that a newly chosen loss brings.
    """

    config: RunConfig
    settings: Mapping[str, Setting]
    keys: Mapping[str, str]
    companions: frozenset[str]

    @classmethod
    def of(
        cls,
        config: RunConfig,
        key: Callable[[Setting], str],
        offered: Callable[[Setting], bool] = lambda one: True,
    ) -> "Fields":
        """The widgets of the settings that are offered, each under its key.

        What a newly chosen loss brings has widgets of its own, which begin with what it brings.
        """
        typed = [one for one in all_settings(config) if one.facets.typed and offered(one)]
        keys = {one.name: key(one) for one in typed}
        begin = {one.name: one for one in typed}
        companions: set[str] = set()
        for one in typed:
            chosen = st.session_state.get(keys[one.name], one.value)
            if chosen != one.value and chosen in one.entries:
                new_names = with_companions(config, {one.name: chosen}).keys() - {one.name}
                companions |= keys.keys() & new_names
                begin |= {new.name: new for new in all_settings(draft(config, {one.name: chosen}))}
                keys |= {name: f"{keys[name]}-{chosen}" for name in companions}
        return cls(config, {name: begin[name] for name in keys}, keys, frozenset(companions))

    def show(
        self,
        group: list[Setting] | None = None,
        in_a_row: int = COLUMNS,
        lock: str = "",
    ) -> None:
        """A widget for each of these settings, or for all that do something, so many in a row.

        `lock` says why they cannot be used; empty where they can.
        """
        shown = self.at_work() if group is None else group
        for first in range(0, len(shown), in_a_row):
            # Long labels take two lines: what is typed stands in line all the same.
            places = st.columns(in_a_row, vertical_alignment="bottom")
            for one, place in zip(shown[first : first + in_a_row], places, strict=False):
                _widget(one, self.keys[one.name], place, lock)

    def at_work(self) -> list[Setting]:
        """Those that do something with what is typed by now, in the order of declaration."""
        now = all_settings(draft(self.config, self._typed()))
        return [self.settings[one.name] for one in now if one.applies and one.name in self.keys]

    def changes(self) -> dict[str, Any]:
        """What is typed other than `config` has it, by name."""
        before = {one.name: one.value for one in all_settings(self.config)}
        typed = self._typed()
        return {
            one.name: typed[one.name]
            for one in self.at_work()
            if typed[one.name] != before[one.name] or one.name in self.companions
        }

    def _typed(self) -> dict[str, Any]:
        """The values of all widgets by name; where none was shown yet, what it begins with."""
        return {
            name: _whole(one, st.session_state.get(self.keys[name], one.value))
            for name, one in self.settings.items()
        }


def _whole(one: Setting, value: Any) -> Any:
    """What is typed, as a whole number where it is one and is to be; else it is refused later."""
    is_whole = one.kind == "int" and isinstance(value, float) and value.is_integer()
    return int(value) if is_whole else value


def _widget(one: Setting, key: str, place: Any, lock: str) -> None:
    control = f"setting.{one.address}"
    label = f"{plain(one.title)} `{one.name}`"
    # What was set comes back when the form does, after another tab or page.
    common = {
        "place": place,
        "key": key,
        "lock": lock,
        "help": _help(one),
        "persist_state": "session",
    }
    match one.kind:
        case "choice":
            ui.selectbox(
                control,
                label,
                one.choices,
                index=one.choices.index(one.value),
                format_func=lambda key: one.entries[key].title if one.entries else str(key),
                **common,
            )
        case "bool":
            ui.toggle(control, label, one.value, wrap=True, **common)
        case "text":
            ui.text_input(control, label, one.value, **common)
        case _:
            _number(one, control, label, common)


def _number(one: Setting, control: str, label: str, common: Mapping[str, Any]) -> None:
    """A field that hands over whatever is typed, for the configuration to judge: see `whole`."""
    ui.number_input(
        control, label, value=float(one.value), step=_step(one), format="%.12g", **common
    )


def _step(one: Setting) -> float:
    """One press of + or -: a tenth of the value's magnitude."""
    if one.kind == "int":
        return 1.0
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
