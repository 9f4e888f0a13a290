import numpy as np
import pytest

from dashboard.components import explorer
from dashboard.components.latent_parts import saved_directions
from ganlib import DecoderPublished, MeasureError, random_directions, seeded_z
from tests.dashboard.latent import (
    PREPARED,
    Decoder,
    conditional_config,
    move,
    open_latent,
    styled_config,
)
from tests.dashboard.wire import mounted, tell


@pytest.fixture
def explore(visit, hold_run, manager):
    """A visitor of the explorer of a run with so many latent dimensions."""

    def open_page(latent_dim=4):
        run = hold_run(PREPARED, DecoderPublished(0, Decoder(latent_dim)), latent_dim=latent_dim)
        manager.store.folder_of(run.run_id, run.config).make()
        return open_latent(visit(run.run_id))

    return open_page


def shown(app):
    assert not app.exception
    return mounted(app)["explorer"]


def test_at_first_it_begins_at_the_vector_of_seed_0(explore):
    data = shown(explore())
    assert np.array_equal(data["origin"], seeded_z(0, 4))
    assert (data["view"], data["classes"], data["is_2d"]) == ("", [], True)
    assert data["reading"]["spoken"] == "D takes it for real"


@pytest.mark.parametrize("seed", [1, 7, 2**32 - 1])
def test_a_seed_draws_the_vector(explore, seed):
    data = shown(move(explore(), "seed", seed))
    assert np.array_equal(data["origin"], seeded_z(seed, 4))


def test_the_dice_draw_another_seed(explore):
    app = explore()
    before = shown(app)["origin"]
    app.get_by_key("dice").click().run()
    assert not np.array_equal(shown(app)["origin"], before)
    assert app.get_by_key("seed").value == int(app.query_params["seed"])


def test_the_main_directions_come_first_with_their_shares(explore):
    data = shown(explore())
    vectors = data["vectors"]
    assert data["names"] == ["PC 1", "PC 2", "PC 3", "PC 4"]
    # The first layer stretches the last number of z most.
    assert np.abs(vectors).argmax(1).tolist() == [3, 2, 1, 0]
    assert data["shares"] == pytest.approx([16 / 30, 9 / 30, 4 / 30, 1 / 30], abs=0.03)


@pytest.mark.parametrize(("latent_dim", "count"), [(1, 1), (2, 2), (16, 16), (512, 16)])
def test_there_are_as_many_main_directions_as_can_be(explore, latent_dim, count):
    data = shown(explore(latent_dim))
    assert len(data["names"]) == len(data["shares"]) == count
    assert data["vectors"].shape == (count, latent_dim)


def test_random_directions_have_no_shares(explore):
    data = shown(move(explore(), "from", "random"))
    assert data["names"] == [f"random {number}" for number in (1, 2, 3, 4)]
    assert data["shares"] is None
    assert np.array_equal(data["vectors"], random_directions(0, 4))


def test_the_numbers_of_z_need_no_vectors(explore):
    data = shown(move(explore(20), "from", "numbers"))
    assert data["names"] == [f"z {number}" for number in range(1, 21)]
    assert (data["vectors"], data["shares"]) == (None, None)


def test_points_have_no_ways_to_classes(explore):
    assert "Classes" not in explore().get_by_key("from").options


@pytest.fixture
def conditional(visit, hold_run):
    """A visitor who watches a run that can be asked for a shape."""
    run = hold_run(
        PREPARED, DecoderPublished(0, Decoder(4, classes=4)), config=conditional_config()
    )
    return open_latent(visit(run.run_id))


def test_the_classes_that_can_be_asked_for_are_named(conditional):
    assert shown(conditional)["classes"] == ["circle", "square", "triangle", "cross"]
    assert shown(conditional)["is_2d"] is False


def test_where_a_class_is_asked_for_no_z_leads_to_one(conditional):
    assert "Classes" not in conditional.get_by_key("from").options


@pytest.fixture
def unasked(visit, hold_run):
    """A visitor who watches a run of the same shapes whose generator draws as it likes."""
    config = conditional_config(condition="none")
    return open_latent(
        visit(hold_run(PREPARED, DecoderPublished(0, Decoder(4)), config=config).run_id)
    )


class Known:
    """Pictures whose classes are known."""

    def class_directions(self, decoder):
        return {"circle": np.array([1, 0, 0, 0], np.float32)}


def test_the_ways_to_classes_are_named_after_them(unasked, monkeypatch):
    monkeypatch.setattr(explorer, "explored", lambda config: Known())
    data = shown(move(unasked, "from", "classes"))
    assert data["names"] == ["to circle"]
    assert data["vectors"].tolist() == [[1, 0, 0, 0]]


