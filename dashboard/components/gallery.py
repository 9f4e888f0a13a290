"""What a visitor sees first: a recorded training that moves, one big button, and the presets."""

from collections.abc import Mapping
from html import escape

import streamlit as st

from dashboard import clicks, course, state
from dashboard import widgets as ui
from dashboard.components import config_form, everybody, live
from dashboard.components.plain import plain
from dashboard.components.start import start_typed
from dashboard.previews import recorded
from dashboard.services import run_manager
from ganlib import PRESET_GROUPS, PRESETS, ConfigError, Preset, RunConfig, changed

COLUMNS = 3
SKETCH = "sketch"
"""The preset whose data the visitor draws."""


def show() -> None:
    """The whole view."""
    key = state.chosen_preset()
    words, moving = st.columns([3, 2], gap="large", vertical_alignment="center")
    with moving:
        if key == SKETCH:
            base = _sketch()
        else:
            _preview(key, PRESETS[key])
            base = PRESETS[key].config
    with st.container(key="presets"):
        _cards(key)
    with ui.expander("start.settings", "Change settings before the start", icon=":material/tune:"):
        config = config_form.show(base or PRESETS[key].config, key)
    with words:
        _invitation(key, can_start=base is not None and config is not None)
        _going_on()
        everybody.tell_if_others_come()


def _invitation(key: str, can_start: bool) -> None:
    preset = PRESETS[key]
    st.title("Two networks, one game")
    st.markdown(
        "A **generator** makes pictures out of noise. A **discriminator** tries to tell them from "
        "real ones. Each learns from the other's mistakes. Press the button and watch."
    )
    st.markdown(f"**{preset.title}.** {preset.sees}")
    st.caption(f":material/timer: {preset.takes}  \n:material/fact_check: {preset.measured}")
    ui.button(
        "start.start",
        "Start training",
        type="primary",
        icon=":material/play_arrow:",
        key="start",
        disabled=not can_start,
        help="Begins a run with the settings below; you can't break anything.",
        on_click=_start,
        args=(key,),
    )


def _start(shown: str) -> None:
    """Start what is chosen; until the page shows that, its button is still that of another."""
    chosen = state.chosen_preset()
    if chosen != SKETCH:
        start_typed(PRESETS[chosen].config, chosen)
    elif shown == SKETCH:  # Which is not begun before a person sees what is drawn.
        try:
            start_typed(_drawn(), SKETCH)
        except ConfigError as error:
            clicks.report(str(error))


def _preview(key: str, preset: Preset) -> None:
    if recorded(key):  # `st.image` would show the first picture alone.
        words = f"Recorded: {preset.title.lower()}"
        st.html(f'<img src="minimax/previews/{key}.webp" width="330" alt="{escape(words)}">')
        st.caption(words)


def _drawn() -> RunConfig:
    """The configuration with what the visitor drew; before that, with what it came with."""
    base = PRESETS[SKETCH].config
    return changed(base, {"points": state.sketch(base.data.model_dump()["points"])})


def _sketch() -> RunConfig | None:
    """The canvas, and the configuration with what is drawn there.

    None when that is refused; the reason is shown then.
    """
    config, refusal = None, ""
    try:
        config = _drawn()
    except ConfigError as error:
        refusal = error.problems[0][1]
    live.sketch(config.data.model_dump()["points"] if config else (), state.keep_sketch)
    if refusal:  # Below the canvas, which is not to move under a hand that draws.
        st.error(plain(refusal), icon=":material/error:")
    return config


def _cards(chosen: str) -> None:
    names = {title.lower().replace(" ", "_"): title for title in PRESET_GROUPS}
    for name, tab in ui.tabs("start.group", names, key="groups").items():
        with tab:
            _group(chosen, PRESET_GROUPS[names[name]])


def _group(chosen: str, presets: Mapping[str, Preset]) -> None:
    cards = list(presets.items())
    for first in range(0, len(cards), COLUMNS):
        row = zip(st.columns(COLUMNS), cards[first : first + COLUMNS], strict=False)
        for place, (key, preset) in row:
            with place.container(border=True, height="stretch", key=f"card-{key}"):
                _card(key, preset, key == chosen)


def _card(key: str, preset: Preset, is_chosen: bool) -> None:
    st.markdown(f"**{preset.title}**")
    st.caption(f"{preset.sees}  \n:material/timer: {preset.takes}")
    if preset.course:
        st.image(course.sparkline(preset.course), caption=course.sentence(preset.course))
    ui.button(
        f"preset.{key}",
        "Chosen" if is_chosen else "Choose",
        key=f"choose-{key}",
        disabled=is_chosen,
        width="stretch",
        on_click=state.choose_preset,
        args=(key,),
    )


def _going_on() -> None:
    live = [run for run in run_manager().runs() if not run.snapshot.is_over]
    if not live:
        return
    st.caption("Going on now on this server; watch along:")
    with st.container(horizontal=True):
        for run in live[-6:]:
            ui.button(
                "start.watch",
                plain(run.config.title),
                key=f"watch-{run.run_id}",
                icon=":material/visibility:",
                on_click=state.watch,
                args=(run.run_id,),
            )
