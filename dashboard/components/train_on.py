"""Training a run on that is over, as the same run, from its newest good checkpoint."""

import streamlit as st

from dashboard import clicks, state
from dashboard import widgets as ui
from dashboard.components.whole import whole
from dashboard.services import run_manager
from ganlib import ConfigError, Run, RunError

MOST_STEPS = 10_000_000


def show(run: Run) -> None:
    """A button that opens how far to go, and the one that goes."""
    snapshot = run.snapshot
    done = snapshot.saved_step or 0
    planned = run.config.total_steps
    look = {"icon": ":material/resume:", "type": "primary"}
    with ui.popover("run.train_on", "Train on", key="train-on", **look):
        st.caption(_explanation(done, snapshot.step))
        until = planned if planned > done else min(done + planned, MOST_STEPS)
        total = whole("run.until_step", "Until step", until, done + 1, MOST_STEPS, _key(run))
        ui.button(
            "run.train_on_start",
            "Train on" if total is None else f"Train on to step {total:,}",
            key="resume",
            icon=":material/resume:",
            type="primary",
            disabled=total is None,
            on_click=_train_on,
            args=(run,),
        )


def _key(run: Run) -> str:
    return f"until-{run.run_id}"


def _explanation(saved: int, step: int) -> str:
    back = f" What it did from there to step {step:,} is done again." if step > saved else ""
    return (
        f"The run goes on from its checkpoint at step {saved:,}, as if it had never stopped: the "
        f"same weights, random numbers and place in the data.{back}"
    )


def _train_on(run: Run) -> None:
    if clicks.is_double_click("train_on"):
        return
    until = st.session_state[_key(run)]
    if not until.is_integer():
        clicks.report(f"Until step is {until:.12g}, and may be a whole number.")
        return
    try:
        run_manager().resume(run.run_id, int(until))
        state.watch(run.run_id)
    except (ConfigError, RunError) as error:
        clicks.report(str(error))
