import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save_file

from ganlib.errors import StoreError
from ganlib.events import CheckpointSaved, FrameDrawn
from ganlib.store import folder as module
from ganlib.store.checked import keep_arrays
from ganlib.store.folder import RunFolder, StoredFrame


@pytest.fixture
def make_folder(tmp_path):
    """Makes the folder of a run whose samples have this shape."""

    def make(shape=(2,), name="run"):
        folder = RunFolder(tmp_path / name, shape)
        folder.make()
        return folder

    return make


def pictures(count, height, width, channels, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (count, height, width, channels)).astype(np.uint8)


def points(count, seed=0):
    return np.random.default_rng(seed).standard_normal((count, 2)).astype(np.float32)


def state(step, config, score=None):
    return CheckpointSaved(step, config, {"w": np.full(3, step, np.float32)}, score)


def names(folder):
    return sorted(path.name for path in folder.path.glob("*/*"))


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (3, 64, 64)])
@pytest.mark.parametrize("count", [1, 16, 64])
def test_pictures_come_back_to_the_bit(make_folder, shape, count):
    channels, height, width = shape
    drawn = FrameDrawn(7, pictures(count, height, width, channels))
    kept = make_folder(shape).keep_frame(drawn)
    assert (kept.step, kept.path.name) == (7, "7.webp")
    assert kept.samples.dtype == np.uint8
    assert np.array_equal(kept.samples[:count], drawn.samples)


@pytest.mark.parametrize("count", [1, 1024])
def test_points_come_back_to_the_bit(make_folder, count):
    drawn = FrameDrawn(7, points(count))
    kept = make_folder().keep_frame(drawn)
    assert (kept.step, kept.path.name) == (7, "7.safetensors")
    assert kept.samples.tobytes() == drawn.samples.tobytes()


def test_a_frame_of_another_folder_gets_a_second_name(make_folder):
    first = make_folder(name="first").keep_frame(FrameDrawn(7, points(4)))
    second = make_folder(name="second").keep_frame(first)
    assert second.path.samefile(first.path)
    assert "second" in str(second.path)


def test_samples_of_the_data_come_back(make_folder):
    for shape, real in [((2,), points(9)), ((3, 32, 32), pictures(9, 32, 32, 3))]:
        folder = make_folder(shape, name=f"of {len(shape)}")
        keep_arrays(folder.real, {"points": real})
        assert np.array_equal(folder.read_real(), real)


def test_files_are_known_by_their_steps(make_folder, toy2d_config):
    folder = make_folder()
    for step in (100, 0, 20):
        folder.keep_frame(FrameDrawn(step, points(4)))
        folder.keep_checkpoint(state(step + 1, toy2d_config))
    for name in ("frames/x.safetensors", "frames/07.safetensors", "frames/٣.safetensors"):
        (folder.path / name).write_bytes(b"")
    assert folder.frame_steps() == [0, 20, 100]
    assert folder.checkpoint_steps() == [1, 21, 101]
    assert sorted(folder.files()) == [
        *(f"checkpoints/{step}.safetensors" for step in (1, 101, 21)),
        *(f"frames/{step}.safetensors" for step in (0, 100, 20)),
    ]
    keep_arrays(folder.real, {"points": points(2)})
    assert "real.safetensors" in folder.files()


def test_a_moment_is_kept_with_its_score(make_folder, toy2d_config):
    folder = make_folder()
    kept = folder.keep_checkpoint(state(5, toy2d_config, score=0.25))
    assert kept == folder.checkpoint(5, 0.25)
    assert (kept.load().step, kept.load().score) == (5, 0.25)


def test_what_is_not_wanted_or_never_finished_is_removed(make_folder, toy2d_config):
    folder = make_folder()
    for step in (0, 10, 20):
        folder.keep_frame(FrameDrawn(step, points(4)))
        folder.keep_checkpoint(state(step, toy2d_config))
    keep_arrays(folder.real, {"points": points(2)})
    half = ("frames/10.unfinished", "checkpoints/30.unfinished", "checkpoints/.tmpA", ".tmpB")
    for name in (*half, "frames/junk"):
        (folder.path / name).write_bytes(b"half")
    folder.prune(frames={0, 20}, checkpoints={10})
    assert names(folder) == ["0.safetensors", "10.safetensors", "20.safetensors"]
    assert (folder.frame_steps(), folder.checkpoint_steps()) == ([0, 20], [10])
    assert sorted(path.name for path in folder.path.iterdir()) == [
        "checkpoints",
        "frames",
        "real.safetensors",
    ]


