import numpy as np

from ganlib import FRECHET, Measured, Metric, MetricReport, RunPrepared, StepCompleted
from tests.dashboard.asgi import refused
from tests.dashboard.wire import unpack

FIGURES = MetricReport((Metric(FRECHET, 3.0, 0.25, 0.5, 2000, "digit features 0a1b"),))


def test_metrics_come_with_their_courses_and_no_cache_keeps_them(hold_run, ask):
    run = hold_run(Measured(7, 1.5, FIGURES))
    answer = ask(run, "quality")
    assert answer.headers["cache-control"] == "no-store"
    header, series = unpack(answer.content)
    assert header["words"].startswith("Pictures of step 7.")
    steps, values = series[FRECHET]
    assert (steps.tolist(), values.tolist()) == ([7], [3.0])


def test_news_of_a_run_tell_how_often_it_was_measured(hold_run, ask):
    run = hold_run(Measured(7, 1.5, FIGURES), Measured(9, 1.5, FIGURES))
    header, _ = unpack(ask(run, "live").content)
    assert header["measured"] == 2


def test_the_verdict_is_of_the_settings_and_curves_of_the_run(hold_run, ask):
    names = ("d_loss", "g_loss", "d_real", "d_fake")
    sure = dict(zip(names, (0.01, -0.001, 1.0, 0.001), strict=True))
    prepared = RunPrepared(np.zeros((1, 28, 28, 1), np.uint8), "cpu", names)
    steps = [StepCompleted(step, sure, step) for step in range(1, 201)]
    for loss, state in (("ns", "d_winning"), ("minimax", "vanishing"), ("wgan-gp", "balanced")):
        run = hold_run(prepared, *steps, Measured(200, 1.5, FIGURES), loss=loss)
        assert unpack(ask(run, "quality").content)[0]["diagnosis"]["state"] == state


def test_a_run_that_was_not_measured_yet_is_a_sentence(hold_run, ask):
    assert "not made yet" in refused(ask(hold_run(), "quality"), 503)
