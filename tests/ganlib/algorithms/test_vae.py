import math

import numpy as np
import pytest
import torch

from ganlib.algorithms.vae import VaeAlgorithm
from ganlib.data import open_data
from ganlib.settings import changed
from tests.ganlib.conftest import CPU, tiny_family


def begin(family="vae-2d", source=None, **changes):
    """(algorithm, batches) with settings replaced by name."""
    config = changed(tiny_family(family), changes)
    source = source or open_data(config.data, CPU)
    batches = source.batches(config.batch_size, torch.Generator().manual_seed(10))
    return VaeAlgorithm(config, source.shape, CPU), batches


def steps(algorithm, batches, count):
    return [algorithm.train_step(batches) for _ in range(count)]


@pytest.mark.parametrize("beta", [0.0, 0.5, 1.0, 4.0])
def test_trap_34_the_elbo_is_that_of_both_terms_whole_whatever_the_weight(beta):
    for outcome in steps(*begin(beta=beta), 20):
        assert outcome["kl"] >= 0
        assert outcome["elbo"] == pytest.approx(-(outcome["recon"] + outcome["kl"]), abs=1e-4)
        assert outcome["loss"] == pytest.approx(outcome["recon"] + beta * outcome["kl"], abs=1e-4)
        assert outcome["beta"] == beta


def test_trap_34_the_terms_are_summed_over_a_sample_and_meant_over_the_batch(bitmaps):
    algorithm, batches = begin("vae", bitmaps)
    with torch.no_grad():  # Chances of 1/2, and a posterior N(2, 1) in each of three numbers.
        for weight in algorithm.network.parameters():
            weight.zero_()
        algorithm.network.encoder[-1].bias[:3] = 2.0
    (outcome,) = steps(algorithm, batches, 1)
    assert outcome["recon"] == pytest.approx(64 * math.log(2), rel=1e-5)
    assert outcome["kl"] == pytest.approx(3 * 2**2 / 2)
    assert math.isnan(outcome["sigma"]), "black and white have no width"


def test_the_weight_of_the_kl_rises_with_the_steps():
    outcome = steps(*begin(beta=2.0, warm_up_steps=4), 6)
    assert [one["beta"] for one in outcome] == pytest.approx([0, 0.5, 1, 1.5, 2, 2])
    for one in outcome:
        assert one["loss"] == pytest.approx(one["recon"] + one["beta"] * one["kl"], abs=1e-4)


def test_a_live_weight_holds_from_the_next_step():
    algorithm, batches = begin()
    steps(algorithm, batches, 1)
    algorithm.change(changed(algorithm.config, {"beta": 3.0, "free_bits": 0.5}))
    (outcome,) = steps(algorithm, batches, 1)
    assert outcome["beta"] == 3
    assert outcome["loss"] >= outcome["recon"] + 3 * 2 * 0.5 - 1e-4


def test_free_bits_cost_as_if_they_were_used():
    algorithm, batches = begin(free_bits=10.0, beta=2.0)
    (outcome,) = steps(algorithm, batches, 1)
    # Two numbers of z, neither of which has 10 nats yet: both count as 10.
    assert outcome["kl"] < 10
    assert outcome["loss"] == pytest.approx(outcome["recon"] + 2 * 2 * 10, abs=1e-3)
    assert outcome["elbo"] == pytest.approx(-(outcome["recon"] + outcome["kl"]), abs=1e-4)


def test_trap_34_without_the_kl_it_autoencodes():
    """What is told of the ring by z alone beats the best guess without z, at any KL divergence."""
    plain = {"width": 32, "latent_dim": 2, "lr": 0.003, "batch_size": 64, "sigma": 0.1}
    algorithm, batches = begin(beta=0.0, **plain, total_steps=400, ema_half_life=0.0)
    outcome = steps(algorithm, batches, 400)
    assert all(one["loss"] == pytest.approx(one["recon"]) for one in outcome)
    paid = steps(*begin(beta=20.0, **plain, total_steps=400), 400)
    assert outcome[-1]["kl"] > 3 * paid[-1]["kl"] > 0
    points = next(batches).numpy()
    error = np.square(algorithm.publish().reconstruct(points) - points).mean()
    assert error < 0.1 * np.square(points - points.mean(0)).mean()


def test_a_learnt_width_becomes_that_of_the_data():
    """Of one blot there is nothing for z to tell: all of its width, 0.03, is noise."""
    blot = {"name": "sketch", "points": ((0.5, -0.5),), "batch_size": 64, "lr": 0.06}
    algorithm, batches = begin(**blot, total_steps=2000, lr_decay="linear")
    outcome = steps(algorithm, batches, 2000)
    assert outcome[0]["sigma"] == pytest.approx(0.2, rel=0.03)
    assert outcome[-1]["sigma"] == pytest.approx(0.03, rel=0.1)
    # The entropy of the blot in closed form is the least that -log p(x) can be.
    entropy = 2 * (math.log(0.03) + math.log(2 * math.pi * math.e) / 2)
    assert np.mean([-one["elbo"] for one in outcome[-50:]]) == pytest.approx(entropy, abs=0.15)


def test_a_width_that_is_set_is_told_and_stays():
    outcome = steps(*begin(sigma=0.2), 5)
    assert [one["sigma"] for one in outcome] == pytest.approx([0.2] * 5)


def test_the_decoder_is_what_others_may_use(bitmaps):
    algorithm, batches = begin("vae", bitmaps)
    steps(algorithm, batches, 2)
    export_spec = algorithm.export_spec()
    given = export_spec.inputs(5, torch.Generator().manual_seed(0))
    assert (export_spec.name, export_spec.output, list(given)) == ("Decoder", "samples", ["z"])
    drawn = export_spec.network(given["z"])
    assert drawn.shape == (5, 1, 8, 8)
    shown = algorithm.publish().decode(given["z"].numpy())
    assert np.abs((drawn.detach().numpy()[:, 0] + 1) * 127.5 - shown[..., 0]).max() <= 0.51
