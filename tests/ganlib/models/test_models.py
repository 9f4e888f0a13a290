from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import torch
from torch import nn

from ganlib.config import (
    DcganNetwork,
    DenseSpatialNetwork,
    Mlp2dNetwork,
    MlpNetwork,
    ResidualNetwork,
    ResnetNetwork,
    StyleNetwork,
)
from ganlib.models import build_networks

PAIRS = {
    "mlp-2d": (Mlp2dNetwork(width=16, depth=2, latent_dim=4), (2,)),
    "mlp-8": (MlpNetwork(latent_dim=5), (1, 8, 8)),
    "dcgan-8": (DcganNetwork(width=4, latent_dim=7), (1, 8, 8)),
    "style-8": (StyleNetwork(width=4, latent_dim=7), (3, 8, 8)),
    "residual-8": (ResidualNetwork(width=4, latent_dim=7), (1, 8, 8)),
    "resnet-8": (ResnetNetwork(width=4, latent_dim=7, spectral_norm=False), (3, 8, 8)),
    "mlp": (MlpNetwork(latent_dim=5), (3, 28, 28)),
    "dense-spatial": (DenseSpatialNetwork(latent_dim=6), (1, 28, 28)),
    "dcgan-28": (DcganNetwork(width=4, latent_dim=7), (1, 28, 28)),
    "dcgan-32": (DcganNetwork(width=4, g_batch_norm=False), (3, 32, 32)),
    "dcgan-64": (DcganNetwork(width=4), (3, 64, 64)),
    "style-28": (StyleNetwork(width=4, latent_dim=7, w_dim=6), (1, 28, 28)),
    "style-32": (StyleNetwork(width=4, mapping_depth=1), (3, 32, 32)),
    "style-64": (StyleNetwork(width=4), (3, 64, 64)),
    "residual-28": (ResidualNetwork(width=4, latent_dim=7), (1, 28, 28)),
    "residual-32": (ResidualNetwork(width=4, blocks=2), (3, 32, 32)),
    "residual-64": (ResidualNetwork(width=4), (3, 64, 64)),
    "resnet-28": (ResnetNetwork(width=4, latent_dim=7, spectral_norm=False), (1, 28, 28)),
    "resnet-32": (ResnetNetwork(width=4, g_batch_norm=False, spectral_norm=False), (3, 32, 32)),
    "resnet-64": (ResnetNetwork(width=4, spectral_norm=False), (1, 64, 64)),
}
SPECTRAL = (Mlp2dNetwork(width=16, depth=1, spectral_norm=True), (2,))
every_pair = pytest.mark.parametrize(("network", "shape"), PAIRS.values(), ids=PAIRS.keys())


@pytest.fixture(autouse=True)
def _one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def build(network, shape, seed=0):
    return build_networks(network, shape, torch.Generator().manual_seed(seed))


def normal(*shape, seed=1):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def same_state(first, second):
    return all(
        torch.equal(value, second.state_dict()[name]) for name, value in first.state_dict().items()
    )


@every_pair
def test_g_draws_samples_and_d_gives_one_logit_each(network, shape):
    G, D = build(network, shape)
    fake = G(normal(3, network.latent_dim))
    assert fake.shape == (3, *shape)
    assert D(fake).shape == (3,)
    assert D.eval()(fake[:1]).shape == (1,)


@every_pair
def test_pictures_are_bounded_and_points_are_not(network, shape):
    G, _ = build(network, shape)
    largest = G.eval()(1e6 * normal(3, network.latent_dim)).abs().max().item()
    assert largest == 1 if len(shape) == 3 else largest > 1


@every_pair
def test_no_activation_stands_after_the_logit(network, shape):
    _, D = build(network, shape)
    last = max(i for i, layer in enumerate(D) if isinstance(layer, nn.Linear))
    assert [type(layer) for layer in D[last + 1 :]] == [nn.Flatten]
    samples, logits = normal(16, *shape), []
    for scale in (1e4, -1):  # Features of one sign give logits of one sign.
        with torch.no_grad():
            D[last].weight *= scale
        logits.append(D(samples))
    logits = torch.cat(logits)
    assert logits.min() < 0
    assert logits.max() > 1


@every_pair
def test_batch_normalisation_has_its_default_epsilon(network, shape):
    for net in build(network, shape):
        norms = [layer for layer in net.modules() if "BatchNorm" in type(layer).__name__]
        assert all(norm.eps == 1e-5 for norm in norms)


@every_pair
def test_a_logit_depends_on_its_own_sample_alone(network, shape):
    _, D = build(network, shape)
    samples = normal(4, *shape).requires_grad_(True)
    (gradients,) = torch.autograd.grad(D(samples)[0], samples)
    assert gradients[0].abs().sum() > 0
    assert torch.equal(gradients[1:], torch.zeros(3, *shape))
    real, fake = normal(2, 4, *shape, seed=2)
    mixed = D(torch.cat([real, fake]))[:4]
    assert torch.allclose(D(real), mixed, atol=1e-6)


def test_batch_normalisation_in_d_mixes_the_batch():
    _, D = build(DcganNetwork(width=4, d_batch_norm=True), (1, 28, 28))
    samples = normal(4, 1, 28, 28).requires_grad_(True)
    (gradients,) = torch.autograd.grad(D(samples)[0], samples)
    assert gradients[1:].abs().sum() > 0


@every_pair
def test_a_sample_in_eval_mode_does_not_depend_on_its_batch(network, shape):
    G, _ = build(network, shape)
    G.eval()
    z = normal(8, network.latent_dim)
    assert torch.allclose(G(z)[:1], G(z[:1]), atol=1e-5)


@pytest.mark.parametrize(
    ("network", "shape"), [*PAIRS.values(), SPECTRAL], ids=[*PAIRS, "spectral norm"]
)
def test_building_draws_from_the_passed_generator_alone(network, shape):
    state = torch.get_rng_state()
    first, again, other = (build(network, shape, seed) for seed in (0, 0, 1))
    assert torch.equal(torch.get_rng_state(), state)
    for i in (0, 1):
        assert same_state(first[i], again[i])
        assert not same_state(first[i], other[i])
        assert all(torch.isfinite(value).all() for value in first[i].state_dict().values())
        assert all(value.device.type == "cpu" for value in first[i].state_dict().values())
        assert all(weight.requires_grad for weight in first[i].parameters())


def test_two_threads_build_what_one_builds():
    start = Barrier(2)

    def build_often(seed):
        start.wait(timeout=10)
        return [build(*SPECTRAL, seed) for _ in range(3)]

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(build_often, (0, 1)))
    for seed, pairs in enumerate(results):
        expected = build(*SPECTRAL, seed)
        for pair in pairs:
            assert all(map(same_state, pair, expected))
