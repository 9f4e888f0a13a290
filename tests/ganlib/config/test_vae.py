import pytest

from ganlib.commands import ChangeSettings
from ganlib.config import VaeConfig
from ganlib.controls import Controls
from ganlib.errors import ConfigError
from tests.ganlib.conftest import tiny_family


def test_it_has_a_latent_space_a_way_into_it_and_a_bound_of_the_likelihood():
    assert VaeConfig().capabilities == {"latent", "encoder", "likelihood", "repeatable"}


def test_weight_and_free_bits_of_the_kl_change_while_it_runs():
    controls = Controls(tiny_family("vae-2d"))
    controls.send(ChangeSettings({"beta": 4.0}))
    assert controls.pending == (ChangeSettings({"objective.beta": 4.0}, number=1),)
    with pytest.raises(ConfigError):
        controls.send(ChangeSettings({"sigma": 0.1}))


def test_it_cannot_be_asked_for_a_class():
    assert tiny_family("vae").condition_labels == ()
