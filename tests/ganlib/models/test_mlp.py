import torch
from torch import nn

from ganlib.config import MlpNetwork, PlaneNetwork
from ganlib.models import build_networks


def build(network, shape):
    return build_networks(network, shape, torch.Generator().manual_seed(0))


def shapes(network):
    return [tuple(weight.shape) for weight in network.parameters()]


def test_plane_pair_has_as_many_hidden_layers_as_asked():
    G, D = build(PlaneNetwork(width=8, depth=2, latent_dim=5), (2,))
    assert shapes(G) == [(8, 5), (8,), (8, 8), (8,), (2, 8), (2,)]
    assert shapes(D) == [(8, 2), (8,), (8, 8), (8,), (1, 8), (1,)]
    assert [layer.negative_slope for layer in D if isinstance(layer, nn.LeakyReLU)] == [0.2, 0.2]


def test_mlp_pair_has_the_layers_of_its_text():
    G, D = build(MlpNetwork(), (1, 28, 28))
    assert shapes(G) == [(256, 100), (256,), (256,), (512, 256), (512,), (512,), (784, 512)]
    assert shapes(D) == [(512, 784), (512,), (256, 512), (256,), (1, 256), (1,)]
    assert all(layer.bias is None for layer in G if isinstance(layer, nn.Linear))
    slopes = [layer.negative_slope for layer in [*G, *D] if isinstance(layer, nn.LeakyReLU)]
    assert slopes == [0.3] * 4
