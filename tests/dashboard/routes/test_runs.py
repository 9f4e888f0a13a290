import io

import numpy as np
import pytest
from PIL import Image

from ganlib import (
    ChangeSettings,
    CommandActed,
    FrameDrawn,
    RunConfig,
    RunEnded,
    RunPrepared,
    StepCompleted,
    picture,
)
from ganlib.pictures import grid
from tests.conftest import METRICS
from tests.dashboard.asgi import refused
from tests.dashboard.wire import unpack

GREY = np.arange(2 * 4 * 4, dtype=np.uint8).reshape(2, 4, 4, 1)
POINTS = np.array([[0.5, 0.5], [-0.5, -0.5]], np.float32)
IMMUTABLE = "public, max-age=31536000, immutable"


@pytest.fixture
def run(hold_run, step):
    """A run on 2-D data after ten steps: d_loss is 1, 2 ... 10, g_loss is measured at 5 only."""
    return hold_run(
        RunPrepared(POINTS, "cpu", METRICS),
        FrameDrawn(0, POINTS),
        *(step(i, d_loss=i, **({"g_loss": -5} if i == 5 else {})) for i in range(1, 11)),
        FrameDrawn(10, -POINTS),
    )


@pytest.fixture
def painting(hold_run):
    """A run whose data and samples are grey pictures."""
    return hold_run(RunPrepared(GREY, "cpu", METRICS), FrameDrawn(0, GREY))


def pixels(answer):
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB"))


def test_the_first_question_is_answered_with_everything(ask, run):
    answer = ask(run, "live", since=0, points=600)
    header, series = unpack(answer.content)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["cache-control"] == "no-store"
    assert (header["reset"], header["step"]) == (True, 10)
    assert (header["run_id"], header["title"]) == (run.run_id, "Tiny ring")
    assert (header["state"], header["queue"]) == ("running", None)
    assert header["frames"] == [0, 10]
    assert {name: steps.tolist() for name, (steps, _) in series.items()} == {
        "d_loss": list(range(1, 11)),
        "g_loss": [5],
    }
    assert series["d_loss"][1].tolist() == list(range(1, 11))
    assert series["g_loss"][1].tolist() == [-5]


def test_the_next_question_is_answered_with_what_is_new(ask, run):
    header, series = unpack(ask(run, "live", since=7).content)
    assert header["reset"] is False
    assert list(series) == ["d_loss"]
    assert series["d_loss"][0].tolist() == [8, 9, 10]


def test_who_knows_everything_gets_no_points(ask, run):
    header, series = unpack(ask(run, "live", since=10).content)
    assert (header["reset"], series) == (False, {})


def test_who_knows_more_than_the_run_begins_anew(ask, run):
    header, series = unpack(ask(run, "live", since=11).content)
    assert header["reset"] is True
    assert len(series["d_loss"][0]) == 10


def test_without_numbers_everything_is_sent(ask, run):
    assert unpack(ask(run, "live").content)[0]["reset"]
    assert len(unpack(ask(run, "curves").content)[1]["d_loss"][0]) == 10


def test_a_page_gets_as_many_points_as_it_asks_for(ask, hold_run, step):
    steps = [step(i, d_loss=i % 7) for i in range(1, 101)]
    run = hold_run(RunPrepared(POINTS, "cpu", METRICS), *steps)
    assert len(unpack(ask(run, "live", points=10).content)[1]["d_loss"][0]) == 10
    assert len(unpack(ask(run, "curves", points=10).content)[1]["d_loss"][0]) == 10
    assert len(unpack(ask(run, "curves", points=2**32 - 1).content)[1]["d_loss"][0]) == 100


def test_a_stretch_of_the_curves_has_both_its_ends(ask, run):
    answer = ask(run, "curves", first=3, last=6)
    header, series = unpack(answer.content)
    assert answer.headers["cache-control"] == "no-store"
    assert header == {}
    assert series["d_loss"][0].tolist() == [3, 4, 5, 6]
    assert series["g_loss"][0].tolist() == [5]


@pytest.mark.parametrize("stretch", [{"first": 11}, {"first": 6, "last": 3}, {"last": 0}])
def test_a_stretch_without_steps_is_empty(ask, run, stretch):
    assert unpack(ask(run, "curves", **stretch).content)[1] == {}


def test_a_run_without_steps_is_told_of(ask, hold_run):
    header, series = unpack(ask(hold_run(), "live", since=5).content)
    assert (header["state"], header["step"], header["reset"], series) == ("queued", 0, True, {})


@pytest.mark.usefixtures("idle")
@pytest.mark.parametrize("manager", [{"max_running": 1}], indirect=True)
def test_a_waiting_run_knows_its_place(ask, manager, tiny):
    first, second, third = (manager.start(tiny) for _ in range(3))
    queues = [unpack(ask(run, "live").content)[0]["queue"] for run in (first, second, third)]
    waits = {"behind": ["Tiny ring"], "seconds": None}
    assert queues == [None, {"place": 1, **waits}, {"place": 2, **waits}]


