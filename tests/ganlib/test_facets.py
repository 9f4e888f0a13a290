"""What a setting says of itself is what it does."""

import pytest

from ganlib.config import RunConfig
from ganlib.errors import ConfigError
from ganlib.settings import all_settings, changed, draft
from tests.ganlib.conftest import FAMILIES, tiny_family

STEPS = 3


def other_values(one):
    """Values of a setting that are not its own."""
    match one.kind:
        case "bool":
            return [not one.value]
        case "choice":
            return [choice for choice in one.choices if choice != one.value]
        case "int":
            return [one.value + 1, one.value - 1]
        case "float":
            return [one.value + 0.5 * ((one.highest or 1) - one.value), one.value / 2]
        case "points":
            return [((0.5, 0.5),)]
    return [f"{one.value}!"]


def accepted(config, one):
    """The configurations with another value of this setting that are not refused."""
    for value in other_values(one):
        try:
            yield changed(config, {one.name: value})
        except ConfigError:
            continue


def idle(config):
    return [one for one in all_settings(config) if not one.applies]


@pytest.mark.parametrize("name", ["gan-2d", "gan", "vae-2d", "made-2d", "pixelcnn"])
def test_what_does_not_apply_changes_no_digit(family, metrics_of, name):
    config = changed(family(name), {"total_steps": STEPS})
    if config.algorithm.family == "gan":
        config = changed(config, {"optimiser": "rmsprop"})
    before = metrics_of(config)
    others = [(one, other) for one in idle(config) for other in accepted(config, one)]
    for one, other in others:
        assert metrics_of(other) == before, one.name
    if name.startswith("gan"):
        names = {one.name for one, _ in others}
        assert names >= {"beta1", "penalty_interval", "instance_noise_steps", "translation"}


@pytest.mark.parametrize("name", ["gan-2d", "made-2d"])
def test_what_only_records_or_names_changes_no_digit(family, metrics_of, name):
    config = changed(family(name), {"total_steps": STEPS})
    before = metrics_of(config)
    for one in all_settings(config):
        if one.facets.role in ("title", "record") and one.name != "norms_every":
            for other in accepted(config, one):
                assert metrics_of(other) == before, one.name


@pytest.mark.parametrize(
    ("name", "changes", "awake"),
    [
        ("gan", {}, {"unrolled_steps": False, "measure_every": True, "augment_p": True}),
        ("gan-2d", {}, {"unrolled_steps": True, "measure_every": False, "augment_p": False}),
        ("gan", {"condition": "codes"}, {"code_values": True, "auxiliary_fakes": False}),
        ("gan", {"condition": "auxiliary"}, {"code_values": False, "auxiliary_fakes": True}),
        ("gan", {"augment_p": 0.1}, {"cutout": True, "ada_images": False}),
        ("gan", {"ada_target": 0.6}, {"cutout": True, "ada_images": True}),
        ("gan", {"r1_gamma": 0.0}, {"penalty_interval": False}),
        ("gan", {"r1_gamma": 1.0}, {"penalty_interval": True}),
        ("gan", {"loss": "wgan"}, {"weight_clip": True, "label_smoothing": False}),
        ("gan", {"loss": "rpgan"}, {"weight_clip": False, "lecam_lambda": False}),
        ("gan", {"instance_noise": 0.1}, {"instance_noise_steps": True}),
        ("gan", {"optimiser": "rmsprop"}, {"beta1": False, "beta2": True}),
        ("vae", {"likelihood": "gaussian"}, {"sigma": True}),
        ("vae", {"beta": 0.0}, {"sigma": False, "free_bits": False, "warm_up_steps": False}),
        ("made", {}, {"bins": False, "conditional": True}),
        ("made-2d", {}, {"bins": True, "conditional": False}),
    ],
)
def test_a_setting_applies_where_it_does_something(name, changes, awake):
    settings = all_settings(changed(tiny_family(name), changes))
    applies = {one.name: one.applies for one in settings}
    assert {one: applies[one] for one in awake} == awake


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("gan", {"weight_clip": 0.01}),
        ("gan", {"loss": "rpgan", "lecam_lambda": 0.3}),
        ("gan", {"loss": "hinge", "label_smoothing": 0.1}),
        ("gan", {"unrolled_steps": 2}),
        ("gan-2d", {"augment_p": 0.3}),
        ("gan-2d", {"keep_best": "frechet"}),
        ("made-2d", {"conditional": True}),
    ],
)
def test_what_is_refused_can_be_set_otherwise(name, typed):
    """A page shows it, whatever is said of it."""
    config = tiny_family(name)
    with pytest.raises(ConfigError):
        changed(config, typed)
    applies = {one.name: one.applies for one in all_settings(draft(config, typed))}
    assert all(applies[one] for one in typed)


def test_a_draft_is_what_is_accepted_later():
    config = RunConfig()
    typed = {"lr_d": 1e-3, "loss": "wgan", "seed": 7, "size": 32}
    assert draft(config, typed) == changed(config, typed)
    assert draft(config, typed).gan.objective.weight_clip == 0.01
    assert draft(config, {"batch_size": 1}).batch_size == 1


@pytest.mark.parametrize("name", FAMILIES)
def test_every_setting_has_a_role(name):
    roles = {one.name: one.facets.role for one in all_settings(tiny_family(name))}
    assert (
        roles.items()
        >= {
            "title": "title",
            "seed": "seed",
            "device": "machine",
            "total_steps": "length",
            "batch_size": "learning",
            "keep_newest": "record",
            "name": "data",
            "width": "learning",
        }.items()
    )


def test_a_checkpoint_decides_the_networks_and_what_its_numbers_mean():
    for name in FAMILIES:
        for one in all_settings(tiny_family(name)):
            is_fixed = one.name in ("optimiser", "likelihood", "sigma", "levels")
            assert one.facets.fixed is (is_fixed or one.path[-2:-1] == ("network",)), one.name


def test_a_person_types_all_but_points_and_what_goes_with_kept_pictures():
    own = RunConfig.parse({"data": {"kind": "own"}})
    assert {one.name for one in all_settings(own) if not one.facets.typed} == {
        *("name", "size", "colour")
    }
    plane = all_settings(tiny_family("gan-2d"))
    assert {one.name for one in plane if not one.facets.typed} == {"points"}
