import pytest

from ganlib import LimitSpeed, Pause
from tests.dashboard.wire import mounted, open_tab


def shown(visit, run):
    app = visit(run.run_id)
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("family", "plane", "parts"),
    [
        ("gan", False, {"grid", "curves", "quality"}),
        ("vae", False, {"grid", "curves", "quality", "encoder"}),
        ("autoregressive", False, {"grid", "curves", "quality", "autoregressive"}),
        ("vae", True, {"grid", "curves", "density"}),
        ("autoregressive", True, {"grid", "curves", "density"}),
    ],
)
def test_a_watched_run_shows_what_its_family_has(visit, taught, family, plane, parts):
    assert set(mounted(shown(visit, taught(family, plane=plane)))) == {"hud"} | parts


def test_a_conditional_autoregressive_model_has_a_class(visit, taught):
    run = taught("autoregressive", conditional=True)
    app = shown(visit, run)
    assert mounted(app)["autoregressive"]["label"] == 0
    app.button_group(key=f"drawn-{run.run_id}").set_value("7").run()
    assert mounted(app)["autoregressive"]["label"] == 7


def test_only_players_can_be_stepped_alone(visit, manager, taught, wait_for, tiny):
    config = taught("autoregressive", plane=True).config
    run = manager.get(manager.start(config.model_copy(update={"total_steps": 10_000_000})))
    run.send(Pause())
    wait_for(lambda: run.snapshot.state == "paused")
    keys = {button.key for button in shown(visit, run).button}
    assert {"play", "step", "stop"} <= keys
    assert not {"step-d", "step-g"} & keys


@pytest.mark.parametrize("family", ["vae", "autoregressive"])
def test_every_tab_below_a_run_opens(visit, taught, family):
    run = taught(family)
    app = shown(visit, run)
    for label in [tab.label for tab in app.tabs]:
        open_tab(app, label)
        assert not app.exception
        assert not app.error
    assert app.button(key="fork")


def test_a_race_of_a_vae_is_of_its_own_step_size(visit, taught):
    run = taught("vae")
    app = shown(visit, run)
    open_tab(app, "Race")
    assert app.selectbox(key=f"race-setting-{run.run_id}").value == "lr"


def test_the_price_of_z_is_changed_while_a_vae_learns(visit, manager, taught, wait_for):
    config = taught("vae", plane=True).config
    run = manager.get(manager.start(config.model_copy(update={"total_steps": 10_000_000})))
    run.send(LimitSpeed(50))
    wait_for(lambda: run.snapshot.step > 0)
    app = shown(visit, run)
    (beta,) = (one for one in app.number_input if one.key.endswith("-beta"))
    beta.set_value(4.0)
    (button,) = (one for one in app.button if one.label == "Apply to the run")
    button.click().run()
    assert not app.exception
    assert [values for _, values in run.snapshot.changes] == [{"objective.beta": 4.0}]


def test_a_form_goes_from_one_family_to_another(visit, manager):
    app = visit()
    app.selectbox(key="digits-family-kind").set_value("vae").run()
    assert "set Intensity levels to 2" in app.error[0].value
    app.selectbox(key="digits-images-levels").set_value(2).run()
    assert not app.error
    app.number_input(key="digits-vae-beta").set_value(2.0).run()
    app.number_input(key="digits-total_steps").set_value(1).run()
    app.button(key="start").click().run()
    assert not app.exception
    (run,) = manager.runs()
    assert run.config.algorithm.family == "vae"
    assert run.config.algorithm.objective.beta == 2.0


def test_a_autoregressive_model_has_no_latent_space(visit, taught):
    run = taught("autoregressive")
    app = visit(run.run_id).switch_page("app_pages/latent.py").run()
    assert not app.exception
    assert "has no latent space" in app.info[0].value
