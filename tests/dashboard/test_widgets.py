import ast
import inspect
import re
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1.element_tree import Widget

import dashboard
from dashboard import widgets
from dashboard.policy import LOCKED_BY_LINK, Policy
from ganlib import DecoderPublished, RunEnded, seeded_z
from tests.dashboard.latent import PREPARED, Decoder, open_latent, pick_tab
from tests.dashboard.wire import mounted, open_tab, pick, tell

SOURCES = sorted(Path(dashboard.__file__).parent.rglob("*.py"))
EVENTS = {"on_click", "on_change", "on_select"}
MAKERS = {
    name
    for name in dir(st)
    if name not in ("tabs", "dataframe")
    if callable(made := getattr(st, name)) and not inspect.isclass(made)
    if EVENTS & inspect.signature(made).parameters.keys()
} | {"page_link", "link_button", "form", "tabs"}
ID = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")


@pytest.fixture
def open_link(visit):
    """The dashboard by a link with these rules."""

    def open_link(run_id=None, **query):
        app = visit(run_id)
        app.query_params.update(query)
        app.run()
        assert not app.exception
        return app

    return open_link


def keys(app):
    return {one.key for one in app.button}


def styles(app):
    return [one.proto.body for one in app._tree[2].get("html")]


def uses(app):
    return [(one.control, one.what) for one in app.session_state[widgets.USES]]


def test_streamlit_s_makers_of_controls_are_known():
    usual = {"button", "toggle", "selectbox", "number_input", "popover", "expander", "pills"}
    assert usual | {"file_uploader", "form_submit_button", "download_button"} <= MAKERS


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_controls_are_made_in_one_place_and_by_an_id(source):
    for node in ast.walk(ast.parse(source.read_text())):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("ui"), attr=attr), args=args):
                if attr not in ("form", "mark", "note_use"):
                    assert _may_be_id(args[0]), f"{source.name}:{node.lineno}"
            case ast.Call(func=ast.Attribute(attr=attr), keywords=words) if (
                source.name != "widgets.py"
            ):
                is_control = attr in MAKERS or EVENTS & {word.arg for word in words}
                assert not is_control, f"{source.name}:{node.lineno}: {attr}"


def _may_be_id(node):
    match node:
        case ast.Constant(value):
            return ID.fullmatch(value)
        case ast.JoinedStr() | ast.Name("control"):
            return True
    return False


def test_a_hidden_button_is_not_there(hold_run, open_link):
    app = open_link(hold_run().run_id, hide="run.stop,run.step_*")
    assert keys(app) & {"play", "step", "step-d", "step-g", "stop"} == {"play", "step"}


def test_what_holds_a_value_keeps_it_while_it_is_hidden(hold_run, open_link):
    app = open_link(hold_run().run_id, hide="run.speed")
    (speed,) = app.select_slider
    assert speed.value == "full speed"
    assert f"<style>.st-key-{speed.key} {{ display: none }}</style>" in styles(app)


def test_a_hidden_seed_is_that_of_the_link(hold_run, open_link):
    run = hold_run(PREPARED, DecoderPublished(0, Decoder(4)))
    app = open_link(run.run_id, hide="latent.seed")
    app.query_params["seed"] = "5"
    origin = mounted(open_latent(app))["explorer"]["origin"]
    assert np.array_equal(np.ravel(origin), np.ravel(seeded_z(5, 4)))


def test_a_locked_control_says_why(hold_run, open_link):
    run = hold_run()
    app = open_link(run.run_id, lock="run.stop,run.train_d,setting.optimisation.*")
    stop = app.button(key="stop")
    assert (stop.disabled, stop.help) == (True, LOCKED_BY_LINK)
    optimum = app.button(key="optimum")
    assert optimum.disabled
    assert optimum.help.startswith(f"{LOCKED_BY_LINK}\n\nG stands still")
    rates = [one for one in app.number_input if one.key.endswith("-lr_d")]
    assert rates
    assert all(one.disabled and one.help.startswith(LOCKED_BY_LINK) for one in rates)
    assert not any(one.disabled for one in app.selectbox if one.key.endswith("-loss"))


def test_a_highlight_is_a_line_around_the_control(hold_run, open_link):
    app = open_link(hold_run().run_id, highlight="run.step_d,run.tab.json")
    lines = [one for one in styles(app) if "outline: 3px dashed" in one]
    assert any(one.startswith("<style>.st-key-step-d {") for one in lines)
    assert any('[data-testid="stTab"]:nth-child(4) {' in one for one in lines)
    assert len(lines) == 2


def test_a_hidden_tab_is_not_there_and_a_locked_one_says_why(hold_run, open_link):
    app = open_link(hold_run().run_id, hide="run.tab.live,run.tab.fork", lock="run.tab.json")
    labels = [one.label for one in app.tabs]
    assert len(labels) == 4
    assert "again" in labels[0]
    assert "same-start" in keys(app)
    open_tab(app, "JSON")
    assert not app.code
    assert LOCKED_BY_LINK in [one.value for one in app.caption]


def test_all_tabs_may_be_hidden(hold_run, open_link):
    assert not open_link(hold_run().run_id, hide="run.tab.*").tabs


def test_a_tab_that_was_open_may_be_hidden(hold_run, visit):
    app = visit(hold_run().run_id)
    open_tab(app, "JSON")
    app.query_params["hide"] = "run.tab.json"
    app.run()
    assert not app.exception
    assert app.tabs[0].label.endswith("Change while it runs")


