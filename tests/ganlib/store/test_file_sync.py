import gc
import weakref

import numpy as np
import pytest

from ganlib.events import FrameDrawn
from ganlib.store.file_sync import FileSync
from ganlib.store.folder import RunFolder


@pytest.fixture
def folder(tmp_path):
    folder = RunFolder(tmp_path / "a", (2,))
    folder.make()
    return folder


@pytest.fixture
def written():
    """Steps of what was written, in order."""
    return []


@pytest.fixture
def sync(folder, written):
    def keep(frame):
        written.append(frame.step)
        return folder.keep_frame(frame)

    return FileSync(keep, folder.frame_steps)


def frame(step):
    return FrameDrawn(step, np.full((4, 2), step, np.float32))


def test_what_is_new_is_put_on_the_disk_once(sync, written):
    frames = [frame(step) for step in (0, 1)]
    kept, lost = sync.take(frames)
    assert (list(kept), lost) == ([0, 1], [])
    assert kept[1].samples.tolist() == [[1, 1]] * 4
    for ones in (frames, list(kept.values())):  # Before the run knows of it, and after.
        assert sync.take(ones)[0] == kept
    assert written == [0, 1]
    sync.take([*kept.values(), frame(2)])
    assert written == [0, 1, 2]


def test_another_frame_of_the_same_step_is_written_anew(sync, written):
    sync.take([frame(0)])
    kept, _ = sync.take([FrameDrawn(0, np.ones((4, 2), np.float32))])
    assert written == [0, 0]
    assert kept[0].samples.tolist() == [[1, 1]] * 4


def test_what_was_taken_away_is_lost(sync, folder):
    kept, _ = sync.take([frame(step) for step in (0, 1, 2)])
    folder.frame(1).path.unlink()
    kept, lost = sync.take(list(kept.values()))
    assert (list(kept), lost) == ([0, 2], [1])


def test_what_was_taken_away_is_written_anew_as_long_as_it_is_in_memory(sync, folder, written):
    frames = [frame(0)]
    sync.take(frames)
    folder.frame(0).path.unlink()
    kept, lost = sync.take(frames)
    assert (list(kept), lost, written) == ([0], [], [0, 0])
    assert kept[0].path.exists()


def test_what_a_run_brings_along_gets_another_name_unless_it_is_gone(sync, tmp_path):
    other = RunFolder(tmp_path / "b", (2,))
    other.make()
    brought = [other.keep_frame(frame(step)) for step in (0, 1)]
    brought[1].path.unlink()
    kept, lost = sync.take(brought)
    assert (list(kept), lost) == ([0], [1])
    assert kept[0].path.samefile(brought[0].path)


def test_a_folder_that_vanishes_meanwhile_is_no_loss(sync, folder, monkeypatch):
    monkeypatch.setattr(sync, "_list_steps", lambda: [])
    folder.remove()
    with pytest.raises(OSError, match="No such file"):
        sync.take([frame(0)])


def test_what_was_written_before_the_disk_was_full_is_not_written_again(sync, written, folder):
    def full(one):
        if one.step == 2:
            raise OSError(28, "No space left on device")
        return keep(one)

    frames, keep = [frame(step) for step in (0, 1, 2)], sync._keep
    sync._keep = full
    with pytest.raises(OSError, match="No space left"):
        sync.take(frames)
    sync._keep = keep
    kept, _ = sync.take(frames)
    assert list(kept) == [0, 1, 2]
    assert written == [0, 1, 2]


def test_a_frame_in_memory_is_let_go_once_the_run_knows_it_on_the_disk(sync):
    in_memory = frame(0)
    gone = weakref.ref(in_memory)
    kept, _ = sync.take([in_memory])
    del in_memory
    gc.collect()
    assert gone() is not None
    sync.let_go()
    gc.collect()
    assert gone() is None
    assert sync.take(list(kept.values())) == (kept, [])
