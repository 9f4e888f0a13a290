"""A race: two runs with one difference, begun in the same instant and watched together."""

from collections.abc import Sequence

import streamlit as st

from dashboard import clicks, state
from dashboard.components import compare, config_form
from dashboard.components.plain import plain
from dashboard.services import run_manager
from ganlib import PRESETS, ConfigError, Run, RunConfig, RunError, all_settings, changed

TAB = ":material/flag: Race against one change"
PLACE = "race"
"""Where this part of a page says what went wrong."""
SAME = {"title", "seed", "device", "cpu_threads", "total_steps", "frame_every"}
"""Settings that both runs share, besides the data."""


def against(run: Run) -> None:
    """A race between the settings of a run that is watched and one change to them."""
    show(run.config, run.run_id)


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
    show(configs[base], base)


def show(config: RunConfig, key: str) -> None:
    """One setting to change, its new value, and the button that starts both runs."""
    st.caption(
        "Two runs with the same seed begin in the same instant, at step 0, with one difference: "
        "the noise and the order of the data are the same where it leaves them as they are."
    )
    challenger = _challenger(config, key)
    if problem := clicks.take_problem(PLACE):
        st.error(plain(problem), icon=":material/error:")
    st.button(
        "Race",
        icon=":material/flag:",
        key=f"race-{key}",
        type="primary",
        disabled=challenger is None,
        on_click=_start,
        args=(config, challenger),
    )


def _challenger(config: RunConfig, key: str) -> RunConfig | None:
    """The configuration with the one change; None, with the reason on the page, without one."""
    settings = {
        one.name: one
        for one in config_form.widgeted(all_settings(config))
        if one.path[0] != "data" and one.name not in SAME
    }
    left, right = st.columns(2)
    with left:
        name = st.selectbox(
            "The one difference",
            list(settings),
            index=list(settings).index("lr_d" if "lr_d" in settings else "lr"),
            format_func=lambda one: one.replace("_", " "),
            key=f"race-setting-{key}",
            persist_state="session",
        )
    with right:
        keys = config_form.keys([settings[name]], f"race-value-{key}")
        values = config_form.widgets([settings[name]], keys, in_a_row=1)
    change = config_form.differing(config, values)
    if not change:
        st.caption("Give it another value, and the race can begin.")
        return None
    try:
        return changed(config, change)
    except ConfigError as error:
        st.error(plain(error), icon=":material/error:")
        return None


def _start(config: RunConfig, challenger: RunConfig) -> None:
    if clicks.is_double_click("race"):
        return
    try:
        run_ids = run_manager().start_together([config, challenger])
    except RunError as error:
        clicks.report(str(error), PLACE)
        return
    clicks.go_to(compare.PAGE, state.compared_query(run_ids))
