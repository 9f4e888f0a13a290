"""The sets of pictures that others have gathered, or that are drawn here.

All but two are fetched when they are first used, from where torchvision says they lie.
"""

from typing import Any

from ganlib.data.downloads import Torchvision, by_hand, one_archive, two_files
from ganlib.data.spec import PictureSet
from ganlib.lazy import Later

readers = Later("ganlib.data.readers")

SHAPES = ("circle", "square", "triangle", "cross")
_DIGITS = tuple("0123456789")
_BY_NAME: dict[str, Any] = {"train": {"split": "train"}, "test": {"split": "test"}}

MNIST = Torchvision("mnist", "MNIST")
FASHION_MNIST = Torchvision("fashion-mnist", "FashionMNIST")
KMNIST = Torchvision("kmnist", "KMNIST")
EMNIST_LETTERS = Torchvision(
    "emnist-letters",
    "EMNIST",
    train={"split": "letters", "train": True},
    test={"split": "letters", "train": False},
    files=one_archive("gzip.zip"),
)
CIFAR10 = Torchvision("cifar10", "CIFAR10", files=one_archive())
SVHN = Torchvision("svhn", "SVHN", **_BY_NAME, files=two_files)
CELEBA = Torchvision("celeba", "CelebA", **_BY_NAME, files=by_hand)

BUILT_IN = (
    PictureSet(
        key="mnist-5k",
        title="Digits (5,000 of MNIST)",
        summary="Handwritten digits, 500 of each, of which 50 are held out; needs no download.",
        channels=1,
        class_names=_DIGITS,
        sample="digit",
        is_cached=True,
        load=lambda size, folder, progress: readers.mnist_5k(progress),
    ),
    PictureSet(
        key="shapes",
        title="Drawn shapes",
        summary="6,000 coloured shapes, one in each picture, of which 150 of each are held out; "
        "needs no download.",
        channels=3,
        class_names=SHAPES,
        sample="shape",
        is_cached=True,
        load=lambda size, folder, progress: readers.shapes(size, progress),
    ),
    PictureSet(
        key=MNIST.key,
        title="MNIST",
        summary="70,000 handwritten digits. LeCun et al. 1998.",
        channels=1,
        class_names=_DIGITS,
        sample="digit",
        needs_download=True,
        is_cached=True,
        load=lambda size, folder, progress: readers.greys(MNIST, folder, progress),
    ),
    PictureSet(
        key=FASHION_MNIST.key,
        title="Fashion-MNIST",
        summary="70,000 pieces of clothing in grey. Xiao et al. 2017, arXiv 1708.07747.",
        channels=1,
        class_names=(
            *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
            *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
        ),
        needs_download=True,
        is_cached=True,
        load=lambda size, folder, progress: readers.greys(FASHION_MNIST, folder, progress),
    ),
    PictureSet(
        key=KMNIST.key,
        title="KMNIST",
        summary="70,000 cursive Japanese characters. Clanuwat et al. 2018, arXiv 1812.01718.",
        channels=1,
        class_names=("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
        needs_download=True,
        is_cached=True,
        load=lambda size, folder, progress: readers.greys(KMNIST, folder, progress),
    ),
    PictureSet(
        key=EMNIST_LETTERS.key,
        title="EMNIST letters",
        summary="145,600 handwritten letters. Cohen et al. 2017, arXiv 1702.05373.",
        channels=1,
        class_names=tuple("abcdefghijklmnopqrstuvwxyz"),
        needs_download=True,
        is_cached=True,
        load=lambda size, folder, progress: readers.letters(EMNIST_LETTERS, folder, progress),
    ),
    PictureSet(
        key=CIFAR10.key,
        title="CIFAR-10",
        summary="60,000 small photographs of things and animals. Krizhevsky 2009.",
        channels=3,
        class_names=(
            *("airplane", "automobile", "bird", "cat", "deer"),
            *("dog", "frog", "horse", "ship", "truck"),
        ),
        needs_download=True,
        is_cached=True,
        load=lambda size, folder, progress: readers.cifar10(CIFAR10, folder, progress),
    ),
    PictureSet(
        key=SVHN.key,
        title="SVHN",
        summary="99,289 house numbers in photographs of streets. Netzer et al. 2011.",
        channels=3,
        class_names=_DIGITS,
        needs_download=True,
        is_cached=True,
        load=lambda size, folder, progress: readers.svhn(SVHN, folder, progress),
    ),
    PictureSet(
        key=CELEBA.key,
        title="CelebA",
        summary="202,599 faces, cut to their middle square; put there by hand. Liu et al. 2015.",
        channels=3,
        class_names=("not smiling", "smiling"),
        needs_download=True,
        is_cached=True,
        load=lambda size, folder, progress: readers.celeba(CELEBA, size, folder, progress),
    ),
)
