import threading
from contextlib import suppress
from unittest.mock import Mock

import numpy as np
import pytest

from dashboard.routes import asking
from dashboard.routes.asking import MOST_BYTES, once
from ganlib import (
    CheckpointError,
    HeldStoreError,
    Pause,
    Resume,
    RunError,
    RunManager,
    StoreError,
    TakeStep,
    UnknownRunError,
    UnwritableStoreError,
    changed,
    seeded_z,
)
from tests.dashboard.asgi import refused

BODIES = ("decode", "discriminate", "film/gif")
PATHS = ("live", "curves", "frames/0.webp", "real.webp", "plane", "measures", *BODIES)
VECTOR = {"z": np.zeros((1, 4), np.float32)}
NUMBERS = {
    "negative": "-1",
    "huge": "4294967296",
    "beyond any integer": "9" * 5000,
    "huge behind zeros": "0" * 30 + "9" * 30,
    "not a number": "NaN",
    "infinite": "inf",
    "empty": "",
    "letters": "abc",
    "a fraction": "1.5",
    "an exponent": "1e3",
    "digits of another script": "١٢",
    "a superscript": "²",
    "a space": " 4",
    "a sign": "+4",
}


@pytest.fixture
def run(trained):
    """A run on 2-D data after two steps, which every route knows something of."""
    return trained(2)


@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_run_is_not_found(ask, path):
    assert "There is no run 'nobody' here." in refused(ask("nobody", path), 404)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("live", "since"),
        ("live", "points"),
        ("curves", "first"),
        ("curves", "last"),
        ("curves", "points"),
        ("decode", "columns"),
        ("decode", "step"),
        ("plane", "step"),
    ],
)
def test_a_bad_number_is_refused_by_name(ask, run, path, name):
    for kind, number in NUMBERS.items():
        sentence = refused(ask(run, path, body=VECTOR, **{name: number}), 400)
        assert sentence.startswith(f"{name} is "), kind
        assert len(sentence) < 120, kind


def test_a_bad_number_of_a_moment_is_refused(ask, run):
    for kind, number in NUMBERS.items():
        if number:
            sentence = refused(ask(run, f"frames/{number}.webp"), 400)
            assert sentence.startswith("step is "), kind


def test_only_what_passes_is_to_be_asked_again(ask, run, monkeypatch):
    refusals = [
        (HeldStoreError("Another program holds it."), 503),
        (UnwritableStoreError("The disk is full."), 503),
        (StoreError("0.webp of this run is damaged."), 409),
        (CheckpointError("This checkpoint is damaged."), 409),
        (UnknownRunError("There is no run of this name."), 404),
    ]
    for error, status in refusals:
        monkeypatch.setattr(RunManager, "get", Mock(side_effect=error))
        assert refused(ask(run, "curves"), status) == str(error)


def test_an_endless_question_is_cut_short(client, run):
    parts = iter([bytes(MOST_BYTES // 2)] * 1000)
    assert refused(client.post(f"/minimax/runs/{run.run_id}/decode", body=parts), 413)
    assert len(list(parts)) == 997


def test_only_questions_about_vectors_have_a_body(client, run):
    url = f"/minimax/runs/{run.run_id}"
    for path in (*BODIES, "nearest"):
        assert client.get(f"{url}/{path}").status_code == 405
    for path in ("live", "plane", "measures"):
        assert client.post(f"{url}/{path}").status_code == 405


def test_reading_a_run_while_it_trains_does_not_change_it(ask, manager, tiny, wait_for):
    config = changed(tiny, {"total_steps": 200, "batch_size": 8, "frame_every": 10})
    alone, watched = (manager.get(manager.start(config)) for _ in range(2))
    body = {"z": seeded_z(0, 4, count=2)}
    manager.send(watched.run_id, Pause())
    wait_for(lambda: watched.snapshot.plane)
    for _ in range(4):  # However fast the machine is, steps are taken while it is read.
        with suppress(RunError):  # It may be over by now.
            manager.send(watched.run_id, TakeStep("both", 40))
        for path in PATHS:
            assert ask(watched, path, body=body if path in BODIES else b"").status_code == 200
    with suppress(RunError):
        manager.send(watched.run_id, Resume())
    wait_for(lambda: alone.snapshot.is_over and watched.snapshot.is_over)
    assert alone.snapshot.step == watched.snapshot.step == 200
    assert np.array_equal(alone.snapshot.metrics, watched.snapshot.metrics, equal_nan=True)


def test_who_asks_at_the_same_time_waits_for_the_one_answer():
    begun, go_on, answers, made = threading.Event(), threading.Event(), [], []

    @once(4)
    def see(what):
        made.append(what)
        begun.set()
        assert go_on.wait(10)
        return what.upper()

    threads = [threading.Thread(target=lambda: answers.append(see("a"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert begun.wait(10)
    go_on.set()
    for thread in threads:
        thread.join()
    assert (answers, made) == (["A"] * 3, ["a"])


def test_who_asks_for_something_else_does_not_wait():
    begun, go_on = threading.Event(), threading.Event()

    @once(4)
    def see(what):
        if what == "slow":
            begun.set()
            assert go_on.wait(10)
        return what

    slow = threading.Thread(target=see, args=("slow",))
    slow.start()
    assert begun.wait(10)
    assert see("quick") == "quick"
    go_on.set()
    slow.join()


def test_what_failed_is_tried_anew():
    outcomes = iter([ValueError("first"), "second"])

    @once(4)
    def see(what):
        if isinstance(outcome := next(outcomes), Exception):
            raise outcome
        return outcome

    with pytest.raises(ValueError, match="first"):
        see("a")
    assert see("a") == see("a") == "second"


def test_so_many_answers_are_kept():
    made = []
    see = once(2)(made.append)
    for what in "aababcacb":
        see(what)
    assert "".join(made) == "abcab"


@pytest.mark.parametrize("parts", [[], [bytes(4)]])
def test_a_question_whose_rest_does_not_come_is_ended(client, run, monkeypatch, parts):
    monkeypatch.setattr(asking, "PATIENCE", 0.0)
    url = f"/minimax/runs/{run.run_id}/decode"
    sentence = refused(client.post(url, body=parts, breaks_off=True), 408)
    assert sentence == "The rest of the question did not come: ask again."


def test_a_question_may_not_come_for_ever(client, run, monkeypatch):
    monkeypatch.setattr(asking, "LONGEST", 0.0)
    url = f"/minimax/runs/{run.run_id}/decode"
    refused(client.post(url, body=[bytes(4)], breaks_off=True), 408)


@pytest.mark.parametrize("what", ["explore", "find"])
def test_a_socket_on_which_nothing_is_said_is_closed(client, run, monkeypatch, what):
    monkeypatch.setattr(asking, "PATIENCE", 0.0)
    assert client.listen(f"/minimax/runs/{run.run_id}/{what}") == 1008
