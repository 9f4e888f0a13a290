"""The table of all runs that are kept: find, choose, and what one can do with the chosen."""

import hashlib
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from dashboard import listing, state
from dashboard import widgets as ui
from dashboard.services import run_manager
from ganlib import RunRow

COLUMNS = {
    "picture": st.column_config.ImageColumn("Picture", width=64),
    "title": st.column_config.TextColumn("Run", width="medium"),
    "status": st.column_config.TextColumn("Status", width=150),
    "progress": st.column_config.ProgressColumn("Done", min_value=0, max_value=1, width="small"),
    "step": st.column_config.NumberColumn("Steps", format="localized", width="small"),
    "loss": st.column_config.LineChartColumn(
        "Loss curve",
        width="small",
        help="How the loss went, of a GAN that of G: it is against a D that learns as well, and "
        "tells neither a good run from a bad one nor an early step from a late one. Of the other "
        "families it is what they minimise.",
    ),
    "distance": st.column_config.NumberColumn(
        "Fréchet",
        format="%.3g",
        width="small",
        help="Fréchet distance of the newest pictures, in features of the data that they learn "
        "from: 0 is best. Compare it between runs on the same data only.",
    ),
    "differs": st.column_config.TextColumn(
        "What differs", width="large", help="Settings in which a run differs from most shown here."
    ),
    "tags": st.column_config.ListColumn("Tags", width="small"),
    "notes": st.column_config.TextColumn("Notes", width="medium"),
    "took": st.column_config.TextColumn("Trained for", width="small"),
    "started": st.column_config.DatetimeColumn("Started", format="D MMM, HH:mm", width="small"),
}


def find(in_bin: bool) -> list[RunRow]:
    """Fields to search and filter, and the runs that they leave."""
    rows = run_manager().store.rows(deleted=in_bin)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = ui.text_input(
            "runs.search",
            "Search",
            key="runs-search",
            placeholder="title, tag, note, or a setting such as ring or lr_d=0.001",
            icon=":material/search:",
            persist_state="session",
        )
        key = f"runs-states-{in_bin}"
        # What is asked for stays, also while no run is in that state.
        known = {row.state for row in rows}.union(st.session_state.get(key) or ())
        states = ui.pills(
            "runs.status",
            "Status",
            [word for word in listing.STATUS if word in known],
            format_func=lambda one: listing.STATUS[one],
            selection_mode="multi",
            key=key,
        )
    return listing.search(rows, words, states)


def choose(rows: Sequence[RunRow]) -> None:
    """The table, in which runs are chosen."""
    run_ids = [row.run_id for row in rows]
    # Chosen rows are known by their place: another list, another table, with the same runs chosen.
    key = f"runs-{hashlib.sha256(' '.join(run_ids).encode()).hexdigest()[:12]}"
    chosen = state.chosen_runs()
    ticked = [place for place, run_id in enumerate(run_ids) if run_id in chosen]
    ui.dataframe(
        "runs.table",
        _columns(rows),
        column_config=COLUMNS,
        hide_index=True,
        row_height=48,
        height=min(48 * len(rows) + 38, 480),
        on_select=lambda: _choose(key, run_ids),
        selection_mode="multi-row",
        selection_default={"selection": {"rows": ticked}},
        key=key,
        alt="All runs with a picture, their status, their loss and what differs between them.",
        placeholder="-",
    )
    st.caption(f"{len(rows)} runs." if len(rows) != 1 else "1 run.")


def _choose(key: str, run_ids: Sequence[str]) -> None:
    places = st.session_state[key]["selection"]["rows"]
    state.choose_runs(run_ids[place] for place in places if place < len(run_ids))


def _columns(rows: Sequence[RunRow]) -> dict[str, list[Any]]:
    differs = listing.differences(rows)
    cells = [_cells(row, words) for row, words in zip(rows, differs, strict=True)]
    return {name: [one[name] for one in cells] for name in COLUMNS}


def _cells(row: RunRow, differs: str) -> dict[str, Any]:
    total = row.config.total_steps if row.config else max(1, row.step)
    return {
        "picture": _thumbnail(row),
        "title": row.title,
        "status": listing.status(row, time.time()),
        "progress": min(1.0, row.step / total),
        "step": row.step,
        "loss": listing.course(row),
        "distance": listing.distance(row),
        "differs": differs,
        "tags": list(row.tags),
        "notes": row.notes,
        "took": listing.duration(row.elapsed),
        "started": datetime.fromtimestamp(row.created, UTC).astimezone(),
    }


def _thumbnail(row: RunRow) -> str | None:
    """An address relative to the page."""
    if row.frame_step is None:
        return None
    return f"minimax/runs/{row.run_id}/thumbnails/{row.frame_step}.webp"
