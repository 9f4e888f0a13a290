import pytest
import torch
from torch import nn

from ganlib.config import Mlp2dNetwork, RunConfig
from ganlib.models import build_networks, first_layers

PAIRS = {
    "mlp": ({"architecture": "mlp"}, (256,)),
    "dcgan": ({"architecture": "dcgan", "width": 4}, (8 * 7 * 7,)),
    "asked": ({"architecture": "dcgan", "width": 4, "condition": "concat"}, (8 * 7 * 7,)),
    "style": ({"architecture": "style", "width": 4, "w_dim": 9}, (9,)),
    "residual": ({"architecture": "residual", "width": 4}, None),
    "resnet": ({"architecture": "resnet", "width": 4}, None),
    "dense-spatial": ({"architecture": "dense-spatial"}, None),
}


def test_the_features_are_what_the_second_layer_is_given():
    first, second = nn.Linear(2, 3, bias=False), nn.Linear(3, 1)
    with torch.no_grad():
        first.weight.copy_(torch.tensor([[1.0, 0], [0, 1], [1, -1]]))
    z = torch.tensor([[2.0, 5], [-1, 3]])
    features = first_layers(nn.Sequential(first, nn.ReLU(), second))(z)
    assert features.tolist() == [[2, 5, 0], [0, 3, 0]]


@pytest.mark.parametrize(("network", "shape"), PAIRS.values(), ids=PAIRS)
def test_every_generator_has_features_that_z_decides(network, shape):
    config = RunConfig.parse({"algorithm": {"network": network}})
    query = config.algorithm.network
    classes = 10 if "condition" in network else 0
    G, _ = build_networks(query, (1, 28, 28), torch.Generator().manual_seed(0), classes)
    G.eval()
    calls = [torch.randn(3, query.latent_dim, generator=torch.Generator().manual_seed(1))]
    if classes:
        calls.append(torch.eye(10)[:3])
    before = [type(layer) for layer in G.modules()]
    features = first_layers(G)(*calls)
    assert features.shape[1:] == (shape or features.shape[1:])
    assert features.std(0).mean() > 0
    # Each sample by itself, and the generator is left as it was.
    assert torch.allclose(first_layers(G)(*(one[:1] for one in calls)), features[:1], atol=1e-5)
    assert [type(layer) for layer in G.modules()] == before


def test_the_features_of_a_generator_in_the_plane_are_its_first_hidden_layer():
    network = Mlp2dNetwork(latent_dim=3, width=5)
    G, _ = build_networks(network, (2,), torch.Generator().manual_seed(0))
    z = torch.randn(4, 3, generator=torch.Generator().manual_seed(1))
    assert torch.equal(first_layers(G)(z), G[:2](z))


def test_the_features_of_styles_are_the_styles():
    config = RunConfig.parse({"algorithm": {"network": PAIRS["style"][0]}})
    network = config.algorithm.network
    G, _ = build_networks(network, (1, 28, 28), torch.Generator().manual_seed(0))
    z = torch.ones(2, network.latent_dim)
    assert torch.equal(first_layers(G)(z), G.mapping(z))
