import numpy as np
import pytest
import torch

from ganlib.config import VaeConfig, VaeConvolutional, VaeObjective, VaePerceptron
from ganlib.events import HasLikelihood
from ganlib.latent import GeneratorDecoder, VaeDecoder, importance_bound, seeded_z
from ganlib.latent.decoder import CHUNK
from ganlib.latent.vae import DRAWS
from ganlib.models import build_vae

FLAT = VaePerceptron(width=8, depth=1, latent_dim=3)
MAPS = VaeConvolutional(width=4, latent_dim=3)


def make(network=FLAT, likelihood="bernoulli", shape=(1, 8, 8)):
    config = VaeConfig(network=network, objective=VaeObjective(likelihood=likelihood))
    return build_vae(config, shape, torch.Generator().manual_seed(0))


def pictures(count, shape=(8, 8, 1)):
    return 255 * np.random.default_rng(0).integers(0, 2, (count, *shape), np.uint8)


def normal(*shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("network", [FLAT, MAPS])
def test_it_draws_what_the_decoder_alone_draws(network):
    vae = make(network)
    decoder, z = VaeDecoder(vae, 3), seeded_z(0, 3, 5)
    assert np.array_equal(decoder.decode(z), GeneratorDecoder(vae.decoder_mean, 3).decode(z))
    assert decoder.decode(z).shape == (5, 8, 8, 1)
    assert decoder.decode_with_logits(z)[1] is None
    assert decoder.features(z).shape[0] == 5
    assert decoder.opened() is decoder


def test_a_sample_is_encoded_as_mean_and_width_of_z():
    vae = make()
    samples = pictures(CHUNK + 2)
    mean, width = VaeDecoder(vae, 3).encode(samples)
    assert mean.shape == width.shape == (CHUNK + 2, 3)
    x = torch.tensor(samples).permute(0, 3, 1, 2) / 127.5 - 1
    expected, logvar = vae.encode(x)
    assert mean == pytest.approx(expected.detach().numpy(), abs=1e-5)
    assert width == pytest.approx(logvar.detach().exp().sqrt().numpy(), rel=1e-4)


def test_a_reconstruction_is_what_is_drawn_of_the_mean():
    decoder, samples = VaeDecoder(make(), 3), pictures(4)
    assert np.array_equal(decoder.reconstruct(samples), decoder.decode(decoder.encode(samples)[0]))
    plane = VaeDecoder(make(likelihood="gaussian", shape=(2,)), 3)
    points = normal(4, 2).numpy()
    assert plane.reconstruct(points).shape == (4, 2)


@pytest.mark.parametrize(("likelihood", "is_density"), [("bernoulli", False), ("gaussian", True)])
def test_it_says_how_likely_samples_are_as_the_bound_of_many_draws(likelihood, is_density):
    vae, samples = make(likelihood=likelihood), pictures(6)
    decoder = VaeDecoder(vae, 3)
    assert isinstance(decoder, HasLikelihood)
    assert decoder.is_density == is_density
    assert decoder.likelihood_words == "bound of 64 draws of z"
    x = torch.tensor(samples).permute(0, 3, 1, 2) / 127.5 - 1
    with torch.no_grad():
        expected = importance_bound(vae, x, DRAWS, torch.Generator().manual_seed(0))
    found = decoder.log_likelihood(samples)
    assert found.dtype == np.float64
    assert found == pytest.approx(expected.numpy(), abs=1e-3)
    assert np.array_equal(decoder.log_likelihood(samples), found), "always with the same draws"


def test_trap_17_asking_leaves_the_networks_and_every_random_state_alone():
    vae = make().train()
    before = {name: value.clone() for name, value in vae.state_dict().items()}
    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()
    decoder = VaeDecoder(vae, 3)
    drawn = decoder.decode(seeded_z(0, 3, 4))
    decoder.reconstruct(drawn)
    decoder.log_likelihood(drawn)
    assert all(torch.equal(vae.state_dict()[name], value) for name, value in before.items())
    assert vae.training
    assert all(weight.grad is None for weight in vae.parameters())
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert np.array_equal(np.random.get_state()[1], numpy_state)
    with torch.no_grad():
        for weight in vae.parameters():
            weight.zero_()
    assert np.array_equal(decoder.decode(seeded_z(0, 3, 4)), drawn)
