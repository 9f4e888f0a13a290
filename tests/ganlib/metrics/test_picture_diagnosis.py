import numpy as np
import pytest

from ganlib.config import RunConfig
from ganlib.events import Metric, MetricReport
from ganlib.metrics import FRECHET, LONG, Evidence, diagnose_pictures
from ganlib.settings import changed

SLOWER_G = "a lower Learning rate of G (η_G), now 0.0002"
SLOWER = "a lower Learning rate of G (η_G) and Learning rate of D (η_D), now 0.0002 and 0.0002"
R1 = "Gradient penalty R1 (γ) at 1"
IN = "digit features 0a1b"
CALM = {"d_loss": 1.3, "g_loss": 0.8, "d_real": 0.6, "d_fake": 0.4}
HEALTHY = {
    FRECHET: (1.9, 0.1, 0.2),
    "precision": (0.6, 0.01, 0.93),
    "coverage": (0.3, 0.01, 0.95),
    "class KL": (0.03, 0.005, 0.002),
    "distance between fakes": (1.3, 0.01, 1.0),
    "memorisation ratio": (1.5, 0.01, 1.0),
    "saturation": (0.7, 0.002, 0.8),
}
TEN = tuple((str(k), 0.1, 0.1) for k in range(10))


def metrics(n=2000, classes=TEN, **changes):
    """Metrics of healthy fakes, some of them (value, error, floor) that are given."""
    changed = {name.replace("_", " "): metric for name, metric in changes.items()}
    named = {**HEALTHY, **changed}
    return MetricReport(
        tuple(Metric(name, *metric, n, IN) for name, metric in named.items() if metric), classes
    )


SAME = object()


def evidence(
    report=None, settings=None, step=1000, curves=None, count=LONG, diverged=False, before=SAME
):
    """One moment; unless told otherwise the pictures were the same before."""
    values = CALM | (curves or {})
    report = metrics() if report is None else report
    return Evidence(
        config=changed(RunConfig(), settings or {}),
        curves={name: np.full(count, value, np.float32) for name, value in values.items()},
        step=step,
        report=report,
        before=report if before is SAME else before,
        diverged=diverged,
    )


def state(*args, **changes):
    text = diagnose_pictures(evidence(*args, **changes))
    return text and text["state"]


def test_healthy_fakes_are_told_their_distance_and_no_advice():
    assert diagnose_pictures(evidence()) == {
        "state": "balanced",
        "sentence": "At step 1,000: no fault found; the fakes are farther from real pictures than "
        "those from each other (Fréchet distance 1.9 against 0.2).",
        "advice": "",
    }


def test_what_is_still_far_from_real_pictures_is_not_praised():
    assert diagnose_pictures(evidence(metrics(**{FRECHET: (11.0, 0.1, 0.16)}), step=600)) == {
        "state": "searching",
        "sentence": "At step 600: no fault found, still far from real pictures (Fréchet distance "
        "11 against 0.16).",
        "advice": "",
    }


def rare(count):
    return tuple((str(k), 0.0 if k < count else 0.1, 0.1) for k in range(10))


