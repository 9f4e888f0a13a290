"""Which is which? Samples of the families, without their names."""

from collections.abc import Mapping
from string import ascii_uppercase

import numpy as np
import streamlit as st

from dashboard import state
from dashboard import widgets as ui
from ganlib import FAMILIES, Run, RunError, picture, seeded_z

SAMPLES = 9


def show(chosen: Mapping[str, Run]) -> None:
    """Sheets in an order that the round decides, a guess below each, and what came of it."""
    turn, right, total = state.quiz()
    st.caption(
        f"Each sheet shows {SAMPLES} new samples of one family. Which one? "
        + (f"So far {right} of {total} right." if total else "")
    )
    order = [list(chosen)[i] for i in np.random.default_rng(turn).permutation(len(chosen))]
    is_told = state.quiz_told()
    guesses = []
    for place, letter, family in zip(st.columns(len(order)), ascii_uppercase, order, strict=False):
        with place.container(border=True):
            st.image(_sheet(chosen[family], turn), caption=f"Sheet {letter}", width="stretch")
            guess = ui.segmented_control(
                "quiz.guess",
                f"Sheet {letter} is of the",
                list(chosen),
                format_func=lambda key: FAMILIES[key].title,
                key=f"guess-{letter}-{turn}",
                disabled=is_told,
            )
            guesses.append(guess)
            if is_told:
                _verdict(guess, family)
    with st.container(horizontal=True):
        hits = sum(guess == family for guess, family in zip(guesses, order, strict=True))
        ui.button(
            "quiz.tell",
            "Tell me",
            icon=":material/visibility:",
            key="quiz-check",
            disabled=is_told or None in guesses,
            on_click=state.tell_quiz,
            args=(hits, len(order)),
        )
        ui.button(
            "quiz.again",
            "Another round",
            icon=":material/casino:",
            key="quiz-again",
            on_click=state.next_quiz,
        )


def _verdict(guess: str | None, family: str) -> None:
    if guess == family:
        st.success(f"Right: {FAMILIES[family].title}.", icon=":material/check:")
    else:
        st.error(f"It was: {FAMILIES[family].title}.", icon=":material/close:")


def _sheet(run: Run, turn: int) -> bytes:
    """New samples, as the run shows them."""
    published = run.snapshot.published
    if published is None:
        raise RunError(f"The generator of {run.config.title} is not made yet: come back soon.")
    z = seeded_z(2**31 + turn, published.decoder.latent_dim, SAMPLES)
    return picture(published.decoder.decode(z), run.snapshot.real)
