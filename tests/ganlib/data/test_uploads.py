import io
import struct
import threading
import tracemalloc
import zlib
from contextlib import suppress

import numpy as np
import pytest
import torch
from PIL import Image

from ganlib.data import uploads
from ganlib.data.decode import PictureForm, SlowPictureError
from ganlib.data.uploads import read_folder, read_pictures
from ganlib.errors import DataError, NoPictureError
from tests.ganlib.data.bringing import noise_jpeg, png, zipped, zipped_raw

SMALL = PictureForm(28, "grey", "crop")


def mb(count):
    return count * 1_000_000


def reasons(pictures):
    return dict(pictures.refused)


def test_several_files_become_pictures_in_their_order_without_classes():
    brought = [(f"{value}.png", io.BytesIO(png(value, mode="L"))) for value in (9, 7, 8)]
    pictures = read_pictures(brought, SMALL)
    assert pictures.images.shape == (3, 1, 28, 28)
    assert pictures.images.dtype == torch.uint8
    assert pictures.images[:, 0, 0, 0].tolist() == [9, 7, 8]
    assert pictures.labels.tolist() == [0, 0, 0]
    assert (pictures.class_names, pictures.counts, pictures.refused) == ((), (), ())


def test_without_a_form_they_are_32_in_colour():
    assert read_pictures([("1.png", io.BytesIO(png()))]).images.shape == (1, 3, 32, 32)


def test_folders_name_the_classes_in_the_order_of_the_alphabet():
    members = [("p/dogs/1.png", png()), ("p/cats/2.png", png()), ("p/dogs/3.png", png())]
    pictures = read_pictures([("x.zip", zipped(members))], SMALL)
    assert pictures.class_names == ("cats", "dogs")
    assert pictures.labels.tolist() == [1, 0, 1]
    assert pictures.counts == (("cats", 1), ("dogs", 2))


def test_one_folder_is_no_class():
    pictures = read_pictures([("x.zip", zipped([("cats/1.png", png()), ("cats/2.png", png())]))])
    assert pictures.class_names == ()


def test_a_folder_without_a_good_picture_is_no_class():
    members = [("cats/1.png", png()), ("notes/a.txt", b"words")]
    assert read_pictures([("x.zip", zipped(members))]).class_names == ()


def test_two_zips_are_two_classes():
    brought = [(f"{name}.zip", zipped([("1.png", png())])) for name in ("dogs", "cats")]
    assert read_pictures(brought, SMALL).class_names == ("cats", "dogs")


