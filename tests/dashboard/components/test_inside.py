import pytest

from tests.dashboard.wire import mounted


def shown(visit, run):
    app = visit(run.run_id)
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("family", "plane", "parts"),
    [
        ("gan", False, {"grid", "curves", "quality"}),
        ("vae", False, {"grid", "curves", "quality", "encoder"}),
        ("autoregressive", False, {"grid", "curves", "quality", "chain"}),
        ("vae", True, {"grid", "curves", "density"}),
        ("autoregressive", True, {"grid", "curves", "density"}),
    ],
)
def test_a_watched_run_shows_what_its_family_has(visit, taught, family, plane, parts):
    assert set(mounted(shown(visit, taught(family, plane=plane)))) == {"hud"} | parts


def test_a_conditional_chain_is_asked_for_a_class(visit, taught):
    run = taught("autoregressive", conditional=True)
    app = shown(visit, run)
    assert mounted(app)["chain"]["label"] == 0
    app.button_group(key=f"drawn-{run.run_id}").set_value("7").run()
    assert mounted(app)["chain"]["label"] == 7


def test_only_players_can_be_stepped_alone(visit, manager, taught, wait_for, tiny):
    config = taught("autoregressive", plane=True).config
    run = manager.get(manager.start(config.model_copy(update={"total_steps": 10_000_000})))
    run.controls.pause()
    wait_for(lambda: run.snapshot.state == "paused")
    keys = {button.key for button in shown(visit, run).button}
    assert {"resume", "step", "stop"} <= keys
    assert not {"step-d", "step-g"} & keys


def test_a_chain_has_no_latent_space(visit, taught):
    run = taught("autoregressive")
    app = visit(run.run_id).switch_page("app_pages/latent.py").run()
    assert not app.exception
    assert "has no latent space" in app.info[0].value
