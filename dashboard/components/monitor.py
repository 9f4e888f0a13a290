"""A run that is watched: its status, samples and curves, and the hand that steers it."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard import clicks, state
from dashboard.components import config_form, duel, fork, inside, live, race, share, train_on
from dashboard.components.fields import Fields
from dashboard.components.plain import plain
from dashboard.components.start import start_typed
from dashboard.services import run_manager
from ganlib import (
    ConfigError,
    Controls,
    Run,
    RunError,
)

STOP_PATIENCE = 0.3
"""Seconds that a click on Stop waits for the step that goes on, so as to show the end at once."""
PLAY_WIDTH = 120
"""Pixels, whether it says Pause or Resume."""
LIVE = "live"
"""Where the form of live settings says what went wrong."""
FULL_SPEED = "full speed"
SPEEDS = {
    "1 step in 2 s": 0.5,
    "1 step/s": 1.0,
    "5 steps/s": 5.0,
    "20 steps/s": 20.0,
    "100 steps/s": 100.0,
    FULL_SPEED: None,
}


def show(run: Run) -> None:
    """The whole view."""
    with st.container(horizontal=True, vertical_alignment="center", key="toolbar"):
        st.markdown(f"#### {plain(run.config.title)}")
        _buttons(run)
    live.hud(run)
    fork.origin(run)
    if run.config.has_game:
        duel.show(run)
    else:
        _samples(run)
    # Only the open tab is laid out: the widgets of all tabs hold the browser up for a second.
    fillers = TABS | {fork.TAB: fork.show}
    tabs = st.tabs(list(fillers), key=state.tabs_key(run), on_change="rerun")
    for tab, fill in zip(tabs, fillers.values(), strict=True):
        if tab.open:
            with tab:
                fill(run)


def _samples(run: Run) -> None:
    samples, beside = st.columns([2, 3], gap="medium")
    with samples:
        live.grid(run)
        if run.config.saving.measure_every and not run.config.data.is_2d:
            live.quality(run)
    with beside:
        inside.show(run)
        live.curves(run)


def _buttons(run: Run) -> None:
    if run.snapshot.is_over:
        train_on.show(run)
    elif run.is_here:
        _steering(run)
    else:
        st.caption("Another program trains this run; watch along. It is stopped there.")
    _button("New run", "add", state.watch, None)


def _steering(run: Run) -> None:
    controls = run.controls
    _play(controls)
    _button("Step", "skip_next", controls.take_step, "both")
    for target in run.config.algorithm.spec.targets:
        _button(f"Step {target.upper()}", "skip_next", controls.take_step, target)
    _button("Stop", "stop", _stop, run)
    _speed_slider(run)


def _play(controls: Controls) -> None:
    # One key and one width: two buttons would stand side by side while the page turns, and
    # move what is right of them away from under the pointer.
    paused = controls.paused
    st.button(
        "Resume" if paused else "Pause",
        icon=":material/play_arrow:" if paused else ":material/pause:",
        key="play",
        width=PLAY_WIDTH,
        on_click=controls.resume if paused else controls.pause,
    )


def _stop(run: Run) -> None:
    try:
        run_manager().stop(run.run_id, STOP_PATIENCE)
    except RunError as error:
        clicks.report(str(error))


def _button(label: str, icon: str, act: Callable[..., None], *args: Any) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        key=label.lower().replace(" ", "-"),
        on_click=act,
        args=args,
    )


def _live_settings(run: Run) -> None:
    if run.snapshot.is_over or not run.is_here:
        st.caption("This run cannot change now. Start it with other settings in the next tabs.")
        return
    st.caption("These act from the next step on, and leave a mark on every curve.")
    fields = _live_fields(run)
    if problem := clicks.take_problem(LIVE):
        st.error(plain(problem), icon=":material/error:")
    with st.form(f"live-{run.run_id}", border=False):
        fields.show()
        st.form_submit_button(
            "Apply to the run", icon=":material/bolt:", on_click=_apply, args=(run, fields)
        )


def _live_fields(run: Run) -> Fields:
    """The settings that can change while it runs.

    Whenever a value was changed it has another key, so that its widget shows what was set, by
    whomever. The others keep theirs, and with it what a person has typed and not applied yet.
    """
    times = run.controls.times_changed
    return Fields.of(
        run.controls.config,
        lambda one: f"live-{run.run_id}-{times[one.name]}-{one.name}",
        lambda one: one.live and one.facets.role != "machine",
    )


def _apply(run: Run, fields: Fields) -> None:
    """Change what differs from what the form had shown: anything else somebody else has changed."""
    try:
        run.controls.change(fields.changes())
    except ConfigError as error:
        clicks.report(str(error), LIVE)


def _speed_slider(run: Run) -> None:
    key = f"speed-{run.run_id}"
    st.select_slider(
        "Speed",
        list(SPEEDS),
        _speed(run),
        key=key,
        width=220,
        persist_state="session",
        on_change=_limit_speed,
        args=(run, key),
    )


def _speed(run: Run) -> str:
    limit = run.controls.speed_limit
    return next((label for label, rate in SPEEDS.items() if rate == limit), FULL_SPEED)


def _limit_speed(run: Run, key: str) -> None:
    run.controls.limit_speed(SPEEDS[st.session_state[key]])


def _start_again(run: Run) -> None:
    st.caption("These need a new start. The seed decides every random number of the run.")
    key = f"again-{run.run_id}"
    if config_form.show(run.config, key) is None:
        return
    same, dice = st.columns(2)
    same.button(
        "Start again: same start",
        icon=":material/restart_alt:",
        key="same-start",
        width="stretch",
        help="The same seed: the same first weights, the same data in the same order.",
        on_click=start_typed,
        args=(run.config, key),
    )
    dice.button(
        "Start again: new start",
        icon=":material/casino:",
        key="new-start",
        width="stretch",
        help="The next seed: everything random is drawn anew.",
        on_click=start_typed,
        args=(run.config, key, 1),
    )


def _as_json(run: Run) -> None:
    st.caption("All that decided this run at its start; the same text starts the same run.")
    st.code(run.config.to_json(), language="json")


TABS: dict[str, Callable[[Run], None]] = {
    ":material/bolt: Change while it runs": _live_settings,
    ":material/restart_alt: Start again with other settings": _start_again,
    race.TAB: race.against,
    ":material/data_object: This run as JSON": _as_json,
    share.TAB: share.show,
}
