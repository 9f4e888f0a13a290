"""A run that is watched: its status, samples and curves, and the hand that steers it."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, cast

import streamlit as st

from dashboard import clicks, state
from dashboard import widgets as ui
from dashboard.components import (
    config_form,
    fork,
    inside,
    live,
    plane_view,
    race,
    share,
    steer,
    train_on,
)
from dashboard.components.fields import Fields
from dashboard.components.plain import plain
from dashboard.components.start import start_typed
from dashboard.services import run_manager
from dashboard.status import in_words
from ganlib import (
    ChangeSettings,
    Command,
    LimitSpeed,
    Pause,
    Resume,
    Run,
    RunConfig,
    RunSnapshot,
    StepTarget,
    Stop,
    TakeStep,
    find_settings,
)

PLAY_WIDTH = 120
"""Pixels, whether it says Pause or Resume."""
LIVE = "live"
"""Where the form of live settings says what went wrong."""
SPEEDS = {
    "1 step in 2 s": 0.5,
    "1 step/s": 1.0,
    "5 steps/s": 5.0,
    "20 steps/s": 20.0,
    "100 steps/s": 100.0,
    "full speed": None,
}


def show(run: Run) -> None:
    """The whole view."""
    with st.container(horizontal=True, vertical_alignment="center", key="toolbar"):
        st.markdown(f"#### {plain(run.config.title)}")
        _buttons(run)
    live.hud(run)
    fork.origin(run)
    if run.config.has_game:
        plane_view.show(run)
    else:
        _samples(run)
    # Only the open tab is laid out: the widgets of all tabs hold the browser up for a second.
    labels = {name: label for name, (label, _) in TABS.items()}
    tabs = ui.tabs("run.tab", labels, key=state.tabs_key(run), on_change="rerun")
    for name, tab in tabs.items():
        _, fill = TABS[name]
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
    snapshot = run.snapshot
    if snapshot.is_over:
        train_on.show(run)
    else:
        _steering(run, snapshot)
    ui.button(
        "run.new",
        "New run",
        icon=":material/add:",
        key="new-run",
        on_click=state.watch,
        args=(None,),
    )


def _steering(run: Run, snapshot: RunSnapshot) -> None:
    # One key and one width: two buttons would stand side by side while the page turns, and
    # move what is right of them away from under the pointer.
    if snapshot.is_paused and run_manager().waiting(run.run_id) is None:
        _button(run, "run.resume", "Resume", "play_arrow", Resume(), key="play", width=PLAY_WIDTH)
    else:
        _button(run, "run.pause", "Pause", "pause", Pause(), key="play", width=PLAY_WIDTH)
    _button(run, "run.step", "Step", "skip_next", TakeStep(), key="step")
    for target in run.config.algorithm.spec.targets:
        step, key = TakeStep(cast("StepTarget", target)), f"step-{target}"
        _button(run, f"run.step_{target}", f"Step {target.upper()}", "skip_next", step, key=key)
    _button(run, "run.stop", "Stop", "stop", Stop(), key="stop")
    _speed_slider(run, snapshot.speed_limit)
    if lock := steer.lock(run):
        st.caption(lock)


def _button(run: Run, control: str, label: str, icon: str, command: Command, **look: Any) -> None:
    ui.button(
        control,
        label,
        icon=f":material/{icon}:",
        lock=steer.lock(run),
        on_click=steer.send,
        args=(run, command),
        **look,
    )


def _live_settings(run: Run) -> None:
    snapshot = run.snapshot
    if snapshot.is_over:
        st.caption("This run cannot change now. Start it with other settings in the next tabs.")
        _done_so_far(snapshot, run.config)
        return
    lock = steer.lock(run)
    st.caption(lock or "These act from the next step on, and leave a mark on every curve.")
    fields = _live_fields(run, snapshot)
    if problem := clicks.take_problem(LIVE):
        st.error(plain(problem), icon=":material/error:")
    with ui.form(f"live-{run.run_id}", border=False):
        fields.show(lock=lock)
        ui.form_submit_button(
            "run.apply",
            "Apply to the run",
            icon=":material/bolt:",
            lock=lock,
            on_click=_apply,
            args=(run, fields),
        )
    _done_so_far(snapshot, run.config)


def _done_so_far(snapshot: RunSnapshot, config: RunConfig) -> None:
    """The commands that acted, the newest first."""
    lines = [(one.step, in_words(one.command, config)) for one in reversed(snapshot.commands)]
    if lines := [(step, words) for step, words in lines if words]:
        st.caption("What was done so far:")
        st.dataframe(
            {"After step": [step for step, _ in lines], "What": [words for _, words in lines]},
            hide_index=True,
        )


def _live_fields(run: Run, snapshot: RunSnapshot) -> Fields:
    """The settings that can change while it runs.

    Whenever a value was changed it has another key, so that its widget shows what was set, by
    whomever. The others keep theirs, and with it what a person has typed and not applied yet.
    """
    config = snapshot.config_after(run.config)
    settings = find_settings(config)  # An older version wrote changes down by the name alone.
    changed = (name for _, values in snapshot.changes for name in values if name in settings)
    times = Counter(settings[name].address for name in changed)
    return Fields.of(
        config,
        lambda one: f"live-{run.run_id}-{times[one.address]}-{one.name}",
        lambda one: one.live and one.facets.role != "machine",
    )


def _apply(run: Run, fields: Fields) -> None:
    """Change what differs from what the form had shown: anything else somebody else has changed."""
    steer.send(run, ChangeSettings(fields.changes()), LIVE)


def _speed_slider(run: Run, limit: float | None) -> None:
    key = f"speed-{run.run_id}"
    speeds = SPEEDS if limit in SPEEDS.values() else {f"{limit:g} steps/s": limit, **SPEEDS}
    now = next(label for label, rate in speeds.items() if rate == limit)
    if st.session_state.get(key) != now:  # Somebody else has set it, or the page is new.
        st.session_state[key] = now
    ui.select_slider(
        "run.speed",
        "Speed",
        list(speeds),
        key=key,
        width=220,
        lock=steer.lock(run),
        on_change=_limit_speed,
        args=(run, key, speeds),
    )


def _limit_speed(run: Run, key: str, speeds: Mapping[str, float | None]) -> None:
    steer.send(run, LimitSpeed(speeds[st.session_state[key]]))


def _start_again(run: Run) -> None:
    st.caption("These need a new start. The seed decides every random number of the run.")
    key = f"again-{run.run_id}"
    if config_form.show(run.config, key) is None:
        return
    same, dice = st.columns(2)
    ui.button(
        "run.start_same",
        "Start again: same start",
        icon=":material/restart_alt:",
        place=same,
        key="same-start",
        width="stretch",
        help="The same seed: the same first weights, the same data in the same order.",
        on_click=start_typed,
        args=(run.config, key),
    )
    ui.button(
        "run.start_new",
        "Start again: new start",
        icon=":material/casino:",
        place=dice,
        key="new-start",
        width="stretch",
        help="The next seed: everything random is drawn anew.",
        on_click=start_typed,
        args=(run.config, key, 1),
    )


def _as_json(run: Run) -> None:
    st.caption("All that decided this run at its start; the same text starts the same run.")
    st.code(run.config.to_json(), language="json")


TABS: Mapping[str, tuple[str, Callable[[Run], None]]] = {
    "live": (":material/bolt: Change while it runs", _live_settings),
    "again": (":material/restart_alt: Start again with other settings", _start_again),
    "race": (race.TAB, race.against),
    "json": (":material/data_object: This run as JSON", _as_json),
    "share": (share.TAB, share.show),
    "fork": (fork.TAB, fork.show),
}
