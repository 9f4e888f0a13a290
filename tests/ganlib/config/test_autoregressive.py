import pytest

from ganlib.config import AutoregressiveConfig, MadeNetwork, RunConfig
from ganlib.errors import ConfigError
from tests.ganlib.conftest import tiny_family


def test_it_has_an_exact_likelihood_and_an_order_and_no_latent_space():
    assert AutoregressiveConfig().capabilities == {"likelihood", "autoregressive", "repeatable"}


def test_a_class_can_be_asked_for_where_that_is_set():
    assert tiny_family("pixelcnn").condition_labels == ()
    assert tiny_family("pixelcnn-asked").condition_labels == tuple("0123456789")
    assert MadeNetwork(conditional=True).is_conditional


def test_the_default_learns_grey_digits():
    config = RunConfig.parse({"algorithm": {"family": "autoregressive"}})
    assert config.algorithm.network.architecture == "made"


def test_a_network_of_another_family_is_refused():
    with pytest.raises(ConfigError, match=r"'dcgan'.* which is not allowed: .*'made', 'pixelcnn'"):
        RunConfig.parse(
            {"algorithm": {"family": "autoregressive", "network": {"architecture": "dcgan"}}}
        )
