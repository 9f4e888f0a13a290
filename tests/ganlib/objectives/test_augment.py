import pytest
import torch

from ganlib.objectives.augment import KINDS, augment, cut, recolour, translate


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def pictures(count, channels=1, side=8):
    """Pictures whose values are all different and never 0."""
    return torch.rand(count, channels, side, side, generator=seeded(9)) * 0.9 + 0.05


def all_of(count):
    return torch.ones(count, 1, 1, 1, dtype=torch.bool)


def moved(picture, down, right):
    """The picture shifted by hand, with 0 where nothing comes from."""
    rolled = picture.roll((down, right), (-2, -1))
    if down:
        rolled[..., slice(0, down) if down > 0 else slice(down, None), :] = 0
    if right:
        rolled[..., slice(0, right) if right > 0 else slice(right, None)] = 0
    return rolled


def test_a_translation_is_a_shift_by_up_to_an_eighth_of_the_side():
    samples = pictures(200, channels=3, side=16)
    shifts = set()
    for before, after in zip(samples, translate(samples, all_of(200), seeded()), strict=True):
        (shift,) = (
            (down, right)
            for down in range(-2, 3)
            for right in range(-2, 3)
            if torch.equal(after, moved(before, down, right))
        )
        shifts.add(shift)
    assert len(shifts) == 25


@pytest.mark.parametrize("side", [28, 32, 64])
def test_a_cutout_is_a_square_of_half_the_side_or_what_of_it_lies_inside(side):
    samples = pictures(300, channels=3, side=side)
    after = cut(samples, all_of(300), seeded())
    is_out = after == 0
    assert torch.equal(after[~is_out], samples[~is_out])
    assert torch.equal(is_out[:, 0], is_out[:, 2])
    rows, columns = is_out[:, 0].any(2).sum(1), is_out[:, 0].any(1).sum(1)
    # One rectangle each: as many cells as its rows times its columns.
    assert torch.equal(is_out[:, 0].sum((1, 2)), rows * columns)
    for lengths in (rows, columns):
        assert lengths.max() == side // 2
        assert lengths.min() == pytest.approx(side // 4, abs=1)


def test_brightness_and_contrast_stay_within_half():
    samples = torch.tensor([-1.0, 1.0]).repeat(32).view(1, 1, 8, 8).expand(2000, 1, 8, 8)
    after = recolour(samples, all_of(2000), seeded())
    # Mean 0 and values of 1 apart: the mean shows the brightness, the spread the contrast.
    brightness, contrast = after.mean((1, 2, 3)), (after.amax((1, 2, 3)) - after.mean((1, 2, 3)))
    assert brightness.min() == pytest.approx(-0.5, abs=0.01)
    assert brightness.max() == pytest.approx(0.5, abs=0.01)
    assert contrast.min() == pytest.approx(0.5, abs=0.01)
    assert contrast.max() == pytest.approx(1.5, abs=0.01)


def test_saturation_scales_the_distance_from_grey_and_leaves_grey_alone():
    # Red and blue pixels in equal parts, 1/3 and 2/3 away from their grey.
    red_blue = torch.tensor([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]]).view(1, 3, 1, 2)
    after = recolour(red_blue.expand(2000, 3, 1, 2), all_of(2000), seeded())
    # Contrast scales the same distances by 0.5 to 1.5, saturation by 0 to 2: by 0 to 3 in all.
    scale = (after[:, 0] - after[:, 1]).squeeze(1)[:, 0]
    assert scale.min() == pytest.approx(0, abs=0.02)
    assert scale.max() == pytest.approx(3, abs=0.2)
    assert scale.mean().item() == pytest.approx(1, abs=0.06)


def test_trap_27_a_grey_picture_has_no_saturation_to_lose():
    samples = pictures(2000)
    after = recolour(samples, all_of(2000), seeded())
    spread = (after - after.mean((1, 2, 3), keepdim=True)).flatten(1).norm(dim=1)
    before = (samples - samples.mean((1, 2, 3), keepdim=True)).flatten(1).norm(dim=1)
    # Saturation about the mean over one channel would leave every value at the mean.
    assert (spread / before).min() > 0.49


@pytest.mark.parametrize("change", [translate, cut, recolour])
def test_a_sample_that_is_not_touched_stays_as_it_is(change):
    samples = pictures(4, channels=3)
    is_touched = torch.tensor([True, False, True, False]).view(4, 1, 1, 1)
    after = change(samples, is_touched, seeded(2))
    assert torch.allclose(after[1::2], samples[1::2], atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_share_of_p_is_changed(kind):
    samples = pictures(4000)
    after = augment(samples, 0.25, [kind], seeded())
    share = (after != samples).flatten(1).any(1).float().mean().item()
    # A cutout always hits; of translations 1 in 9 stays in place. Standard error 0.7 %.
    assert share == pytest.approx(0.25 * (8 / 9 if kind == "translation" else 1), abs=0.03)


def test_p_0_is_the_picture_itself_and_draws_nothing():
    samples, rng = pictures(4), seeded()
    state = rng.get_state()
    assert augment(samples, 0.0, KINDS, rng) is samples
    assert torch.equal(rng.get_state(), state)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("side", [28, 32, 64])
def test_trap_27_the_gradient_passes_through_every_change(channels, side):
    samples = pictures(8, channels, side).requires_grad_(True)
    after = augment(samples, 1.0, KINDS, seeded())
    assert after.shape == samples.shape
    (gradients,) = torch.autograd.grad(after.square().sum(), samples)
    assert torch.isfinite(gradients).all()
    assert (gradients.flatten(1).abs().sum(1) > 0).all()


def test_changes_come_from_the_passed_generator_alone():
    samples, state = pictures(8), torch.get_rng_state()
    first, again, other = (augment(samples, 0.5, KINDS, seeded(seed)) for seed in (5, 5, 6))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert torch.equal(torch.get_rng_state(), state)
