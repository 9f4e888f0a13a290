"""Words of strangers on every page: what takes Markdown shows them letter by letter."""

import numpy as np
import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from dashboard.clicks import PROBLEM
from dashboard.components.plain import plain
from dashboard.components.race import PLACE
from ganlib import PictureForm, RunEnded, keep_pictures, read_pictures
from tests.dashboard.wire import pick
from tests.ganlib.data.bringing import png, zipped

pytestmark = pytest.mark.usefixtures("idle")

MARK = "zq"
TITLE = f"{MARK} *l\u2019\u00e9t\u00e9* \u2013 :red[b] $c$ [d](e) <b>f</b> :material_home: g -> h"
TAG = f"{MARK} **t** \u201c\u00dc\u201d"
CLASS = f"{MARK} _u_ `v`"
LITERAL = {
    *("Selectbox.options", "Selectbox.raw_value", "MultiSelect.options", "MultiSelect.raw_values"),
    *("BidiComponent.json", "ArrowData.data", "TextInput.default", "TextInput.value"),
}
"""What shows words letter by letter: all other fields of Streamlit's messages may take Markdown."""


def texts(message: Message):
    """Every text of a message of Streamlit's, with where it stands."""
    for field, value in message.ListFields():
        for one in [value] if isinstance(value, str | bytes | Message) else np.atleast_1d(value):
            if isinstance(one, Message):
                yield from texts(one)
            elif isinstance(one, str | bytes):
                text = one if isinstance(one, str) else one.decode("utf-8", "replace")
                yield f"{message.DESCRIPTOR.name}.{field.name}", text


def check(app, words=TITLE):
    """A stranger's words stand somewhere on the page, and nowhere as Markdown."""
    assert not app.exception
    found = [
        (place, text)
        for node in app._tree
        if isinstance(getattr(node, "proto", None), Message)
        for place, text in texts(node.proto)
        if MARK in text
    ]
    assert found
    for place, text in found:
        assert place in LITERAL or plain(words) in text, (place, text)


def test_a_run_that_is_watched_and_offered(visit, trained):
    run = trained(2, title=TITLE)
    check(visit())
    check(visit(run.run_id))
    check(visit(run.run_id).switch_page("app_pages/latent.py").run())


def test_a_run_that_has_no_latent_space(visit, taught, manager):
    run = taught("autoregressive")
    manager.annotate(run.run_id, TITLE, [], "")
    check(visit(run.run_id).switch_page("app_pages/latent.py").run())


def test_a_run_that_is_described_and_deleted(visit, manager, hold_run):
    run = hold_run(RunEnded(0, "completed"), title=TITLE)
    run._writer._keep()
    manager.annotate(run.run_id, TITLE, [TAG], "")
    app = visit().switch_page("app_pages/runs.py").run()
    check(pick(app, 0))
    app.button(key="runs-delete").click().run()
    assert "Deleted" in app.info[0].value
    check(app)


def test_runs_that_are_compared(visit, trained):
    runs = [trained(2, title=TITLE, seed=seed) for seed in (1, 2)]
    app = visit()
    app.query_params["runs"] = ",".join(run.run_id for run in runs)
    check(app.switch_page("app_pages/compare.py").run())


def test_families_side_by_side(visit, taught, manager):
    manager.annotate(taught("gan").run_id, TITLE, [], "")
    check(visit().switch_page("app_pages/families.py").run())


def test_a_sentence_about_what_a_stranger_sent(visit):
    for page in ("train", "latent", "runs", "compare", "families", "data"):
        app = visit()
        app.session_state[f"{PROBLEM}-"] = TITLE
        check(app.switch_page(f"app_pages/{page}.py").run())


def test_a_sentence_about_a_race(visit, trained):
    runs = [trained(2, seed=seed) for seed in (1, 2)]
    app = visit()
    app.query_params["runs"] = ",".join(run.run_id for run in runs)
    app.session_state[f"{PROBLEM}-{PLACE}"] = TITLE
    check(app.switch_page("app_pages/compare.py").run())


def test_pictures_of_ones_own(visit):
    source = zipped([(f"{CLASS}/1.png", png()), ("b/2.png", png())])
    keep_pictures("pets", read_pictures([("x.zip", source)], PictureForm()))
    check(visit().switch_page("app_pages/data.py").run(), CLASS)


def test_a_class_that_is_asked_for():
    def page():
        from types import SimpleNamespace

        from dashboard.components.latent_parts import choose_class
        from tests.dashboard.test_strangers import CLASS

        choose_class(
            SimpleNamespace(config=SimpleNamespace(condition_labels=(CLASS,)), run_id="a"), "k"
        )

    check(AppTest.from_function(page).run(), CLASS)