@pytest.mark.parametrize(
    ("changes", "state", "sentence", "advice"),
    [
        (
            {"diverged": True},
            "diverging",
            "The run diverged: a loss is no longer a finite number.",
            f"{SLOWER}, or {R1}",
        ),
        (
            {"curves": {"g_loss": 6150.0}, "settings": {"r1_gamma": 1.0}},
            "diverging",
            "The run is diverging: over the last 200 steps the loss of the generator is 6200 (in "
            "runs that learn it stays far below 200).",
            SLOWER,
        ),
        (
            {"curves": {"d_fake": 0.004}, "settings": {"loss": "minimax"}},
            "vanishing",
            "The generator's gradient vanishes: the discriminator gives the fakes 0.004 on average "
            "over the last 200 steps, and so steep is the loss minimax there (0.5 where it cannot "
            "tell).",
            "another loss: ns",
        ),
        (
            {"curves": {"g_grad_norm": 5e-6}, "settings": {"d_steps": 10}},
            "vanishing",
            "The generator's gradient vanishes: over the last 200 steps its norm is 0.000005 (in "
            "runs that learn it is 0.02 or more).",
            "Updates of D in a step (k) at 1, now 10",
        ),
        (
            {"report": metrics(saturation=(0.99, 0.001, 0.8))},
            "saturated",
            "The tanh at the end of the generator is saturated: 99 % of all numbers in its "
            "pictures are at an end of their range, of real ones 80 %. There its gradient is 0.",
            f"a new start with {SLOWER_G}",
        ),
        (
            {"report": metrics(classes=rare(5))},
            "collapsing",
            "The generator is collapsing to few classes: 5 of 10 have less than a tenth of their "
            "share (classes 0, 1, 2, 3, 4).",
            R1,
        ),
        (
            {"report": metrics(classes=rare(8)), "settings": {"r1_gamma": 1.0}},
            "collapsing",
            "The generator is collapsing to few classes: 8 of 10 have less than a tenth of their "
            "share (classes 0, 1, 2, 3, 4 and others).",
            f"{SLOWER_G}, or a new start with Pack size (m) at 4",
        ),
        (
            {"report": metrics(memorisation_ratio=(0.15, 0.01, 1.0))},
            "memorising",
            f"The generator repeats training pictures: in {IN} the nearest one is 0.15 away from "
            "a fake, and 1 from a real picture that was held back.",
            "more data, or Augmentation probability (p) at 0.3",
        ),
        (
            {"report": metrics(distance_between_fakes=(0.12, 0.01, 1.0))},
            "collapsing",
            "The generator has collapsed: it repeats its pictures. The most similar other one is "
            "only 0.12 times as far away as among real pictures.",
            R1,
        ),
        (
            {"curves": {"d_real": 0.99, "d_fake": 0.02}},
            "d_winning",
            "The discriminator is too strong: over the last 200 steps it gives reals the "
            "probability 0.99 of being real, and fakes 0.02.",
            R1,
        ),
        (
            {"curves": {"d_loss": 0.1}, "settings": {"loss": "hinge", "r1_gamma": 1.0}},
            "d_winning",
            "The discriminator is too strong: over the last 200 steps its loss is 0.1, where "
            "guessing costs 2.",
            "a lower Learning rate of D (η_D), now 0.0002",
        ),
        (
            {"report": metrics(precision=(0.02, 0.01, 0.93))},
            "searching",
            "The fakes do not look like the data yet: 2 of 100 are as near to a real picture as "
            "real ones are to each other, and 93 of other real ones.",
            "more steps",
        ),
        (
            {"report": metrics(**{FRECHET: (0.4, 0.1, 0.2)})},
            "solved",
            "No fault found: the fakes are as near to real pictures as those are to each other "
            "(Fréchet distance 0.4, of real pictures 0.2).",
            "",
        ),
    ],
)
def test_each_state_has_its_words(changes, state, sentence, advice):
    text = diagnose_pictures(evidence(**changes))
    if not changes.get("diverged"):
        sentence = f"At step {changes.get('step', 1000):,}: {sentence[0].lower()}{sentence[1:]}"
    assert text == {"state": state, "sentence": sentence, "advice": advice}


@pytest.mark.parametrize(
    ("below", "at", "settings", "found"),
    [
        ({"g_loss": 199.0}, {"g_loss": 200.0}, {}, "diverging"),
        ({"g_loss": -99_999.0}, {"g_loss": -100_000.0}, {"loss": "wgan-gp"}, "diverging"),
        ({"d_fake": 0.011}, {"d_fake": 0.0099}, {"loss": "minimax"}, "vanishing"),
        ({"g_grad_norm": 1.1e-3}, {"g_grad_norm": 0.9e-3}, {}, "vanishing"),
        ({"d_real": 0.94, "d_fake": 0.05}, {"d_real": 0.96, "d_fake": 0.05}, {}, "d_winning"),
        # Smoothing by 0.5 leaves a best D that gives reals one half.
        ({"d_real": 0.4, "d_fake": 0.0}, {"d_real": 0.46, "d_fake": 0.0}, {"label_smoothing": 0.5},
         "d_winning"),
        ({"d_loss": 0.21}, {"d_loss": 0.19}, {"loss": "hinge"}, "d_winning"),
        ({"d_loss": 0.026}, {"d_loss": 0.024}, {"loss": "lsgan"}, "d_winning"),
        ({"d_loss": 0.07}, {"d_loss": 0.069}, {"loss": "rpgan"}, "d_winning"),
    ],
)  # fmt: skip
def test_curves_speak_from_their_threshold_on(below, at, settings, found):
    assert state(curves=below, settings=settings) == "balanced"
    assert state(curves=at, settings=settings) == found


@pytest.mark.parametrize(
    ("name", "beyond", "within", "found"),
    [
        # A fifth of the reals' numbers is between the ends: a quarter of that is 0.05.
        ("saturation", (0.940, 0.003, 0.8), (0.960, 0.003, 0.8), "saturated"),
        # Three errors belong to the threshold.
        ("saturation", (0.956, 0.003, 0.8), (0.956, 0.001, 0.8), "saturated"),
        ("memorisation ratio", (0.38, 0.03, 1.0), (0.38, 0.006, 1.0), "memorising"),
        ("memorisation ratio", (0.21, 0.0, 0.5), (0.19, 0.0, 0.5), "memorising"),
        ("distance between fakes", (0.16, 0.0, 1.0), (0.14, 0.0, 1.0), "collapsing"),
        ("distance between fakes", (0.14, 0.01, 1.0), (0.28, 0.0, 2.0), "collapsing"),
        ("precision", (0.4, 0.01, 0.9), (0.39, 0.01, 0.9), "searching"),
        (FRECHET, (0.51, 0.1, 0.2), (0.49, 0.1, 0.2), "solved"),
    ],
)
def test_figures_speak_from_their_threshold_on(name, beyond, within, found):
    assert state(metrics(**{name: beyond})) == "balanced"
    assert state(metrics(**{name: within})) == found


