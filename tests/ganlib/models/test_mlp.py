import copy

import pytest
import torch
from torch import nn

from ganlib.config import Mlp2dNetwork, MlpNetwork
from ganlib.models import build_networks
from ganlib.models.layers import MinibatchStddev


def build(network, shape):
    return build_networks(network, shape, torch.Generator().manual_seed(0))


def shapes(network):
    return [tuple(weight.shape) for weight in network.parameters()]


def normal(*shape, seed=1):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def stddev_of(D):
    return next(layer for layer in D if isinstance(layer, MinibatchStddev)).stddev.item()


def test_plane_pair_has_as_many_hidden_layers_as_asked():
    G, D = build(Mlp2dNetwork(width=8, depth=2, latent_dim=5), (2,))
    assert shapes(G) == [(8, 5), (8,), (8, 8), (8,), (2, 8), (2,)]
    assert shapes(D) == [(8, 2), (8,), (8, 8), (8,), (1, 8), (1,)]
    assert [layer.negative_slope for layer in D if isinstance(layer, nn.LeakyReLU)] == [0.2, 0.2]


def test_without_its_cures_the_plane_pair_is_a_plain_perceptron():
    _, D = build(Mlp2dNetwork(width=8, depth=1), (2,))
    assert [type(layer) for layer in D] == [nn.Linear, nn.LeakyReLU, nn.Linear, nn.Flatten]


def test_mlp_pair_has_the_layers_of_its_text():
    G, D = build(MlpNetwork(), (1, 28, 28))
    assert shapes(G) == [(256, 100), (256,), (256,), (512, 256), (512,), (512,), (784, 512)]
    assert shapes(D) == [(512, 784), (512,), (256, 512), (256,), (1, 256), (1,)]
    assert all(layer.bias is None for layer in G if isinstance(layer, nn.Linear))
    gradients = [layer.negative_slope for layer in [*G, *D] if isinstance(layer, nn.LeakyReLU)]
    assert gradients == [0.3] * 4


def test_a_packed_d_gives_one_logit_for_each_pack_and_lets_it_depend_on_no_other():
    _, D = build(Mlp2dNetwork(width=8, depth=2, pack=3), (2,))
    assert shapes(D)[0] == (8, 6)
    samples = normal(12, 2).requires_grad_(True)
    logits = D(samples)
    assert logits.shape == (4,)
    (gradients,) = torch.autograd.grad(logits[1], samples)
    assert (gradients != 0).all(1).tolist() == [3 <= i < 6 for i in range(12)]


def test_a_packed_g_still_draws_single_points():
    G, _ = build(Mlp2dNetwork(width=8, depth=2, latent_dim=5, pack=3), (2,))
    assert G(normal(12, 5)).shape == (12, 2)


def test_at_rest_d_takes_the_last_batch_in_training_for_the_company_of_a_sample():
    _, D = build(Mlp2dNetwork(width=8, depth=2, minibatch_stddev=True), (2,))
    batch = normal(16, 2)
    logits = D(batch)
    remembered = stddev_of(D)
    assert remembered > 0
    D.eval()
    assert D(batch[:1]).item() == pytest.approx(logits[0].item(), rel=1e-5)
    assert stddev_of(D) == remembered
    D.train()(3 * batch)
    assert stddev_of(D) > remembered


def test_before_any_batch_the_remembered_deviation_is_zero():
    for _ in range(20):  # Fresh memory may hold anything.
        _, D = build(Mlp2dNetwork(width=8, depth=1, minibatch_stddev=True), (2,))
        assert stddev_of(D) == 0
        D(normal(16, 2))


def test_the_remembered_deviation_is_saved_and_copied():
    network = Mlp2dNetwork(width=8, depth=1, minibatch_stddev=True)
    (_, D), (_, other) = build(network, (2,)), build(network, (2,))
    D(normal(16, 2))
    twin = copy.deepcopy(D)
    other.load_state_dict(D.state_dict())
    assert stddev_of(D) == stddev_of(twin) == stddev_of(other) > 0
    twin(3 * normal(16, 2))
    assert stddev_of(D) == stddev_of(other) < stddev_of(twin)


@pytest.mark.parametrize("spectral_norm", [False, True])
def test_both_cures_fit_together(spectral_norm):
    network = Mlp2dNetwork(
        width=8, depth=2, pack=2, minibatch_stddev=True, spectral_norm=spectral_norm
    )
    G, D = build(network, (2,))
    logits = D(G(normal(16, network.latent_dim)))
    assert logits.shape == (8,)
    logits.mean().backward()
    assert all(weight.grad.any() for weight in G.parameters())
    assert [layer.in_features for layer in D if isinstance(layer, nn.Linear)] == [4, 8, 9]
