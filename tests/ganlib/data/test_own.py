import errno
import io
import json
import threading

import pytest
import torch
from safetensors.torch import save_file

from ganlib.config import OwnData
from ganlib.data import cache, own
from ganlib.data.batches import ImageBatches
from ganlib.data.decode import PictureForm
from ganlib.data.own import delete_pictures, keep_pictures, load_own, own_folder, own_sets
from ganlib.data.uploads import read_pictures
from ganlib.errors import DataError
from ganlib.process import runs_folder
from tests.ganlib.data.bringing import png, zipped

GREY = PictureForm(28, "grey", "crop")


def pictures(*counts, form=GREY):
    """So many pictures of each class a, b, ..., whose values are their numbers."""
    names = [
        f"{'abc'[label]}/{n:03}.png" for label, count in enumerate(counts) for n in range(count)
    ]
    members = [(name, png(value, mode="L")) for value, name in enumerate(names)]
    return read_pictures([("x.zip", zipped(members))], form)


def values(images):
    return images[:, 0, 0, 0].tolist()


def test_what_is_kept_can_be_listed_and_loaded():
    kept = keep_pictures("pets", pictures(2, 3))
    assert own_sets() == (kept,)
    assert (kept.name, kept.size, kept.colour, kept.count) == ("pets", 28, "grey", 5)
    assert kept.classes == (("a", 2), ("b", 3))
    loaded = load_own(OwnData.of(kept))
    assert values(loaded.train) == [0, 1, 2, 3, 4]
    assert loaded.train_labels.tolist() == [0, 0, 1, 1, 1]
    assert loaded.class_names == ("a", "b")


def test_it_is_one_file_beside_the_runs():
    keep_pictures("pets", pictures(2))
    files = [path for path in runs_folder().rglob("*") if path.is_file()]
    assert files == [runs_folder() / "pictures" / "pets.safetensors"]
    assert files[0].parent == own_folder()


def test_nothing_is_kept_at_first():
    assert own_sets() == ()


def test_sets_are_listed_by_name():
    for name in ("b", "a", "C"):
        keep_pictures(name, pictures(1))
    assert [one.name for one in own_sets()] == ["C", "a", "b"]


@pytest.mark.parametrize("name", ["a", "A-1_b", "x" * 40])
def test_a_plain_name_is_taken(name):
    assert keep_pictures(name, pictures(1)).name == name


@pytest.mark.parametrize("name", ["", "x" * 41, "../x", "a/b", "a b", "a.b", "ä", "a\n", "a\0"])
def test_any_other_name_is_refused_everywhere(name):
    with pytest.raises(DataError, match="use 1 to 40 of the letters a to z"):
        keep_pictures(name, pictures(1))
    with pytest.raises(DataError, match="use 1 to 40 of the letters a to z"):
        delete_pictures(name)
    assert not own_folder().exists()


def test_a_taken_name_is_refused_unless_its_pictures_are_replaced():
    keep_pictures("pets", pictures(2))
    with pytest.raises(DataError, match="choose another name, or replace them"):
        keep_pictures("pets", pictures(1))
    assert own_sets()[0].count == 2
    assert keep_pictures("pets", pictures(1), replace=True).count == 1


