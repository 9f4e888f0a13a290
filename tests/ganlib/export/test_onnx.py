import shutil
import socket
import subprocess
import sys
from dataclasses import replace

import numpy as np
import onnx
import pytest
from torch import nn

from ganlib.algorithms import saved_export_spec
from ganlib.config import RunConfig
from ganlib.errors import RunError
from ganlib.export import onnx as export_onnx
from ganlib.export import write_onnx
from ganlib.settings import changed
from tests.ganlib.conftest import tiny_family

PAIRS = {
    "dense-spatial": ({"architecture": "dense-spatial"}, {}),
    "dcgan": (
        {
            **{"architecture": "dcgan", "width": 4, "condition": "projection"},
            **{"spectral_norm": True, "d_batch_norm": True},
        },
        {"name": "cifar10", "size": 8},
    ),
    "resnet": ({"architecture": "resnet", "width": 4}, {"size": 8}),
    "residual": ({"architecture": "residual", "width": 4}, {"name": "cifar10", "size": 8}),
    "style": ({"architecture": "style", "width": 4}, {"size": 8}),
}
"""One of each kind of layers that have to be told in ONNX."""


def pair(name):
    network, data = PAIRS[name]
    return RunConfig.parse(
        {"data": {"kind": "images"} | data, "algorithm": {"network": network}, "batch_size": 4}
    )


@pytest.mark.parametrize("name", PAIRS)
def test_every_pair_is_written_and_passes_its_check(name, saved, tmp_path, capfd):
    config = pair(name)
    write_onnx(saved(config), tmp_path / "generator.onnx")
    assert_written(tmp_path / "generator.onnx", config)
    assert capfd.readouterr() == ("", "")


def assert_written(path, config):
    """The file is ONNX, and has the inputs and the output that are promised; the model in it."""
    model = onnx.load(path)
    onnx.checker.check_model(model)
    (z, *export_spec), (samples,) = model.graph.input, model.graph.output
    sides = [[one.dim_value for one in x.type.tensor_type.shape.dim] for x in (z, samples)]
    assert (z.name, samples.name) == ("z", "samples")
    assert sides == [[0, config.algorithm.network.latent_dim], [0, *config.data.shape]]
    known = [(one.name, one.type.tensor_type.shape.dim[1].dim_value) for one in export_spec]
    assert known == ([("condition", 10)] if config.condition_labels else [])
    assert {one.domain: one.version for one in model.opset_import}[""] == 20
    return model


@pytest.mark.parametrize("name", ["vae", "made-2d", "pixelcnn-asked"])
def test_every_other_family_is_written_and_passes_its_check(name, saved, tmp_path, capfd):
    config = changed(tiny_family(name), {"depth": 1} if name == "pixelcnn-asked" else {})
    write_onnx(saved(config), tmp_path / "network.onnx")
    model = onnx.load(tmp_path / "network.onnx")
    onnx.checker.check_model(model)
    found = {
        one.name: [side.dim_value for side in one.type.tensor_type.shape.dim]
        for one in (*model.graph.input, *model.graph.output)
    }
    if config.algorithm.family == "vae":
        expected = {"z": [0, config.latent_dim], "samples": [0, *config.data.shape]}
    else:
        values = 8 if config.data.kind == "toy2d" else 2
        expected = {"codes": [0, config.latent_dim], "logits": [0, config.latent_dim, values]}
        if config.condition_labels:
            expected["condition"] = [0, 10]
    assert found == expected
    assert capfd.readouterr() == ("", "")


def can_cut_the_network():
    command = ["unshare", "-rn", "true"]
    return shutil.which("unshare") and not subprocess.run(command, capture_output=True).returncode


@pytest.mark.skipif(not can_cut_the_network(), reason="Only Linux cuts a process off the network.")
def test_an_export_leaves_nothing_at_home_and_asks_nobody(
    saved, toy2d_config, tmp_path, monkeypatch
):
    def nobody(*_):
        pytest.fail("somebody was asked")

    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, nobody)
    monkeypatch.setattr(export_onnx, "PYTHON", ("unshare", "-rn", *export_onnx.PYTHON))
    (home := tmp_path / "home").mkdir()
    for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(home))
    write_onnx(saved(toy2d_config), tmp_path / "generator.onnx")
    assert_written(tmp_path / "generator.onnx", toy2d_config)
    assert list(home.rglob("*")) == []
    assert "onnxruntime" not in sys.modules


def test_what_onnx_runtime_cannot_open_is_told(saved, toy2d_config, tmp_path):
    export_spec = saved_export_spec(saved(toy2d_config))
    (path := tmp_path / "generator.onnx").write_bytes(b"noise")
    with pytest.raises(RunError, match=r"^ONNX Runtime cannot open what was written \("):
        export_onnx.largest_difference(export_spec, path)


def test_it_is_the_averaged_generator_in_eval_mode(saved, toy2d_config):
    checkpoint = saved(toy2d_config)
    checkpoint.state["algorithm.G_ema.0.bias"][...] = 5
    generator = saved_export_spec(checkpoint).network
    assert generator[0].bias.tolist() == [5] * 8
    assert not generator.training


def test_configuration_and_step_come_along(saved, toy2d_config, tmp_path):
    write_onnx(saved(toy2d_config, step=40), tmp_path / "generator.onnx")
    model = assert_written(tmp_path / "generator.onnx", toy2d_config)
    about = {one.key: one.value for one in model.metadata_props}
    assert about["step"] == "40"
    # Where the code stands on this machine is nobody's business.
    assert b".py" not in (tmp_path / "generator.onnx").read_bytes()
    assert RunConfig.from_json(about["config"]) == toy2d_config


class Doubled(nn.Module):
    """Another generator than the one that is written."""

    def __init__(self, generator):
        super().__init__()
        self.generator = generator

    def forward(self, z):
        return 2 * self.generator(z)


def test_a_file_that_answers_otherwise_than_torch_is_refused(
    saved, toy2d_config, tmp_path, monkeypatch
):
    honest = export_onnx.largest_difference
    monkeypatch.setattr(
        export_onnx,
        "largest_difference",
        lambda export_spec, path: honest(
            replace(export_spec, network=Doubled(export_spec.network)), path
        ),
    )
    with pytest.raises(RunError, match=r"differs from the one in torch by .*0\.0001 is allowed"):
        write_onnx(saved(toy2d_config), tmp_path / "generator.onnx")
    assert not (tmp_path / "generator.onnx").exists()


def test_a_generator_of_no_numbers_is_refused(saved, toy2d_config, tmp_path):
    checkpoint = saved(toy2d_config)
    checkpoint.state["algorithm.G_ema.0.bias"][...] = np.nan
    with pytest.raises(RunError, match="by nan"):
        write_onnx(checkpoint, tmp_path / "generator.onnx")
