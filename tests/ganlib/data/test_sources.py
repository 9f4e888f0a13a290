import io

import numpy as np
import pytest
import torch

from ganlib.config import ImageData, OwnData, Toy2dData
from ganlib.data import (
    POINT_SETS,
    PictureForm,
    distribution,
    keep_pictures,
    open_data,
    read_pictures,
)
from ganlib.data.images import ImageSet
from ganlib.data.sources import ImageSource
from ganlib.errors import DataError
from tests.ganlib.data.bringing import png

CPU = torch.device("cpu")


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def image_source(labels):
    """Pictures of 2 x 2 pixels whose value is their number."""
    count = len(labels)
    pictures = torch.arange(count, dtype=torch.uint8)[:, None, None, None].expand(count, 1, 2, 2)
    labels = torch.tensor(labels)
    return ImageSource(ImageSet("some", pictures, labels, pictures, labels, ("a", "b", "c")), CPU)


@pytest.mark.parametrize("name", POINT_SETS)
def test_each_distribution_opens_as_configured(name):
    config = Toy2dData(name=name, points=((0.0, 0.5),) if name == "sketch" else ())
    data = open_data(config, CPU)
    assert data.shape == config.shape
    assert next(data.batches(5, rng())).shape == (5, 2)


def test_example_points_are_float32_and_the_same_every_time():
    data = open_data(Toy2dData(name="ring"), CPU)
    points = data.examples(100)
    assert points.shape == (100, 2)
    assert points.dtype == np.float32
    assert np.array_equal(points, data.examples(100))


@pytest.mark.parametrize("size", [28, 32])
def test_pictures_open_as_configured(size, tmp_path, reports):
    config = ImageData(name="shapes", size=size)
    data = open_data(config, CPU, reports, tmp_path)
    assert data.shape == config.shape
    batch = next(data.batches(7, rng()))
    assert batch.shape == (7, 3, size, size)
    assert batch.min() >= -1
    assert batch.max() <= 1
    assert reports[0] == ("Drawing 6,000 shapes", None)
    assert data.examples(5).shape == (5, size, size, 3)


@pytest.mark.parametrize(("size", "colour"), [(28, "grey"), (32, "colour"), (64, "grey")])
def test_own_pictures_open_as_configured(size, colour):
    form = PictureForm(size, colour)
    kept = keep_pictures("pets", read_pictures([("1.png", io.BytesIO(png()))], form))
    config = OwnData.of(kept)
    data = open_data(config, CPU)
    assert data.shape == config.shape
    assert next(data.batches(8, rng())).shape == (8, *config.shape)
    assert data.examples(5).shape == (1, size, size, config.shape[0])


def test_own_pictures_that_are_gone_get_a_sentence():
    with pytest.raises(DataError, match="There are no pictures called 'gone'"):
        open_data(OwnData(name="gone"), CPU)


def test_batches_show_the_training_part_only(tmp_path):
    data = open_data(ImageData(name="shapes", size=28), CPU, folder=tmp_path)
    batch = next(data.batches(len(data.images.train), rng()))
    pixels = ((batch + 1) * 127.5).round().byte()
    shown = {picture.numpy().tobytes() for picture in pixels}
    assert shown == {picture.numpy().tobytes() for picture in data.images.train}
    assert not shown & {picture.numpy().tobytes() for picture in data.images.held_out}


def test_examples_take_the_classes_in_turn():
    examples = image_source([0, 0, 0, 1, 1, 2]).examples(6)
    assert examples.dtype == np.uint8
    assert examples[:, 0, 0, 0].tolist() == [0, 3, 5, 1, 4, 2]


def test_examples_are_never_more_than_there_are():
    assert image_source([1, 1, 0]).examples(64).shape == (3, 2, 2, 1)


def test_examples_keep_colours_last(tmp_path):
    data = open_data(ImageData(name="shapes", size=28), CPU, folder=tmp_path)
    first = data.images.train_labels.tolist().index(0)
    picture = data.images.train[first]
    assert np.array_equal(data.examples(1)[0], picture.permute(1, 2, 0).numpy())


def test_batches_show_a_changed_sketch_from_the_next_one_with_the_same_random_numbers():
    before, after = ((-0.5, 0.0),), ((0.5, 0.5), (0.5, -0.5))
    data = open_data(Toy2dData(name="sketch", points=before), CPU)
    batches, stream = data.batches(16, rng()), rng()
    assert torch.equal(next(batches), distribution("sketch", before).sample(16, stream))
    data.change(Toy2dData(name="sketch", points=after))
    for _ in range(2):
        assert torch.equal(next(batches), distribution("sketch", after).sample(16, stream))
    assert (data.examples(50)[:, 0] > 0).all()


def test_a_change_of_nothing_leaves_the_points_as_they_were():
    changed, kept = (open_data(Toy2dData(name="two-moons"), CPU) for _ in range(2))
    changed.change(Toy2dData(name="two-moons"))
    assert torch.equal(next(changed.batches(16, rng())), next(kept.batches(16, rng())))


def test_pictures_do_not_change():
    data = image_source([0, 1, 2])
    batches = data.batches(3, rng())
    data.change(ImageData())
    assert torch.equal(next(batches), next(image_source([0, 1, 2]).batches(3, rng())))