def test_a_class_is_rare_below_a_tenth_of_its_share():
    for share, found in ((0.011, "balanced"), (0.009, "searching")):
        assert state(metrics(classes=(("a", share, 0.1), *TEN[1:]))) == found


def test_half_of_the_classes_rare_are_a_collapse_and_fewer_are_told():
    assert state(metrics(classes=rare(5))) == "collapsing"
    assert diagnose_pictures(evidence(metrics(classes=rare(4)))) == {
        "state": "searching",
        "sentence": "At step 1,000: the fakes look like the data, but 4 of 10 classes are hardly "
        "drawn, less than a tenth as often as in the data (classes 0, 1, 2, 3).",
        "advice": f"more steps, and if that does not help, {R1}",
    }


@pytest.mark.parametrize(
    ("before", "found"),
    [
        # Nothing was measured before: who says that it does not learn them?
        (None, "searching"),
        # The pictures have only just become good.
        (metrics(classes=rare(5), precision=(0.39, 0.01, 0.9)), "searching"),
        # 3 errors of a difference of 0.003 and 0.004 are 0.015.
        (metrics(classes=rare(5), coverage=(0.284, 0.003, 0.95)), "searching"),
        (metrics(classes=rare(5), coverage=(0.286, 0.003, 0.95)), "collapsing"),
        # All classes were there.
        (metrics(coverage=(0.6, 0.003, 0.95)), "collapsing"),
    ],
)
def test_classes_that_are_missing_are_a_collapse_where_coverage_fell_or_stays(before, found):
    now = metrics(classes=rare(5), coverage=(0.3, 0.004, 0.95))
    assert state(now, before=before) == found


def test_a_class_is_missed_only_where_twenty_of_it_should_be_there():
    for n, found in ((199, "balanced"), (200, "collapsing")):
        assert state(metrics(n=n, classes=rare(5))) == found


def test_classes_that_are_rare_in_the_data_are_not_missed():
    seldom = tuple((f"odd {k}", 0.0, 0.009) for k in range(3))
    assert state(metrics(classes=(*seldom, *TEN[3:]))) == "balanced"


def test_classes_of_blots_mean_nothing():
    assert state(metrics(classes=rare(9), precision=(0.39, 0.01, 0.9))) == "searching"


def test_a_young_run_is_not_accused_of_what_every_run_begins_with():
    alike = metrics(classes=rare(9), distance_between_fakes=(0.07, 0.0, 1.0), precision=(0, 0, 0.9))
    assert state(alike, step=LONG - 1, count=LONG - 1, before=None) == "searching"
    assert state(alike, step=LONG, before=None) == "collapsing"


def test_half_of_the_steps_are_enough_to_call_d_too_strong_and_fewer_are_not():
    sure = {"d_real": 1.0, "d_fake": 0.0}
    assert state(curves=sure, count=LONG // 2 - 1) == "balanced"
    assert state(curves=sure, count=LONG // 2) == "d_winning"


@pytest.mark.parametrize("loss", ["wgan", "wgan-gp"])
def test_a_critic_may_be_as_strong_as_it_likes(loss):
    strong = {"d_loss": -30.0, "d_real": 20.0, "d_fake": -10.0, "g_grad_norm": 1e-5}
    assert state(curves=strong, settings={"loss": loss}) == "balanced"


def test_copies_are_found_in_any_features():
    found = metrics()
    copied = Metric("memorisation ratio", 0.1, 0.01, 1.0, 250, "pixels")
    both = MetricReport((*found.metrics, copied), found.classes)
    text = diagnose_pictures(evidence(both))
    assert text["state"] == "memorising"
    assert "in pixels the nearest one is 0.1 away" in text["sentence"]


def test_few_training_pictures_that_are_repeated_are_copies_first():
    repeated = (0.1, 0.0, 1.0)
    found = metrics(memorisation_ratio=repeated, distance_between_fakes=repeated)
    assert state(found) == "memorising"


def test_pictures_of_two_colours_are_not_saturated():
    assert state(metrics(saturation=(1.0, 0.0, 0.985))) == "balanced"


def test_nothing_is_said_of_too_few_pictures():
    assert diagnose_pictures(evidence(metrics(n=29), curves={})) is None
    assert state(metrics(n=30, classes=())) == "balanced"


def test_a_figure_without_a_floor_accuses_nobody():
    found = metrics(
        memorisation_ratio=(0.0, 0.0, None),
        distance_between_fakes=(0.0, 0.0, None),
        saturation=(1.0, 0.0, None),
    )
    assert state(found) == "balanced"


def test_without_figures_the_curves_still_speak():
    nothing = MetricReport((), refused=("Too few pictures.",))
    assert state(nothing) is None
    assert state(nothing, curves={"d_real": 1.0, "d_fake": 0.0}) == "d_winning"
    assert state(nothing, curves={"g_loss": 1e6}) == "diverging"
