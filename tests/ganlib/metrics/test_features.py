import threading
from dataclasses import replace

import pytest
import torch
from torch.nn.functional import interpolate

from ganlib.config import ImageData
from ganlib.data import load_images
from ganlib.metrics import features
from ganlib.metrics.features import DIMENSIONS, learn_features


@pytest.fixture
def learnt(bars, bar_folder):
    return learn_features(bars, folder=bar_folder)


def test_digits_are_told_apart(monkeypatch):
    monkeypatch.undo()
    learnt = learn_features(load_images(ImageData()))
    assert learnt.accuracy > 0.97
    assert learnt.name.startswith("digit features ")


def test_bars_are_told_apart(learnt):
    assert learnt.accuracy > 0.95


@pytest.mark.parametrize("size", [8, 28, 32, 64])
def test_pictures_of_every_size_and_colour_have_64_features(size, bars, tmp_path, monkeypatch):
    monkeypatch.setattr(features, "_UPDATES", 1)
    pictures = torch.zeros(8, 3, size, size, dtype=torch.uint8)
    labels = torch.zeros(8, dtype=torch.int64)
    flat = replace(
        bars, train=pictures, train_labels=labels, held_out=pictures, held_out_labels=labels
    )
    assert learn_features(flat, folder=tmp_path).extract(pictures).features.shape == (8, DIMENSIONS)


def test_bars_of_eight_pixels_are_told_apart(bars, tmp_path):
    small = replace(bars, train=shrunk(bars.train), held_out=shrunk(bars.held_out))
    assert learn_features(small, folder=tmp_path).accuracy > 0.9


def shrunk(pictures):
    return interpolate(pictures.float(), (8, 8), mode="area").byte()


def test_features_are_of_one_scale_over_the_training_pictures(learnt, bars):
    seen = learnt.extract(bars.train).features
    assert seen.mean(0).abs().max() < 1e-3
    assert (seen.std(0) - 1).abs().max() < 0.01


def test_shares_are_probabilities_in_double_precision(learnt, bars):
    shares = learnt.extract(bars.held_out).shares
    assert shares.dtype == torch.float64
    assert shares.sum(1) == pytest.approx(torch.ones(100).numpy())


@pytest.fixture
def three_updates(monkeypatch):
    """Of what is learnt nothing is asked but how."""
    monkeypatch.setattr(features, "_UPDATES", 3)


def test_the_same_pictures_give_the_same_weights(bars, tmp_path, learnt):
    assert learn_features(bars, folder=tmp_path).name == learnt.name


@pytest.mark.usefixtures("three_updates")
def test_other_pictures_give_another_name(bars, tmp_path):
    other = replace(bars, train=255 - bars.train)
    one, another = (learn_features(each, folder=tmp_path) for each in (bars, other))
    assert one.name != another.name


@pytest.mark.usefixtures("three_updates")
def test_training_leaves_the_global_generator_alone(bars, tmp_path):
    before = torch.get_rng_state()
    learn_features(bars, folder=tmp_path)
    assert torch.equal(before, torch.get_rng_state())


def test_a_picture_looks_alike_in_any_company(learnt, bars):
    alone = torch.cat([learnt.extract(one).features for one in bars.held_out.split(7)])
    assert torch.allclose(alone, learnt.extract(bars.held_out).features, atol=1e-5)


def test_looking_changes_nothing(learnt, bars):
    before = learnt.extract(bars.held_out).features
    learnt.extract(bars.train)
    assert torch.equal(before, learnt.extract(bars.held_out).features)


@pytest.mark.parametrize("values", [torch.rand(2, 1, 28, 28) * 2 - 1, torch.zeros(28, 28).byte()])
def test_what_is_no_picture_of_bytes_is_refused(learnt, values):
    with pytest.raises(ValueError, match="uint8"):
        learnt.extract(values)


@pytest.mark.usefixtures("three_updates")
def test_pictures_without_classes_have_features_and_no_accuracy(bars, tmp_path):
    nameless = replace(bars, class_names=(), train_labels=torch.zeros_like(bars.train_labels))
    learnt = learn_features(nameless, folder=tmp_path)
    assert learnt.accuracy is None
    assert learnt.extract(bars.held_out).features.shape == (100, DIMENSIONS)


@pytest.mark.usefixtures("three_updates")
def test_two_threads_train_one_classifier(bars, tmp_path):
    outcome, found = [], []

    def learn():
        learnt = learn_features(bars, lambda text, share: outcome.append((text, share)), tmp_path)
        found.append(learnt.name)

    threads = [threading.Thread(target=learn) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [share for text, share in outcome if text.startswith("Training")].count(0.0) == 1
    assert len(set(found)) == 1 < len(found)
