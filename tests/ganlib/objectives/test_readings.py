from typing import get_args

import pytest

from ganlib.config import Loss, Objective
from ganlib.objectives import adversarial_loss, reading

LOSSES = get_args(Loss)


@pytest.mark.parametrize("name", LOSSES)
def test_what_is_told_of_a_loss_is_what_it_computes(name):
    loss, said = adversarial_loss(name), reading(Objective(loss=name))
    assert bool(said.best) == bool(said.gap) == (loss.best_logit is not None)
    assert bool(said.any_g_loss) == loss.g_is_any
    assert (said.kind == "probability") == loss.probabilistic


@pytest.mark.parametrize(
    ("name", "kind", "undecided", "ends"),
    [
        ("minimax", "probability", 0.0, None),
        ("ns", "probability", 0.0, None),
        ("lsgan", "label", 0.5, (0.0, 1.0)),
        ("hinge", "score", 0.0, (-1.0, 1.0)),
        ("wgan", "critic", None, None),
        ("wgan-gp", "critic", None, None),
        ("rpgan", "relative", None, None),
        ("ragan", "relative", None, None),
    ],
)
def test_each_loss_has_its_own_scale(name, kind, undecided, ends):
    said = reading(Objective(loss=name))
    assert (said.kind, said.undecided, said.ends) == (kind, undecided, ends)


@pytest.mark.parametrize("name", [name for name in LOSSES if name not in ("minimax", "ns")])
def test_only_a_probability_is_called_one_of_a_sample_alone(name):
    said = reading(Objective(loss=name))
    assert "probability" not in said.name + said.spoken
    assert "σ(l(x))" not in said.meaning


def test_smoothing_moves_all_that_is_said_of_a_probability():
    said = reading(Objective(loss="ns", label_smoothing=0.1))
    assert said.undecided == pytest.approx(-0.2007, abs=1e-4)  # The logit of 0.45.
    assert said.ticks == ("0 fake", "0.45", "1 real")
    assert "D(x) = 0.45" in said.meaning
    assert said.best.startswith("D*(x) = 0.9 p(x) / (p(x) + q(x))")
    assert "probability" not in said.name
