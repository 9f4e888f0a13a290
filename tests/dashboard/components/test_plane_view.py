import math

import numpy as np
import pytest

from dashboard.charts import train_charts
from ganlib import LimitSpeed, Pause, RunEnded
from tests.dashboard.wire import mounted, tell

DOT = ((-1.0, -1.0),)
NONSENSE = ["", "both", "D", "stop", 5, 0.5, True, [], ["d"], {}, {"d": 1}]


@pytest.fixture
def resting(hold_run, visit, wait_for):
    """A visitor who watches a run that rests before its first step, and that run."""

    def watch(**changes):
        run = hold_run(**changes)
        run.send(Pause())
        run.start()
        wait_for(lambda: run.snapshot.plane)
        app = visit(run.run_id)
        assert not app.exception
        return app, run

    return watch


@pytest.fixture
def sketch(hold_run, visit):
    """A visitor who watches a run whose data are drawn, and that run; no thread begins."""
    run = hold_run(name="sketch", points=DOT)
    return visit(run.run_id), run


def press(app, key):
    app.button(key=key).click().run()
    assert not app.exception


def say(app, word, value):
    """What the plane's script tells the page."""
    tell(app, "plane", word, value)
    assert not app.exception


def draw(app, *strokes, before):
    """Tell the page strokes of which it has counted none, after those `before` them."""
    say(app, "drawn", {"before": before, "strokes": list(strokes)})


def moved(run):
    """Whether D and G learnt in each step, as (D, G) pairs."""
    names, metrics = run.snapshot.metric_names, run.snapshot.metrics
    columns = [metrics[:, names.index(name)] for name in ("d_loss", "g_loss")]
    return [(bool(d), bool(g)) for d, g in np.isfinite(columns).T]


def points(run):
    return run.snapshot.config_after(run.config).data.points


def test_the_whole_game_is_there_with_its_measures_and_charts(trained, visit):
    run = trained()
    data = mounted(visit(run.run_id))
    assert set(data) == {"hud", "plane", "measures", "curves"}
    assert {one["run_id"] for one in data.values()} == {run.run_id}
    assert data["curves"]["charts"] == train_charts(run.config)


def test_training_d_to_its_best_moves_d_alone_for_500_steps_and_rests(resting, wait_for):
    app, run = resting()
    before = run.snapshot.plane.plane.compute(("map",))
    assert "500 steps" in app.button(key="optimum").label
    press(app, "optimum")
    wait_for(lambda: run.snapshot.plane.step == 500)
    assert moved(run) == 500 * [(True, False)]
    after = run.snapshot.plane.plane.compute(("map",))
    assert np.array_equal(after["fake"], before["fake"])
    assert not np.array_equal(after["map"], before["map"])
    assert run.snapshot.is_at_rest
    assert run.snapshot.state == "paused"
    assert run.snapshot.checkpoints[-1].step == 500


def test_training_d_to_its_best_pauses_a_run_that_goes_on(manager, tiny, visit, wait_for):
    run = manager.get(manager.start(tiny))
    run.send(LimitSpeed(200))
    wait_for(lambda: run.snapshot.step > 0)
    press(visit(run.run_id), "optimum")
    # The last step is on its way while nothing is asked for any more.
    wait_for(lambda: moved(run).count((True, False)) == 500)
    first = run.snapshot.step - 500
    assert first > 0
    assert moved(run) == first * [(True, True)] + 500 * [(True, False)]


def test_a_double_click_trains_d_for_500_steps_and_not_for_1000(resting, wait_for):
    app, run = resting()
    press(app, "optimum")
    press(app, "optimum")
    wait_for(lambda: run.snapshot.is_at_rest and run.snapshot.plane.step == run.snapshot.step)
    assert run.snapshot.step == 500


@pytest.mark.parametrize("outcome", ["completed", "diverged"])
def test_d_of_a_run_that_is_over_learns_no_more(trained, visit, outcome):
    run = trained()
    assert not visit(run.run_id).button(key="optimum").disabled
    run._record.add(RunEnded(8, outcome, "Oh."))
    app = visit(run.run_id)
    assert app.button(key="optimum").disabled
    assert set(mounted(app)) == {"hud", "plane", "measures", "curves"}


@pytest.mark.parametrize(("word", "moves"), [("d", (True, False)), ("g", (False, True))])
def test_slow_motion_takes_one_step_of_one_player(resting, wait_for, word, moves):
    app, run = resting()
    say(app, "slow", word)
    wait_for(lambda: run.snapshot.plane.step == 1)
    app.run()  # What was said is said once.
    assert run.snapshot.is_at_rest
    assert moved(run) == [moves]


def test_slow_motion_goes_through_both_players_and_on(resting, wait_for):
    app, run = resting()
    for step, word in enumerate(("d", "g", "d"), start=1):
        say(app, "slow", word)
        wait_for(lambda step=step: run.snapshot.plane.step == step)
    say(app, "slow", "resume")
    wait_for(lambda: run.snapshot.step > 10)
    assert moved(run)[:4] == [(True, False), (False, True), (True, False), (True, True)]
    say(app, "slow", "pause")
    assert run.snapshot.is_at_rest


def test_no_other_word_does_anything(trained, visit):
    run = trained()
    for paused in (False, True):
        app = visit(run.run_id)
        for word in NONSENSE:
            say(app, "slow", word)
            assert run.snapshot.is_paused is paused, word
            assert run.snapshot.is_at_rest is paused, word
            assert not run.snapshot.is_over, word
        run.send(Pause())


