import time
from types import SimpleNamespace

import numpy as np
import pytest

from dashboard.charts import metric_chart
from dashboard.routes import compare
from dashboard.wire import decode
from ganlib import FAMILIES, ChangeSettings, CommandActed, RunEnded, RunPrepared, changed
from tests.conftest import METRICS
from tests.dashboard.asgi import refused

PREPARED = RunPrepared(np.zeros((1, 2), np.float32), "cpu", METRICS)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """A clock that the test moves; runs are looked at anew every half second."""
    now = SimpleNamespace(seconds=0.0)
    clocks = SimpleNamespace(monotonic=lambda: now.seconds, time=time.time)
    monkeypatch.setattr(compare, "time", clocks)
    return now


@pytest.fixture
def run_of(hold_run, step):
    """A run over whose steps D's loss had these values."""

    def hold(*losses, events=(), **changes):
        steps = [step(number, d_loss=loss) for number, loss in enumerate(losses, start=1)]
        return hold_run(PREPARED, *steps, *events, **changes)

    return hold


@pytest.fixture
def look(client):
    """Ask to compare runs: (header, arrays)."""

    def ask(*runs, **parameters):
        names = ",".join(run.run_id for run in runs)
        answer = client.get("/minimax/compare", runs=names, **parameters)
        assert answer.status_code == 200, answer.content
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["cache-control"] == "no-store"
        return decode(answer.content)

    return ask


def test_curves_come_as_measured_and_smoothed(look, run_of):
    header, arrays = look(run_of(3.0, 1.0, 2.0), run_of(5.0), smooth="0.5")
    assert arrays["0/d_loss/raw_x"].tolist() == arrays["0/d_loss/smooth_x"].tolist() == [1, 2, 3]
    assert arrays["0/d_loss/raw"].tolist() == [3, 1, 2]
    np.testing.assert_allclose(arrays["0/d_loss/smooth"], [3, 5 / 3, 13 / 7], rtol=1e-6)
    assert arrays["1/d_loss/raw"].tolist() == [5]
    assert [(run["count"], run["end"]) for run in header["runs"]] == [(3, 3.0), (1, 1.0)]
    assert [run["state"] for run in header["runs"]] == ["running", "running"]


def test_without_smoothing_the_measured_values_are_enough(look, run_of):
    _, arrays = look(run_of(3.0, 1.0))
    assert set(arrays) == {"0/d_loss/raw_x", "0/d_loss/raw"}


def test_only_shared_and_measured_metrics_have_a_chart(look, hold_run, step):
    one = hold_run(PREPARED, step(1, d_loss=1.0, g_loss=2.0))
    fewer = RunPrepared(np.zeros((1, 2), np.float32), "cpu", ("d_loss", "other"))
    other = hold_run(fewer, type(step(1))(1, {"d_loss": 0.5, "other": 1.0}, 2))
    header, arrays = look(one, other)
    assert header["charts"] == [metric_chart("d_loss", FAMILIES["gan"])]
    assert {name.split("/")[1] for name in arrays} == {"d_loss"}


def test_only_the_metrics_that_are_asked_for_are_sent(look, hold_run, step):
    run = hold_run(PREPARED, step(1, d_loss=1.0, g_loss=2.0))
    header, arrays = look(run, metric="g_loss")
    assert [chart["id"] for chart in header["charts"]] == ["d_loss", "g_loss"]
    assert set(header["usual"]) == {"g_loss"}
    assert set(arrays) == {"0/g_loss/raw_x", "0/g_loss/raw"}
    assert look(run, metric="no such metric")[1] == {}


def test_runs_that_have_not_begun_are_compared_as_empty(look, hold_run, run_of):
    header, arrays = look(hold_run(), run_of(1.0))
    assert [run["state"] for run in header["runs"]] == ["queued", "running"]
    assert set(arrays) == {"1/d_loss/raw_x", "1/d_loss/raw"}
    header, arrays = look(hold_run(), hold_run(PREPARED))
    assert (header["charts"], arrays) == ([], {})


