import json
import math

import pydantic
import pytest

from ganlib.config import (
    FAMILIES,
    DcganNetwork,
    ImageData,
    Objective,
    RunConfig,
    Toy2dData,
)
from ganlib.errors import ConfigError, GanlibError
from ganlib.losses import LOSSES
from ganlib.settings import all_settings, variants
from tests.ganlib.conftest import SINGLE_NETWORK_FAMILIES, tiny_family

TOY_2D = {"data": {"kind": "toy2d"}, "algorithm": {"network": {"architecture": "mlp-2d"}}}
POINTS = [[0.5, -0.25], [-1.3, 1.3]]
SKETCH = TOY_2D | {"data": {"kind": "toy2d", "name": "sketch", "points": POINTS}}


def with_value(config, path, value):
    """The configuration as plain values, with another value at the path."""
    values = part = config.model_dump()
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return values


def beyond_the_bounds():
    configs = {"images": RunConfig(), "toy2d": RunConfig.parse(TOY_2D)}
    for kind, config in (
        configs | {name: tiny_family(name) for name in SINGLE_NETWORK_FAMILIES}
    ).items():
        for one in all_settings(config):
            below = one.lowest if one.lowest_is_open else (one.lowest or 0) - 1
            if one.lowest is not None:
                yield pytest.param(config, one, below, id=f"{kind}-{one.name}-low")
            if one.highest is not None:
                yield pytest.param(config, one, one.highest + 1, id=f"{kind}-{one.name}-high")
            if one.kind == "choice":
                yield pytest.param(config, one, "nothing", id=f"{kind}-{one.name}-choice")


def test_the_default_configuration_learns_mnist_with_a_dcgan():
    config = RunConfig.parse({})
    assert config == RunConfig()
    assert config.data.name == "mnist-5k"
    assert config.algorithm.network.architecture == "dcgan"


@pytest.mark.parametrize(("config", "one", "value"), list(beyond_the_bounds()))
def test_a_value_out_of_its_bounds_is_refused_by_name(config, one, value):
    with pytest.raises(ConfigError) as refusal:
        RunConfig.parse(with_value(config, one.path, value))
    ((path, sentence),) = refusal.value.problems
    assert path.split(".")[-1] == one.name
    assert sentence.startswith(f"{one.name} is ")


@pytest.mark.parametrize(
    ("network", "classes"),
    [
        ({}, ()),
        ({"condition": "projection"}, tuple("0123456789")),
        ({"condition": "auxiliary"}, tuple("0123456789")),
        ({"condition": "codes", "code_values": 3}, ("code 1", "code 2", "code 3")),
        ({"architecture": "mlp"}, ()),
    ],
)
def test_what_can_be_asked_for_has_names(network, classes):
    network = {"architecture": "dcgan"} | network
    assert RunConfig.parse({"algorithm": {"network": network}}).condition_labels == classes


def test_codes_need_no_classes_of_the_data():
    codes = {"architecture": "dcgan", "condition": "codes", "code_values": 2}
    own = {"data": {"kind": "own"}, "algorithm": {"network": codes}}
    assert RunConfig.parse(own).condition_labels == ("code 1", "code 2")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_are_finite(value):
    with pytest.raises(ConfigError, match="lr_d must be a finite number, not"):
        RunConfig.parse({"algorithm": {"optimisation": {"lr_d": value}}})


def test_a_refusal_is_both_ours_and_a_value_error_and_tells_every_problem():
    with pytest.raises(ConfigError) as refusal:
        RunConfig.parse({"seed": -1, "batch_size": 1})
    error = refusal.value
    assert isinstance(error, GanlibError)
    assert isinstance(error, ValueError)
    assert [path for path, _ in error.problems] == ["seed", "batch_size"]
    assert str(error) == "seed is -1, but must be at least 0. batch_size is 1, but must be " + (
        "at least 2."
    )


def test_a_configuration_never_changes():
    config = RunConfig()
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        config.seed = 1
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        config.algorithm.optimisation.lr_d = 1.0


def test_a_part_has_the_settings_of_its_kind():
    config = RunConfig.parse(TOY_2D)
    assert config.algorithm.network.depth == 3
    with pytest.raises(ConfigError, match=r"no setting called .*depth"):
        RunConfig.parse({"algorithm": {"network": {"architecture": "dcgan", "depth": 3}}})


def test_who_says_nothing_of_a_family_means_a_gan():
    config = RunConfig.parse({"algorithm": {"objective": {"loss": "hinge"}}})
    assert config.gan.objective.loss == "hinge"
    with pytest.raises(ConfigError, match=r"'diffusion', .* 'gan', 'vae' or 'autoregressive'"):
        RunConfig.parse({"algorithm": {"family": "diffusion"}})


@pytest.mark.parametrize("name", SINGLE_NETWORK_FAMILIES)
def test_a_run_of_another_family_has_no_game(name):
    config = tiny_family(name)
    with pytest.raises(TypeError, match=f"of the family {config.algorithm.family} has no game"):
        config.gan  # noqa: B018
    assert RunConfig.from_json(config.to_json()) == config


