import pytest

from ganlib import FAMILIES
from tests.dashboard.wire import mounted


@pytest.fixture
def open_page(visit):
    def open_families():
        app = visit().switch_page("app_pages/families.py").run()
        assert not app.exception
        return app

    return open_families


@pytest.fixture
def three(taught):
    return {family: taught(family) for family in FAMILIES}


def rows(app):
    table = app.table[0].value
    return {line.iloc[0]: list(line.iloc[1:]) for _, line in table.iterrows()}


@pytest.mark.usefixtures("manager")
def test_without_runs_the_page_offers_to_train_three(open_page):
    app = open_page()
    assert "No run to compare yet" in app.info[0].value
    assert {button.key for button in app.button} >= {
        "trio-Digits in black and white",
        "trio-The ring in 2-D",
    }


@pytest.mark.usefixtures("idle")
def test_a_button_starts_one_run_of_each_family_on_the_same_data(open_page, manager):
    open_page().button(key="trio-Digits in black and white").click().run()
    configs = [run.config for run in manager.runs()]
    assert {config.algorithm.family for config in configs} == set(FAMILIES)
    assert len({config.data for config in configs}) == 1
    assert configs[0].data.levels == 2


@pytest.mark.usefixtures("idle")
def test_runs_that_are_started_take_the_place_of_others_and_say_how_they_stand(
    open_page, three, manager
):
    app = open_page()
    app.button(key="trio-Digits in black and white").click().run()
    assert not app.exception
    begun = {run.config.algorithm.family: run.run_id for run in manager.runs()[len(three) :]}
    assert set(begun) == set(FAMILIES)
    assert {name: app.selectbox(key=f"families-{name}").value for name in FAMILIES} == begun
    keys = {one.key for one in app.get("bidi_component")}
    assert keys >= {f"hud-{run_id}" for run_id in begun.values()}
    assert "Nothing is drawn yet." in [one.value for one in app.caption]
    assert len(app.tabs) == 1


def test_each_family_has_its_column_and_its_line_in_the_table(open_page, three):
    app = open_page()
    components = app.get("bidi_component")
    assert {one.key for one in components} == {f"grid-{run.run_id}" for run in three.values()}
    assert not mounted(app)["grid"]["with_real"]
    table = rows(app)
    assert list(app.table[0].value.columns[1:]) == [one.title for one in FAMILIES.values()]
    assert table["Negative log-likelihood of a held-out sample, nats"][0] == "cannot tell"
    assert table["Step that was measured"] == ["not measured yet"] * 3
    steps = table["Steps, and time of training"]
    assert all(text.startswith("4, ") for text in steps)
    assert all(text.endswith(" ms") for text in table["A sample costs, of 16 at once"])


def test_runs_in_the_plane_are_told_by_their_spots(open_page, taught):
    for family in ("vae", "autoregressive"):
        taught(family, plane=True)
    table = rows(open_page())
    assert all(text.endswith("(reals 8.00)") for text in table["Spots that are reached"])
    assert all(
        "the truth gets" in text
        for text in table["Negative log-likelihood of a held-out sample, nats"]
    )
    assert table["Step that was measured"] == ["4", "4"]
    assert "Fréchet distance" not in table


def test_runs_on_other_data_are_not_offered_beside(open_page, taught):
    run = taught("gan")
    taught("vae", plane=True)
    app = open_page()
    assert app.selectbox(key="families-gan").value == run.run_id
    assert app.selectbox(key="families-vae").options == []


def test_the_quiz_tells_who_was_who_and_counts(open_page, three):
    app = open_page()
    app.session_state["families-tab"] = "Quiz: which is which?"
    app.run()
    assert not app.table
    assert app.button(key="quiz-check").disabled
    for letter in "ABC":
        app.button_group(key=f"guess-{letter}-0").set_value("gan").run()
    app.button(key="quiz-check").click().run()
    assert len(app.success) == 1
    assert len(app.error) == 2
    assert any("So far 1 of 3 right" in one.value for one in app.caption)
    app.button(key="quiz-again").click().run()
    assert not app.success
    assert app.button(key="quiz-check").disabled
    assert not app.exception
