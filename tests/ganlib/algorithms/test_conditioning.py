import math
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from ganlib.algorithms.conditioning import Conditioning
from ganlib.config import DcganNetwork, Objective
from ganlib.models import AuxiliaryDiscriminator

CPU = torch.device("cpu")
HALF = Objective(auxiliary_lambda=0.5)
KINDS = ("projection", "concat", "auxiliary", "codes")


def conditioning(kind, classes=3, seed=0, **network):
    rng = torch.Generator().manual_seed(seed)
    return Conditioning(DcganNetwork(condition=kind, **network), classes, rng, CPU)


class Labelled(SimpleNamespace):
    """A stream of one batch, whose first two samples are of these classes."""

    def __next__(self):
        return torch.zeros(2, 1)


LABELLED = Labelled(labels=torch.tensor([2, 0]))


def weights(terms):
    return {term.metric: term.weight for term in terms}


def values(terms, *update):
    return {term.metric: term.value(*update).item() for term in terms}


@pytest.mark.parametrize("kind", ["projection", "concat", "auxiliary"])
def test_fakes_are_of_the_classes_of_the_reals_beside_them(kind):
    one = conditioning(kind)
    one.next_real(LABELLED)
    z, condition = one.g_inputs(torch.ones(2, 5))
    assert z.tolist() == [[1] * 5] * 2
    assert condition.tolist() == [[0, 0, 1], [1, 0, 0]]


def test_codes_need_no_labels_and_are_new_for_each_batch():
    one = conditioning("codes", classes=10)
    one.next_real(Labelled())
    first, second = (one.g_inputs(torch.ones(64, 5))[1].argmax(1) for _ in range(2))
    assert not torch.equal(first, second)
    assert torch.equal(one.labels, second)


def test_codes_are_drawn_equally_often_and_from_the_given_stream():
    one, twin = conditioning("codes", classes=4), conditioning("codes", classes=4)
    state = torch.get_rng_state()
    condition = one.g_inputs(torch.ones(40_000, 2))[1]
    # The standard error of a share of a quarter is 0.0022.
    assert condition.mean(0).tolist() == pytest.approx([0.25] * 4, abs=0.01)
    assert torch.equal(condition, twin.g_inputs(torch.ones(40_000, 2))[1])
    other = conditioning("codes", classes=4, seed=1)
    assert not torch.equal(condition, other.g_inputs(torch.ones(40_000, 2))[1])
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("times", [1, 2])
def test_d_is_told_the_classes_by_projection_and_concatenation_alone(kind, times):
    one = conditioning(kind)
    one.next_real(LABELLED)
    one.g_inputs(torch.ones(2, 5))
    calls = []

    def critic(samples, condition=None):
        calls.append(condition)
        return samples.sum(1)

    for D in (one.conditioned(critic), one.discriminator(critic)):
        assert D(torch.ones(2 * times, 4)).tolist() == [4] * 2 * times
    if kind in ("projection", "concat"):
        assert [one.tolist() for one in calls] == [[[0, 0, 1], [1, 0, 0]] * times] * 2
    else:
        assert calls == [None] * 2


@pytest.mark.parametrize("parts", [1, 2])
def test_the_logits_of_a_second_head_are_kept_in_the_order_of_the_samples(parts):
    D = AuxiliaryDiscriminator(nn.Sequential(nn.Linear(4, 1), nn.Flatten(0)), 3)
    samples = torch.randn(6, 4, generator=torch.Generator().manual_seed(0))
    one = conditioning("auxiliary")
    logits, auxiliary_logits = D.read(samples)
    assert torch.allclose(one.discriminator(D, parts)(samples), logits)
    assert torch.allclose(one.auxiliary_logits, auxiliary_logits)
    one.conditioned(D)(samples[:2])
    assert len(one.auxiliary_logits) == 6, "what penalties look at is not kept"


def test_d_sees_the_parts_of_its_samples_one_by_one():
    seen = []

    def critic(samples, condition):
        seen.append((len(samples), len(condition)))
        return samples.sum(1)

    one = conditioning("projection")
    one.next_real(LABELLED)
    samples = torch.arange(16.0).view(4, 4)
    assert torch.equal(one.discriminator(critic, 2)(samples), samples.sum(1))
    assert seen == [(2, 2), (2, 2)]


@pytest.mark.parametrize("kind", ["projection", "concat"])
def test_without_a_second_head_nothing_joins_the_losses(kind):
    one = conditioning(kind)
    assert one.d_terms(Objective()) == one.g_terms(Objective()) == ()


def test_the_class_costs_its_cross_entropy_at_reals_and_at_fakes():
    one = conditioning("auxiliary")
    one.next_real(LABELLED)  # Classes 2 and 0.
    right = torch.tensor([[0.0, 0.0, 100.0], [100.0, 0.0, 0.0]])
    d_terms, g_terms = one.d_terms(HALF), one.g_terms(HALF)
    one.auxiliary_logits = torch.cat((right, torch.zeros(2, 3)))
    assert weights(d_terms) == {"d_class_real": 0.5, "d_class_fake": 0.5}
    d_values = {"d_class_real": 0, "d_class_fake": math.log(3)}
    assert values(d_terms, None) == pytest.approx(d_values, abs=1e-6)
    assert weights(g_terms) == {"g_class": 0.5}
    assert values(g_terms) == {"g_class": pytest.approx(math.log(3))}
    one.auxiliary_logits = right  # Of fakes alone, as in an update of G.
    assert values(g_terms) == {"g_class": pytest.approx(0, abs=1e-6)}


def test_a_class_told_by_reals_alone_weighs_nothing_at_fakes_for_d_and_as_much_for_g():
    one = conditioning("auxiliary")
    one.next_real(LABELLED)
    objective = HALF.model_copy(update={"auxiliary_fakes": False})
    one.auxiliary_logits = torch.zeros(4, 3)
    d_terms = one.d_terms(objective)
    assert weights(d_terms) == {"d_class_real": 0.5, "d_class_fake": 0.0}
    assert values(d_terms, None)["d_class_fake"] == pytest.approx(math.log(3)), "still shown"
    assert weights(one.g_terms(objective)) == {"g_class": 0.5}


def test_codes_are_told_of_fakes_alone_and_information_is_gained():
    one = conditioning("codes", classes=4, code_numbers=2)
    z = torch.tensor([[1.0, -2.0, 9.0], [0.0, 1.0, 9.0]])
    one.g_inputs(z)
    right = torch.cat((100 * nn.functional.one_hot(one.labels, 4), z[:, :2]), 1)
    whole = math.log(4) + 2 / 2
    one.auxiliary_logits = right
    g_terms, d_terms = one.g_terms(HALF), one.d_terms(HALF)
    assert weights(g_terms) == {"g_information": -0.5}
    assert values(g_terms) == {"g_information": pytest.approx(whole, abs=1e-6)}
    anything = torch.full((2, 6), math.nan)  # What the head says of reals is not asked.
    one.auxiliary_logits = torch.cat((anything, right))
    assert weights(d_terms) == {"d_information": -0.5}
    assert values(d_terms, None) == {"d_information": pytest.approx(whole, abs=1e-6)}
