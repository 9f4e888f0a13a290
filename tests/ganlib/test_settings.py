import re

import pytest

from ganlib.config import (
    ImageData,
    MlpNetwork,
    Optimisation,
    OwnData,
    RunConfig,
    Toy2dData,
)
from ganlib.errors import ConfigError
from ganlib.settings import all_settings, changed, draft, live_settings, variants
from tests.ganlib.conftest import SINGLE_NETWORK_FAMILIES, tiny_family

OF_GAN = {
    "loss",
    "r1_gamma",
    "r2_gamma",
    "gp_lambda",
    "dragan_lambda",
    "lecam_lambda",
    "auxiliary_lambda",
    "augment_p",
    "ada_target",
    "weight_clip",
    "lr_g",
    "lr_d",
    "d_steps",
    "g_steps",
    "norms_every",
}
LIVE = {"gan": OF_GAN, "vae": {"lr", "beta", "free_bits"}, "autoregressive": {"lr"}}


@pytest.fixture
def config():
    return RunConfig()


@pytest.fixture
def by_name(config):
    return {one.name: one for one in all_settings(config)}


def every_kind():
    for architecture in variants()["network"]:
        data = {"kind": "toy2d" if architecture == "mlp-2d" else "images"}
        yield {"data": data, "algorithm": {"network": {"architecture": architecture}}}
    for name in SINGLE_NETWORK_FAMILIES:
        yield tiny_family(name).model_dump()


@pytest.mark.parametrize("values", list(every_kind()))
def test_no_two_settings_share_a_name_and_each_says_what_it_is(values):
    settings = all_settings(RunConfig.parse(values))
    assert len({one.name for one in settings}) == len(settings)
    assert len({one.title for one in settings}) == len(settings)
    for one in settings:
        assert one.description.endswith(".")
        assert one.facets.label[0].isupper()
        assert "_" not in one.facets.label
        assert re.fullmatch(r"([^;]+ \d{4}(, arXiv \d{4}\.\d{4,5})?(; )?)*", one.facets.source)


def test_a_student_finds_the_words_of_the_field(by_name):
    assert by_name["lr_d"].title == "Learning rate of D (η_D)"
    assert by_name["lr_d"].bounds == "From more than 0 to 0.1."
    assert by_name["beta1"].title == "Adam beta1 (β₁)"
    assert by_name["beta1"].bounds == "From 0 to less than 1."
    assert by_name["r1_gamma"].title == "Gradient penalty R1 (γ)"
    assert by_name["spectral_norm"].title == "Spectral norm in D"
    assert by_name["spectral_norm"].facets.source == "Miyato et al. 2018, arXiv 1802.05957"
    assert by_name["total_steps"].bounds == "From 1 to 10,000,000 steps."
    assert by_name["title"].bounds == ""


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("total_steps", 6000, "6,000"),
        ("seed", 6000, "6000"),
        ("lr_d", 1e-4, "0.0001"),
        ("ema_half_life", 10_000.0, "10,000"),
        ("spectral_norm", True, "on"),
        ("loss", "hinge", "hinge"),
    ],
)
def test_a_value_is_written_as_people_write_it(by_name, name, value, words):
    assert by_name[name].in_words(value) == words


def test_a_json_schema_has_the_labels():
    assert Optimisation.model_json_schema()["properties"]["lr_d"]["title"] == "Learning rate of D"


def test_settings_come_in_the_order_of_declaration(config):
    names = [one.name for one in all_settings(config)]
    assert names[:4] == ["title", "seed", "total_steps", "batch_size"]
    assert names.index("name") < names.index("width") < names.index("loss") < names.index("lr_g")


def test_what_sets_the_kind_of_a_part_is_no_setting(by_name):
    assert not {"kind", "architecture", "family"} & set(by_name)


def test_a_setting_tells_its_place_value_and_bounds(by_name):
    lr_d = by_name["lr_d"]
    assert lr_d.path == ("algorithm", "optimisation", "lr_d")
    assert (lr_d.kind, lr_d.value, lr_d.live) == ("float", 2e-4, True)
    assert (lr_d.lowest, lr_d.highest, lr_d.lowest_is_open) == (0, 0.1, True)
    batch_size = by_name["batch_size"]
    assert (batch_size.kind, batch_size.lowest, batch_size.highest) == ("int", 2, 4096)
    assert not batch_size.lowest_is_open


def test_the_other_kinds_are_known_too(by_name):
    assert by_name["spectral_norm"].kind == "bool"
    assert by_name["title"].kind == "text"
    assert (by_name["size"].kind, by_name["size"].choices) == ("choice", (8, 28, 32, 64))


