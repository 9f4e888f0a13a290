"""What can be done with the runs that are chosen in the table."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import clicks, state
from dashboard import widgets as ui
from dashboard.components import compare
from dashboard.components.plain import plain
from dashboard.services import run_manager
from ganlib import ConfigError, RunError, RunRow


def show(rows: Sequence[RunRow], in_bin: bool) -> None:
    """Buttons for the chosen ones of these runs, and what people say about a single one."""
    chosen = _chosen(rows)
    if not chosen:
        st.caption("Choose by the boxes on the left: to open, compare, describe or delete.")
        return
    with st.container(horizontal=True):
        if in_bin:
            _button("runs.restore", "Bring back", "restore_from_trash", _restore, rows)
            _ask_to_remove(chosen)
        else:
            if len(chosen) == 1:
                _go_to_one(rows)
            else:
                _go_to_comparison(rows, len(chosen))
            _button("runs.delete", "Delete", "delete", _delete, rows)
    if len(chosen) == 1 and not in_bin:
        _describe(chosen[0])


def _chosen(rows: Sequence[RunRow]) -> list[RunRow]:
    """Those among the rows of the table whose boxes are ticked by now."""
    run_ids = state.chosen_runs()
    return [row for row in rows if row.run_id in run_ids]


def _go_to_one(rows: Sequence[RunRow]) -> None:
    ui.button(
        "runs.open",
        "Open",
        icon=":material/open_in_full:",
        key="runs-open",
        type="primary",
        on_click=_open,
        args=(rows,),
    )


def _open(rows: Sequence[RunRow]) -> None:
    chosen = _chosen(rows)
    if len(chosen) == 1:
        state.watch(chosen[0].run_id)
        clicks.go_to("app_pages/train.py")


def _go_to_comparison(rows: Sequence[RunRow], count: int) -> None:
    ui.button(
        "runs.compare",
        f"Compare these {count} runs",
        icon=":material/compare_arrows:",
        key="runs-compare",
        type="primary",
        on_click=_compare,
        args=(rows,),
    )


def _compare(rows: Sequence[RunRow]) -> None:
    clicks.go_to(compare.PAGE, state.compared_query([row.run_id for row in _chosen(rows)]))


def _ask_to_remove(rows: Sequence[RunRow]) -> None:
    """A button that asks once more, for everyone: nothing brings these runs back."""
    icon = ":material/delete_forever:"
    with ui.popover("runs.ask_remove", "Delete for good", icon=icon, key="runs-ask"):
        titles = ", ".join(f"**{plain(row.title)}**" for row in rows)
        st.markdown(f"Delete {titles} for everyone, with all files? Nothing brings them back.")
        _button("runs.remove", "Delete for good", "delete_forever", _remove, rows)


def undo() -> None:
    """A way back for what was deleted last."""
    deleted = state.last_deleted()
    if not deleted:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        titles = ", ".join(plain(title) for _, title in deleted)
        st.info(f"Deleted: {titles}.", icon=":material/delete:")
        ui.button("runs.undo", "Undo", key="undo", icon=":material/undo:", on_click=_undo)


def nothing(in_bin: bool) -> None:
    """What is said instead of an empty table."""
    if in_bin:
        st.info("No deleted run matches.", icon=":material/info:")
        return
    st.info(
        "No run matches. Whatever you train on the Train page is kept here by itself.",
        icon=":material/info:",
    )


def import_zip() -> None:
    """A field for a zip that was saved as a run, here or elsewhere."""
    with ui.expander("runs.import", "Take in a run from a zip", icon=":material/upload:"):
        given = ui.file_uploader(
            "runs.zip",
            "A zip that was saved as a run",
            type="zip",
            key="runs-zip",
            help="It becomes a run like any other: look at it, compare it, train it on.",
        )
        if given is None:
            return
        ui.button(
            "runs.import_zip",
            "Take it in",
            key="take-in",
            icon=":material/upload:",
            on_click=_take_in,
            args=(given,),
        )


def _take_in(given: UploadedFile) -> None:
    if clicks.is_double_click("import_zip"):
        return
    if _attempt(lambda: state.watch(run_manager().store.import_zip(given))):
        clicks.go_to("app_pages/train.py")


def _describe(row: RunRow) -> None:
    keys = [f"{field}-{row.run_id}" for field in ("title", "tags", "notes")]
    with ui.form(f"describe-{row.run_id}"):
        name, tags = st.columns(2)
        ui.text_input("runs.title", "Title", row.title, place=name, max_chars=80, key=keys[0])
        labels = "Tags, with commas between"
        ui.text_input("runs.tags", labels, ", ".join(row.tags), place=tags, key=keys[1])
        ui.text_area("runs.notes", "Notes", row.notes, max_chars=10_000, key=keys[2])
        ui.form_submit_button(
            "runs.save",
            "Save",
            icon=":material/save:",
            on_click=_annotate,
            args=(row.run_id, *keys),
        )


def _annotate(run_id: str, *keys: str) -> None:
    title, tags, notes = (st.session_state[key] for key in keys)
    _attempt(lambda: run_manager().annotate(run_id, title, tags.split(","), notes))


def _delete(rows: Sequence[RunRow]) -> None:
    chosen = _chosen(rows)
    deleted = [row for row in chosen if _attempt(partial(run_manager().delete, row.run_id))]
    state.note_deleted([(row.run_id, row.title) for row in deleted])
    state.choose_runs(())


def _undo() -> None:
    run_ids = [run_id for run_id, _ in state.last_deleted()]
    back = [one for one in run_ids if _attempt(partial(run_manager().store.restore, one))]
    state.note_deleted([])
    state.choose_runs(back)


def _restore(rows: Sequence[RunRow]) -> None:
    _out_of_the_bin(_chosen(rows), run_manager().store.restore)


def _remove(rows: Sequence[RunRow]) -> None:
    """Those that were named when it was asked, whatever is chosen by now."""
    _out_of_the_bin(rows, run_manager().store.remove)


def _out_of_the_bin(rows: Sequence[RunRow], act: Callable[[str], Any]) -> None:
    """Do this with each; it is chosen no more, and its deletion not to be undone."""
    gone = {row.run_id for row in rows if _attempt(partial(act, row.run_id))}
    state.note_deleted([one for one in state.last_deleted() if one[0] not in gone])
    state.choose_runs(())


def _attempt(act: Callable[[], Any]) -> bool:
    """Whether it could be done; if not, the next run of the script says why."""
    try:
        act()
    except (ConfigError, RunError) as error:
        clicks.report(str(error))
        return False
    return True


def _button(
    control: str,
    label: str,
    icon: str,
    act: Callable[[Sequence[RunRow]], None],
    rows: Sequence[RunRow],
) -> None:
    key = f"runs-{label.lower().replace(' ', '-')}"
    ui.button(control, label, icon=f":material/{icon}:", key=key, on_click=act, args=(rows,))