@pytest.mark.parametrize(
    ("axis", "expected"), [("step", [1, 2]), ("images", [2, 4]), ("seconds", [0, 0])]
)
def test_the_axis_is_chosen(look, run_of, axis, expected):
    run = run_of(1.0, 2.0, batch_size=8, d_steps=2)
    _, arrays = look(run, x=axis)
    if axis == "seconds":
        expected = run.snapshot.seconds
    np.testing.assert_allclose(arrays["0/d_loss/raw_x"], expected, rtol=1e-6)


def test_a_zoom_shows_the_same_smoothed_values_in_full(look, run_of):
    run = run_of(*np.sin(np.arange(3000)))
    _, far = look(run, smooth="0.9", points=3000)
    _, near = look(run, smooth="0.9", first="1000.5", last="1010.2", points=100)
    assert near["0/d_loss/smooth_x"].tolist() == list(range(1000, 1012))
    rows = np.searchsorted(far["0/d_loss/smooth_x"], near["0/d_loss/smooth_x"])
    same = far["0/d_loss/smooth_x"][rows] == near["0/d_loss/smooth_x"]
    assert same.any()
    np.testing.assert_array_equal(far["0/d_loss/smooth"][rows][same], near["0/d_loss/smooth"][same])
    assert len(far["0/d_loss/raw"]) <= 1000


def test_runs_with_nothing_new_are_not_sent_again(look, run_of):
    runs = run_of(1.0, 2.0), run_of(3.0)
    header, arrays = look(*runs, have="2,0")
    assert {name[0] for name in arrays} == {"1"}
    assert [run["count"] for run in header["runs"]] == [2, 1]
    assert header["usual"]["d_loss"] is not None


def test_who_asks_within_half_a_second_gets_the_same_rows(look, run_of, step, clock):
    run = run_of(1.0)
    assert look(run)[0]["runs"][0]["count"] == 1
    run._record.add(step(2, d_loss=2.0))
    assert look(run)[0]["runs"][0]["count"] == 1
    clock.seconds = 0.6
    assert look(run)[0]["runs"][0]["count"] == 2
    run._record.add(step(3, d_loss=3.0))
    run._record.add(RunEnded(3, "completed"))
    header, arrays = look(run)
    assert (header["runs"][0]["count"], header["runs"][0]["state"]) == (3, "completed")
    assert arrays["0/d_loss/raw"].tolist() == [1, 2, 3]


def test_a_curve_is_worked_out_once_for_all_tabs(look, run_of, monkeypatch):
    run, worked = run_of(1.0, 2.0), []
    smooth = compare.overlay.smooth
    monkeypatch.setattr(
        compare.overlay, "smooth", lambda *query: worked.append(query) or smooth(*query)
    )
    answers = [look(run, smooth="0.7")[1]["0/d_loss/smooth"].tolist() for _ in range(10)]
    assert len(worked) == 1
    assert answers == [answers[0]] * 10


def test_the_usual_range_is_that_of_all_runs_together(look, run_of):
    header, _ = look(run_of(*range(51)), run_of(*range(50, 101)))
    low, high = header["usual"]["d_loss"]
    assert (low, high) == pytest.approx((1.01, 98.99))


def test_runs_of_several_seeds_become_a_band(look, run_of):
    runs = [run_of(*losses, seed=seed) for seed, losses in enumerate([(0, 3, 6), (4, 3, 2)])]
    header, arrays = look(*runs, run_of(9.0, lr_d=0.05), bands=1)
    assert header["groups"] == [[0, 1]]
    assert {name for name in arrays if name[0] != "2"} == {
        "0/d_loss/mean_x", "0/d_loss/mean", "0/d_loss/low", "0/d_loss/high",
    }  # fmt: skip
    assert arrays["0/d_loss/mean"].tolist() == [2, 3, 4]
    assert arrays["0/d_loss/low"].tolist() == [0, 3, 2]
    assert arrays["0/d_loss/high"].tolist() == [4, 3, 6]
    assert "2/d_loss/raw" in arrays


def test_a_band_is_of_the_smoothed_curves(look, run_of):
    runs = [run_of(3.0, 1.0, seed=seed) for seed in (0, 1)]
    _, arrays = look(*runs, bands=1, smooth="0.5")
    np.testing.assert_allclose(arrays["0/d_loss/mean"], [3, 5 / 3], rtol=1e-6)