def test_the_end_and_its_reason_are_told(ask, hold_run, step):
    run = hold_run(
        RunPrepared(POINTS, "cpu", METRICS),
        step(3, d_loss=1),
        CommandActed(3, ChangeSettings({"lr_g": 0.1})),
        RunEnded(3, "diverged", "The loss of D is not a number."),
    )
    header, _ = unpack(ask(run, "live").content)
    assert header["state"] == "diverged"
    assert header["message"] == "The loss of D is not a number."
    assert header["marks"] == [{"step": 3, "label": "Learning rate of G 0.1"}]


@pytest.mark.parametrize("path", ["live", "curves"])
def test_a_curve_needs_three_points(ask, run, path):
    assert "at least 3" in refused(ask(run, path, points=2), 400)
    assert ask(run, path, points=3).status_code == 200


def test_a_moment_never_changes(ask, painting):
    answer = ask(painting, "frames/0.webp")
    assert answer.headers["cache-control"] == IMMUTABLE
    assert np.array_equal(pixels(answer)[..., 0], grid(GREY))
    assert ask(painting, "frames/0.webp").content == answer.content


def test_a_moment_in_the_plane_shows_real_points_under_the_fake_ones(ask, run):
    assert ask(run, "frames/10.webp").content == picture(-POINTS, POINTS)


@pytest.mark.parametrize("absent", [1, 9, 11, 2**32 - 1])
def test_a_moment_that_was_not_kept_is_not_found(ask, run, absent):
    assert f"step {absent}:" in refused(ask(run, f"frames/{absent}.webp"), 404)


def test_the_moments_of_runs_are_not_mixed_up(ask, painting, hold_run):
    other = hold_run(RunPrepared(GREY, "cpu", METRICS), FrameDrawn(0, GREY + 100))
    assert ask(painting, "frames/0.webp").content != ask(other, "frames/0.webp").content


def test_real_samples_never_change(ask, painting):
    answer = ask(painting, "real.webp")
    assert answer.headers["cache-control"] == IMMUTABLE
    assert np.array_equal(pixels(answer)[..., 0], grid(GREY))


def test_real_points_have_the_colour_of_the_real(ask, run):
    assert ask(run, "real.webp").content == picture(POINTS[:0], POINTS)


def test_what_is_not_ready_yet_is_to_be_asked_for_again(ask, hold_run):
    assert "ask again in a moment" in refused(ask(hold_run(), "real.webp"), 503)
    over = hold_run(RunEnded(0, "failed", "The disk is gone."))
    assert refused(ask(over, "real.webp"), 404).endswith("were kept with this run are gone.")


def test_where_a_class_can_be_asked_for_each_column_holds_one(ask, hold_run):
    config = {"algorithm": {"network": {"architecture": "dcgan", "condition": "concat"}}}
    grey = np.arange(12, dtype=np.uint8)[:, None, None, None] * np.ones((2, 2, 1), np.uint8)
    run = hold_run(
        RunPrepared(grey, "cpu", METRICS), FrameDrawn(0, grey), config=RunConfig.parse(config)
    )
    for path in ("frames/0.webp", "real.webp"):
        assert pixels(ask(run, path))[::2, ::2, 0].tolist() == [list(range(10))]


def test_a_moment_that_is_gone_is_told_without_the_place_of_its_file(ask, run, tmp_path):
    sentence = refused(ask(run, "thumbnails/0.webp"), 409)
    assert "0.safetensors of this run is damaged or gone" in sentence
    assert str(tmp_path) not in sentence


def test_a_run_that_is_over_says_as_long_as_its_end_is_to_be_saved(ask, hold_run):
    run = hold_run()
    assert not unpack(ask(run, "live").content)[0]["is_unsaved"]
    run._record.add(RunEnded(0, "stopped"))
    assert unpack(ask(run, "live").content)[0]["is_unsaved"]
    run._writer.finish()
    assert not unpack(ask(run, "live").content)[0]["is_unsaved"]


def test_a_run_that_is_over_and_damaged_says_that_nothing_more_will_come(ask, hold_run, manager):
    run = hold_run(StepCompleted(1, {"d_loss": 1.0}, 8), RunEnded(1, "completed"))
    run._writer.finish()
    with manager.store.database.writing() as writer:
        writer.execute("DELETE FROM chunks")
    (manager.store.folder / run.run_id / "curves.safetensors").unlink()
    manager._forget(run.run_id)
    header, _ = unpack(ask(run, "live").content)
    assert header["problem"] == "The last curves of this run are missing in the database."
    assert not header["is_unsaved"]
