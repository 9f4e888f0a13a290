"""Families from outside that borrow parts of ours, or have parts like them under other names."""

import math
from typing import Literal

import pytest

from ganlib import (
    FAMILIES,
    ChangeSettings,
    Controls,
    Family,
    RunConfig,
    all_settings,
    changed,
)
from ganlib.config import Augmentation, NetworkConfig, Objective, Part, SingleNetworkConfig
from ganlib.config.part import setting


class Plain(NetworkConfig):
    """A network without settings."""

    architecture: Literal["plain"] = "plain"


class Borrowing(SingleNetworkConfig):
    """What D and G minimise, under a name of its own."""

    family: Literal["borrowing"] = "borrowing"
    network: Plain = Plain()
    two_players: Objective = Objective()
    changes: Augmentation = Augmentation()

    def z_dim(self, shape):
        """As many as a sample has numbers."""
        return math.prod(shape)


class OwnLosses(Part):
    """Losses that are called like some of ours, and are others."""

    loss: Literal["ns", "wgan"] = setting("ns", "Loss", "One of two.", live=True)
    weight_clip: float = setting(0.0, "Clip", "Something else.", ge=0, le=1)


class Own(Borrowing):
    """A family whose losses bring nothing."""

    family: Literal["own"] = "own"
    two_players: OwnLosses = OwnLosses()


@pytest.fixture(params=[Borrowing, Own], ids=["borrowing", "own"])
def config(request):
    """A run of a family that has a setting `loss`."""
    key = request.param.model_fields["family"].default
    family = Family(
        key=key,
        title="Two players (of a test)",
        summary="Is never trained.",
        config=request.param,
        capabilities=frozenset(("latent", "repeatable")),
        make=lambda config, shape, device: None,
        metrics={},
    )
    FAMILIES.register(family)
    yield RunConfig.parse({"data": {"kind": "toy2d"}, "algorithm": {"family": key}})
    FAMILIES.remove(key)


def test_a_loss_brings_what_the_objective_of_a_family_has_and_to_no_other(config):
    clip = 0.01 if config.algorithm.family == "borrowing" else 0.0
    assert changed(config, {"loss": "wgan"}).algorithm.two_players.weight_clip == clip
    controls = Controls(config)
    controls.send(ChangeSettings({"loss": "wgan"}))
    assert controls.config.algorithm.two_players.weight_clip == clip


def test_what_a_borrowed_setting_does_is_read_in_the_part_that_has_it(config):
    def at_work(config):
        return {one.name for one in all_settings(config) if one.applies}

    assert {"loss", "lr"} <= at_work(config)
    if config.algorithm.family == "borrowing":
        names = {"penalty_interval", "instance_noise_steps", "auxiliary_lambda"}
        assert names.isdisjoint(at_work(config))
        on = changed(config, {"r1_gamma": 1.0, "instance_noise": 0.1})
        assert names & at_work(on) == {"penalty_interval", "instance_noise_steps"}


@pytest.mark.usefixtures("idle")
def test_every_part_of_a_family_has_its_place_in_the_form(visit, config):
    app = visit()
    key = config.algorithm.family
    for widget, value in {"digits-family-kind": key, "digits-data-kind": "toy2d"}.items():
        app.selectbox(key=widget).set_value(value).run()
    assert not app.exception
    assert "**Two players**" in [one.value for one in app.markdown]
    app.selectbox(key=f"digits-{key}-loss").set_value("wgan").run()
    assert not app.exception
