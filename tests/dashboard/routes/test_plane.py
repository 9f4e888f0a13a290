import importlib
import json
import math
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from dashboard.wire import decode
from ganlib import (
    LAYERS,
    ChangeSettings,
    Pause,
    PlanePublished,
    RunConfig,
    RunEnded,
    TakeStep,
    train,
)
from ganlib.algorithms import make_algorithm
from ganlib.plane import PlaneSnapshot
from tests.dashboard.asgi import refused

# The package has a route of the same name.
plane = importlib.import_module("dashboard.routes.plane")
POINTS = np.array([[0.5, 0.5], [-0.5, -0.5]], np.float32)
ROUNDED = ("map", "optimal", "gradient", "warp_density")
SCALE = 256
BUDGET = 60_000
"""Bytes of one picture, of which a page may fetch eight a second."""


class Still:
    """A game that always looks the same, and knows how often it was looked at."""

    def __init__(self, cost=0.0):
        self.reading = {"kind": "probability"}
        self.cost = cost
        self.looks, self.measurements = [], 0

    def compute(self, layers):
        self.looks.append(tuple(layers))
        time.sleep(self.cost)
        return {"real": POINTS, "fake": -POINTS}

    def measure(self):
        self.measurements += 1
        time.sleep(self.cost)
        return {"jsd": 0.25}


@pytest.fixture
def pictures(hold_run):
    """A run on pictures."""
    config = RunConfig.parse({"algorithm": {"network": {"architecture": "mlp"}}})
    return hold_run(config=config)


@pytest.fixture
def calls(monkeypatch):
    """All that games answer. Asked again, in another thread, they may differ in the last bits."""
    calls = []

    def remembered(compute):
        def answer(snapshot, *query):
            calls.append(compute(snapshot, *query))
            return calls[-1]

        return answer

    for name in ("compute", "measure"):
        monkeypatch.setattr(PlaneSnapshot, name, remembered(getattr(PlaneSnapshot, name)))
    return calls


@pytest.fixture
def still(trained):
    """A run that goes on and whose newest game, of step 9, is a `Still`; and that game."""

    def hold(**how):
        run, snapshot = trained(8), Still(**how)
        run._record.add(PlanePublished(9, snapshot))
        return run, snapshot

    return hold


@pytest.fixture
def broken(trained):
    """A run whose players have lost every number."""
    run = trained(4)
    algorithm = make_algorithm(run.config, (2,), torch.device("cpu"))
    for weight in (*algorithm.G.parameters(), *algorithm.D.parameters()):
        weight.data.fill_(math.nan)
    run._record.add(PlanePublished(5, algorithm.publish_plane()))
    return run


@pytest.fixture
def clock(monkeypatch):
    """The server's clock, which stands still until it is set."""
    clock = SimpleNamespace(now=100.0)
    clock.monotonic = lambda: clock.now
    monkeypatch.setattr(plane, "time", clock)
    return clock


def games_of(run):
    """The games of a run by step: the same settings give the same games again."""
    events = train(run.config)
    return {event.step: event.plane for event in events if isinstance(event, PlanePublished)}


def rounded(values):
    """The nearest multiple of 1 / SCALE that 16 bits hold; NaN stays."""
    most = 32767 / SCALE
    return np.clip(np.round(values.astype(float) * SCALE) / SCALE, -most, most)


def strict(answer):
    """JSON without the words for what is no number."""
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"

    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    return json.loads(answer.content, parse_constant=refuse)


def at_once(ask, run, what, askers=8):
    """The answers to many pages that ask at the same time."""
    with ThreadPoolExecutor(askers) as pool:
        return list(pool.map(lambda _: ask(run, what), range(askers)))


