"""What a session looks at: keys of its state and query parameters of its URL, with their types."""

import re
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.clicks import report
from dashboard.services import run_manager
from ganlib import DEFAULT_PRESET, PRESETS, NoPictureError, Pictures, Run, RunError

RUN = "run"
"""Query parameter and session key: the run that is watched."""
RUNS = "runs"
"""Query parameter: the runs that are compared, with commas between."""
COMPARED = "compared_runs"
"""Session key: the same, as a tuple."""
MOST_COMPARED = 20
LEFT = "left_runs"
"""Session key: the runs that this session has left, by a click."""
PRESET = "preset"
"""Session key: the preset whose settings the form shows."""
SKETCH = "sketch_points"
"""Session key: the distribution that this session has drawn."""
DELETED = "deleted_runs"
"""Session key: what this session deleted last, as (run_id, title) pairs."""
UPLOADS = "uploads"
"""Session key: how many uploads were forgotten; another number empties their widget."""
BROUGHT = "brought"
"""Session key: the files that were brought, which their widget forgets when its page is left."""
READING = "reading"
"""Session key: what was asked for of an upload, and what it holds in that form."""
VIEW = "view"
"""Query parameter: where the explorer of latent space stands, in the words of its script."""
QUIZ = "quiz"
"""Session key: the number of the round, right guesses, and all guesses."""
QUIZ_TOLD = "quiz_told"
"""Session key: whether this round has been told."""
CROSSOVER = "crossover"
"""Query parameter: how many layers follow A where styles are mixed."""
CHOSEN = "chosen_runs"
"""Session key: the run_ids that are ticked in the table of runs."""

_VIEW = re.compile(r"[-~,.0-9]{0,8000}")
_COUNT = re.compile(r"[0-9]{1,3}")


def keep_run_in_url() -> None:
    """Bring the URL and the session to the same run; the URL wins, for it can be shared.

    Not so when it names a run that was left by a click: a rerun that something else asked for at
    that moment still carries the old URL.
    """
    in_url = st.query_params.get(RUN)
    if in_url is not None and in_url not in st.session_state.get(LEFT, ()):
        st.session_state[RUN] = in_url
    else:
        _show_in_url(st.session_state.get(RUN))


def watch(run_id: str | None) -> None:
    """Watch a run, or none, on every page from now on."""
    left: frozenset[str | None] = st.session_state.get(LEFT, frozenset())
    st.session_state[LEFT] = (left | {st.session_state.get(RUN)}) - {run_id, None}
    st.session_state[RUN] = run_id
    _show_in_url(run_id)


def _show_in_url(run_id: str | None) -> None:
    if run_id is None:
        st.query_params.pop(RUN, None)
    else:
        st.query_params[RUN] = run_id


def watched_run() -> Run | None:
    """The run that this session watches; None when it watches none."""
    run_id: str | None = st.session_state.get(RUN)
    if run_id is None:
        return None
    try:
        return run_manager().get(run_id)
    except RunError as error:
        watch(None)
        report(str(error))
        return None


def compare(run_ids: Sequence[str]) -> None:
    """Compare these runs from now on; for the Compare page, whose URL then names them."""
    st.session_state[COMPARED] = tuple(dict.fromkeys(run_ids))[:MOST_COMPARED]
    st.query_params.pop(RUNS, None)
    if run_ids:
        st.query_params.update(compared_query(st.session_state[COMPARED]))


def compared_query(run_ids: Sequence[str]) -> dict[str, str]:
    """The query of a URL that opens the Compare page with these runs."""
    return {RUNS: ",".join(run_ids)}


def compared_runs() -> list[Run]:
    """The runs that this session compares: those of the URL, else those it compared before.

    A session that never chose any begins with the run that it watches. Those that are gone are let
    go with a sentence.
    """
    named = st.query_params.get(RUNS)
    watched = st.session_state.get(RUN)
    before = st.session_state.get(COMPARED, () if watched is None else (watched,))
    run_ids = before if named is None else tuple(filter(None, named.split(",")))
    runs = []
    for run_id in dict.fromkeys(run_ids[:MOST_COMPARED]):
        try:
            runs.append(run_manager().get(run_id))
        except RunError as error:
            report(str(error))
    compare([run.run_id for run in runs])
    return runs


def open_tab(run: Run, label: str) -> None:
    """Show this tab under a run that is watched."""
    st.session_state[tabs_key(run)] = label


def tabs_key(run: Run) -> str:
    """Session key: the label of the open tab under a run."""
    return f"more-{run.run_id}"


def chosen_preset() -> str:
    """Key of the preset that this session has chosen."""
    preset: str = st.session_state.get(PRESET, DEFAULT_PRESET)
    return preset if preset in PRESETS else DEFAULT_PRESET


def choose_preset(preset: str) -> None:
    """Show the settings of this preset."""
    st.session_state[PRESET] = preset


