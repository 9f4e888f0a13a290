import pytest
import torch
from torch import nn

from ganlib.config import DcganNetwork
from ganlib.models import build_networks
from ganlib.models.layers import MinibatchStddev


@pytest.fixture(autouse=True)
def _one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def build(shape, **settings):
    network = DcganNetwork(width=4, latent_dim=8, **settings)
    return build_networks(network, shape, torch.Generator().manual_seed(0))


def maps(network, x):
    """Shapes of the maps between the convolutions."""
    shapes = []
    for layer in network:
        x = layer(x)
        if isinstance(layer, nn.Unflatten | nn.Conv2d | nn.ConvTranspose2d):
            shapes.append(tuple(x.shape[1:]))
    return shapes


@pytest.mark.parametrize(
    ("shape", "inwards"),
    [
        ((1, 28, 28), [(4, 14, 14), (8, 7, 7)]),
        ((3, 32, 32), [(4, 16, 16), (8, 8, 8), (16, 4, 4)]),
        ((1, 64, 64), [(4, 32, 32), (8, 16, 16), (16, 8, 8), (32, 4, 4)]),
    ],
)
def test_both_networks_pass_the_same_maps_in_opposite_directions(shape, inwards):
    G, D = build(shape)
    assert maps(D, torch.zeros(2, *shape)) == inwards
    assert maps(G, torch.zeros(2, 8)) == [*reversed(inwards), shape]


@pytest.mark.parametrize(
    ("settings", "in_g", "in_d"),
    [
        ({}, 3, 0),
        ({"g_batch_norm": False}, 0, 0),
        ({"d_batch_norm": True}, 3, 2),
    ],
)
def test_batch_normalisation_stands_where_asked_and_not_next_to_the_picture(settings, in_g, in_d):
    G, D = build((3, 32, 32), **settings)
    norms = [[isinstance(layer, nn.BatchNorm2d) for layer in net] for net in (G, D)]
    assert [sum(net) for net in norms] == [in_g, in_d]
    assert not any(norms[1][:3])
    assert isinstance(G[-2], nn.ConvTranspose2d)


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (3, 64, 64)])
@pytest.mark.parametrize("spectral_norm", [False, True])
def test_d_may_judge_packs_and_see_the_spread_of_its_batch(shape, spectral_norm):
    G, D = build(shape, pack=2, minibatch_stddev=True, spectral_norm=spectral_norm)
    fake = G(torch.randn(6, 8, generator=torch.Generator().manual_seed(1)))
    assert fake.shape == (6, *shape)
    logits = D(fake)
    assert logits.shape == (3,)
    logits.mean().backward()
    assert all(weight.grad.any() for weight in G.parameters())
    (spread,) = (layer for layer in D if isinstance(layer, MinibatchStddev))
    assert spread.stddev > 0
    assert D.eval()(fake[:2]).shape == (1,)


def test_a_pack_depends_on_its_own_pictures_alone():
    _, D = build((1, 28, 28), pack=3)
    samples = torch.randn(6, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    (gradients,) = torch.autograd.grad(D(samples.requires_grad_(True))[1], samples)
    assert (gradients.flatten(1) != 0).any(1).tolist() == [False] * 3 + [True] * 3


def test_a_bias_stands_only_where_no_normalisation_would_cancel_it():
    G, D = build((1, 28, 28), d_batch_norm=True)
    layers = [
        [net[i].bias is not None for i in where] for net, where in ((G, (0, 4, 7)), (D, (0, 2)))
    ]
    assert layers == [[False, False, True], [True, False]]
    G, D = build((1, 28, 28), g_batch_norm=False)
    weighted = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)
    assert all(layer.bias is not None for layer in [*G, *D] if isinstance(layer, weighted))


def test_eval_mode_draws_like_training_mode_from_the_first_step_on():
    G, _ = build((1, 28, 28))
    z = torch.randn(128, 8, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        evaluated, trained = G.eval()(z), G.train()(z)
    assert (trained - evaluated).norm() / trained.norm() < 0.2


def test_sampling_in_eval_mode_leaves_the_statistics_alone():
    G, _ = build((1, 28, 28))
    before = {name: buffer.clone() for name, buffer in G.named_buffers()}
    G.eval()(torch.randn(4, 8, generator=torch.Generator().manual_seed(1)))
    assert all(torch.equal(buffer, before[name]) for name, buffer in G.named_buffers())
