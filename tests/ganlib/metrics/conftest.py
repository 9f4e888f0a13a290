"""Pictures of bars, which a classifier learns in a moment."""

import pytest
import torch

from ganlib.data import ImageSet
from ganlib.metrics import ReferenceSet, features
from ganlib.metrics.features import ExtractedFeatures


def draw_bars(count, seed, size=28):
    """(count, 1, size, size) uint8 bars that stand (class 0) or lie (class 1), and the classes."""
    rng = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % 2
    pictures = torch.randint(0, 60, (count, 1, size, size), generator=rng, dtype=torch.uint8)
    places = torch.randint(0, size - 3, (count,), generator=rng)
    for picture, place, label in zip(pictures, places, labels, strict=True):
        bar = picture[0] if label else picture[0].T
        bar[place : place + 3] += 180
    return pictures, labels


@pytest.fixture(scope="session")
def bars():
    """400 bars to learn from, and 100 held out."""
    return ImageSet("bars", *draw_bars(400, 0), *draw_bars(100, 1), ("standing", "lying"))


@pytest.fixture(scope="session")
def bar_folder(tmp_path_factory):
    """Where the classifier of the bars is kept."""
    return tmp_path_factory.mktemp("classifiers")


@pytest.fixture(autouse=True)
def _few_updates(monkeypatch):
    monkeypatch.setattr(features, "_UPDATES", 60)


class Corners:
    """Takes the grey of two corners for features, and the upper half's for the class."""

    name = "corner features"
    class_names = ("standing", "lying")

    def extract(self, pictures):
        numbers = pictures.double() / 255
        features = torch.stack([numbers[:, 0, 0, 0], numbers[:, 0, -1, -1]], 1)
        columns, rows = numbers.mean((1, 2)).amax(1), numbers.mean((1, 3)).amax(1)
        return ExtractedFeatures(features, torch.stack([columns, rows], 1).mul(50).softmax(1))


@pytest.fixture
def reals(bars):
    return ReferenceSet(bars, extractor=Corners())
