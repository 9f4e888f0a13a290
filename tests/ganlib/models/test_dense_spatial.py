import torch
from torch import nn

from ganlib.config import DenseSpatialNetwork
from ganlib.models import build_networks


def build():
    network = DenseSpatialNetwork(latent_dim=10)
    return build_networks(network, (1, 28, 28), torch.Generator().manual_seed(0))


def test_pair_has_the_layers_of_its_text():
    G, D = build()
    assert [tuple(weight.shape) for weight in G.parameters() if weight.ndim > 1] == [
        (6272, 10),
        (256, 128, 1, 1),
        (16, 256, 1, 1),
    ]
    assert [tuple(weight.shape) for weight in D.parameters() if weight.ndim > 1] == [
        (256, 784),
        (1, 256),
    ]
    gradients = [layer.negative_slope for layer in [*G, *D] if isinstance(layer, nn.LeakyReLU)]
    assert gradients == [0.01] * 2


def test_one_cell_of_the_7x7_map_decides_one_4x4_block():
    G, _ = build()
    cells = torch.zeros(1, 128, 7, 7)
    changed = cells.clone()
    changed[0, :, 2, 3] = 5.0
    difference = (G[3:](changed) - G[3:](cells))[0, 0]
    block = torch.zeros(28, 28, dtype=torch.bool)
    block[8:12, 12:16] = True
    assert torch.equal(difference != 0, block)
