"""A race: two runs with one difference, begun in the same instant and watched together."""

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard import clicks, state
from dashboard.components import compare, config_form
from dashboard.components.plain import plain
from dashboard.services import run_manager
from ganlib import PRESETS, ConfigError, Run, RunConfig, RunError, Setting, all_settings, changed

TAB = ":material/flag: Race against one change"
PLACE = "race"
"""Where this part of a page says what went wrong."""
SAME = {"title", "seed", "device", "cpu_threads", "total_steps", "frame_every"}
"""Settings that both runs share, besides the data."""


def against(run: Run) -> None:
    """A race between the settings of a run that is watched and one change to them."""
    _show(run.config, run.run_id, lambda: True)


def choose(runs: Sequence[Run], preset: str) -> None:
    """A race that begins with the settings of a preset, or of one of these runs."""
    configs = {run.run_id: run.config for run in runs}
    configs |= {key: one.config for key, one in PRESETS.items()}
    base = st.selectbox(
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
    st.button(
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
        name = st.selectbox(
            "The one difference",
            list(settings),
            index=list(settings).index("lr_d" if "lr_d" in settings else "lr"),
            format_func=lambda one: f"{settings[one].title} · {one}",
            key=_setting_key(key),
            persist_state="session",
        )
    with right:
        config_form.widgets([settings[name]], _value_keys(settings[name], key), in_a_row=1)
    try:
        if _challenger(config, key) is not None:
            return True
        st.caption("Give it another value, and the race can begin.")
    except ConfigError as error:
        st.error(plain(error), icon=":material/error:")
    return False


def _settings(config: RunConfig) -> dict[str, Setting]:
    """The settings that may be the difference, by name."""
    return {
        one.name: one
        for one in config_form.widgeted(all_settings(config))
        if one.path[0] != "data" and one.name not in SAME
    }


def _setting_key(key: str) -> str:
    return f"race-setting-{key}"


def _value_keys(setting: Setting, key: str) -> dict[str, str]:
    return config_form.keys([setting], f"race-value-{key}")


def _challenger(config: RunConfig, key: str) -> RunConfig | None:
    """The configuration with the one change that is set by now; None without one."""
    setting = _settings(config)[st.session_state[_setting_key(key)]]
    values = config_form.typed([setting], _value_keys(setting, key))
    change = config_form.differing(config, values)
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