def test_a_band_with_nothing_new_is_not_sent_again(look, run_of):
    runs = [run_of(1.0, seed=seed) for seed in (0, 1)]
    assert look(*runs, bands=1, have="1,1")[1] == {}
    assert "0/d_loss/mean" in look(*runs, bands=1, have="1,0")[1]


def test_without_bands_the_groups_are_named_and_all_runs_sent(look, run_of):
    header, arrays = look(*[run_of(1.0, seed=seed) for seed in (0, 1)])
    assert header["groups"] == [[0, 1]]
    assert {name[0] for name in arrays} == {"0", "1"}


def test_a_run_that_was_steered_stands_for_itself(look, run_of):
    steered = run_of(1.0, seed=1, events=[CommandActed(1, ChangeSettings({"lr_d": 0.05}))])
    assert look(run_of(1.0), steered)[0]["groups"] == []


def test_a_live_change_stands_where_it_took_place(look, run_of):
    changes = [
        CommandActed(0, ChangeSettings({"lr_d": 0.1})),
        CommandActed(2, ChangeSettings({"d_steps": 3})),
    ]
    changes.append(CommandActed(1, ChangeSettings({"cpu_threads": 1})))
    run = run_of(1.0, 2.0, 3.0, events=changes, batch_size=8)
    header, _ = look(run, x="images")
    assert header["runs"][0]["marks"] == [
        {"x": 0.0, "step": 0, "label": "Learning rate of D 0.1"},
        {"x": 4.0, "step": 2, "label": "Updates of D in a step 3"},
    ]


def test_a_run_that_is_named_twice_is_compared_once(look, run_of):
    run = run_of(1.0)
    assert len(look(run, run)[0]["runs"]) == 1


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"runs": ""}, "runs names 0 runs: send 1 to 20, as in runs=a,b."),
        ({"runs": ",".join(map(str, range(21)))}, "runs names 21 runs"),
        ({"x": "epochs"}, "There is no axis 'epochs': ask for one of step, images, seconds."),
        ({"smooth": "1"}, "smooth is '1': send a number, from 0 to 0.999."),
        ({"smooth": "-0.1"}, "smooth is '-0.1'"),
        ({"smooth": "much"}, "smooth is 'much'"),
        ({"first": "nan"}, "first is 'nan': send a number, at least 0."),
        ({"last": "inf"}, "last is 'inf'"),
        ({"points": "1"}, "points is '1'"),
        ({"bands": "yes"}, "bands is 'yes'"),
        ({"have": "1,2"}, "have tells of 2 runs: send a number for each of the 1."),
        ({"have": "all"}, "have is 'all'"),
    ],
)
def test_a_bad_question_gets_a_sentence(client, run_of, parameters, words):
    query = {"runs": run_of(1.0).run_id} | parameters
    assert refused(client.get("/minimax/compare", **query), 400).startswith(words)


@pytest.mark.parametrize("path", ["/minimax/compare", "/minimax/compare/frames"])
def test_a_run_that_is_gone_gets_a_sentence(client, run_of, path):
    names = f"{run_of(1.0).run_id},gone"
    assert "There is no run 'gone' here." in refused(client.get(path, runs=names), 404)


def test_checkpoints_are_told_of_each_run(client, trained, hold_run):
    runs = trained(4), hold_run()
    answer = client.get("/minimax/compare/frames", runs=",".join(run.run_id for run in runs))
    assert answer.headers["cache-control"] == "no-store"
    one, other = answer.json()["runs"]
    assert one == {
        "run_id": runs[0].run_id,
        "state": "running",
        "silent_seconds": 0.0,
        "step": 4,
        "frames": [0, 1, 2, 4],
    }
    assert (other["state"], other["frames"]) == ("queued", [])


def test_a_fork_is_compared_with_the_run_it_comes_from(look, trained, manager):
    parent = trained(8)
    fork = manager.get(manager.fork(parent.run_id, 4, {"lr_d": 0.05}))
    fork.join()
    _, arrays = look(parent, fork)
    np.testing.assert_array_equal(arrays["0/d_loss/raw"][:4], arrays["1/d_loss/raw"][:4])
    assert changed(parent.config, {"lr_d": 0.05}) == fork.config
