import pytest

from dashboard import scripts
from dashboard.charts import train_charts
from ganlib import COLOURS, ChangeSettings, RunConfig
from tests.dashboard.wire import mounted


def elements(app):
    assert not app.exception
    return {one.key.rsplit("-", 1)[0]: one for one in app.get("bidi_component")}


@pytest.fixture
def pictures():
    """The configuration of a run on pictures."""
    return RunConfig.parse({"algorithm": {"network": {"architecture": "mlp"}}})


@pytest.mark.parametrize(
    ("name", "is_2d"),
    [
        ("hud", True),
        ("plane", True),
        ("measures", True),
        ("curves", True),
        ("hud", False),
        ("grid", False),
        ("quality", False),
        ("curves", False),
    ],
)
def test_a_component_knows_its_run_and_loads_its_script(
    hold_run, visit, tiny, pictures, name, is_2d
):
    run = hold_run(config=tiny if is_2d else pictures)
    element = elements(visit(run.run_id))[name]
    assert element.key == f"{name}-{run.run_id}"
    assert element.proto.js_content == scripts.boot(name)
    assert element.proto.html_content == '<div class="root"></div>'
    assert element.proto.isolate_styles


def test_the_status_line_knows_the_state_that_the_page_was_drawn_for(app_with_run, manager):
    data = mounted(app_with_run())["hud"]
    (run,) = manager.runs()
    assert data == {"run_id": run.run_id, "state": "queued", "changes": 0}


def test_the_curves_get_the_charts_of_the_run(app_with_run, manager):
    data = mounted(app_with_run(loss="hinge"))["curves"]
    assert data["charts"] == train_charts(manager.runs()[0].config)


def test_pictures_are_called_what_they_are(visit, hold_run, pictures):
    data = mounted(visit(hold_run(config=pictures).run_id))["grid"]
    assert data["fake_caption"] == "Generated digits"
    assert data["real_caption"] == "Real digits"
    assert data["alt"].startswith("Digits")


@pytest.mark.parametrize(
    ("changes", "drawable"),
    [
        ({}, False),
        ({"loss": "hinge", "latent_dim": 2}, False),
        ({"name": "sketch", "points": ((0.0, 0.0),)}, True),
    ],
    ids=str,
)
def test_the_plane_knows_the_roles_the_noise_and_the_loss(app_with_run, manager, changes, drawable):
    data = mounted(app_with_run(**changes))["plane"]
    (run,) = manager.runs()
    assert data == {
        "run_id": run.run_id,
        "colours": dict(COLOURS),
        "drawable": drawable,
        "latent_dim": changes.get("latent_dim", 4),
        "pack": 1,
        "reading": run.config.gan.objective.loss_spec.as_json(),
        "strokes_taken": 0,
        "lock": "",
    }


def test_the_plane_follows_a_loss_that_was_changed(hold_run, visit):
    run = hold_run()
    run.send(ChangeSettings({"loss": "wgan"}))
    assert mounted(visit(run.run_id))["plane"]["reading"]["kind"] == "critic"


def test_the_measures_know_the_roles(app_with_run, manager):
    data = mounted(app_with_run())["measures"]
    (run,) = manager.runs()
    assert data == {"run_id": run.run_id, "colours": dict(COLOURS)}


def test_a_run_that_is_never_measured_has_no_place_for_figures(hold_run, visit, pictures):
    run = hold_run(config=pictures, measure_every=0.0)
    assert "quality" not in elements(visit(run.run_id))