def test_without_layers_there_are_the_samples(ask, trained, calls):
    run = trained(8)
    answer = ask(run, "plane")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["cache-control"] == "no-store"
    header, arrays = decode(answer.content)
    assert header == {
        "step": 8,
        "saved": [0, 1, 2, 4, 8],
        "reach": 1.3,
        "reading": run.config.gan.objective.loss_spec.as_json(),
        "mean_force": None,
    }
    assert list(arrays) == ["real", "fake"]
    (seen,) = calls
    assert arrays["real"].tobytes() == seen["real"].tobytes()
    assert arrays["fake"].tobytes() == seen["fake"].tobytes()


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_arrives_as_it_was_seen(ask, trained, calls, layer):
    run = trained(4, latent_dim=2)
    _, arrays = decode(ask(run, "plane", layers=layer).content)
    (seen,) = calls
    assert set(arrays) == set(seen) > {"real", "fake"}
    for name, array in arrays.items():
        assert array.shape == seen[name].shape
        expected = rounded(seen[name]) if name in ROUNDED else seen[name]
        assert np.array_equal(array, expected, equal_nan=True)


def test_what_is_unknown_stays_unknown(ask, trained):
    _, arrays = decode(ask(trained(1), "plane", layers="optimal").content)
    unknown = np.isnan(arrays["optimal"])
    assert unknown.any()
    assert not unknown.all()


@pytest.mark.parametrize("latent_dim", [1, 2, 16])
def test_a_picture_with_all_its_layers_stays_in_the_budget(ask, trained, latent_dim):
    answer = ask(trained(1, latent_dim=latent_dim), "plane", layers=",".join(LAYERS))
    _, arrays = decode(answer.content)
    assert {"map", "optimal", "gradient", "forces", "warp", "z"} < set(arrays)
    assert len(answer.content) <= BUDGET


def test_the_mean_push_is_told_beside_the_forces(ask, trained):
    header, arrays = decode(ask(trained(8), "plane", layers="forces,map").content)
    x, y = arrays["forces"].astype(float).T
    assert header["mean_force"] == pytest.approx(np.hypot(x, y).mean(), rel=1e-5)
    assert header["mean_force"] > 0


@pytest.mark.parametrize(
    ("layers", "unknown"),
    [("nothing", "nothing"), ("map,MAP", "MAP"), ("map, gradient", " gradient"), ("real", "real")],
)
def test_an_unknown_layer_is_refused_with_those_that_there_are(ask, trained, layers, unknown):
    sentence = refused(ask(trained(1), "plane", layers=layers), 400)
    assert sentence == (
        f"There is no layer {unknown!r}: ask for map, optimal, gradient, forces, warp, noise."
    )


def test_an_endless_list_of_layers_is_cut_short(ask, trained):
    run = trained(1)
    assert len(refused(ask(run, "plane", layers="x" * 5000), 400)) < 120
    _, arrays = decode(ask(run, "plane", layers="map," * 5000).content)
    assert set(arrays) == {"real", "fake", "map"}


@pytest.mark.parametrize("step", [0, 1, 2, 4])
def test_a_saved_step_shows_the_game_as_it_was_then(ask, trained, calls, step):
    run = trained(8)
    then, now = (
        decode(ask(run, "plane", layers="map,forces", **at).content) for at in ({"step": step}, {})
    )
    assert (then[0]["step"], now[0]["step"]) == (step, 8)
    seen = calls[0]
    assert seen["fake"] == pytest.approx(games_of(run)[step].compute(())["fake"], abs=1e-5)
    assert then[1]["fake"].tobytes() == seen["fake"].tobytes()
    assert then[1]["forces"].tobytes() == seen["forces"].tobytes()
    assert np.array_equal(then[1]["map"], rounded(seen["map"]))
    assert then[1]["real"].tobytes() == now[1]["real"].tobytes()
    assert not np.array_equal(then[1]["fake"], now[1]["fake"])


def test_the_newest_game_may_be_asked_for_by_its_step_though_it_is_not_saved(ask, still):
    run, snapshot = still()
    header, arrays = decode(ask(run, "plane", step=9).content)
    assert (header["step"], header["saved"]) == (9, [0, 1, 2, 4, 8])
    assert np.array_equal(arrays["fake"], -POINTS)
    assert len(snapshot.looks) == 1


