import math
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from ganlib.algorithms.conditioning import Conditioning
from ganlib.config import DcganNetwork, Objective, PlaneNetwork
from ganlib.models import AuxiliaryDiscriminator

CPU = torch.device("cpu")
HALF = Objective(auxiliary_lambda=0.5)
KINDS = ("none", "projection", "concat", "auxiliary", "codes")


def conditioning(kind, classes=3, seed=0, **network):
    rng = torch.Generator().manual_seed(seed)
    return Conditioning(DcganNetwork(condition=kind, **network), classes, rng, CPU)


class Labelled(SimpleNamespace):
    """A stream of one batch, whose first two samples are of these classes."""

    def __next__(self):
        return torch.zeros(2, 1)


LABELLED = Labelled(labels=torch.tensor([2, 0]))


def weights(terms):
    return {name: weight for name, (_, weight) in terms.items()}


@pytest.mark.parametrize("kind", ["projection", "concat", "auxiliary"])
def test_fakes_are_of_the_classes_of_the_reals_beside_them(kind):
    one = conditioning(kind)
    one.take(LABELLED)
    z, condition = one.ask(torch.ones(2, 5))
    assert z.tolist() == [[1] * 5] * 2
    assert condition.tolist() == [[0, 0, 1], [1, 0, 0]]


def test_where_g_draws_as_it_likes_it_is_told_nothing_and_labels_are_not_looked_at():
    for one in (conditioning("none"), Conditioning(PlaneNetwork(), 0, torch.Generator(), CPU)):
        one.take(Labelled())
        assert len(one.ask(torch.ones(2, 5))) == 1


def test_codes_need_no_labels_and_are_new_for_each_batch():
    one = conditioning("codes", classes=10)
    one.take(Labelled())
    first, second = (one.ask(torch.ones(64, 5))[1].argmax(1) for _ in range(2))
    assert not torch.equal(first, second)
    assert torch.equal(one.labels, second)


def test_codes_are_drawn_equally_often_and_from_the_given_stream():
    one, twin = conditioning("codes", classes=4), conditioning("codes", classes=4)
    state = torch.get_rng_state()
    condition = one.ask(torch.ones(40_000, 2))[1]
    # The standard error of a share of a quarter is 0.0022.
    assert condition.mean(0).tolist() == pytest.approx([0.25] * 4, abs=0.01)
    assert torch.equal(condition, twin.ask(torch.ones(40_000, 2))[1])
    other = conditioning("codes", classes=4, seed=1)
    assert not torch.equal(condition, other.ask(torch.ones(40_000, 2))[1])
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("times", [1, 2])
def test_d_is_told_the_classes_by_projection_and_concatenation_alone(kind, times):
    one = conditioning(kind)
    one.take(LABELLED)
    one.ask(torch.ones(2, 5))
    told = []

    def critic(samples, condition=None):
        told.append(condition)
        return samples.sum(1)

    one.judge(critic, times)(torch.ones(2 * times, 4))
    if kind in ("projection", "concat"):
        assert told[0].tolist() == [[0, 0, 1], [1, 0, 0]] * times
    else:
        assert told == [None]


def test_only_a_second_head_answers():
    def critic(samples):
        return samples.sum(1)

    logits, answers = conditioning("none").read(critic, torch.ones(2, 4))
    assert logits.tolist() == [4, 4]
    assert answers.shape == (2, 0)
    D = AuxiliaryDiscriminator(nn.Sequential(nn.Linear(4, 1), nn.Flatten(0)), 3)
    logits, answers = conditioning("auxiliary").read(D, torch.ones(2, 4))
    assert (logits.shape, answers.shape) == ((2,), (2, 3))


@pytest.mark.parametrize("kind", ["none", "projection", "concat"])
def test_without_a_second_head_nothing_joins_the_losses(kind):
    one = conditioning(kind)
    assert one.of_d(Objective(), torch.empty(4, 0)) == {}
    assert one.of_g(Objective(), torch.empty(2, 0)) == {}


def test_the_class_costs_its_cross_entropy_at_reals_and_at_fakes():
    one = conditioning("auxiliary")
    one.take(LABELLED)  # Classes 2 and 0.
    right = torch.tensor([[0.0, 0.0, 100.0], [100.0, 0.0, 0.0]])
    of_d = one.of_d(HALF, torch.cat((right, torch.zeros(2, 3))))
    assert weights(of_d) == {"d_class_real": 0.5, "d_class_fake": 0.5}
    assert of_d["d_class_real"][0].item() == pytest.approx(0, abs=1e-6)
    assert of_d["d_class_fake"][0].item() == pytest.approx(math.log(3))
    ((name, (term, weight)),) = one.of_g(HALF, torch.zeros(2, 3)).items()
    assert (name, weight) == ("g_class", 0.5)
    assert term.item() == pytest.approx(math.log(3))


def test_a_class_told_by_reals_alone_weighs_nothing_at_fakes_for_d_and_as_much_for_g():
    one = conditioning("auxiliary")
    one.take(LABELLED)
    objective = HALF.model_copy(update={"auxiliary_fakes": False})
    of_d = one.of_d(objective, torch.zeros(4, 3))
    assert weights(of_d) == {"d_class_real": 0.5, "d_class_fake": 0.0}
    assert of_d["d_class_fake"][0].item() == pytest.approx(math.log(3)), "still shown"
    assert weights(one.of_g(objective, torch.zeros(2, 3))) == {"g_class": 0.5}


def test_codes_are_told_of_fakes_alone_and_information_is_gained():
    one = conditioning("codes", classes=4, code_numbers=2)
    z = torch.tensor([[1.0, -2.0, 9.0], [0.0, 1.0, 9.0]])
    one.ask(z)
    right = torch.cat((100 * nn.functional.one_hot(one.labels, 4), z[:, :2]), 1)
    whole = math.log(4) + 2 / 2
    ((name, (term, weight)),) = one.of_g(HALF, right).items()
    assert (name, weight) == ("g_information", -0.5)
    assert term.item() == pytest.approx(whole, abs=1e-6)
    anything = torch.full((2, 6), math.nan)  # What the head says of reals is not asked.
    ((name, (term, weight)),) = one.of_d(HALF, torch.cat((anything, right))).items()
    assert (name, weight) == ("d_information", -0.5)
    assert term.item() == pytest.approx(whole, abs=1e-6)