def test_a_locked_page_says_why(open_link):
    app = open_link(lock="page.train")
    assert [one.value for one in app.info] == [LOCKED_BY_LINK]
    assert not app.button


def test_the_rules_hold_on_every_page_until_a_link_ends_them(open_link):
    app = open_link(lock="glossary.find")
    app.query_params.clear()  # As Streamlit's navigation does.
    app.switch_page("app_pages/glossary.py").run()
    assert app.text_input(key="term").disabled
    assert app.query_params["lock"] == "glossary.find"
    app.query_params["lock"] = ""
    app.run()
    assert not app.text_input(key="term").disabled
    assert app.query_params == {}


def test_rules_that_cannot_be_read_leave_those_before(open_link):
    app = open_link(hide="start.start")
    app.query_params["hide"] = "Start.start"
    app.run()
    assert "The link names a control" in app.error[0].value
    assert "start" not in keys(app)
    assert app.query_params["hide"] == "start.start"


def test_rules_of_one_visitor_are_not_another_s(open_link):
    open_link(hide="start.start")
    assert "start" in keys(open_link())


def test_what_was_used_is_logged_in_order(hold_run, visit):
    run = hold_run()
    app = visit(run.run_id)
    app.button(key="step-d").click().run()
    app.select_slider(key=f"speed-{run.run_id}").set_value("5 steps/s").run()
    assert uses(app) == [("run.step_d", widgets.PRESSED), ("run.speed", "5 steps/s")]
    assert all(one.at > 1e9 for one in app.session_state[widgets.USES])


def test_the_button_of_a_form_logs_what_is_new_in_it(hold_run, visit):
    app = visit(hold_run().run_id)
    (rate,) = (one for one in app.number_input if one.key.endswith("-lr_d"))
    rate.set_value(0.05)
    (submit,) = (one for one in app.button if one.label == "Apply to the run")
    submit.click().run()
    assert uses(app) == [("setting.optimisation.lr_d", 0.05), ("run.apply", widgets.PRESSED)]


def test_the_log_is_bounded(monkeypatch, visit):
    monkeypatch.setattr(widgets, "MOST_USES", 2)
    app = visit()
    for preset in ("ring", "grid", "moons"):
        app.button(key=f"choose-{preset}").click().run()
    assert [control for control, _ in uses(app)] == ["preset.grid", "preset.moons"]


def test_a_table_logs_that_rows_were_chosen_and_can_be_locked(hold_run, open_link):
    hold_run(title="One")
    app = open_link()
    app.switch_page("app_pages/runs.py").run()
    pick(app, 0)
    assert ("runs.table", "chosen") in uses(app)
    app.query_params["lock"] = "runs.table"
    app.run()
    assert not app.exception
    assert LOCKED_BY_LINK in [one.value for one in app.caption]


@pytest.fixture
def made_controls(monkeypatch):
    """The ids and Streamlit's keys of all controls that are made, as two sets."""
    ids, made = set(), set()
    rule, mark = Policy.rule, widgets.mark
    monkeypatch.setattr(Policy, "rule", lambda self, one: (ids.add(one), rule(self, one))[1])
    monkeypatch.setattr(widgets, "mark", lambda key, *rest: (made.add(key), mark(key, *rest))[1])
    return ids, made


@pytest.mark.usefixtures("idle")
def test_every_control_of_every_page_has_an_id(made_controls, trained, hold_run, visit):
    ids, made = made_controls
    run = trained(2)
    _check(visit(), made)
    _check(visit(hold_run(RunEnded(0, "stopped")).run_id), made)
    watching = visit(run.run_id)
    for label in [tab.label for tab in watching.tabs]:
        open_tab(watching, label)
        _check(watching, made)
    for name in ("latent", "runs", "compare", "families", "data", "glossary"):
        app = visit(run.run_id).switch_page(f"app_pages/{name}.py").run()
        _check(app, made)
        if name == "latent":
            for label in [tab.label for tab in app.tabs]:
                _check(pick_tab(app, label), made)
        if name == "runs":
            _check(pick(app, 0), made)
    assert all(map(ID.fullmatch, ids))
    assert ids > {"run.train_on", "preset.ring", "runs.table", "latent.seed_time", "glossary.find"}
    assert ids > {"setting.optimisation.lr_d", "setting.objective.loss", "setting.data.kind"}


def _check(app, made):
    assert not app.exception
    controls = [one for one in app._tree if isinstance(one, Widget)]
    assert controls
    assert {one.key for one in controls} - made == set()


def test_a_browser_component_is_given_its_rules_and_what_the_link_sets(hold_run, open_link):
    run = hold_run()
    app = open_link(run.run_id, lock="plane.slow.*,run.*", layers="map,warp", step="4", axis="step")
    data = mounted(app)["plane"]
    assert [(one["control"], one["locked"]) for one in data["policy"]] == [
        ("slow.*", LOCKED_BY_LINK)
    ]
    assert data["link"] == {"layers": ["map", "warp"], "step": 4}
    assert not {"policy", "link"} & mounted(app)["curves"].keys()


def test_a_hidden_component_is_not_there(hold_run, open_link):
    assert "measures" not in mounted(open_link(hold_run().run_id, hide="measures"))


def test_what_a_component_says_is_logged(hold_run, visit):
    app = tell(visit(hold_run().run_id), "plane", "slow", "pause")
    assert ("plane.slow", "pause") in uses(app)
