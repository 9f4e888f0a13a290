import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from ganlib.config import RunConfig
from ganlib.export import write_weights
from ganlib.models import build_networks


def test_every_network_is_there_under_its_name(saved, toy2d_config, tmp_path):
    checkpoint = saved(toy2d_config)
    write_weights(checkpoint, tmp_path / "weights.safetensors")
    weights = load_file(tmp_path / "weights.safetensors")
    assert {name.partition(".")[0] for name in weights} == {"G_ema", "G", "D"}
    assert weights["G_ema.0.weight"].shape == (8, 4)
    assert weights["D.0.weight"].shape == (8, 2)
    for name, value in weights.items():
        assert np.array_equal(value.numpy(), checkpoint.state[f"algorithm.{name}"])


def test_every_network_of_a_family_is_there_under_its_name(saved, each_family, tmp_path):
    checkpoint = saved(each_family)
    write_weights(checkpoint, tmp_path / "weights.safetensors")
    weights = load_file(tmp_path / "weights.safetensors")
    for name, value in weights.items():
        kept = checkpoint.state[f"algorithm.{name}"]
        assert value.shape == kept.shape, name
        assert np.array_equal(value.numpy(), kept)
    networks = {"G_ema", "G", "D"}
    if each_family.algorithm.family != "gan":
        networks = {"model_ema", "model"}
    assert {name.partition(".")[0] for name in weights} == networks
    assert not [name for name in weights if "mask" in name], "they follow from the sizes"


def test_torch_takes_them_back_into_fresh_networks(saved, toy2d_config, tmp_path):
    write_weights(saved(toy2d_config), tmp_path / "weights.safetensors")
    weights = load_file(tmp_path / "weights.safetensors")
    G, D = build_networks(toy2d_config.algorithm.network, (2,), torch.Generator())
    for name, network in (("G_ema", G), ("D", D)):
        start = f"{name}."
        part = {key.removeprefix(start): x for key, x in weights.items() if key.startswith(start)}
        assert network.load_state_dict(part).missing_keys == []


def test_configuration_and_step_come_along(saved, toy2d_config, tmp_path):
    write_weights(saved(toy2d_config, step=40), tmp_path / "weights.safetensors")
    with safe_open(tmp_path / "weights.safetensors", "numpy") as file:
        about = file.metadata()
    assert about["step"] == "40"
    assert RunConfig.from_json(about["config"]) == toy2d_config