def test_a_folder_is_removed_with_all_that_is_in_it_or_was_not_there(make_folder):
    folder = make_folder()
    folder.keep_frame(FrameDrawn(0, points(4)))
    for _ in range(2):
        folder.remove()
        assert not folder.path.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"RIFF\x00\x00\x00\x00WEBP", b"\0" * 100, "PNG", "cut off"],
    ids=["empty", "head only", "zeros", "another format", "cut off"],
)
def test_a_picture_that_is_damaged_is_told(make_folder, content):
    frame = make_folder((1, 28, 28)).keep_frame(FrameDrawn(3, pictures(64, 28, 28, 1)))
    if content == "PNG":
        Image.fromarray(np.zeros((28, 28), np.uint8)).save(frame.path, "PNG")
    elif content == "cut off":
        frame.path.write_bytes(frame.path.read_bytes()[:400])
    else:
        frame.path.write_bytes(content)
    with pytest.raises(StoreError, match=r"^3\.webp of this run is damaged or gone \("):
        frame.samples  # noqa: B018


@pytest.mark.parametrize("size", [(27, 28), (29, 28), (5, 5)])
def test_a_picture_that_does_not_divide_into_samples_is_told(make_folder, size):
    frame = make_folder((3, 28, 28)).frame(3)
    Image.new("RGB", size).save(frame.path, "WEBP")
    with pytest.raises(StoreError, match="damaged or gone"):
        frame.samples  # noqa: B018


def test_a_picture_that_is_far_too_large_is_not_unpacked(make_folder, monkeypatch):
    frame = make_folder((3, 28, 28)).frame(3)
    Image.new("RGB", (56, 28)).save(frame.path, "WEBP")
    assert len(frame.samples) == 2
    monkeypatch.setattr(module, "MOST_PIXELS", 56 * 28 - 1)
    with pytest.raises(StoreError, match="it is too large"):
        frame.samples  # noqa: B018
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(StoreError, match="decompression bomb"):
        frame.samples  # noqa: B018


@pytest.mark.parametrize(
    "arrays",
    [
        {"points": np.zeros((4, 3), np.float32)},
        {"points": np.zeros(4, np.float32)},
        {"points": np.array(4, np.float32)},
        {"points": np.zeros((4, 2), np.float64)},
        {"other": np.zeros((4, 2), np.float32)},
        {"points": np.zeros((2**16 + 1, 2), np.float32)},
        {"points": np.zeros((0, 2), np.float32)},
    ],
    ids=["three numbers", "flat", "a number", "double length", "another name", "too many", "none"],
)
def test_what_are_no_points_is_told(make_folder, arrays):
    frame = make_folder().frame(3)
    save_file(arrays, frame.path)
    with pytest.raises(StoreError, match=r"^3\.safetensors of this run is damaged or gone \("):
        frame.samples  # noqa: B018


def test_samples_of_other_data_are_told(make_folder):
    folder = make_folder((3, 32, 32))
    keep_arrays(folder.real, {"points": pictures(4, 28, 28, 1)})
    with pytest.raises(StoreError, match=r"^real\.safetensors of this run is damaged or gone"):
        folder.read_real()


def test_a_frame_that_is_gone_is_told(tmp_path):
    for shape in (None, (28, 28, 1)):
        with pytest.raises(StoreError, match="damaged or gone"):
            StoredFrame(tmp_path / "5.webp", 5, shape).samples  # noqa: B018


@pytest.mark.parametrize("shape", [(1, 4, 4), (3, 4, 4), (2,)], ids=["grey", "colour", "points"])
def test_a_flipped_byte_shows_no_other_samples(make_folder, shape):
    drawn = points(4) if shape == (2,) else pictures(4, 4, 4, shape[0])
    frame = make_folder(shape).keep_frame(FrameDrawn(3, drawn))
    whole, outcome = frame.path.read_bytes(), 0
    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << place % 8
        frame.path.write_bytes(flipped)
        try:
            assert np.array_equal(frame.samples, drawn), place
        except StoreError:
            outcome += 1
    assert outcome > len(whole) / 2