def sketch(default: Any) -> Any:
    """The points that this session has drawn; those of the preset before it drew any."""
    return st.session_state.get(SKETCH, default)


def keep_sketch(points: Any) -> None:
    """Keep drawn points."""
    st.session_state[SKETCH] = points


def note_deleted(runs: list[tuple[str, str]]) -> None:
    """Keep the ids and titles of runs that can be brought back by one click."""
    st.session_state[DELETED] = runs


def last_deleted() -> list[tuple[str, str]]:
    """The ids and titles of the runs that were deleted last."""
    deleted: list[tuple[str, str]] = st.session_state.get(DELETED, [])
    return deleted


def upload_number() -> int:
    """The number of the present upload, for the key of its widget."""
    number: int = st.session_state.get(UPLOADS, 0)
    return number


def forget_upload() -> None:
    """Let go of the files that were brought, and of what was read of them."""
    st.session_state[UPLOADS] = upload_number() + 1
    st.session_state.pop(READING, None)
    forget_brought()


def brought() -> Sequence[UploadedFile]:
    """The files that were brought last, on whichever visit of their page."""
    files: Sequence[UploadedFile] = st.session_state.get(BROUGHT, ())
    return files


def keep_brought(files: Sequence[UploadedFile]) -> None:
    """Keep files that were brought, until others are or they are let go of."""
    st.session_state[BROUGHT] = files


def forget_brought() -> None:
    """Let go of the files that were brought."""
    st.session_state.pop(BROUGHT, None)


def reading(key: Hashable) -> Pictures | NoPictureError | None:
    """What was read when this was asked for; None when something else was asked for last."""
    before: Hashable
    read: Pictures | NoPictureError | None
    before, read = st.session_state.get(READING, (None, None))
    return read if before == key else None


def keep_reading(key: Hashable, read: Pictures | NoPictureError | None) -> None:
    """Keep what was read, instead of what was read before; None lets go of it."""
    st.session_state[READING] = (key, read)


def view() -> str:
    """Where the explorer of latent space is to stand; empty for its start."""
    text = st.query_params.get(VIEW, "")
    return text if _VIEW.fullmatch(text) else ""


def keep_view(text: Any) -> None:
    """Let the URL name the place where the explorer stands."""
    if isinstance(text, str) and _VIEW.fullmatch(text):
        st.query_params[VIEW] = text


def forget_view() -> None:
    """Let the explorer begin at its start."""
    st.query_params.pop(VIEW, None)


def crossover() -> int | None:
    """How many layers are to follow A; None where the link says nothing."""
    text = st.query_params.get(CROSSOVER, "")
    return int(text) if _COUNT.fullmatch(text) else None


def keep_crossover(value: Any) -> None:
    """Let the URL name how many layers follow A."""
    if _COUNT.fullmatch(str(value)):
        st.query_params[CROSSOVER] = str(value)


def directions_step(run: Run, newest: int) -> int:
    """After which step the directions shown of a run were found; by default the newest one."""
    step: int = st.session_state.setdefault(_directions_key(run), newest)
    return step


def note_directions(run: Run, step: int) -> None:
    """Show the directions of the generator after this step from now on."""
    st.session_state[_directions_key(run)] = step


def _directions_key(run: Run) -> str:
    return f"directions-{run.run_id}"


def quiz() -> tuple[int, int, int]:
    """Of the quiz: the number of the round, guesses that were right, and all of them."""
    progress: tuple[int, int, int] = st.session_state.get(QUIZ, (0, 0, 0))
    return progress


def quiz_told() -> bool:
    """Whether this round has been told."""
    return bool(st.session_state.get(QUIZ_TOLD, False))


def tell_quiz(right: int, total: int) -> None:
    """Tell a round in which so many of the guesses were right; a second time does nothing."""
    if quiz_told():
        return
    turn, before, of = quiz()
    st.session_state[QUIZ] = (turn, before + right, of + total)
    st.session_state[QUIZ_TOLD] = True


def next_quiz() -> None:
    """Begin another round."""
    turn, right, total = quiz()
    st.session_state[QUIZ] = (turn + 1, right, total)
    st.session_state[QUIZ_TOLD] = False


def choose_runs(run_ids: Iterable[str]) -> None:
    """Have these runs ticked in the table, whatever else comes into it."""
    st.session_state[CHOSEN] = frozenset(run_ids)


def chosen_runs() -> frozenset[str]:
    """The runs that are ticked in the table."""
    chosen: frozenset[str] = st.session_state.get(CHOSEN, frozenset())
    return chosen


def strokes_taken(run: Run) -> int:
    """How many strokes of this session on the plane of a run have been added to its data."""
    taken: int = st.session_state.get(_strokes_key(run), 0)
    return taken


def take_strokes(run: Run, count: int) -> None:
    """Note that so many strokes of this session have been dealt with."""
    st.session_state[_strokes_key(run)] = count


def _strokes_key(run: Run) -> str:
    return f"strokes-{run.run_id}"
