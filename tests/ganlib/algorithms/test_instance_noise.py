import pytest
import torch

from ganlib.algorithms.instance_noise import InstanceNoise

SAMPLES = torch.zeros(4096, 2)


def noise(sigma=0.8, steps=4):
    return InstanceNoise(sigma, steps, torch.Generator().manual_seed(0))


@pytest.mark.parametrize(("steps_done", "sigma"), [(0, 0.8), (1, 0.6), (3, 0.2)])
def test_it_fades_linearly(steps_done, sigma):
    one = noise()
    one.fade(steps_done)
    # 8192 draws: the standard error is 0.8 %.
    assert one(SAMPLES).std().item() == pytest.approx(sigma, rel=0.03)


@pytest.mark.parametrize("steps_done", [4, 9])
def test_once_it_is_gone_the_samples_are_those_themselves_and_nothing_is_drawn(steps_done):
    rng = torch.Generator().manual_seed(0)
    one = InstanceNoise(0.8, 4, rng)
    before = rng.get_state()
    one.fade(steps_done)
    assert one(SAMPLES) is SAMPLES
    assert torch.equal(rng.get_state(), before)


def test_it_is_drawn_from_the_given_stream_alone():
    state = torch.get_rng_state()
    assert torch.equal(noise()(SAMPLES), noise()(SAMPLES))
    assert torch.equal(torch.get_rng_state(), state)
