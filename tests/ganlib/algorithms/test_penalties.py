import pytest
import torch
from torch import nn

from ganlib.algorithms.penalties import Penalties
from ganlib.config import Objective
from ganlib.penalties import DUpdate

CPU = torch.device("cpu")


@pytest.fixture
def penalties():
    return Penalties(CPU)


@pytest.fixture
def linear():
    """A critic of gradient 5."""
    D = nn.Sequential(nn.Linear(2, 1), nn.Flatten(0))
    with torch.no_grad():
        D[0].weight.copy_(torch.tensor([[3.0, 4.0]]))
    return D


def update_of(D):
    samples = torch.randn(8, 2, generator=torch.Generator().manual_seed(1)).requires_grad_(True)
    return DUpdate(D, samples, D(samples), torch.Generator().manual_seed(0))


def lecam_term(penalties, logits, weight=0.3):
    """LeCam of these logits, reals and then fakes."""
    (term,) = penalties.weighted_terms(Objective(lecam_lambda=weight))
    assert (term.metric, term.weight, term.every) == ("d_lecam", weight, 1)
    return term.value(DUpdate(None, torch.zeros(len(logits), 2), logits, None))


def lecam_of(penalties, real, fake):
    """LeCam of 2 real and 2 fake logits that are all alike."""
    return lecam_term(penalties, torch.tensor([real, real, fake, fake])).item()


def test_what_is_off_is_not_there(penalties):
    assert penalties.weighted_terms(Objective()) == ()


@pytest.mark.parametrize(
    ("setting", "name", "value", "share"),
    [
        ("r1_gamma", "d_r1", 25, 0.5),
        ("r2_gamma", "d_r2", 25, 0.5),
        ("gp_lambda", "d_gp", 16, 1),
        ("dragan_lambda", "d_dragan", 16, 1),
    ],
)
def test_a_penalty_on_the_gradient_is_weighted_up_by_its_interval(
    penalties, linear, setting, name, value, share
):
    objective = Objective(**{setting: 3.0, "penalty_interval": 4})
    (term,) = penalties.weighted_terms(objective)
    assert (term.metric, term.weight, term.every) == (name, 3.0 * 4 * share, 4)
    assert term.of_batch == (setting in ("r1_gamma", "r2_gamma"))
    assert term.value(update_of(linear)).item() == pytest.approx(value, rel=1e-5)


def test_the_anchors_of_lecam_begin_at_the_first_logits_and_follow_by_a_hundredth(penalties):
    # Anchors 2 and -1: reals are 3 from the fakes' anchor, fakes 3 from the reals'.
    assert lecam_of(penalties, 2.0, -1.0) == pytest.approx(9 + 9)
    # 0.99 * 2 + 0.01 * 102 = 3, and 0.99 * -1 + 0.01 * 99 = 0.
    assert lecam_of(penalties, 102.0, 99.0) == pytest.approx(102**2 + 96**2, rel=1e-5)


def test_lecam_pulls_the_logits_and_not_its_anchors(penalties):
    logits = torch.tensor([1.0, -1.0], requires_grad=True)
    for _ in range(2):
        (gradients,) = torch.autograd.grad(lecam_term(penalties, logits, 1.0), logits)
        assert gradients.tolist() == [4.0, -4.0]
    assert not any(state.requires_grad for state in penalties.state_dict().values())


def test_trap_21_saved_anchors_go_on_where_they_were(penalties):
    lecam_of(penalties, 2.0, -1.0)
    other = Penalties(CPU)
    other.load_state_dict({name: x.clone() for name, x in penalties.state_dict().items()})
    assert lecam_of(other, 7.0, 5.0) == lecam_of(penalties, 7.0, 5.0)


def test_a_state_from_before_there_were_anchors_begins_anew(penalties):
    penalties.load_state_dict({})
    assert penalties.state_dict()["anchors"].tolist() == []
    assert lecam_of(penalties, 2.0, -1.0) == pytest.approx(18)
