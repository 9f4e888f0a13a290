import sys
import types
from dataclasses import replace
from urllib.error import URLError

import pytest
import torch
from torch import nn

from ganlib.errors import MeasureError
from ganlib.metrics.images import measure_pictures
from ganlib.metrics.inception import InceptionFeatures
from ganlib.metrics.reference_set import ReferenceSet

MODULE = "torch_fidelity.feature_extractor_inceptionv3"


def provide(monkeypatch, make):
    package, module = types.ModuleType("torch_fidelity"), types.ModuleType(MODULE)
    module.FeatureExtractorInceptionV3 = make
    monkeypatch.setitem(sys.modules, "torch_fidelity", package)
    monkeypatch.setitem(sys.modules, MODULE, module)


class Extractor(nn.Module):
    """Has the face of torch-fidelity's network, and sees three features."""

    def __init__(self, name, wanted):
        super().__init__()
        assert (name, wanted) == ("inception-v3-compat", ["2048", "logits_unbiased"])

    def forward(self, pictures):
        assert pictures.dtype == torch.uint8
        assert pictures.shape[1] == 3
        seen = pictures.float()[:, :, :2, :2].mean((2, 3))
        return seen, seen


def test_without_the_package_a_sentence_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch_fidelity", None)
    with pytest.raises(MeasureError, match=r"'pip install torch-fidelity'.* downloads 91 MB"):
        InceptionFeatures()


def test_without_the_network_a_sentence_says_so(monkeypatch):
    def fail(name, wanted):
        raise URLError("no route to host")

    provide(monkeypatch, fail)
    with pytest.raises(MeasureError, match="connect to the network once"):
        InceptionFeatures()


def test_grey_pictures_are_seen_in_three_equal_channels(monkeypatch, bars):
    provide(monkeypatch, Extractor)
    features = InceptionFeatures().extract(bars.held_out).features
    assert features.dtype == torch.float64
    assert torch.equal(features[:, 0], features[:, 2])


def test_figures_in_its_features_carry_its_name(monkeypatch, bars):
    provide(monkeypatch, Extractor)
    coloured = replace(
        bars,
        train=bars.train.repeat(1, 3, 1, 1),
        held_out=bars.held_out.repeat(1, 3, 1, 1),
    )
    reals = ReferenceSet(coloured, extractor=InceptionFeatures())
    found = measure_pictures(reals, coloured.held_out.permute(0, 2, 3, 1).numpy())
    assert found.metrics[0].title == "Fréchet distance, Inception features of torch-fidelity"
    assert found.classes == ()
