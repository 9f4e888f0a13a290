import base64

import numpy as np
import pytest

from ganlib import DecoderPublished, RunConfig, RunEnded, RunPrepared, lerp, seeded_z, slerp
from tests.dashboard.wire import mounted

PREPARED = RunPrepared(np.zeros((1, 2), np.float32), "cpu", ("d_loss",))


class Decoder:
    """As much of a generator as the page needs; the routes decode."""

    def __init__(self, latent_dim, classes=0):
        self.latent_dim, self.classes = latent_dim, classes


@pytest.fixture
def hold_ready(hold_run):
    """A run that has published a generator."""

    def hold(latent_dim=4, **changes):
        return hold_run(PREPARED, DecoderPublished(0, Decoder(latent_dim)), **changes)

    return hold


@pytest.fixture
def explore(visit, hold_ready):
    """A visitor of the latent page, who watches a run with so many latent dimensions."""

    def open_page(latent_dim=4):
        app = visit(hold_ready(latent_dim).run_id)
        return switch(app, "latent")

    return open_page


def switch(app, page):
    app.switch_page(f"app_pages/{page}.py").run()
    assert not app.exception
    return app


def vectors(app, key):
    assert not app.exception
    numbers = np.frombuffer(base64.b64decode(mounted(app)[key]["vectors"]), "<f4")
    return numbers.reshape(9 if key == "way" else 1, -1)


def shown_run(app):
    return mounted(app)["one"]["run_id"]


def sliders(app):
    numbers = sorted(int(slider.key[2:]) for slider in app.slider if slider.key != "psi")
    assert all(app.slider(key=f"z-{number}").label == f"z {number}" for number in numbers)
    return numbers


def move(app, key, value):
    app.get_by_key(key).set_value(value).run()
    assert not app.exception
    return app


def test_at_first_the_vector_is_that_of_seed_0(explore):
    app = explore()
    assert np.array_equal(vectors(app, "one"), seeded_z(0, 4))
    assert mounted(app)["one"]["alt"] == "The sample of seed 0."


@pytest.mark.parametrize("seed", [1, 7, 2**32 - 1])
def test_a_seed_draws_the_vector(explore, seed):
    assert np.array_equal(vectors(move(explore(), "seed", seed), "one"), seeded_z(seed, 4))


@pytest.mark.parametrize("psi", [0.0, 0.5, 1.5])
def test_truncation_multiplies_the_vector(explore, psi):
    assert np.allclose(vectors(move(explore(), "psi", psi), "one"), psi * seeded_z(0, 4))


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_slider_adds_to_its_own_number_of_the_vector(explore, number):
    offset = np.zeros(4)
    offset[number - 1] = -2.5
    app = move(explore(), f"z-{number}", -2.5)
    assert np.allclose(vectors(app, "one"), seeded_z(0, 4) + offset)


def test_truncation_leaves_the_sliders_alone(explore):
    app = move(move(explore(), "psi", 0.0), "z-2", 3.0)
    assert vectors(app, "one").tolist() == [[0, 3, 0, 0]]


