"""A step consists of what its configuration uses, and can be read in a few files."""

import sys
from pathlib import Path

import pytest
import torch

import ganlib
from ganlib import PRESETS
from ganlib.algorithms.gan import Gan
from ganlib.runtime import draw_z, make_rng
from ganlib.settings import changed
from ganlib.streams import Stream

SOURCES = Path(ganlib.__file__).parent
MOST_FILES = 6
"""Of ganlib, in which a step of the first preset is read."""


def files_of(act):
    """The files of ganlib in which a line runs while something is done."""
    files = set()

    def note(frame, event, _):
        if event == "line":
            files.add(Path(frame.f_code.co_filename))
        return note

    def enter(frame, event, _):
        return note if Path(frame.f_code.co_filename).is_relative_to(SOURCES) else None

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        act()
    finally:
        sys.settrace(before)
    return sorted(str(file.relative_to(SOURCES)) for file in files)


def test_a_step_of_the_digits_preset_is_read_in_few_files(noise_pictures):
    config = changed(PRESETS["digits"].config, {"batch_size": 4, "device": "cpu"})
    gan = Gan(config, config.data.shape, torch.device("cpu"))
    batches = noise_pictures.batches(4, torch.Generator().manual_seed(0))

    interval = config.gan.objective.penalty_interval

    def steps():  # In one of them R1 is computed.
        for _ in range(interval):
            gan.train_step(batches)

    files = files_of(steps)
    assert "algorithms/gan.py" in files
    assert len(files) <= MOST_FILES, (
        f"A step of the digits preset now runs through {len(files)} files of ganlib, and is to be "
        f"read in {MOST_FILES}: {', '.join(files)}. Let `compose` in algorithms/step_parts.py put "
        "in what a configuration uses, so that the step need not ask."
    )


def test_nothing_is_there_that_a_configuration_does_not_use(make_gan, toy2d_config):
    gan, _ = make_gan(toy2d_config)
    parts = gan.parts
    assert (parts.next_real, parts.G, parts.D) == (next, gan.G, gan.D)
    assert parts.d_of_reals_and_fakes is parts.d_of_fakes is gan.D
    assert not parts.schedules + parts.d_inputs + parts.d_terms + parts.g_terms
    assert not parts.after_d + parts.d_metrics + parts.metrics


@pytest.mark.parametrize(
    ("setting", "value", "part"),
    [
        ("r1_gamma", 1.0, "d_terms"),
        ("lecam_lambda", 0.5, "d_terms"),
        ("norms_every", 2, "metrics"),
        ("loss", "wgan", "after_d"),
    ],
)
def test_a_live_setting_puts_its_part_in_and_takes_it_out(
    make_gan, toy2d_config, setting, value, part
):
    gan, batches = make_gan(toy2d_config)
    off = getattr(gan.config.gan.objective, setting, 0)
    companions = {"weight_clip": 0.0} if setting == "loss" else {}
    gan.change(changed(gan.config, {setting: value}))
    assert len(getattr(gan.parts, part)) == 1
    gan.train_step(batches)
    gan.change(changed(gan.config, {setting: off, **companions}))
    assert getattr(gan.parts, part) == ()


@pytest.mark.parametrize("setting", ["augment_p", "ada_target"])
def test_live_augmentation_is_put_in_for_reals_and_fakes(dcgan_config, setting):
    gan = Gan(dcgan_config, (1, 28, 28), torch.device("cpu"))
    gan.change(changed(dcgan_config, {setting: 0.5}))
    assert gan.parts.d_inputs == (gan.augmenter,)
    assert len(gan.parts.d_metrics) == 1
    gan.change(dcgan_config)
    assert gan.parts.d_inputs == gan.parts.d_metrics == ()


def test_a_gan_that_is_let_go_of_is_gone_at_once(make_gan, toy2d_config):
    gan, _ = make_gan(toy2d_config, r1_gamma=1.0, norms_every=1)
    weight = next(gan.G.parameters())
    references = sys.getrefcount(weight)
    del gan
    assert sys.getrefcount(weight) < references


def test_the_z_of_a_step_is_that_of_the_prior(make_gan, toy2d_config):
    gan, batches = make_gan(toy2d_config)
    seen = []
    gan.G.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    gan.train_step(batches, "d")
    rng = make_rng(toy2d_config.seed, Stream.LATENTS)
    assert torch.equal(seen[0], draw_z(gan.batch_size, gan.latent_dim, rng))