def test_data_without_classes_are_told_of(unasked, monkeypatch):
    def fail(config):
        raise MeasureError("These pictures have no classes.")

    monkeypatch.setattr(explorer, "explored", fail)
    app = move(unasked, "from", "classes")
    assert app.info[0].value == "These pictures have no classes."
    assert mounted(app) == {}


def test_a_generator_that_makes_no_class_often_is_told_of(unasked, monkeypatch):
    monkeypatch.setattr(Known, "class_directions", lambda *_: {})
    monkeypatch.setattr(explorer, "explored", lambda config: Known())
    app = move(unasked, "from", "classes")
    assert "makes none of the classes often enough" in app.info[0].value


def test_without_saved_directions_it_is_said_where_they_come_from(explore):
    app = move(explore(), "from", "own")
    assert "Nothing saved yet" in app.info[0].value
    assert mounted(app) == {}


def test_saved_directions_lead_away_from_any_seed(explore, manager):
    app = explore()
    (run,) = manager.runs()
    saved_directions(run).keep("thick", np.array([0, 0, 1, 0], np.float32))
    data = shown(move(move(app, "from", "own"), "seed", 3))
    assert data["names"] == ["thick"]
    assert data["vectors"].tolist() == [[0, 0, 1, 0]]


def test_damaged_directions_get_a_sentence(explore, manager):
    app = explore()
    (run,) = manager.runs()
    (manager.store.folder / run.run_id / "directions.json").write_text("{")
    app = move(app, "from", "own")
    assert "directions.json of this run is damaged" in app.info[0].value


def test_directions_stay_while_the_generator_learns_until_others_are_asked_for(
    explore, manager, monkeypatch
):
    app = explore()
    (run,) = manager.runs()
    before = shown(app)["vectors"]
    assert "anew" not in keys(app)

    class Turned(Decoder):
        def features(self, z, condition=None):
            return super().features(z)[:, ::-1] * np.array([9, 1, 1, 1], np.float32)

    run._record.add(DecoderPublished(50, Turned(4)))
    app.run()
    assert np.array_equal(shown(app)["vectors"], before)
    app.get_by_key("anew").click().run()
    assert not np.array_equal(shown(app)["vectors"], before)
    assert "anew" not in keys(app)


def keys(app):
    return {button.key for button in app.button}


def test_where_the_explorer_comes_to_rest_stands_in_the_url(explore):
    app = tell(explore(), "explorer", "view", "0.7~0,1~~1.5,-2")
    assert not app.exception
    assert app.query_params["view"] == "0.7~0,1~~1.5,-2"


@pytest.mark.parametrize("text", [None, 7, {"a": 1}, "<script>", "1" * 8001, "1e5"])
def test_nothing_else_gets_into_the_url(explore, text):
    app = tell(explore(), "explorer", "view", text)
    assert not app.exception
    assert "view" not in app.query_params


def test_a_link_begins_where_the_explorer_stood(visit, hold_run):
    run = hold_run(PREPARED, DecoderPublished(0, Decoder(4)))
    app = visit(run.run_id)
    app.switch_page("app_pages/latent.py")
    app.query_params.update(
        {"run": run.run_id, "seed": "5", "from": "Numbers of z", "view": "1~0,1~~2"}
    )
    app.run()
    data = shown(app)
    assert np.array_equal(data["origin"], seeded_z(5, 4))
    assert (data["names"][0], data["view"]) == ("z 1", "1~0,1~~2")


def test_other_directions_begin_at_the_start(explore):
    app = tell(explore(), "explorer", "view", "0.7~0,1~~1.5,-2")
    app = move(app, "from", "random")
    assert "view" not in app.query_params
    assert shown(app)["view"] == ""


@pytest.fixture
def styled(visit, hold_run):
    """A visitor of a run whose w is four numbers that vary as 1 to 4, in five layers."""
    published = DecoderPublished(0, Decoder(4, style_shape=(5, 4)))
    return open_latent(visit(hold_run(PREPARED, published, config=styled_config()).run_id))


def test_with_styles_the_main_directions_lead_through_w_by_its_deviations(styled):
    data = shown(styled)
    assert data["layers"] == ["4 x 4", "8 x 8", "16 x 16", "32 x 32", "to pixels"]
    origin, vectors = data["origin"], data["vectors"]
    assert np.array_equal(origin[0, :4], seeded_z(0, 4)[0])
    assert not origin[0, 4:].any()
    assert not vectors[:, :4].any()
    # Along the last number w varies most, with a deviation of 4.
    assert np.abs(vectors[:, 4:]) == pytest.approx(np.diag([1.0, 2, 3, 4])[::-1], abs=0.3)
    assert data["shares"] == pytest.approx([16 / 30, 9 / 30, 4 / 30, 1 / 30], abs=0.03)


def test_other_directions_of_a_generator_with_styles_lead_through_z(styled):
    data = shown(move(styled, "from", "random"))
    assert data["layers"] == []
    assert np.array_equal(data["origin"], seeded_z(0, 4))