@pytest.mark.parametrize(
    ("latent_dim", "page", "numbers"),
    [(4, 1, [1, 2, 3, 4]), (20, 1, range(1, 9)), (20, 3, range(17, 21)), (8, 1, range(1, 9))],
)
def test_a_page_has_sliders_for_its_dimensions(explore, latent_dim, page, numbers):
    app = explore(latent_dim)
    assert app.number_input(key="page").max == -(-latent_dim // 8)
    app = move(app, "page", page)
    assert sliders(app) == list(numbers)


@pytest.mark.parametrize("latent_dim", [1, 512])
def test_the_smallest_and_the_largest_vector_can_be_explored(explore, latent_dim):
    app = explore(latent_dim)
    move(app, "page", -(-latent_dim // 8))
    move(app, f"z-{latent_dim}", 1.0)
    assert np.allclose(vectors(app, "one")[0, -1], seeded_z(0, latent_dim)[0, -1] + 1)


def test_sliders_of_another_page_of_dimensions_keep_their_say(explore):
    app = explore(20)
    move(move(app, "psi", 0.0), "z-1", 2.0)
    move(move(app, "page", 2), "z-9", -1.0)
    assert vectors(app, "one")[0, [0, 8]].tolist() == [2, -1]
    move(app, "page", 1)
    assert app.slider(key="z-1").value == 2.0
    assert vectors(app, "one")[0, [0, 8]].tolist() == [2, -1]


def test_the_way_is_an_arc_from_a_to_b(explore):
    a, b = seeded_z(1, 4)[0], seeded_z(2, 4)[0]
    assert np.array_equal(vectors(explore(), "way"), slerp(a, b, 9))


def test_the_way_can_be_a_straight_line_between_other_seeds(explore):
    app = move(move(move(explore(), "seed-a", 5), "seed-b", 6), "path", "lerp")
    assert np.array_equal(vectors(app, "way"), lerp(seeded_z(5, 4)[0], seeded_z(6, 4)[0], 9))


def test_without_a_choice_of_the_path_it_is_the_arc(explore):
    app = move(explore(), "path", None)
    assert np.array_equal(vectors(app, "way"), slerp(seeded_z(1, 4)[0], seeded_z(2, 4)[0], 9))


def test_from_a_seed_to_itself_nothing_moves(explore):
    app = move(explore(), "seed-b", 1)
    assert np.allclose(vectors(app, "way"), seeded_z(1, 4))


def test_the_lengths_along_the_way_are_told(explore):
    app = move(explore(), "path", "lerp")
    z = lerp(seeded_z(1, 4)[0], seeded_z(2, 4)[0], 9)
    # The square root of 4 dimensions is 2.
    lengths = " · ".join(f"{np.sqrt((vector**2).sum()) / 2:.2f}" for vector in z)
    assert f"dimension: {lengths}. " in app.caption[-1].value


def test_the_watched_run_is_explored_first(visit, hold_ready):
    watched = hold_ready()
    hold_ready()
    app = switch(visit(watched.run_id), "latent")
    assert shown_run(app) == watched.run_id
    assert app.query_params == {"run": watched.run_id}


def test_who_watches_nothing_explores_the_newest_run(visit, hold_ready):
    hold_ready()
    newest = hold_ready()
    app = switch(visit(), "latent")
    assert shown_run(app) == newest.run_id
    assert app.query_params == {"run": newest.run_id}


def test_another_run_can_be_chosen_and_is_watched_then(visit, hold_ready):
    first = hold_ready(title="First")
    second = hold_ready(latent_dim=7)
    app = switch(visit(second.run_id), "latent")
    move(app, "latent-run", first.run_id)
    assert shown_run(app) == first.run_id
    assert vectors(app, "one").shape == (1, 4)
    assert app.query_params == {"run": first.run_id}
    switch(app, "train")
    assert app.markdown[0].value == "#### First"


def test_a_run_can_be_chosen_although_it_went_on_meanwhile(visit, hold_ready):
    first, second = hold_ready(), hold_ready()
    app = switch(visit(second.run_id), "latent")
    app.selectbox(key="latent-run").set_value(first.run_id)
    message = app._tree.get_widget_states()
    first._record.add(RunEnded(0, "completed"))
    app._run(message)
    assert shown_run(app) == first.run_id


def test_a_smaller_vector_has_no_page_beyond_its_own(visit, hold_ready):
    small, large = hold_ready(4), hold_ready(64)
    app = switch(visit(large.run_id), "latent")
    move(app, "page", 8)
    move(app, "latent-run", small.run_id)
    assert sliders(app) == [1, 2, 3, 4]
    assert vectors(app, "one").shape == (1, 4)


def test_a_run_without_a_generator_stays_watched(visit, hold_run, hold_ready):
    ready = hold_ready()
    waiting = hold_run()
    app = switch(visit(waiting.run_id), "latent")
    assert shown_run(app) == ready.run_id
    switch(app, "train")
    assert app.query_params == {"run": waiting.run_id}


def test_a_watched_run_is_explored_as_soon_as_it_has_a_generator(visit, hold_run, hold_ready):
    hold_ready()
    waiting = hold_run()
    app = switch(visit(waiting.run_id), "latent")
    waiting._record.add(PREPARED)
    waiting._record.add(DecoderPublished(0, Decoder(6)))
    app.run()
    assert shown_run(app) == waiting.run_id
    assert vectors(app, "one").shape == (1, 6)


def test_a_run_that_was_removed_meanwhile_leaves_another(visit, hold_ready, remove_run):
    first, second = hold_ready(), hold_ready()
    app = switch(visit(second.run_id), "latent")
    remove_run(second.run_id)
    app.run()
    assert not app.exception
    assert shown_run(app) == first.run_id
    assert "There is no run " in app.error[0].value


@pytest.fixture
def asked(visit, hold_run):
    """A visitor of the latent page, who watches a run that can be asked for a shape."""
    config = RunConfig.parse(
        {
            "data": {"kind": "images", "name": "shapes", "size": 32},
            "algorithm": {"network": {"architecture": "dcgan", "condition": "concat"}},
        }
    )
    run = hold_run(PREPARED, DecoderPublished(0, Decoder(4, classes=4)), config=config)
    return switch(visit(run.run_id), "latent")


def test_at_first_the_first_class_is_asked_for(asked):
    assert asked.get_by_key(class_key(asked)).options == ["circle", "square", "triangle", "cross"]
    assert {mounted(asked)[key]["label"] for key in ("one", "way")} == {0}


def test_the_class_that_is_chosen_is_asked_for(asked):
    app = move(asked, class_key(asked), "triangle")
    assert {mounted(app)[key]["label"] for key in ("one", "way")} == {2}


def class_key(app):
    return f"class-{shown_run(app)}"


def test_a_generator_without_classes_is_asked_for_none(explore):
    app = explore()
    assert mounted(app)["one"]["label"] is None
