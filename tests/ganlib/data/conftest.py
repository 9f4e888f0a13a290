"""Small data sets in the very files that their makers publish."""

import gzip
import hashlib
import io
import pickle
import struct
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import scipy.io
from PIL import Image
from torchvision import datasets

FILES_OF_MNIST = {
    "train-images-idx3-ubyte": ("train", 0),
    "train-labels-idx1-ubyte": ("train", 1),
    "t10k-images-idx3-ubyte": ("test", 0),
    "t10k-labels-idx1-ubyte": ("test", 1),
}


class Reports(list):
    """A `Progress` that remembers."""

    def __call__(self, text, share):
        self.append((text, share))


@pytest.fixture
def reports():
    return Reports()


def md5(path):
    return hashlib.md5(path.read_bytes()).hexdigest()


def idx(array):
    """The IDX format: two zero bytes, a type (8: uint8), the number of axes, the axes, the data."""
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


@pytest.fixture
def put_mnist(monkeypatch):
    """Put gzipped IDX files where torchvision's class looks, and teach it their checksums."""

    def put(folder, kind_name, train, test, raw=None):
        kind = getattr(datasets, kind_name)
        raw = raw or folder / kind_name / "raw"
        raw.mkdir(parents=True)
        resources = []
        for name, (split, part) in FILES_OF_MNIST.items():
            path = raw / f"{name}.gz"
            path.write_bytes(gzip.compress(idx({"train": train, "test": test}[split][part])))
            resources.append((path.name, md5(path)))
        monkeypatch.setattr(kind, "resources", resources)
        monkeypatch.setattr(kind, "mirrors", ["http://127.0.0.1:9/"])

    return put


@pytest.fixture
def put_emnist(monkeypatch):
    """Put the zip file of gzipped IDX files, pictures lying on their sides, labels from 1."""

    def put(folder, train, test):
        raw = folder / "EMNIST" / "raw"
        raw.mkdir(parents=True)
        with zipfile.ZipFile(raw / "gzip.zip", "w") as archive:
            for split, (images, labels) in {"train": train, "test": test}.items():
                start = f"gzip/emnist-letters-{split}"
                lying = images.transpose(0, 2, 1)
                archive.writestr(f"{start}-images-idx3-ubyte.gz", gzip.compress(idx(lying)))
                archive.writestr(f"{start}-labels-idx1-ubyte.gz", gzip.compress(idx(labels + 1)))
        monkeypatch.setattr(datasets.EMNIST, "md5", md5(raw / "gzip.zip"))

    return put


@pytest.fixture
def put_cifar10(monkeypatch):
    """Put the tar file of pickles; a row has 1024 reds, then greens, then blues."""

    def put(folder, train, test, names):
        folder.mkdir(parents=True)
        parts = {f"data_batch_{i + 1}": [part[i::5] for part in train] for i in range(5)}
        contents = {
            name: pickle.dumps(
                {"data": images.reshape(len(images), 3072), "labels": labels.tolist()}, protocol=2
            )
            for name, (images, labels) in (parts | {"test_batch": test}).items()
        }
        contents["batches.meta"] = pickle.dumps({"label_names": names}, protocol=2)
        path = folder / "cifar-10-python.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            for name, content in contents.items():
                member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        sums = {name: hashlib.md5(content).hexdigest() for name, content in contents.items()}
        kind = datasets.CIFAR10
        monkeypatch.setattr(kind, "tgz_md5", md5(path))
        monkeypatch.setattr(kind, "train_list", [[name, sums[name]] for name in parts])
        monkeypatch.setattr(kind, "test_list", [["test_batch", sums["test_batch"]]])
        monkeypatch.setattr(kind, "meta", {**kind.meta, "md5": sums["batches.meta"]})

    return put


@pytest.fixture
def put_svhn(monkeypatch):
    """Put the two MATLAB files: X is (32, 32, 3, N), y is (N, 1) and calls the digit zero 10."""

    def put(folder, train, test):
        folder.mkdir(parents=True)
        split_list = {}
        for split, (images, labels) in {"train": train, "test": test}.items():
            path = folder / f"{split}_32x32.mat"
            tens = np.where(labels == 0, 10, labels).astype(np.uint8)[:, None]
            scipy.io.savemat(path, {"X": images.transpose(2, 3, 1, 0), "y": tens})
            split_list[split] = ["http://127.0.0.1:9/" + path.name, path.name, md5(path)]
        monkeypatch.setattr(datasets.SVHN, "split_list", split_list)

    return put


@pytest.fixture
def put_celeba(monkeypatch):
    """Put unpacked 178 x 218 JPEGs and the five lists, in their columns of spaces."""

    def put(folder, pictures, splits, smiles):
        base = folder / "celeba"
        (base / "img_align_celeba").mkdir(parents=True)
        names = [f"{index + 1:06}.jpg" for index in range(len(pictures))]
        for name, picture in zip(names, pictures, strict=True):
            Image.fromarray(picture).save(base / "img_align_celeba" / name, quality=95)
        headers = {
            "list_attr_celeba.txt": f"{len(names)}\nMale Smiling Young \n",
            "list_bbox_celeba.txt": f"{len(names)}\nimage_id x_1 y_1 width height\n",
            "list_landmarks_align_celeba.txt": f"{len(names)}\nlefteye_x lefteye_y \n",
        }
        rows = {
            "list_attr_celeba.txt": [f"-1 {1 if smile else -1:2} -1" for smile in smiles],
            "list_bbox_celeba.txt": ["   95  71  226 313"] * len(names),
            "list_landmarks_align_celeba.txt": [" 69  109"] * len(names),
            "identity_CelebA.txt": ["2880"] * len(names),
            "list_eval_partition.txt": splits,
        }
        for path, values in rows.items():
            lines = (f"{name} {value}\n" for name, value in zip(names, values, strict=True))
            (base / path).write_text(headers.get(path, "") + "".join(lines))
        monkeypatch.setattr(
            datasets.CelebA, "file_list", [("", md5(base / path), path) for path in rows]
        )

    return put


@pytest.fixture
def downloads(tmp_path):
    """Where the files of a data set lie when tmp_path is the cache."""

    def root(name) -> Path:
        return tmp_path / "downloads" / name

    return root