def test_of_two_who_keep_under_one_name_at_once_one_is_refused():
    both, outcome = threading.Barrier(2), []
    mine = pictures(1)

    def keep():
        both.wait()
        try:
            keep_pictures("pets", mine)
        except DataError:
            outcome.append(True)

    threads = [threading.Thread(target=keep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcome == [True]


def test_a_full_disk_is_told_and_leaves_the_old_set(monkeypatch):
    keep_pictures("pets", pictures(2))

    def fail(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(cache, "save_file", fail)
    with pytest.raises(DataError, match="No space left"):
        keep_pictures("pets", pictures(1), replace=True)
    assert own_sets()[0].count == 2


def test_all_sets_together_are_bounded(monkeypatch):
    keep_pictures("a", pictures(2))
    monkeypatch.setattr(own, "MOST_KEPT", 3000)
    with pytest.raises(DataError, match="delete a set first"):
        keep_pictures("b", pictures(2))
    # The place of the pictures that go is free.
    assert keep_pictures("a", pictures(3), replace=True).count == 3


def test_a_deleted_set_is_gone():
    kept = keep_pictures("pets", pictures(2))
    delete_pictures("pets")
    assert own_sets() == ()
    for use in (
        lambda: delete_pictures("pets"),
        lambda: load_own(OwnData.of(kept)),
        lambda: kept.examples(1),
    ):
        with pytest.raises(DataError, match="There are no pictures called 'pets'"):
            use()


def test_replaced_pictures_are_told_by_their_time():
    first = keep_pictures("pets", pictures(2))
    assert keep_pictures("pets", pictures(2), replace=True).kept_at > first.kept_at


@pytest.mark.parametrize(
    ("size", "colour", "words"),
    [(32, "grey", "32 x 32 pixels in grey"), (28, "colour", "28 x 28 pixels in colour")],
)
def test_a_set_of_another_form_than_the_run_wants_is_refused(size, colour, words):
    keep_pictures("pets", pictures(2))
    with pytest.raises(DataError) as refused:
        load_own(OwnData(name="pets", size=size, colour=colour))
    assert f"kept at 28 x 28 pixels in grey now, and this run wants them at {words}" in str(
        refused.value
    )


def test_a_tenth_of_each_class_is_held_out():
    loaded = load_own(OwnData.of(keep_pictures("pets", pictures(10, 25))))
    assert loaded.held_out_labels.tolist() == [0, 1, 1]
    assert len(loaded.train) == 32
    assert sorted(values(loaded.train) + values(loaded.held_out)) == list(range(35))


def test_a_tenth_is_held_out_without_classes_too():
    assert len(load_own(OwnData.of(keep_pictures("pets", pictures(20)))).held_out) == 2


@pytest.mark.parametrize("count", [1, 9])
def test_of_few_pictures_none_is_held_out(count):
    loaded = load_own(OwnData.of(keep_pictures("pets", pictures(count))))
    assert len(loaded.train) == count
    assert loaded.held_out.shape == (0, 1, 28, 28)


def test_one_picture_fills_a_batch():
    loaded = load_own(OwnData.of(keep_pictures("pets", pictures(1))))
    batch = next(
        ImageBatches(loaded.train, loaded.train_labels, 8, torch.Generator().manual_seed(0))
    )
    assert batch.shape == (8, 1, 28, 28)


def test_a_prime_number_of_pictures_all_come_before_any_comes_again():
    loaded = load_own(OwnData.of(keep_pictures("pets", pictures(7))))
    batches = ImageBatches(loaded.train, loaded.train_labels, 3, torch.Generator().manual_seed(0))
    drawn = torch.cat([next(batches) for _ in range(7)])
    pixels = ((drawn[:, 0, 0, 0] + 1) * 127.5).round().int().tolist()
    for first in range(0, 21, 7):
        assert sorted(pixels[first : first + 7]) == list(range(7))


def test_examples_are_read_without_the_rest_and_the_classes_take_turns():
    shown = keep_pictures("pets", pictures(3, 2)).examples(4)
    assert shown.shape == (4, 28, 28, 1)
    assert shown[:, 0, 0, 0].tolist() == [0, 3, 1, 4]


def put(tensors, **texts):
    own_folder().mkdir(parents=True)
    texts = {"size": "28", "colour": "grey", "class_names": "[]"} | texts
    save_file(tensors, own_folder() / "odd.safetensors", metadata=texts)


IMAGES, LABELS = torch.zeros(2, 1, 28, 28, dtype=torch.uint8), torch.zeros(2, dtype=torch.int64)


@pytest.mark.parametrize(
    ("tensors", "texts"),
    [
        ({"images": IMAGES}, {}),
        ({"images": IMAGES.float(), "labels": LABELS}, {}),
        ({"images": IMAGES, "labels": LABELS[:1]}, {}),
        ({"images": IMAGES, "labels": LABELS + 1}, {}),
        ({"images": IMAGES, "labels": LABELS + 2}, {"class_names": json.dumps(["a", "b"])}),
        ({"images": IMAGES, "labels": LABELS}, {"class_names": "["}),
    ],
)
def test_a_file_that_nobody_here_wrote_is_refused(tensors, texts):
    put(tensors, **texts)
    with pytest.raises(DataError, match="are damaged"):
        load_own(OwnData(name="odd", size=28, colour="grey"))


@pytest.mark.parametrize("content", [b"", b"Dear aunt"])
def test_a_damaged_file_is_not_listed_and_can_be_replaced(content):
    own_folder().mkdir(parents=True)
    (own_folder() / "odd.safetensors").write_bytes(content)
    assert own_sets() == ()
    with pytest.raises(DataError, match="are damaged"):
        load_own(OwnData(name="odd"))
    assert keep_pictures("odd", pictures(1), replace=True).count == 1


@pytest.mark.parametrize("texts", [{"size": "30"}, {"colour": "blue"}, {"size": "x"}])
def test_a_set_of_no_known_form_is_not_listed(texts):
    put({"images": IMAGES, "labels": LABELS}, **texts)
    assert own_sets() == ()


def test_a_file_under_an_odd_name_is_not_listed():
    own_folder().mkdir(parents=True)
    (own_folder() / "a b.safetensors").write_bytes(b"")
    assert own_sets() == ()


def test_pictures_in_memory_can_be_kept_twice():
    mine = read_pictures([("1.png", io.BytesIO(png()))], GREY)
    assert keep_pictures("a", mine).count == keep_pictures("b", mine).count == 1
