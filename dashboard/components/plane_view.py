"""A run on 2-D data that is watched: the whole game on one canvas, and how it stands."""

from functools import partial
from typing import Any

import streamlit as st

from dashboard import clicks, state
from dashboard import widgets as ui
from dashboard.components import fork, live, steer
from ganlib import ChangeSettings, Pause, Resume, Run, TakeStep

OPTIMUM_STEPS = 500
"""Updates of D alone that bring it close to its best."""
SLOW = {"pause": Pause(), "resume": Resume(), "d": TakeStep("d"), "g": TakeStep("g")}
"""What the words of slow motion mean."""


def show(run: Run) -> None:
    """The plane on the left, how the game stands on the right, the curves below."""
    picture, right = st.columns([5, 7], gap="medium")
    with picture:
        live.plane(
            run,
            state.strokes_taken(run),
            on={
                "checkpoint": partial(fork.choose, run),
                "slow": partial(_slow, run),
                "drawn": partial(_draw, run),
            },
        )
    with right:
        live.measures(run)
        _who_learns(run)
    live.curves(run)


def _who_learns(run: Run) -> None:
    with st.container(horizontal=True):
        ui.button(
            "run.train_d",
            f"Train D to its best: {OPTIMUM_STEPS} steps of D alone",
            icon=":material/psychology:",
            key="optimum",
            disabled=run.snapshot.is_over,
            lock=steer.lock(run),
            help="G stands still meanwhile, and the run pauses afterwards. D comes as close to the "
            "best D possible as its network, its penalty and these steps let it.",
            on_click=_train_d,
            args=(run,),
        )


def _train_d(run: Run) -> None:
    """Train D to its best; the second half of a double click does nothing."""
    if not clicks.is_double_click("optimum"):
        steer.send(run, TakeStep("d", OPTIMUM_STEPS))


def _slow(run: Run, word: Any) -> None:
    if isinstance(word, str) and word in SLOW:
        steer.send(run, SLOW[word])


def _draw(run: Run, strokes_of_page: Any) -> None:
    """Add the strokes that are new: the browser tells each again until it sees it counted."""
    match strokes_of_page:
        case {"before": int(before), "strokes": [*strokes]}:
            new = strokes[max(0, state.strokes_taken(run) - before) :]
            state.take_strokes(run, max(state.strokes_taken(run), before + len(strokes)))
            for stroke in new:
                _add(run, stroke)


def _add(run: Run, stroke: Any) -> None:
    if not isinstance(stroke, list):
        return
    drawn = run.snapshot.config_after(run.config).data.model_dump()["points"]
    steer.send(run, ChangeSettings({"points": (*drawn, *stroke)}))