@pytest.mark.parametrize(("step", "nearest"), [(3, 2), (5, 4), (7, 8), (2**32 - 1, 8)])
def test_a_step_that_was_not_kept_is_not_found_and_the_nearest_is_named(
    ask, trained, step, nearest
):
    sentence = refused(ask(trained(8), "plane", step=step), 404)
    assert sentence == f"No checkpoint was kept at step {step:,}: the nearest is step {nearest}."


def test_a_game_of_settings_that_changed_is_seen_with_those_it_had(ask, trained):
    run = trained(4, name="sketch", points=((-1.0, -1.0),))
    run.send(ChangeSettings({"points": ((1.0, 1.0),)}))
    _, arrays = decode(ask(run, "plane", step=2).content)
    assert np.abs(arrays["real"] + 1).max() < 0.2


def test_a_run_that_goes_on_from_another_shows_the_moments_of_that_one(
    ask, trained, manager, wait_for
):
    first = trained(8)
    second = manager.get(manager.fork(first.run_id, 4, {}))
    wait_for(lambda: second.snapshot.is_over)
    for step in (2, 4):
        one, other = (ask(run, "plane", step=step, layers="map") for run in (first, second))
        assert decode(one.content)[0]["step"] == step
        assert np.array_equal(*(decode(each.content)[1]["map"] for each in (one, other)))


@pytest.mark.parametrize("path", ["plane", "measures"])
def test_pictures_have_no_plane(ask, pictures, path):
    assert refused(ask(pictures, path), 404) == "This run has no game in the plane."
    assert refused(ask(pictures, path, step=0, layers="map"), 404)


@pytest.mark.parametrize("path", ["plane", "measures"])
def test_a_game_that_is_not_ready_yet_is_to_be_asked_for_again(ask, hold_run, path):
    sentence = refused(ask(hold_run(), path), 503)
    assert sentence == "The pair of networks is not made yet: ask again in a moment."


@pytest.mark.parametrize("path", ["plane", "measures"])
def test_a_run_that_ended_before_its_game_began_has_none(ask, hold_run, path):
    run = hold_run(RunEnded(0, "failed", "There is not enough memory."))
    sentence = refused(ask(run, path), 404)
    assert sentence == "The pair of networks of this run is not kept, or its files are gone."


@pytest.mark.parametrize("path", ["plane", "measures"])
def test_a_run_that_is_over_keeps_its_last_game(ask, trained, path):
    run = trained(8, total_steps=8)
    assert run.snapshot.state == "completed"
    assert ask(run, path).status_code == 200


def test_the_same_question_is_looked_at_once(ask, still):
    run, snapshot = still()
    answers = [
        ask(run, "plane", layers=layers).content
        for layers in ("map,gradient", "map,gradient", "gradient,map", ",map,,gradient,map,")
    ]
    assert len(set(answers)) == 1
    assert len(snapshot.looks) == 1
    ask(run, "plane", layers="map")
    assert len(snapshot.looks) == 2


def test_pages_that_ask_at_the_same_time_are_shown_one_look(ask, still):
    run, snapshot = still(cost=0.05)
    answers = at_once(ask, run, "plane")
    assert len({answer.content for answer in answers}) == 1
    assert len(snapshot.looks) == 1


def test_a_new_game_is_looked_at_anew(ask, still):
    run, _ = still()
    ask(run, "plane")
    newer = Still()
    run._record.add(PlanePublished(10, newer))
    assert decode(ask(run, "plane").content)[0]["step"] == 10
    assert len(newer.looks) == 1


def test_a_saved_game_is_made_once(ask, trained, monkeypatch):
    run, made = trained(8), []
    saved_plane = plane.saved_plane
    monkeypatch.setattr(
        plane, "saved_plane", lambda saved: made.append(saved.step) or saved_plane(saved)
    )
    for _ in range(3):
        ask(run, "plane", step=2, layers="map")
        run._record.add(PlanePublished(run.snapshot.plane.step + 1, Still()))
    assert made == [2]