def test_the_points_of_a_sketch_are_a_kind_of_their_own(config):
    points = ((0.5, -0.25), (1.0, 1.0))
    plane = {"data": {"kind": "toy2d"}, "algorithm": {"network": {"architecture": "mlp-2d"}}}
    ring = RunConfig.parse(plane)
    sketch = changed(ring, {"name": "sketch", "points": [list(point) for point in points]})
    (one,) = (one for one in all_settings(sketch) if one.kind == "points")
    assert (one.path, one.value, one.live) == (("data", "points"), points, True)
    assert (one.choices, one.lowest, one.highest) == ((), None, None)
    assert changed(sketch, {"name": "ring"}) == changed(ring, {"points": points}) == ring
    assert not any(one.kind == "points" for one in all_settings(config))


@pytest.mark.parametrize("values", list(every_kind()))
def test_the_live_settings_are_these(values):
    config = RunConfig.parse(values)
    drawn = {"points"} if config.data.kind == "toy2d" else set()
    live = {one.name for one in live_settings(config)}
    assert live == LIVE[config.algorithm.family] | drawn | {"cpu_threads"}


def test_changing_gives_a_new_configuration_and_leaves_the_old(config):
    new = changed(config, {"lr_d": 1e-3, "seed": 7, "width": 8})
    assert (new.algorithm.optimisation.lr_d, new.seed, new.algorithm.network.width) == (1e-3, 7, 8)
    assert config == RunConfig()
    assert changed(new, {"lr_d": 2e-4, "seed": 0, "width": 32}) == config
    assert changed(config, {}) == config


def test_values_may_be_text_as_on_a_command_line(config):
    new = changed(config, {"lr_d": "1e-3", "batch_size": "8"})
    assert (new.algorithm.optimisation.lr_d, new.batch_size) == (1e-3, 8)


@pytest.mark.parametrize(
    ("address", "value"),
    [
        ("total_steps", 9),
        ("data.size", 32),
        ("network.width", 8),
        ("objective.r1_gamma", 0.5),
        ("optimisation.lr_d", 1e-3),
        ("saving.keep_newest", 7),
    ],
)
def test_a_setting_is_known_by_where_it_stands_and_by_its_name(config, address, value):
    name = address.split(".")[-1]
    new = changed(config, {address: value})
    assert new == changed(config, {name: value}) == draft(config, {address: value})
    (one,) = (one for one in all_settings(new) if one.address == address)
    assert (one.name, one.value) == (name, value)


def test_a_loss_brings_what_it_needs_by_its_address_too(config):
    assert changed(config, {"objective.loss": "wgan"}) == changed(config, {"loss": "wgan"})
    given = {"objective.loss": "wgan", "objective.weight_clip": 0.05}
    assert changed(config, given).gan.objective.weight_clip == 0.05


@pytest.mark.parametrize("name", ["nothing", "depth", "kind", "algorithm", "optimisation", ""])
def test_an_unknown_name_is_refused(config, name):
    with pytest.raises(ConfigError, match=f"There is no setting called {name} in this run"):
        changed(config, {name: 1})


def test_a_new_loss_brings_what_it_needs_and_takes_it_away_again(config):
    wgan = changed(config, {"loss": "wgan"})
    assert wgan.algorithm.objective.weight_clip == 0.01
    penalised = changed(wgan, {"loss": "wgan-gp"}).algorithm.objective
    assert (penalised.weight_clip, penalised.gp_lambda) == (0, 10)
    assert changed(config, {"loss": "wgan-gp", "gp_lambda": 0.1}).algorithm.objective.gp_lambda == (
        0.1
    )
    assert changed(wgan, {"loss": "ns"}) == config


def test_a_change_is_validated(config):
    with pytest.raises(ConfigError, match=r"Batch size \(N\) is 1, but must be at least 2"):
        changed(config, {"batch_size": 1})


def test_variants_are_the_parts_to_choose_from():
    assert variants()["data"] == {"toy2d": Toy2dData, "images": ImageData, "own": OwnData}
    assert list(variants()["network"]) == [
        "mlp-2d",
        "mlp",
        "dense-spatial",
        "dcgan",
        "resnet",
        "residual",
        "style",
    ]
    assert variants()["network"]["mlp"] is MlpNetwork


def test_every_family_has_its_own_networks():
    assert set(variants()["algorithm"]) == {"gan", "vae", "autoregressive"}
    assert set(variants("vae")["network"]) == {"vae-perceptron", "vae-convolutional"}
    assert set(variants("autoregressive")["network"]) == {"made", "pixelcnn"}
    assert variants("vae")["data"] == variants()["data"]


def test_a_setting_is_called_by_its_label_and_symbol_wherever_it_is():
    config = RunConfig()
    assert config.called("batch_size") == "Batch size (N)"
    assert config.called("lr_g", "lr_d", "loss") == (
        "Learning rate of G (η_G), Learning rate of D (η_D) and Loss"
    )
    assert {one.title for one in all_settings(config)} == {
        config.called(one.name) for one in all_settings(config)
    }
    with pytest.raises(KeyError):
        config.called("nothing")
