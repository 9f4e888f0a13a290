"""The data sets of torchvision: their files are fetched here and opened by torchvision's classes.

Fetching is done here, and not by torchvision, because it has no time limit there, prints, and tells
nobody how far it is. Addresses and checksums are torchvision's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from ganlib.data.cache import Progress
from ganlib.errors import DataError, DownloadError, reason
from ganlib.files import finish, unfinished

_CLASSES = {
    "mnist": "MNIST",
    "fashion-mnist": "FashionMNIST",
    "kmnist": "KMNIST",
    "emnist-letters": "EMNIST",
    "cifar10": "CIFAR10",
    "svhn": "SVHN",
    "celeba": "CelebA",
}

_TRAIN_AND_TEST = ({"train": True}, {"train": False})
_BY_NAME = ({"split": "train"}, {"split": "test"})
_SPLITS: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "emnist-letters": ({"split": "letters", "train": True}, {"split": "letters", "train": False}),
    "svhn": _BY_NAME,
    "celeba": _BY_NAME,
}
"""The options by which torchvision's classes name the two splits, unless they are the usual."""

_TIMEOUT_SECONDS = 30.0
_CHUNK_BYTES = 1 << 18
_UNREADABLE = (AssertionError, OSError, RuntimeError, TypeError, ValueError)
"""What torchvision's readers raise at damaged files."""


@dataclass(frozen=True)
class _File:
    path: Path
    addresses: tuple[str, ...]
    md5: str


def open_downloaded(name: str, folder: Path, progress: Progress, instead: str) -> tuple[Any, Any]:
    """Open the training and the test set of that name by torchvision, fetched when missing.

    Args:
        name: one of the data sets of `ganlib.config.ImageData` that need a download.
        folder: the files lie within its subfolder downloads/`name`.
        progress: hears how much is fetched.
        instead: the data set that an error advises to take instead.

    Raises:
        DownloadError: the files are not there and cannot be fetched.
        DataError: the files are there and cannot be read.
    """
    root = folder / "downloads" / name
    try:
        return _open(name, root, unpack=False)
    except RuntimeError:
        pass  # This is how torchvision says that files are missing.
    except _UNREADABLE as error:
        raise _damaged(name, _place(root, folder), error) from error
    if name == "celeba":
        raise DownloadError(_how_to_get_celeba(_place(root / "celeba", folder), instead))
    files = _files(name, root)
    for file in files:
        if problem := _fetch(file, progress):
            raise DownloadError(
                f"The data set {name} could not be downloaded ({problem}). Choose {instead}, which "
                f"needs no download, or put {', '.join(each.path.name for each in files)} "
                f"into {_place(file.path.parent, folder)} by hand."
            )
    progress(f"Unpacking {name}", None)
    try:
        return _open(name, root, unpack=True)
    except _UNREADABLE as error:
        raise _damaged(name, _place(root, folder), error) from error


def _open(name: str, root: Path, unpack: bool) -> tuple[Any, Any]:
    """Both splits; `unpack` makes torchvision unpack archives that are there and intact."""
    kind = _torchvision_class(name)
    train, test = _SPLITS.get(name, _TRAIN_AND_TEST)
    return kind(root, download=unpack, **train), kind(root, download=unpack, **test)


def _torchvision_class(name: str) -> Any:
    # It takes a second to import, and pictures that are cached already need none of it.
    from torchvision import datasets

    return getattr(datasets, _CLASSES[name])


def _files(name: str, root: Path) -> list[_File]:
    """What to fetch, where torchvision's classes look for it."""
    kind = _torchvision_class(name)
    if name == "svhn":
        splits = [kind.split_list[split] for split in ("train", "test")]
        return [_File(root / path, (address,), md5) for address, path, md5 in splits]
    if name == "cifar10":
        return [_File(root / kind.filename, (kind.url,), kind.tgz_md5)]
    raw = root / kind.__name__ / "raw"
    if name == "emnist-letters":
        return [_File(raw / "gzip.zip", (kind.url,), kind.md5)]
    return [
        _File(raw / path, tuple(mirror + path for mirror in kind.mirrors), md5)
        for path, md5 in kind.resources
    ]


def _fetch(file: _File, progress: Progress) -> str:
    """Fetch a file unless it is there; return what went wrong at each address, or nothing."""
    from torchvision.datasets.utils import check_integrity

    if check_integrity(file.path, file.md5):
        return ""
    problems = []
    for address in file.addresses:
        try:
            file.path.parent.mkdir(parents=True, exist_ok=True)
            with unfinished(file.path.parent) as scratch:
                draft = scratch / file.path.name
                _download(address, draft, progress)
                if check_integrity(draft, file.md5):
                    finish(draft, file.path)
                    return ""
                problem = f"{file.path.name} arrived damaged"
        except (OSError, HTTPException) as error:
            why = error.reason if isinstance(error, URLError) else error
            problem = reason(why) if isinstance(why, Exception) else str(why)
        problems.append(f"{urlsplit(address).hostname}: {problem}")
    return "; ".join(problems)


def _download(address: str, draft: Path, progress: Progress) -> None:
    request = Request(address, headers={"User-Agent": "minimax"})
    with urlopen(request, timeout=_TIMEOUT_SECONDS) as response, draft.open("wb") as file:
        total = int(response.headers.get("Content-Length", 0))
        while chunk := response.read(_CHUNK_BYTES):
            file.write(chunk)
            megabytes = f"{file.tell() / 1e6:.1f} MB"
            progress(
                f"Downloading {draft.name}: {megabytes}"
                + f" of {total / 1e6:.1f} MB" * (total > 0),
                min(1.0, file.tell() / total) if total else None,
            )


def _damaged(name: str, place: str, error: Exception) -> DataError:
    return DataError(
        f"The files of {name} cannot be read ({reason(error)}): delete {place} and start again."
    )


def _place(path: Path, folder: Path) -> str:
    """Where the files of a data set lie, for who runs the server; visitors may read it too."""
    inside = path.relative_to(folder).as_posix()
    return f"{inside} in the folder of prepared data (MINIMAX_CACHE, or ~/.cache/minimax)"


def _how_to_get_celeba(place: str, instead: str) -> str:
    """CelebA lies on Google Drive, which turns programs away once many people ask."""
    lists = [path for _, _, path in _torchvision_class("celeba").file_list if path.endswith(".txt")]
    return (
        "The data set celeba cannot be downloaded by a program and is not complete in "
        f"{place}. Choose {instead}, which needs no download, or fetch img_align_celeba.zip, "
        f"{', '.join(lists)} from https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html, put them "
        "there and unpack the zip file there."
    )
