import pytest
import torch
from torch import nn

from ganlib.config import DcganNetwork
from ganlib.models import build_networks
from ganlib.models.conditional import (
    AuxiliaryDiscriminator,
    ConcatDiscriminator,
    ConditionalGenerator,
    ProjectionDiscriminator,
    class_condition,
    round_robin_condition,
)
from tests.ganlib.models.pairs import SHAPES, normal


def test_a_condition_has_a_one_where_the_class_is():
    assert class_condition(torch.tensor([2, 0]), 3).tolist() == [[0, 0, 1], [1, 0, 0]]


def test_classes_take_turns():
    assert round_robin_condition(5, 2).argmax(1).tolist() == [0, 1, 0, 1, 0]


def test_g_sees_z_and_then_the_condition_at_the_size_of_z():
    G = ConditionalGenerator(nn.Identity(), 4)
    seen = G(torch.tensor([[7.0, 8.0]]), torch.tensor([[0.0, 1.0, 0.0, 0.0]]))
    # The mean square over the four numbers is 1, as that of z.
    assert seen.tolist() == [[7, 8, 0, 2, 0, 0]]


def test_without_a_condition_the_classes_of_g_take_turns():
    G = ConditionalGenerator(nn.Identity(), 4)
    assert (G(torch.zeros(5, 1))[:, 1:] / 2).tolist() == round_robin_condition(5, 4).tolist()


def test_a_projection_adds_how_well_the_features_fit_the_class():
    body = nn.Sequential(nn.Flatten(), nn.Linear(2, 1), nn.Flatten(0))
    D = ProjectionDiscriminator(body, 3)
    with torch.no_grad():
        D.head.weight.copy_(torch.tensor([[1.0, 10.0]]))
        D.head.bias.fill_(0.5)
        D.embedding.weight.copy_(torch.tensor([[1.0, 2.0, 3.0], [0.0, -1.0, 4.0]]))
    samples = torch.tensor([[3.0, 2.0], [3.0, 2.0], [0.0, 1.0]])
    # 3 + 20 + 0.5, and 3 * 2 - 1 * 2 of class 1; class 2: 3 * 3 + 4 * 2; last: 10.5 + 4.
    assert D(samples, class_condition(torch.tensor([1, 2, 2]), 3)).tolist() == [27.5, 40.5, 14.5]


def test_a_concatenation_shows_d_a_map_for_each_class():
    D = ConcatDiscriminator(nn.Identity())
    shown = D(torch.full((1, 1, 2, 2), 5.0), torch.tensor([[0.25, 0.75]]))
    assert shown.shape == (1, 3, 2, 2)
    assert shown[0, :, 0, 1].tolist() == [5, 0.25, 0.75]


def test_a_second_head_answers_from_the_features_of_the_judgement():
    D = AuxiliaryDiscriminator(nn.Sequential(nn.Flatten(), nn.Linear(2, 1), nn.Flatten(0)), 3)
    with torch.no_grad():
        D.head.weight.copy_(torch.tensor([[1.0, 10.0]]))
        D.head.bias.fill_(0.5)
        D.auxiliary.weight.copy_(torch.tensor([[1.0, 0.0], [0.0, 1.0], [2.0, -1.0]]))
        D.auxiliary.bias.copy_(torch.tensor([0.0, 0.0, 1.0]))
    samples = torch.tensor([[3.0, 2.0], [0.0, 1.0]])
    logits, answers = D.read(samples)
    assert logits.tolist() == D(samples).tolist() == [23.5, 10.5]
    assert answers.tolist() == [[3, 2, 5], [0, 1, 0]]


@pytest.mark.parametrize(("how", "answers"), [("auxiliary", 5), ("codes", 5 + 3)])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_pair_whose_d_tells_the_class_plays_and_every_weight_hears_of_it(shape, how, answers):
    network = DcganNetwork(latent_dim=8, width=4, condition=how, code_numbers=3)
    G, D = build_networks(network, shape, torch.Generator().manual_seed(0), classes=5)
    fakes = G(normal(3, 8), class_condition(torch.tensor([4, 0, 2]), 5))
    assert fakes.shape == (3, *shape)
    logits, answered = D.read(fakes)
    assert (logits.shape, answered.shape) == ((3,), (3, answers))
    (logits.square().sum() + answered.square().sum()).backward()
    gradients = [weight.grad for one in (G, D) for weight in one.parameters()]
    assert all(gradient is not None and gradient.abs().max() > 0 for gradient in gradients)


@pytest.mark.parametrize("how", ["projection", "concat"])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_conditional_pair_plays_and_every_weight_hears_of_it(shape, how):
    network = DcganNetwork(latent_dim=8, width=4, condition=how)
    G, D = build_networks(network, shape, torch.Generator().manual_seed(0), classes=5)
    condition = class_condition(torch.tensor([4, 0, 2]), 5)
    fakes = G(normal(3, 8), condition)
    assert fakes.shape == (3, *shape)
    logits = D(fakes, condition)
    assert logits.shape == (3,)
    logits.square().sum().backward()
    gradients = [weight.grad for one in (G, D) for weight in one.parameters()]
    assert all(gradient is not None and gradient.abs().max() > 0 for gradient in gradients)


@pytest.mark.parametrize("how", ["projection", "concat"])
def test_the_class_alone_changes_picture_and_judgement(how):
    network = DcganNetwork(latent_dim=8, width=4, condition=how)
    G, D = build_networks(network, (1, 28, 28), torch.Generator().manual_seed(0), classes=5)
    one, other = (class_condition(torch.tensor([label]), 5) for label in (1, 3))
    z = normal(1, 8)
    G.eval()
    assert not torch.equal(G(z, one), G(z, other))
    assert not torch.equal(D(G(z, one), one), D(G(z, one), other))
