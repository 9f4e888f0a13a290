import pytest
import torch
from torch import nn

from ganlib.algorithms.ema import Ema

LONG_AGO = 10**9
"""Images seen, so many that the half-life is no longer held down."""


def constant(value):
    layer = nn.Linear(1, 1, bias=False)
    nn.init.constant_(layer.weight, value)
    return layer


def average_from_zero_to_one(half_life):
    """An average at 0 of a source that has just jumped to 1."""
    source = constant(0.0)
    ema = Ema(source, half_life)
    nn.init.constant_(source.weight, 1.0)
    return ema


@pytest.mark.parametrize(
    ("batch", "expected"), [(10, 0.0669670), (25, 0.1591036), (50, 0.2928932), (100, 0.5)]
)
def test_trap_20_one_update_lets_in_what_the_half_life_says(batch, expected):
    # 1 - 0.5 ** (batch / 100)
    ema = average_from_zero_to_one(half_life=100)
    ema.update(batch, LONG_AGO)
    assert ema.module.weight.item() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("batch", [1, 10, 50])
def test_trap_20_a_weight_counts_half_after_the_half_life_at_any_batch_size(batch):
    ema = average_from_zero_to_one(half_life=100)
    for _ in range(100 // batch):
        ema.update(batch, LONG_AGO)
    assert ema.module.weight.item() == pytest.approx(0.5, abs=1e-5)


@pytest.mark.parametrize(("seen", "expected"), [(200, 0.5), (400, 0.2928932), (2000, 0.0669670)])
def test_trap_20_at_the_start_the_half_life_is_a_twentieth_of_the_images_seen(seen, expected):
    # 200 images seen: half-life min(100, 10) = 10, and 10 new ones count half.
    ema = average_from_zero_to_one(half_life=100)
    ema.update(10, seen)
    assert ema.module.weight.item() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("half_life", "seen"), [(0, LONG_AGO), (100, 0)])
def test_trap_20_without_a_half_life_the_average_is_the_source_bitwise(half_life, seen):
    source = nn.Linear(7, 5)
    ema = Ema(source, half_life)
    for _ in range(3):
        nn.init.normal_(source.weight)
        nn.init.normal_(source.bias)
        ema.update(8, seen)
        assert torch.equal(ema.module.weight, source.weight)
        assert torch.equal(ema.module.bias, source.bias)


def test_trap_20_buffers_are_copied_and_not_averaged():
    source = nn.BatchNorm1d(3).train()
    ema = Ema(source, half_life=1000)
    for _ in range(3):
        source(torch.randn(8, 3) + 5)
        ema.update(8, LONG_AGO)
        for name, buffer in source.named_buffers():
            assert torch.equal(ema.module.get_buffer(name), buffer)
    assert ema.module.num_batches_tracked.item() == 3
    assert ema.module.running_mean.mean() > 0.5


def test_trap_20_the_average_is_always_in_eval_mode_and_needs_no_gradient():
    source = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)).train()
    ema = Ema(source, half_life=10)
    ema.update(1, 1)
    assert not any(layer.training for layer in ema.module.modules())
    assert not any(weight.requires_grad for weight in ema.module.parameters())
    assert all(layer.training for layer in source.modules())
    assert all(weight.requires_grad for weight in source.parameters())


def test_the_average_begins_at_the_source_and_is_no_part_of_it():
    source = constant(3.0)
    ema = Ema(source, half_life=100)
    assert ema.module.weight.item() == 3.0
    nn.init.constant_(source.weight, 8.0)
    assert ema.module.weight.item() == 3.0
    ema.update(100, LONG_AGO)
    assert (ema.module.weight.item(), source.weight.item()) == (5.5, 8.0)