@pytest.mark.parametrize(
    ("name", "numbers"),
    [("gan", 4), ("vae", 3), ("vae-2d", 2), ("made", 64), ("made-2d", 2), ("pixelcnn", 64)],
)
def test_a_sample_is_made_from_z_or_from_a_chance_for_each_of_its_codes(name, numbers):
    assert tiny_family(name).latent_dim == numbers


def test_a_coloured_pixel_is_drawn_with_one_chance():
    data = {"kind": "images", "name": "shapes", "size": 8, "levels": 2}
    config = RunConfig.parse({"data": data, "algorithm": {"family": "autoregressive"}})
    assert config.latent_dim == 64


@pytest.mark.parametrize("values", [{}, TOY_2D, SKETCH, {"seed": 2**32 - 1, "title": "Ünïcode \n"}])
def test_json_brings_every_setting_back(values):
    config = RunConfig.parse(values)
    assert RunConfig.from_json(config.to_json()) == config
    assert RunConfig.from_json(config.to_json().encode()) == config


def test_json_is_validated_like_all_else():
    with pytest.raises(ConfigError, match="seed is -1"):
        RunConfig.from_json('{"seed": -1}')


@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_brings_its_companions_and_what_is_said_beats_them(loss):
    alone = Objective(loss=loss)
    for name, value in LOSSES[loss].companions.items():
        assert getattr(alone, name) == value
    RunConfig.parse({"algorithm": {"objective": {"loss": loss}}})
    assert Objective(loss=loss, gp_lambda=3.0).gp_lambda == 3.0


def test_wasserstein_is_bounded_by_clipping_or_by_a_penalty():
    assert (Objective(loss="wgan").weight_clip, Objective(loss="wgan").gp_lambda) == (0.01, 0)
    assert (Objective(loss="wgan-gp").weight_clip, Objective(loss="wgan-gp").gp_lambda) == (0, 10)


@pytest.mark.parametrize("name", ["r1_gamma", "r2_gamma", "gp_lambda", "dragan_lambda"])
def test_each_gradient_penalty_counts_as_one(name):
    assert not Objective().has_gradient_penalty
    assert Objective(**{name: 0.1}).has_gradient_penalty


@pytest.mark.parametrize(
    ("data", "shape"),
    [
        (Toy2dData(), (2,)),
        (ImageData(name="mnist-5k"), (1, 28, 28)),
        (ImageData(name="kmnist", size=64), (1, 64, 64)),
        (ImageData(name="shapes", size=32), (3, 32, 32)),
        (ImageData(name="cifar10", size=32), (3, 32, 32)),
    ],
)
def test_data_know_the_shape_of_a_sample(data, shape):
    assert data.shape == shape


def test_a_sketch_keeps_its_points_and_nothing_else_has_any():
    assert Toy2dData(name="sketch", points=POINTS).points == ((0.5, -0.25), (-1.3, 1.3))
    assert Toy2dData(name="ring", points=POINTS) == Toy2dData(name="ring")
    assert Toy2dData(points=POINTS).points == ()


@pytest.mark.parametrize(
    "points", [[[0, 1.301]], [[-1.301, 0]], [[math.nan, 0]], [[0]], [[0, 0, 0]], [["x", 0]], "x"]
)
def test_points_are_pairs_within_the_picture(points):
    with pytest.raises(ConfigError) as refusal:
        RunConfig.parse(TOY_2D | {"data": {"kind": "toy2d", "name": "sketch", "points": points}})
    ((path, _),) = refusal.value.problems
    assert path.startswith("data.toy2d.points")


def test_two_thousand_points_are_enough():
    points = [[0, 0]] * 2000
    assert len(Toy2dData(name="sketch", points=points).points) == 2000
    data = {"kind": "toy2d", "name": "sketch", "points": [*points, [0, 0]]}
    with pytest.raises(ConfigError) as refusal:
        RunConfig.parse(TOY_2D | {"data": data})
    assert refusal.value.problems == (
        ("data.toy2d.points", "There are 2,001 points: 2,000 at most."),
    )


def test_equal_settings_are_equal_configurations():
    assert DcganNetwork(width=8) == DcganNetwork(width=8) != DcganNetwork(width=9)
    assert RunConfig(seed=1) != RunConfig(seed=2)


@pytest.mark.parametrize("loss", ["d_loss", "g_loss"])
def test_a_run_that_kept_the_lowest_loss_of_a_player_still_opens(loss):
    values = json.loads(RunConfig().to_json())
    values["saving"]["keep_best"] = loss
    assert RunConfig.from_json(json.dumps(values)) == RunConfig()


def test_networks_of_small_tensors_are_slowed_by_a_second_thread():
    kinds = {
        name: kind for family in FAMILIES for name, kind in variants(family)["network"].items()
    }
    small = {name for name, kind in kinds.items() if not kind.gains_from_threads}
    assert small == {"mlp-2d", "mlp", "dense-spatial", "vae-perceptron", "made"}