def test_a_folder_on_disk_is_read(tmp_path):
    for name in ("cats", "dogs"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.jpg").write_bytes(noise_jpeg())
    assert read_folder(tmp_path, SMALL).class_names == ("cats", "dogs")
    assert len(read_folder(str(tmp_path / "cats"), SMALL).images) == 1
    assert len(read_folder(tmp_path / "cats" / "1.jpg", SMALL).images) == 1


def test_a_path_to_nothing_gets_a_sentence(tmp_path):
    with pytest.raises(DataError, match="give the path of a folder, a zip or a picture"):
        read_folder(tmp_path / "nowhere")


def test_good_pictures_are_kept_and_bad_ones_are_listed():
    members = [
        ("good.png", png()),
        ("text.png", b"Dear aunt"),
        ("empty.png", b""),
        ("drawing.svg", b"<svg></svg>"),
        ("short.jpg", noise_jpeg()[:400]),
        ("nested.zip", zipped([("1.png", png())]).getvalue()),
        ("../../evil.png", png()),
        ("also-good.jpg", noise_jpeg()),
    ]
    pictures = read_pictures([("x.zip", zipped(members))], SMALL)
    assert len(pictures.images) == 2
    assert set(reasons(pictures)) == {name for name, _ in members if "good" not in name}
    assert "SVG" in reasons(pictures)["drawing.svg"]
    assert "empty" in reasons(pictures)["empty.png"]
    assert "archive" in reasons(pictures)["nested.zip"]


def test_nothing_good_is_an_error_that_lists_everything():
    with pytest.raises(NoPictureError) as nothing:
        read_pictures([("x.zip", zipped([("a.txt", b"a"), ("b.png", b"")]))])
    assert str(nothing.value).startswith("There is no picture here that can be used.")
    assert [name for name, _ in nothing.value.refused] == ["a.txt", "b.png"]


@pytest.mark.parametrize("brought", [[], [("x.zip", zipped([]))]])
def test_nothing_at_all_is_an_error(brought):
    with pytest.raises(NoPictureError, match="There is no picture here"):
        read_pictures(brought)


def test_one_single_picture_is_enough():
    assert len(read_pictures([("1.png", io.BytesIO(png()))], SMALL).images) == 1


def test_wildly_mixed_sizes_become_one():
    sizes = [(1, 1), (3000, 2), (2, 3000), (28, 28), (900, 700)]
    brought = [(f"{size}.png", io.BytesIO(png(size=size))) for size in sizes]
    assert read_pictures(brought, PictureForm(64, "colour", "pad")).images.shape == (5, 3, 64, 64)


def test_a_bomb_is_refused_by_what_it_says_and_not_unpacked():
    bomb = zipped([("bomb.png", bytes(mb(60))), ("good.png", png())])
    assert len(bomb.getvalue()) < 100_000
    tracemalloc.start()
    pictures = read_pictures([("x.zip", bomb)], SMALL)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "60 MB, and 50 MB is the most" in reasons(pictures)["bomb.png"]
    assert len(pictures.images) == 1
    assert peak < mb(5)


def lie(data, size):
    """The zip whose first file says that it has so many bytes, unpacked."""
    body = bytearray(data.getvalue())
    struct.pack_into("<I", body, body.find(b"PK\x03\x04") + 22, size)
    struct.pack_into("<I", body, body.find(b"PK\x01\x02") + 24, size)
    return io.BytesIO(bytes(body))


def test_a_bomb_that_lies_about_its_size_is_unpacked_no_further_than_it_says():
    bomb = lie(zipped([("bomb.png", bytes(mb(60))), ("good.png", png())]), 1000)
    tracemalloc.start()
    pictures = read_pictures([("x.zip", bomb)], SMALL)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "cannot be read" in reasons(pictures)["bomb.png"]
    assert len(pictures.images) == 1
    assert peak < mb(5)


def test_all_that_is_unpacked_together_is_bounded(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_UNPACKED", 3 * len(png()))
    pictures = read_pictures([("x.zip", zipped([(f"{n}.png", png()) for n in range(5)]))], SMALL)
    assert len(pictures.images) == 3
    assert "more than 0 GB" in reasons(pictures)["3.png"]


def test_files_by_themselves_do_not_count_as_unpacked(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_UNPACKED", 0)
    assert len(read_pictures([("1.png", io.BytesIO(png()))], SMALL).images) == 1


def test_a_file_that_grows_while_it_is_read_is_refused(monkeypatch):
    class Growing(io.BytesIO):
        def seek(self, place, whence=0, /):
            return super().seek(place, whence) and 10

    monkeypatch.setattr(uploads, "MOST_BYTES", 50)
    with pytest.raises(NoPictureError, match="is the most"):
        read_pictures([("1.png", Growing(png()))], SMALL)


def test_thousands_of_entries_are_read_to_the_end_and_the_list_is_bounded():
    members = [
        (
            "good.png",
            png(),
        ),
        *((f"{number}.txt", b"") for number in range(9_999)),
    ]
    pictures = read_pictures([("x.zip", zipped(members))], SMALL)
    assert len(pictures.images) == 1
    assert len(pictures.refused) == uploads.MOST_REFUSED + 1
    assert pictures.refused[-1] == ("", "8,999 more files were left out.")


def test_no_more_pictures_than_a_set_may_have_are_kept(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_PICTURES", 3)
    pictures = read_pictures([("x.zip", zipped([(f"{n}.png", png()) for n in range(5)]))], SMALL)
    assert len(pictures.images) == 3
    assert pictures.refused == (("", "3 pictures are the most: 2 more files were not looked at."),)


def test_after_some_files_that_take_too_long_the_rest_is_left_out(monkeypatch):
    def decode(data, form):
        raise SlowPictureError("It takes too long.")

    monkeypatch.setattr(uploads, "decode", decode)
    monkeypatch.setattr(uploads, "MOST_SLOW", 2)
    with pytest.raises(NoPictureError) as refusal:
        read_pictures([(f"{number}.png", io.BytesIO(png())) for number in range(5)])
    assert refusal.value.refused == (
        ("0.png", "It takes too long."),
        ("1.png", "It takes too long."),
        ("", "2 files kept a processor busy for too long: 3 more files were not looked at."),
    )


def test_of_very_many_files_only_the_first_are_looked_at(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_FILES", 2)
    brought = [(f"{n}.png", io.BytesIO(png())) for n in range(4)]
    pictures = read_pictures(brought, SMALL)
    assert len(pictures.images) == 2
    assert pictures.refused == (("", "Only the first 2 files were looked at."),)


def test_a_wrong_checksum_is_told():
    body = bytearray(zipped([("1.png", png()), ("2.png", png())]).getvalue())
    struct.pack_into("<I", body, body.find(b"PK\x01\x02") + 16, zlib.crc32(b"other"))
    pictures = read_pictures([("x.zip", io.BytesIO(bytes(body)))], SMALL)
    assert "cannot be read" in reasons(pictures)["1.png"]


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_zip_with_wrong_bytes_is_pictures_or_a_sentence():
    data = zipped([(f"{name}/{n}.png", png(n)) for name in "ab" for n in range(3)]).getvalue()
    rng = np.random.default_rng(0)
    most = 0
    for _ in range(300):
        wrong = bytearray(data)
        for place in rng.integers(0, len(data), 6):
            wrong[place] = rng.integers(256)
        with suppress(NoPictureError):
            pictures = read_pictures([("x.zip", io.BytesIO(bytes(wrong)))], SMALL)
            most = max(most, len(pictures.images))
    assert 0 < most <= 6


def test_progress_is_told_and_may_break_off():
    class StopError(Exception):
        pass

    def stop(text, share):
        assert text == "Reading file 1 of 1"
        assert share == 0
        raise StopError

    with pytest.raises(StopError):
        read_pictures([("1.png", io.BytesIO(png()))], SMALL, stop)
    assert len(read_pictures([("1.png", io.BytesIO(png()))], SMALL).images) == 1


def test_somebody_else_waits_for_their_turn(monkeypatch):
    reports = threading.Event()
    uploads._ONE_AT_A_TIME.acquire()

    def tell(text, share):
        if text == "Waiting for somebody else's pictures to be read":
            reports.set()
            uploads._ONE_AT_A_TIME.release()

    assert len(read_pictures([("1.png", io.BytesIO(png()))], SMALL, tell).images) == 1
    assert reports.is_set()


def test_examples_show_the_classes_in_turn_or_one_of_them():
    members = [(f"{name}/{n}.png", png(value + n, mode="L")) for name, value in
               (("a", 10), ("b", 20)) for n in range(3)]  # fmt: skip
    pictures = read_pictures([("x.zip", zipped(members))], SMALL)
    shown = pictures.examples(4)
    assert shown.shape == (4, 28, 28, 1)
    assert shown[:, 0, 0, 0].tolist() == [10, 20, 11, 21]
    assert pictures.examples(9, label=1)[:, 0, 0, 0].tolist() == [20, 21, 22]


def test_other_folders_may_name_the_classes_of_the_same_pictures():
    members = [(f"{pet}/{day}/1.png", png()) for pet in ("cat", "dog") for day in ("mo", "tu")]
    pictures = read_pictures([("x.zip", zipped(members))], SMALL)
    assert pictures.counts == (("cat", 2), ("dog", 2))
    days = pictures.at(pictures.levels[1].depth)
    assert days.counts == (("cat/mo", 1), ("cat/tu", 1), ("dog/mo", 1), ("dog/tu", 1))
    assert days.images is pictures.images
    assert days.said == ("Folders of one name below different ones are classes apart: mo, tu.",)
    none = pictures.at(None)
    assert (none.class_names, none.labels.tolist()) == ((), [0] * 4)
    assert none.at(pictures.depth).counts == pictures.counts


def test_names_that_a_zip_does_not_explain_are_read_by_a_guess_or_as_a_person_says():
    raw = [(f"{name}/{n}.png".encode("gbk"), png()) for name in ("永", "和") for n in range(6)]
    members = zipped_raw(raw)
    guess = read_pictures([("x.zip", members)], SMALL)
    assert (guess.class_names, guess.encoding) == (("和", "永"), "gb18030")
    assert "x.zip does not say how its names are written" in guess.notes[0]
    said = read_pictures([("x.zip", members)], SMALL, encoding="cp866")
    assert (len(said.class_names), said.encoding) == (2, "cp866")
    assert read_pictures([("x.zip", zipped([("a/1.png", png())]))], SMALL).encoding == ""


def test_sets_of_12_bits_in_16_are_brightened_alike_and_that_is_told():
    def picture(level):
        data = io.BytesIO()
        Image.fromarray(np.full((40, 40), level, np.uint16)).save(data, "PNG")
        return data

    brought = [("dark.png", picture(400)), ("8 bits.png", io.BytesIO(png(9, mode="L")))]
    both = read_pictures([*brought, ("bright.png", picture(4000))], SMALL)
    assert both.images[:, 0, 0, 0].tolist() == [
        round(400 / 4095 * 255),
        9,
        round(4000 / 4095 * 255),
    ]
    (note,) = both.notes
    assert note.startswith("Of 16 bits a channel only 12 are used (pictures: 2)")
    whole = read_pictures([*brought, ("bright.png", picture(40_000))], SMALL)
    assert (whole.images[0, 0, 0, 0].item(), whole.notes) == (round(400 / 257), ())
