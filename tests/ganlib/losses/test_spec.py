import json
from dataclasses import replace

import pytest
import torch

from ganlib.config import Objective
from ganlib.losses import LOSSES, Reading

WITH_SMOOTHING = [*((name, 0.0) for name in LOSSES), ("ns", 0.1), ("minimax", 0.3)]


def loss_of(name, label_smoothing=0.0):
    return Objective(loss=name, label_smoothing=label_smoothing).loss_spec


@pytest.mark.parametrize(("name", "smoothing"), WITH_SMOOTHING)
def test_the_best_d_is_undecided_where_reals_and_fakes_are_equally_dense(name, smoothing):
    loss = loss_of(name, smoothing)
    if loss.best is not None:
        logit = loss.best.logit(torch.zeros(1, dtype=torch.float64)).item()
        assert logit == pytest.approx(loss.reading.undecided or 0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "kind", "undecided", "ends"),
    [
        ("minimax", "probability", 0.0, None),
        ("ns", "probability", 0.0, None),
        ("lsgan", "score", 0.5, (0.0, 1.0)),
        ("hinge", "score", 0.0, (-1.0, 1.0)),
        ("wgan", "critic", None, None),
        ("wgan-gp", "critic", None, None),
        ("rpgan", "relative", None, None),
        ("ragan", "relative", None, None),
    ],
)
def test_each_loss_has_its_own_scale(name, kind, undecided, ends):
    text = LOSSES[name].reading
    assert (text.kind, text.undecided, text.ends) == (kind, undecided, ends)


@pytest.mark.parametrize("name", [name for name, one in LOSSES.items() if not one.is_probability])
def test_only_a_probability_is_called_one_of_a_sample_alone(name):
    text = LOSSES[name].reading
    assert "probability" not in text.name + text.spoken
    assert "σ(l(x))" not in text.meaning


def test_smoothing_moves_all_that_is_said_of_a_probability():
    text = loss_of("ns", 0.1).as_json()
    assert text["undecided"] == pytest.approx(-0.2007, abs=1e-4)  # The logit of 0.45.
    assert text["ticks"] == ["0 fake", "0.45", "1 real"]
    assert "D(x) = 0.45" in text["meaning"]
    assert text["best"].startswith("D*(x) = 0.9 p(x) / (p(x) + q(x))")
    assert "probability" not in text["name"]
    # Cross-entropy with the label 0.9 at reals, and 0 at fakes.
    d_loss = "−0.9 log D(x) − 0.1 log(1 − D(x)) − log(1 − D(G(z)))"
    assert text["minimises"] == f"D minimises {d_loss}, and G minimises −log D(G(z))."


def test_smoothing_leaves_the_rest_of_a_loss_as_it_is():
    plain, smoothed = loss_of("minimax"), loss_of("minimax", 0.1)
    logits = torch.tensor([-1.0, 2.0])
    assert smoothed.g(logits, logits) == plain.g(logits, logits)
    assert (smoothed.key, smoothed.title, smoothed.steeper) == ("minimax", plain.title, "ns")


@pytest.mark.parametrize(("name", "smoothing"), WITH_SMOOTHING)
def test_what_a_page_is_told_can_be_written_as_json(name, smoothing):
    text = loss_of(name, smoothing).as_json()
    assert json.loads(json.dumps(text, allow_nan=False)) == text
    assert bool(text["best"]) == bool(text["gap"]) == (LOSSES[name].best is not None)


def test_losses_are_named_in_full():
    assert LOSSES["ns"].title == "Non-saturating (Goodfellow 2014)"
    assert LOSSES["rpgan"].title == "Relativistic pairing (R3GAN)"
    assert len({one.title for one in LOSSES.values()}) == len(LOSSES)
    for one in LOSSES.values():
        assert "arXiv" in one.summary
        assert one.d_formula in one.minimises
        assert one.g_formula in one.minimises


def test_a_steeper_loss_is_one_that_there_is():
    assert {one.steeper for one in LOSSES.values()} - {""} <= set(LOSSES)


@pytest.mark.parametrize(
    ("kind", "undecided"), [("critic", 0.0), ("relative", 0.5), ("score", None)]
)
def test_a_scale_of_its_own_and_only_differences_exclude_each_other(kind, undecided):
    with pytest.raises(ValueError, match=f"cannot be the middle of a {kind}"):
        replace(LOSSES["hinge"].reading, kind=kind, undecided=undecided)


def test_only_differences_have_their_middle_said_in_the_same_words():
    half_way = "Only differences between values count; the line is half way between its means"
    for one in (Reading.relative("C(x)."), Reading.critic()):
        assert half_way in one.meaning
        assert one.undecided is None
