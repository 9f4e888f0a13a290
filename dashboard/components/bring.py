"""Bringing pictures of one's own: drop them, see what becomes of them, keep them under a name."""

from collections.abc import Sequence
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard import clicks, state
from dashboard import widgets as ui
from dashboard.components import class_folders
from dashboard.components.plain import plain
from dashboard.components.thumbnails import thumbnails
from ganlib import (
    FORM_CHOICES,
    DataError,
    NoPictureError,
    PictureForm,
    Pictures,
    keep_pictures,
    own_sets,
    read_pictures,
)

T = TypeVar("T")

MEGABYTE = 2**20
FILES, FOLDER = "A zip, or pictures", "A folder"
COLUMNS = 8
ROWS = 4
"""Rows of a preview without classes."""
CLASSES = 5
"""Classes with a row of their own in a preview."""
WORDS = {
    "grey": "grey",
    "colour": "colour",
    "crop": "cut to the middle square",
    "pad": "fill up with white",
}


def show() -> None:
    """The whole view."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        files = _dropped()
        form = _form()
    with right:
        read = _read(files, form)
        if isinstance(read, NoPictureError):
            st.error(plain(read), icon=":material/error:")
        elif read is not None:
            read = class_folders.choose(read, _names_key(files))
            _preview(read)
            _keeping(read)
        if read is not None:
            _left_out(read.refused)


def _chosen(
    control: str, label: str, choices: Sequence[T], usual: T, key: str, **options: Any
) -> T:
    """A choice that is still made when its page is seen again."""
    chosen: T = ui.segmented_control(
        f"data.{control}",
        label,
        choices,
        default=usual,
        key=key,
        required=True,
        persist_state="session",
        **options,
    )
    return chosen


def _dropped() -> Sequence[UploadedFile]:
    most = st.get_option("server.maxUploadSize")
    what = _chosen("bring", "What do you bring?", [FILES, FOLDER], FILES, "bring")
    files: Sequence[UploadedFile] = ui.file_uploader(
        "data.files",
        "Drop it here, or choose it",
        accept_multiple_files="directory" if what == FOLDER else True,
        key=f"upload-{what}-{state.upload_number()}",
        on_change=state.forget_brought,
    )
    st.caption(
        f"PNG, JPEG, WebP, GIF, BMP or TIFF; at most {most} MB in all, and 10,000 pictures. "
        "Folders become classes. More than a hundred pictures come much faster as one zip. What "
        "you bring stays on this server."
    )
    if files:
        state.keep_brought(files)
    elif files := state.brought():
        _from_before(files)
    if sum(file.size for file in files) > most * MEGABYTE:
        state.forget_upload()
        clicks.report(f"That was more than {most} MB in all: bring fewer or smaller pictures.")
        st.rerun()
    return files


def _from_before(files: Sequence[UploadedFile]) -> None:
    """Say what is still there of an earlier visit of the page, whose widget has forgotten it."""
    names = ", ".join(plain(file.name) for file in files[:3])
    more = f" and {len(files) - 3:,} more" if len(files) > 3 else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Still here: {names}{more}.")
        ui.button(
            "data.let_go",
            "Let go",
            icon=":material/close:",
            key="let-go",
            on_click=state.forget_upload,
        )


def _form() -> PictureForm:
    labels = {"size": "Size in pixels", "colour": "Colours", "fit": "What is not square"}
    default = PictureForm()
    chosen = {
        name: _chosen(
            name,
            labels[name],
            choices,
            getattr(default, name),
            f"form-{name}",
            format_func=lambda one: WORDS.get(one, f"{one} x {one}"),
        )
        for name, choices in FORM_CHOICES.items()
    }
    return PictureForm(**chosen)


def _names_key(files: Sequence[UploadedFile]) -> str:
    """What tells this upload from others, in keys of widgets."""
    return f"{hash(tuple(file.file_id for file in files)):x}"


def _read(files: Sequence[UploadedFile], form: PictureForm) -> Pictures | NoPictureError | None:
    """What the files hold, read once for each form; None without files."""
    if not files:
        state.keep_reading(None, None)
        st.info(
            "Drop pictures on the left: what the networks will see of them appears here.",
            icon=":material/add_photo_alternate:",
        )
        return None
    encoding = class_folders.chosen_encoding(_names_key(files))
    key = (_names_key(files), form, encoding)
    read = state.reading(key)
    if read is None:
        bar = st.progress(0.0, "Reading")
        pairs = [(file.name, file) for file in files]
        try:
            read = read_pictures(pairs, form, lambda text, share: _tell(bar, text, share), encoding)
        except NoPictureError as error:
            read = error
        bar.empty()
        state.keep_reading(key, read)
    return read


def _tell(bar: st.delta_generator.DeltaGenerator, text: str, share: float | None) -> None:
    bar.progress(share or 0.0, plain(text))


def _preview(pictures: Pictures) -> None:
    count = len(pictures.images)
    classes = pictures.counts
    st.markdown(f"**{_counted(count, 'picture')}**, as the networks will see them")
    for note in pictures.said:
        st.info(plain(note), icon=":material/info:")
    if not classes:
        shown = pictures.examples(COLUMNS * ROWS)
        st.image(thumbnails(shown, COLUMNS), alt=f"{len(shown)} of the pictures.")
    for label, (name, members) in enumerate(classes[:CLASSES]):
        st.caption(f"{plain(name)}: {_counted(members, 'picture')}")
        shown = pictures.examples(COLUMNS, label)
        st.image(thumbnails(shown, COLUMNS), alt=f"Pictures of the class {name}.")
    if len(classes) > CLASSES:
        st.caption(f"and {_counted(len(classes) - CLASSES, 'more class', 'more classes')}")


def _keeping(pictures: Pictures) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = ui.text_input(
            "data.name",
            "Keep them as",
            "my-pictures",
            max_chars=40,
            key="own-name",
            width=220,
            persist_state="session",
        )
        ui.button(
            "data.keep",
            "Keep these pictures",
            type="primary",
            icon=":material/save:",
            key="keep",
            on_click=_keep,
            args=(pictures,),
        )
    if name in {one.name for one in own_sets()}:
        label = f"Replace the pictures called {plain(name)} now"
        ui.checkbox("data.replace", label, key=_replace_key(name))


def _replace_key(name: str) -> str:
    return f"own-replace-{name}"


def _keep(pictures: Pictures) -> None:
    if clicks.is_double_click("keep"):
        return
    # A name that is typed and kept at one go is in the session before this page has seen it.
    name = st.session_state["own-name"]
    try:
        keep_pictures(name, pictures, st.session_state.get(_replace_key(name), False))
    except DataError as error:
        clicks.report(str(error))
    else:
        state.forget_upload()
        st.toast(f"{_counted(len(pictures.images), 'picture')} kept as {plain(name)}.")


def _left_out(refused: Sequence[tuple[str, str]]) -> None:
    if not refused:
        return
    label = f"{_counted(len(refused), 'file')} left out"
    with ui.expander("data.left_out", label, icon=":material/block:"):
        # Names are a stranger's words; a data frame shows them letter by letter.
        names, reasons = zip(*refused, strict=True)
        st.dataframe({"File": names, "Why": reasons}, hide_index=True, key="refused")


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