def test_the_games_of_runs_are_not_mixed_up(ask, trained):
    one, other = (ask(trained(4, seed=seed), "plane", layers="map") for seed in (1, 2))
    assert one.content != other.content


def test_the_newest_game_is_shown_however_fast_newer_ones_come(
    ask, manager, tiny, wait_for, monkeypatch
):
    monkeypatch.setattr("ganlib.trainer.BETWEEN_PLANES", 0)
    run = manager.get(manager.start(tiny))
    wait_for(lambda: run.snapshot.plane)
    steps = []
    while run.snapshot.step < 50:
        steps.append(decode(ask(run, "plane").content)[0]["step"])
    assert steps == sorted(steps)
    assert steps[0] < steps[-1]


def test_players_who_lost_every_number_are_still_shown(ask, broken):
    header, arrays = decode(ask(broken, "plane", layers=",".join(LAYERS)).content)
    assert header["mean_force"] is None
    assert np.isnan(arrays["map"]).all()
    assert np.isfinite(arrays["real"]).all()


def test_players_who_lost_every_number_cannot_be_measured(ask, broken):
    assert "the run diverged" in refused(ask(broken, "measures"), 409)


@pytest.mark.parametrize(
    "changes", [{}, {"loss": "wgan-gp"}, {"name": "spiral"}, {"pack": 2}], ids=str
)
def test_measures_are_what_the_game_measures_as_json(ask, trained, changes, calls):
    answer = ask(trained(4, **changes), "measures")
    assert answer.headers["cache-control"] == "no-store"
    assert [strict(answer)] == [{"step": 4, **measured} for measured in calls]


def test_many_who_ask_at_the_same_time_get_one_measurement(ask, still, clock):
    run, snapshot = still(cost=0.05)
    answers = at_once(ask, run, "measures")
    assert [strict(answer) for answer in answers] == 8 * [{"step": 9, "jsd": 0.25}]
    assert snapshot.measurements == 1


def test_a_run_that_goes_on_is_measured_once_a_second(ask, still, clock):
    run, first = still()
    for clock.now in (100.0, 100.3, 100.9):
        assert strict(ask(run, "measures"))["step"] == 9
    second = Still()
    run._record.add(PlanePublished(10, second))
    assert strict(ask(run, "measures"))["step"] == 9
    clock.now = 101.0
    assert strict(ask(run, "measures"))["step"] == 10
    assert (first.measurements, second.measurements) == (1, 1)


def test_a_run_at_rest_is_measured_when_it_has_taken_a_step(ask, still, clock):
    run, first = still()
    run.send(Pause())
    for clock.now in (100.0, 105.0, 900.0):
        assert strict(ask(run, "measures"))["step"] == 9
    second = Still()
    run._record.add(PlanePublished(10, second))
    assert [strict(ask(run, "measures"))["step"] for _ in range(3)] == [10, 10, 10]
    assert (first.measurements, second.measurements) == (1, 1)


def test_steps_that_were_asked_for_one_by_one_are_measured_once_a_second(ask, still, clock):
    run, first = still()
    run.send(TakeStep("d", 500))
    second = Still()
    assert run.snapshot.state == "paused"
    assert strict(ask(run, "measures"))["step"] == 9
    run._record.add(PlanePublished(10, second))
    assert strict(ask(run, "measures"))["step"] == 9
    assert (first.measurements, second.measurements) == (1, 0)


def test_a_run_that_is_over_is_measured_once(ask, still, clock):
    run, snapshot = still()
    run._record.add(RunEnded(9, "stopped"))
    for clock.now in (100.0, 105.0, 900.0):
        assert strict(ask(run, "measures"))["step"] == 9
    assert snapshot.measurements == 1
