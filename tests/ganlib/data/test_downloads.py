import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from torchvision import datasets

from ganlib.data.downloads import open_downloaded
from ganlib.data.picture_sets import CELEBA, CIFAR10, EMNIST_LETTERS, MNIST, SVHN
from ganlib.errors import DataError, DownloadError, GanlibError

PICTURES = np.random.default_rng(0).integers(0, 256, (40, 28, 28), dtype=np.uint8)
TRAIN = PICTURES, np.arange(40) % 10
TEST = PICTURES[:4], np.arange(4)
NOWHERE = "http://127.0.0.1:9/"


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder in silence."""

    def log_message(self, *_):
        pass


@pytest.fixture
def server(tmp_path):
    """Folder and address of a real web server."""
    folder = tmp_path / "served"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder)) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield folder, f"http://127.0.0.1:{http.server_port}/"
        http.shutdown()
        thread.join()


@pytest.fixture
def served_mnist(server, put_mnist, tmp_path, monkeypatch):
    """MNIST's files on the server; the folder they are served from."""
    folder, address = server
    put_mnist(folder, "MNIST", TRAIN, TEST, raw=folder / "mnist")
    monkeypatch.setattr(datasets.MNIST, "mirrors", [f"{address}mnist/"])
    return folder / "mnist"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def left_over(folder):
    return [path for path in folder.rglob("*") if path.name.startswith(".unfinished")]


def test_files_are_fetched_once_and_progress_reaches_the_end(
    served_mnist, tmp_path, reports, capfd
):
    train, test = open_downloaded(MNIST, tmp_path, reports)
    assert np.array_equal(train.data.numpy(), PICTURES)
    assert test.targets.tolist() == [0, 1, 2, 3]
    assert reports[0][0].startswith("Downloading train-images-idx3-ubyte.gz: ")
    assert [share for text, share in reports if "Downloading" in text][-1] == 1.0
    assert all(share is None or 0 < share <= 1 for _, share in reports)
    assert reports[-1] == ("Unpacking mnist", None)
    assert not left_over(tmp_path)
    reports.clear()
    open_downloaded(MNIST, tmp_path, reports)
    assert reports == []
    assert capfd.readouterr() == ("", "")


def test_the_second_mirror_serves_when_the_first_does_not(
    served_mnist, tmp_path, reports, monkeypatch
):
    (working,) = datasets.MNIST.mirrors
    monkeypatch.setattr(datasets.MNIST, "mirrors", [NOWHERE, f"{working}missing/", working])
    train, _ = open_downloaded(MNIST, tmp_path, reports)
    assert len(train.data) == 40


def test_a_refused_download_tells_why_and_what_to_do(served_mnist, tmp_path, reports, monkeypatch):
    monkeypatch.setattr(datasets.MNIST, "mirrors", [NOWHERE])
    with pytest.raises(DownloadError) as refusal:
        open_downloaded(MNIST, tmp_path, reports)
    sentence = str(refusal.value)
    assert "The data set mnist could not be downloaded (127.0.0.1: " in sentence
    assert "Choose mnist-5k, which needs no download" in sentence
    raw = tmp_path / "downloads" / "mnist" / "MNIST" / "raw"
    assert "t10k-labels-idx1-ubyte.gz into" in sentence
    assert "into downloads/mnist/MNIST/raw in the folder of prepared data (" in sentence
    assert str(tmp_path) not in sentence
    # And the advice works.
    for path in served_mnist.iterdir():
        (raw / path.name).write_bytes(path.read_bytes())
    train, _ = open_downloaded(MNIST, tmp_path, reports)
    assert len(train.data) == 40


def test_a_missing_page_is_reported_as_such(served_mnist, tmp_path, reports):
    (served_mnist / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DownloadError, match=r"\(127\.0\.0\.1: (File not found|Not Found)\)"):
        open_downloaded(MNIST, tmp_path, reports)


def test_what_arrives_damaged_is_refused_and_not_kept(served_mnist, tmp_path, reports):
    path = served_mnist / "train-labels-idx1-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(DownloadError, match=r"train-labels-idx1-ubyte\.gz arrived damaged"):
        open_downloaded(MNIST, tmp_path, reports)
    raw = tmp_path / "downloads" / "mnist" / "MNIST" / "raw"
    assert names(raw) == ["train-images-idx3-ubyte.gz"]


def test_a_connection_that_breaks_is_refused_and_not_kept(
    served_mnist, tmp_path, reports, monkeypatch
):
    def send_half(handler, source, output):
        output.write(source.read()[:100])
        handler.close_connection = True

    monkeypatch.setattr(Handler, "copyfile", send_half)
    with pytest.raises(DownloadError, match="arrived damaged"):
        open_downloaded(MNIST, tmp_path, reports)
    assert not left_over(tmp_path)


def test_a_listener_may_break_off(served_mnist, tmp_path):
    class EnoughError(Exception):
        pass

    def stop(text, share):
        raise EnoughError

    with pytest.raises(EnoughError):
        open_downloaded(MNIST, tmp_path, stop)
    assert names(tmp_path / "downloads" / "mnist" / "MNIST" / "raw") == []


def test_a_folder_that_cannot_be_written_is_reported(served_mnist, tmp_path, reports):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DownloadError, match="could not be downloaded"):
        open_downloaded(MNIST, tmp_path / "file", reports)


@pytest.mark.parametrize("kept", [0, 2, 10, 500])
def test_a_file_cut_short_while_unpacking_is_reported_with_its_folder(
    served_mnist, tmp_path, reports, kept
):
    open_downloaded(MNIST, tmp_path, reports)
    path = tmp_path / "downloads/mnist/MNIST/raw/train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(DataError, match=r"mnist cannot be read.*delete downloads/mnist in"):
        open_downloaded(MNIST, tmp_path, reports)


@pytest.mark.parametrize(
    ("source", "field", "address"),
    [
        (EMNIST_LETTERS, "url", NOWHERE + "gzip.zip"),
        (CIFAR10, "url", NOWHERE + "cifar-10-python.tar.gz"),
        (
            SVHN,
            "split_list",
            {split: [NOWHERE, f"{split}_32x32.mat", "0" * 32] for split in ("train", "test")},
        ),
    ],
)
def test_every_other_set_tells_which_files_to_put_where(
    source, field, address, tmp_path, reports, monkeypatch
):
    monkeypatch.setattr(source.reader, field, address)
    files = {
        "emnist-letters": r"gzip\.zip into downloads/emnist-letters/EMNIST/raw",
        "cifar10": r"cifar-10-python\.tar\.gz into downloads/cifar10",
        "svhn": r"train_32x32\.mat, test_32x32\.mat into downloads/svhn",
    }[source.key]
    instead = {"emnist-letters": "mnist-5k"}.get(source.key, "shapes")
    with pytest.raises(
        DownloadError,
        match=f"{source.key} could not .*Choose {instead}, .* or put {files} in the folder .* by",
    ):
        open_downloaded(source, tmp_path, reports)


def test_celeba_tells_how_to_get_it(tmp_path, reports):
    with pytest.raises(DownloadError) as refusal:
        open_downloaded(CELEBA, tmp_path, reports)
    sentence = str(refusal.value)
    for part in ("Choose shapes", "list_attr_celeba.txt", "list_eval_partition.txt", "mmlab"):
        assert part in sentence
    assert "downloads/celeba/celeba in the folder of prepared data" in sentence
    assert str(tmp_path) not in sentence
    assert isinstance(refusal.value, GanlibError)
