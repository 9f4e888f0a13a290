"""The data sets of torchvision: their files are fetched here and opened by torchvision's classes.

Fetching is done here, and not by torchvision, because it has no time limit there, prints, and tells
nobody how far it is. Addresses and checksums are torchvision's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from ganlib.data.spec import PICTURE_SETS, ready_sets
from ganlib.errors import DataError, DownloadError, reason
from ganlib.files import finish, unfinished

if TYPE_CHECKING:  # That takes torch.
    from ganlib.data.cache import Progress

_TIMEOUT_SECONDS = 30.0
_CHUNK_BYTES = 1 << 18
_UNREADABLE = (AssertionError, OSError, RuntimeError, TypeError, ValueError)
"""What torchvision's readers raise at damaged files."""


@dataclass(frozen=True)
class File:
    """A file of a data set: where it lies, whence it comes, and its checksum."""

    path: Path
    addresses: tuple[str, ...]
    md5: str


def four_files(kind: Any, root: Path) -> list[File]:
    """Those of MNIST and its kin."""
    raw = root / kind.__name__ / "raw"
    return [
        File(raw / path, tuple(mirror + path for mirror in kind.mirrors), md5)
        for path, md5 in kind.resources
    ]


def one_archive(name: str = "") -> Callable[[Any, Path], list[File]]:
    """One archive, under this name with the raw files; else under its own, beside them."""

    def files(kind: Any, root: Path) -> list[File]:
        if name:
            return [File(root / kind.__name__ / "raw" / name, (kind.url,), kind.md5)]
        return [File(root / kind.filename, (kind.url,), kind.tgz_md5)]

    return files


def two_files(kind: Any, root: Path) -> list[File]:
    """One for each split."""
    splits = [kind.split_list[split] for split in ("train", "test")]
    return [File(root / path, (address,), md5) for address, path, md5 in splits]


def by_hand(kind: Any, root: Path) -> list[File]:
    """None: they lie on Google Drive, which turns programs away once many people ask."""
    return []


@dataclass(frozen=True)
class Torchvision:
    """A data set that a class of torchvision reads.

    Attributes:
        key: its key in `PICTURE_SETS`; its files lie in a folder of that name.
        kind: the name of the class.
        train, test: the options by which it names the two splits.
        files: what to fetch, and where the class looks for it; none where a person has to.
    """

    key: str
    kind: str
    train: Mapping[str, Any] = field(default_factory=lambda: {"train": True})
    test: Mapping[str, Any] = field(default_factory=lambda: {"train": False})
    files: Callable[[Any, Path], list[File]] = four_files

    @property
    def reader(self) -> Any:
        """The class."""
        # It takes a second to import, and pictures that are cached already need none of it.
        from torchvision import datasets

        return getattr(datasets, self.kind)

    def open(self, root: Path, unpack: bool) -> tuple[Any, Any]:
        """Both splits; `unpack` makes torchvision unpack archives that are there and intact."""
        train, test = (
            self.reader(root, download=unpack, **split) for split in (self.train, self.test)
        )
        return train, test


def open_downloaded(source: Torchvision, folder: Path, progress: "Progress") -> tuple[Any, Any]:
    """Open the training and the test set by torchvision, fetched when missing.

    Args:
        source: which data set.
        folder: the files lie within its subfolder downloads/`key`.
        progress: hears how much is fetched.

    Raises:
        DownloadError: the files are not there and cannot be fetched.
        DataError: the files are there and cannot be read.
    """
    root = folder / "downloads" / source.key
    try:
        return source.open(root, unpack=False)
    except RuntimeError:
        pass  # This is how torchvision says that files are missing.
    except _UNREADABLE as error:
        raise _damaged(source.key, _place(root, folder), error) from error
    files = source.files(source.reader, root)
    if not files:
        raise DownloadError(_how_to_get_celeba(source, _place(root / source.key, folder)))
    for file in files:
        if problem := _fetch(file, progress):
            raise DownloadError(
                f"The data set {source.key} could not be downloaded ({problem}). "
                f"{_instead(source)}, or put {', '.join(each.path.name for each in files)} into "
                f"{_place(file.path.parent, folder)} by hand."
            )
    progress(f"Unpacking {source.key}", None)
    try:
        return source.open(root, unpack=True)
    except _UNREADABLE as error:
        raise _damaged(source.key, _place(root, folder), error) from error


def _instead(source: Torchvision) -> str:
    channels = PICTURE_SETS[source.key].channels
    ready = ready_sets(lambda one: one.channels == channels)
    return f"Choose {ready}, which needs no download"


def _fetch(file: File, progress: "Progress") -> str:
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


def _download(address: str, draft: Path, progress: "Progress") -> None:
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


def _how_to_get_celeba(source: Torchvision, place: str) -> str:
    lists = [path for _, _, path in source.reader.file_list if path.endswith(".txt")]
    return (
        f"The data set {source.key} cannot be downloaded by a program and is not complete in "
        f"{place}. {_instead(source)}, or fetch img_align_celeba.zip, "
        f"{', '.join(lists)} from https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html, put them "
        "there and unpack the zip file there."
    )
