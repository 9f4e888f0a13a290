"""Going back to a saved moment of a run, and on from there as a new run."""

from typing import Any

import streamlit as st

from dashboard import clicks, state
from dashboard.components import compare, config_form
from dashboard.services import run_manager
from ganlib import ConfigError, Run, RunConfig, RunError, Setting, all_settings, stays_as_saved

TAB = ":material/fork_right: Go on from a moment"
HIDDEN = {"title", "seed", "device", "cpu_threads", "name", "size", "colour"}
"""Settings that belong to the data, or say nothing about learning."""


def choose(run: Run, step: Any) -> None:
    """Open the tab, at this saved step if it was kept."""
    if step in [one.step for one in run.snapshot.states]:
        st.session_state[_key(run)] = step
    state.open_tab(run, TAB)


def show(run: Run) -> None:
    """The saved moments, the settings of one, and the button that goes on from it."""
    states = {one.step: one for one in run.snapshot.states}
    if not states:
        st.caption("Nothing of this run has been kept yet.")
        return
    if st.session_state.get(_key(run)) not in states:
        st.session_state[_key(run)] = max(states)
    st.caption(
        "Weights, optimisers, random numbers and the place in the data are those of the moment: "
        "without a change the new run repeats this one to the last digit."
    )
    step = st.select_slider("Step", list(states), key=_key(run), format_func=lambda one: f"{one:,}")
    group = _settings(states[step].load().config)
    config_form.widgets(group, _value_keys(run, step, group))
    st.button(
        f"Run on from step {step:,} as a new run",
        icon=":material/fork_right:",
        key="fork",
        type="primary",
        on_click=_go_on,
        args=(run,),
    )


def origin(run: Run) -> None:
    """Where a run came from, if it goes on from another, with the way there."""
    if run.origin is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f":material/fork_right: Goes on from step {run.origin.step:,}.")
        st.button(
            "Watch the run that it comes from",
            key="watch-origin",
            type="tertiary",
            on_click=state.watch,
            args=(run.origin.run_id,),
        )
        st.page_link(
            compare.PAGE,
            label="Compare with the run that it comes from",
            icon=":material/compare_arrows:",
            query_params=state.compared_query((run.origin.run_id, run.run_id)),
        )


def _key(run: Run) -> str:
    return f"moment-{run.run_id}"


def _value_keys(run: Run, step: int, group: list[Setting]) -> dict[str, str]:
    return config_form.keys(group, f"fork-{run.run_id}-{step}")


def _settings(config: RunConfig) -> list[Setting]:
    """The settings that a run may go on with otherwise."""
    return [
        one
        for one in config_form.widgeted(all_settings(config))
        if not stays_as_saved(one) and one.name not in HIDDEN
    ]


def _changes(run: Run, step: int) -> dict[str, Any]:
    """What is typed by now for this step, with steps to go on for."""
    saved = next((one for one in run.snapshot.states if one.step == step), None)
    if saved is None:  # It was let go meanwhile, which is said where it is gone on from.
        return {}
    config = saved.load().config
    group = _settings(config)
    changes = config_form.differing(config, config_form.typed(group, _value_keys(run, step, group)))
    if config.total_steps <= step:
        changes = {"total_steps": step + config.total_steps, **changes}
    return changes


def _go_on(run: Run) -> None:
    """Go on from the step that is chosen, with what is typed by now."""
    if clicks.is_double_click("fork"):
        return
    step = st.session_state[_key(run)]
    try:
        state.watch(run_manager().fork(run.run_id, step, _changes(run, step)))
    except (ConfigError, RunError) as error:
        clicks.report(str(error))