@pytest.mark.parametrize("word", ["pause", "resume", "d", "g"])
def test_slow_motion_of_a_run_that_is_over_changes_nothing(trained, visit, word):
    run = trained(total_steps=8)
    say(visit(run.run_id), "slow", word)
    assert (run.snapshot.state, run.snapshot.step) == ("completed", 8)


def test_a_stroke_is_added_to_the_drawn_data(sketch):
    app, run = sketch
    draw(app, [[0.5, 0.25], [1.3, -1.3]], before=0)
    assert points(run) == (*DOT, (0.5, 0.25), (1.3, -1.3))
    draw(app, [[0, 0]], before=1)
    assert points(run) == (*DOT, (0.5, 0.25), (1.3, -1.3), (0.0, 0.0))
    app.run()
    assert len(points(run)) == 4
    assert not app.error
    assert run.config.data.points == DOT


def test_a_stroke_that_is_told_again_is_added_once(sketch):
    app, run = sketch
    one, two, three = [[0.1, 0.1]], [[0.2, 0.2]], [[0.3, 0.3]]
    assert mounted(app)["plane"]["strokes_taken"] == 0
    draw(app, one, two, before=0)
    assert mounted(app)["plane"]["strokes_taken"] == 2
    # Drawn before the browser knew that the second was counted.
    draw(app, two, three, before=1)
    assert points(run) == (*DOT, (0.1, 0.1), (0.2, 0.2), (0.3, 0.3))
    draw(app, one, before=0)
    assert len(points(run)) == 4
    assert mounted(app)["plane"]["strokes_taken"] == 3


def test_a_page_that_has_forgotten_its_count_adds_what_it_is_told(sketch):
    app, run = sketch
    draw(app, [[0.1, 0.1]], before=5)
    assert points(run) == (*DOT, (0.1, 0.1))
    assert mounted(app)["plane"]["strokes_taken"] == 6


def test_a_refused_stroke_does_not_keep_the_next_one_away(sketch):
    app, run = sketch
    draw(app, [[9, 9]], [[0.1, 0.1]], before=0)
    assert points(run) == (*DOT, (0.1, 0.1))
    assert len(app.error) == 1
    assert mounted(app)["plane"]["strokes_taken"] == 2


def test_a_stroke_is_learnt_from_at_the_next_step(resting, wait_for):
    app, run = resting(name="sketch", points=DOT)
    draw(app, [[1, 1], [1, 1], [1, 1]], before=0)
    say(app, "slow", "d")
    wait_for(lambda: run.snapshot.plane.step == 1)
    (values,) = (values for _, values in run.snapshot.changes)
    assert values == {"data.points": DOT + 3 * ((1.0, 1.0),)}
    real = run.snapshot.plane.plane.compute(())["real"]
    share = (real > 0).all(axis=1).mean()
    assert share == pytest.approx(3 / 4, abs=0.1)  # Five standard deviations of 512 draws.


REFUSED = [
    [[1.31, 0]],
    [[0, -1.31]],
    [[math.nan, 0]],
    [[math.inf, 0]],
    [["x", "y"]],
    [["", ""]],
    [[None, 0]],
    [[0]],
    [[0, 0, 0]],
    [[]],
    [None],
    ["ab"],
    [5],
    [{"x": 0, "y": 0}],
    [[[0, 0]]],
    [[0, 0], [0.5, 9]],
    [[0, 0]] * 2000,
]


def test_a_stroke_that_is_refused_is_told_and_changes_nothing(sketch):
    app, run = sketch
    for number, stroke in enumerate(REFUSED):
        case = repr(stroke)[:30]
        draw(app, stroke, before=number)
        assert points(run) == DOT, case
        (error,) = app.error
        assert len(error.value) < 120, case
        app.run()
        assert not app.error, case


def test_too_many_points_are_refused_by_their_number(sketch):
    app, run = sketch
    draw(app, [[0, 0]] * 1999, before=0)
    assert len(points(run)) == 2000
    draw(app, [[0, 0]], before=1)
    assert [error.value for error in app.error] == ["There are 2,001 points: 2,000 at most."]
    assert len(points(run)) == 2000


def test_what_is_no_stroke_is_passed_over(sketch):
    app, run = sketch
    for number, stroke in enumerate(("ab", "", 5, True, {}, {"0": [0, 0]}, [])):
        draw(app, stroke, before=number)
        assert points(run) == DOT, stroke
        assert not app.error, stroke


def test_what_tells_no_strokes_is_passed_over(sketch):
    app, run = sketch
    for message_of_page in (
        *("ab", 5, True, [], [[0, 0]], {}, {"strokes": [[[0, 0]]]}, {"before": 0}),
        *({"before": "0", "strokes": [[[0, 0]]]}, {"before": 0, "strokes": "ab"}),
    ):
        say(app, "drawn", message_of_page)
        assert points(run) == DOT, message_of_page
        assert not app.error, message_of_page


def test_other_data_cannot_be_drawn_on(hold_run, visit):
    run = hold_run()
    app = visit(run.run_id)
    draw(app, [[0, 0]], before=0)
    assert run.snapshot.config_after(run.config) == run.config
    assert not app.error
