"""A race: two runs with one difference, begun in the same instant and watched together."""

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard import clicks, state
from dashboard import widgets as ui
from dashboard.components import compare
from dashboard.components.fields import Fields
from dashboard.components.plain import plain
from dashboard.services import run_manager
from ganlib import PRESETS, ConfigError, Run, RunConfig, RunError, Setting, all_settings, changed

TAB = ":material/flag: Race against one change"
PLACE = "race"
"""Where this part of a page says what went wrong."""


def against(run: Run) -> None:
    """A race between the settings of a run that is watched and one change to them."""
    _show(run.config, run.run_id, lambda: True)


def choose(runs: Sequence[Run], preset: str) -> None:
    """A race that begins with the settings of a preset, or of one of these runs."""
    configs = {run.run_id: run.config for run in runs}
    configs |= {key: one.config for key, one in PRESETS.items()}
    base = ui.selectbox(
        "race.base",
        "Begin with the settings of",
        list(configs),
        index=0 if runs else list(configs).index(preset),
        format_func=lambda key: configs[key].title + (f" ({key})" if key not in PRESETS else ""),
        key="race-base",
    )
    _show(configs[base], base, lambda: bool(st.session_state["race-base"] == base))


def _show(config: RunConfig, key: str, is_chosen: Callable[[], bool]) -> None:
    """One setting to change, its new value, and the button that starts both runs."""
    st.caption(
        "Two runs with the same seed begin in the same instant, at step 0, with one difference: "
        "the noise and the order of the data are the same where it leaves them as they are."
    )
    can_start = _choose_difference(config, key)
    if problem := clicks.take_problem(PLACE):
        st.error(plain(problem), icon=":material/error:")
    ui.button(
        "race.start",
        "Race",
        icon=":material/flag:",
        key=f"race-{key}",
        type="primary",
        disabled=not can_start,
        on_click=_start,
        args=(config, key, is_chosen),
    )


def _choose_difference(config: RunConfig, key: str) -> bool:
    """Whether there is one that can be raced against; if not, the page says why."""
    settings = _settings(config)
    left, right = st.columns(2)
    with left:
        name = ui.selectbox(
            "race.setting",
            "The one difference",
            list(settings),
            index=list(settings).index("lr_d" if "lr_d" in settings else "lr"),
            format_func=lambda one: f"{settings[one].title} · {one}",
            key=_setting_key(key),
            persist_state="session",
        )
    with right:
        _field(config, name, key).show(in_a_row=1)
    try:
        if _challenger(config, key) is not None:
            return True
        st.caption("Give it another value, and the race can begin.")
    except ConfigError as error:
        st.error(plain(error), icon=":material/error:")
    return False


def _settings(config: RunConfig) -> dict[str, Setting]:
    """The settings that may be the difference, by name: both runs share data, seed and length."""
    return {
        one.name: one
        for one in all_settings(config)
        if one.facets.typed and one.applies and one.facets.role == "learning"
    }


def _setting_key(key: str) -> str:
    return f"race-setting-{key}"


def _field(config: RunConfig, name: str, key: str) -> Fields:
    """The widget of the one setting."""
    return Fields.of(
        config, lambda one: f"race-value-{key}-{one.name}", lambda one: one.name == name
    )


def _challenger(config: RunConfig, key: str) -> RunConfig | None:
    """The configuration with the one change that is set by now; None without one."""
    change = _field(config, st.session_state[_setting_key(key)], key).changes()
    return changed(config, change) if change else None


def _start(config: RunConfig, key: str, is_chosen: Callable[[], bool]) -> None:
    if clicks.is_double_click("race"):
        return
    try:
        # What was chosen or typed just before is not on the page yet: nothing begins unseen.
        challenger = _challenger(config, key) if is_chosen() else None
        if challenger is None:
            return
        run_ids = run_manager().start_together([config, challenger])
    except (ConfigError, RunError) as error:
        clicks.report(str(error), PLACE)
        return
    clicks.go_to(compare.PAGE, state.compared_query(run_ids))
