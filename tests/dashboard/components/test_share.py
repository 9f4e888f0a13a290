from tests.dashboard.wire import mounted, open_tab


def test_the_tab_has_a_place_for_every_form_of_this_run(visit, trained):
    run = trained()
    app = visit(run.run_id)
    open_tab(app, "Save or share")
    assert not app.exception
    assert mounted(app)["share"] == {"run_id": run.run_id}
    assert any("may do everything here" in one.value for one in app.caption)


def test_the_place_is_made_only_when_the_tab_is_open(visit, trained):
    assert "share" not in mounted(visit(trained().run_id))
