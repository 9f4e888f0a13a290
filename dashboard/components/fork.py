"""Going back to a checkpoint of a run, and on from there as a new run."""

from typing import Any

import streamlit as st

from dashboard import clicks, state
from dashboard import widgets as ui
from dashboard.components import compare
from dashboard.components.fields import Fields
from dashboard.services import run_manager
from ganlib import ConfigError, Run, RunConfig, RunError

TAB = ":material/fork_right: Go on from a checkpoint"
OPEN = ("length", "record", "learning")
"""What a run that goes on may decide otherwise; its random numbers go on too."""


def choose(run: Run, step: Any) -> None:
    """Open the tab, at this saved step if it was kept."""
    if step in [one.step for one in run.snapshot.checkpoints]:
        st.session_state[_key(run)] = step
    state.open_tab(run, TAB)


def show(run: Run) -> None:
    """The checkpoints, the settings of one, and the button that goes on from it."""
    checkpoints = {one.step: one for one in run.snapshot.checkpoints}
    if not checkpoints:
        st.caption("Nothing of this run has been kept yet.")
        return
    if st.session_state.get(_key(run)) not in checkpoints:
        st.session_state[_key(run)] = max(checkpoints)
    st.caption(
        "Weights, optimisers, random numbers and the place in the data are those of the "
        "checkpoint: without a change the new run repeats this one to the last digit."
    )
    step = ui.select_slider(
        "fork.step", "Step", list(checkpoints), key=_key(run), format_func=lambda one: f"{one:,}"
    )
    _fields(run, step, checkpoints[step].load().config).show()
    ui.button(
        "fork.start",
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
        ui.button(
            "fork.watch_origin",
            "Watch the run that it comes from",
            key="watch-origin",
            type="tertiary",
            on_click=state.watch,
            args=(run.origin.run_id,),
        )
        ui.page_link(
            "fork.compare_origin",
            compare.PAGE,
            label="Compare with the run that it comes from",
            icon=":material/compare_arrows:",
            query_params=state.compared_query((run.origin.run_id, run.run_id)),
        )


def _key(run: Run) -> str:
    return f"checkpoint-{run.run_id}"


def _fields(run: Run, step: int, config: RunConfig) -> Fields:
    """The settings that a run may go on with otherwise."""
    return Fields.of(
        config,
        lambda one: f"fork-{run.run_id}-{step}-{one.name}",
        lambda one: not one.facets.fixed and one.facets.role in OPEN,
    )


def _changes(run: Run, step: int) -> dict[str, Any]:
    """What is typed by now for this step, with steps to go on for."""
    saved = next((one for one in run.snapshot.checkpoints if one.step == step), None)
    if saved is None:  # It was let go meanwhile, which is said where it is gone on from.
        return {}
    config = saved.load().config
    changes = _fields(run, step, config).changes()
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
