import io
import json
import random
import stat
import zipfile

import numpy as np
import pytest
from safetensors.numpy import save_file

from ganlib.commands import ChangeSettings
from ganlib.errors import StoreError
from ganlib.events import CommandActed, RunEnded
from ganlib.execution import RunThread
from ganlib.latent import seeded_z
from ganlib.store import RunSnapshot, StoredRun, archive
from ganlib.store.archive import CURVES, read_curves, write_curves


@pytest.fixture
def kept(hold, events):
    """The run_id of a run of 25 steps that is over and kept whole."""
    run = hold(
        *events(0, 25),
        CommandActed(25, ChangeSettings({"lr_d": 0.1}, number=1)),
        RunEnded(25, "completed"),
    )
    run._writer.finish()
    return run.run_id


@pytest.fixture
def zipped(store, kept, tmp_path):
    """The zip of that run."""
    path = tmp_path / "run.zip"
    store.export_zip(kept, path)
    return path


@pytest.fixture
def other(open_store, tmp_path):
    """Another store, which has nothing."""
    return open_store(tmp_path / "other")


@pytest.fixture
def refused(other):
    """Takes a hostile zip in; what it was refused with. Nothing may be left behind."""

    def take(content):
        before = sorted(other.folder.parent.rglob("*"))
        with pytest.raises(StoreError) as refusal:
            other.import_zip(io.BytesIO(content))
        assert sorted(other.folder.parent.rglob("*")) == before
        assert other.rows() == ()
        return str(refusal.value)

    return take


def changed(zipped, without=(), **files):
    """The bytes of a zip with other files in it."""
    body = io.BytesIO()
    with zipfile.ZipFile(zipped) as old, zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in without and name not in files:
                new.writestr(name, old.read(name))
        for name, content in files.items():
            new.writestr(name, content)
    return body.getvalue()


def with_metadata(zipped, **changes):
    """The bytes of a zip whose run.json says something else."""
    with zipfile.ZipFile(zipped) as old:
        metadata = json.loads(old.read("run.json")) | changes
    return changed(zipped, **{"run.json": json.dumps(metadata)})


def test_a_zip_holds_all_of_a_run_in_names_that_say_what_it_is(zipped):
    with zipfile.ZipFile(zipped) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == [
            *(f"checkpoints/{step}.safetensors" for step in (0, 10, 20)),
            "curves.safetensors",
            *(f"frames/{step}.safetensors" for step in (0, 10, 20)),
            "real.safetensors",
            "run.json",
        ]
        stored = {one.filename for one in archive.infolist() if not one.compress_type}
        assert stored == {name for name in archive.namelist() if "/" in name}


def test_a_run_is_the_same_in_the_store_that_takes_it_in(store, kept, zipped, other):
    with zipped.open("rb") as file:
        run_id = other.import_zip(file)
    assert run_id != kept
    mine, taken = (StoredRun(one, one.row(name)) for one, name in ((store, kept), (other, run_id)))
    old, new = mine.snapshot, taken.snapshot
    assert (taken.config, taken.origin) == (mine.config, mine.origin)
    for name in ("state", "step", "images_seen", "elapsed", "device", "metric_names", "commands"):
        assert getattr(new, name) == getattr(old, name), name
    for name in ("steps", "images", "seconds", "metrics", "real"):
        assert getattr(new, name).tobytes() == getattr(old, name).tobytes(), name
    for theirs, ours in zip(new.frames, old.frames, strict=True):
        assert (theirs.step, theirs.samples.tobytes()) == (ours.step, ours.samples.tobytes())
    for theirs, ours in zip(new.checkpoints, old.checkpoints, strict=True):
        assert (theirs.step, theirs.score) == (ours.step, ours.score)
        assert theirs.load().state["w"].tobytes() == ours.load().state["w"].tobytes()
    rows = store.row(kept), other.row(run_id)
    for name in ("title", "created", "tags", "notes", "outline", "message"):
        assert getattr(rows[0], name) == getattr(rows[1], name), name
    assert [event["kind"] for event in other.events(run_id)] == [
        event["kind"] for event in store.events(kept)
    ]


def test_a_run_of_every_family_draws_the_same_where_it_is_taken_in(
    store, each_family, other, tmp_path
):
    run = RunThread("trained", each_family, store, lambda run: None)
    run.start()
    run.join(60)
    run.export_zip(tmp_path / "run.zip")
    with (tmp_path / "run.zip").open("rb") as file:
        taken = StoredRun(other, other.row(other.import_zip(file)))
    assert taken.config == each_family
    assert taken.snapshot.metrics.tobytes() == run.snapshot.metrics.tobytes()
    z = seeded_z(0, each_family.latent_dim, 5)
    old, new = (one.snapshot.published.decoder.decode(z) for one in (run, taken))
    assert new.tobytes() == old.tobytes()


def test_a_zip_may_be_taken_in_twice_and_where_it_comes_from(store, kept, zipped):
    for _ in range(2):
        with zipped.open("rb") as file:
            store.import_zip(file)
    assert len({row.run_id for row in store.rows()}) == 3


def test_a_run_that_goes_on_is_interrupted_where_it_is_taken_in(
    store, hold, events, tmp_path, other, wait_until
):
    run = hold(*events(0, 25))
    wait_until(lambda: run.snapshot.saved_step == 20)
    run.export_zip(tmp_path / "run.zip")
    with (tmp_path / "run.zip").open("rb") as file:
        row = other.row(other.import_zip(file))
    assert (row.state, row.saved_step) == ("interrupted", 20)
    assert row.message == "This run was taken in after step 25: train on from there."
    assert store.row(run.run_id).state == "running"


def test_a_file_that_is_thinned_out_meanwhile_is_left_out(store, kept, tmp_path, monkeypatch):
    def files(self):
        return {"frames/7.safetensors": tmp_path / "gone"}

    monkeypatch.setattr(archive.RunFolder, "files", files)
    store.export_zip(kept, tmp_path / "run.zip")
    with zipfile.ZipFile(tmp_path / "run.zip") as zipped:
        assert sorted(zipped.namelist()) == ["curves.safetensors", "run.json"]


def test_a_zip_that_cannot_be_written_is_told_and_leaves_nothing(store, kept, tmp_path):
    target = tmp_path / "nowhere" / "run.zip"
    with pytest.raises(StoreError) as refusal:
        store.export_zip(kept, target)
    assert str(refusal.value).startswith("The run cannot be written to run.zip (No such file")


def test_a_full_disk_leaves_no_half_a_zip(store, kept, tmp_path, monkeypatch):
    def full(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ganlib.files.os.fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        store.export_zip(kept, tmp_path / "run.zip")
    assert [path.name for path in tmp_path.glob("*.*")] == []


@pytest.mark.parametrize(
    "name",
    [
        "../run.json",
        "../../etc/passwd",
        "frames/../../0.webp",
        "/etc/passwd",
        "/run.json",
        "C:\\run.json",
        "frames\\0.webp",
        "frames/",
        "frames/0.exe",
        "frames/-1.webp",
        "frames/007.webp",
        "frames/٣.webp",
        "frames/12345678901.webp",
        "checkpoints/0.pickle",
        "checkpoints/sub/0.safetensors",
        "minimax.db",
        "run.json ",
        "run.json\n",
        "Run.json",
    ],
)
def test_a_name_that_no_run_has_is_refused(zipped, refused, name):
    sentence = refused(changed(zipped, **{name: b"x"}))
    assert "which no run has: choose a zip that was saved as a run." in sentence


def test_a_link_is_taken_for_what_it_holds_and_leads_nowhere(zipped, other):
    body = io.BytesIO(changed(zipped, without=["real.safetensors"]))
    with zipfile.ZipFile(body, "a") as hostile:
        link = zipfile.ZipInfo("real.safetensors")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        hostile.writestr(link, "/etc/passwd")
    body.seek(0)
    run_id = other.import_zip(body)
    taken = other.folder / run_id / "real.safetensors"
    assert not taken.is_symlink()
    assert taken.read_bytes() == b"/etc/passwd"
    assert StoredRun(other, other.row(run_id)).snapshot.real is None


def test_a_bomb_is_refused_before_it_has_unpacked(zipped, refused, monkeypatch):
    monkeypatch.setattr(archive, "ANYWAY", 2**20)
    bomb = changed(zipped, **{"frames/9.safetensors": bytes(2**24)})
    assert 50 * len(bomb) < 15 * 2**20
    whole = "The zip unpacks to more than 4 GB, or than 50 times its size, and no run does."
    assert refused(bomb) == whole
    monkeypatch.setattr(archive, "MOST_BYTES", 2**20)
    monkeypatch.setattr(archive, "ANYWAY", 2**26)
    assert refused(bomb) == whole.replace("4 GB", "0 GB")


def test_a_zip_that_lies_about_its_sizes_is_refused(zipped, refused):
    bomb = changed(zipped, **{"frames/9.safetensors": bytes(2**24)})
    lie = bomb.replace((2**24).to_bytes(4, "little"), (5).to_bytes(4, "little"))
    assert lie != bomb
    assert refused(lie) == (
        "This is not a whole zip file (Bad CRC-32 for file 'frames/9.safetensors')."
    )


def test_thousands_of_files_are_refused(zipped, refused):
    many = {f"frames/{10_000 + number}.webp": b"" for number in range(5001)}
    assert refused(changed(zipped, **many)) == (
        "This zip has more than 5,000 files. A run has fewer."
    )


def test_an_encrypted_zip_is_refused(zipped, refused):
    body = bytearray(zipped.read_bytes())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = body.find(signature)
        while at >= 0:
            body[at + place] |= 1
            at = body.find(signature, at + 1)
    sentence = refused(bytes(body))
    assert sentence.startswith("The zip cannot be unpacked (")
    assert "encrypted" in sentence


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_zip_that_is_packed_in_another_way_is_refused(refused, method):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", method) as hostile:
        hostile.writestr("run.json", "{}")
    assert refused(body.getvalue()) == (
        "The zip is packed in an unusual way: pack it as others do."
    )


@pytest.mark.parametrize("content", [b"", b"x" * 1000, b"PK\x03\x04" + b"\0" * 100])
def test_what_is_no_zip_is_refused(refused, content):
    assert refused(content).startswith("This is not a whole zip file (")


def test_a_zip_that_was_cut_off_is_refused(zipped, refused):
    body = zipped.read_bytes()
    for share in (0.1, 0.5, 0.9, 0.999):
        assert refused(body[: int(share * len(body))])


def test_a_zip_with_any_damage_is_refused_or_taken_in_whole(zipped, other):
    body, rng = zipped.read_bytes(), random.Random(0)
    for _ in range(150):
        harmed = bytearray(body)
        for _ in range(rng.choice((1, 1, 10))):
            harmed[rng.randrange(len(harmed))] = rng.randrange(256)
        before = len(other.rows())
        try:
            other.import_zip(io.BytesIO(harmed))
        except StoreError:
            assert len(other.rows()) == before
    assert len(list(other.folder.glob("*/run.json"))) == len(other.rows())


def test_a_zip_of_something_else_is_refused(zipped, refused):
    assert "run.json does not tell of a run" in refused(changed(zipped, without=["run.json"]))
    sentence = refused(changed(zipped, **{"run.json": "{}"}))
    assert "run.json does not tell of a run" in sentence


@pytest.mark.parametrize(
    "lie",
    [
        {"step": 2**70},
        {"created": 1e300},
        {"events": [{"time": 1, "step": 2**70, "kind": "a"}]},
        {"config": {"algorithm": {"network": {"width": 10**9}}}},
    ],
    ids=str,
)
def test_a_run_that_cannot_be_is_refused(zipped, refused, lie):
    assert "does not tell of a run" in refused(with_metadata(zipped, **lie))


def test_live_changes_that_cannot_be_are_left_out(zipped, other):
    lies = [{"nothing": 1}, {"lr_d": "much"}, {"lr_d": 7}, {"width": 10**9}, {"loss": []}]
    for data in lies:
        change = {"time": 1, "step": 3, "kind": "changed", "data": data}
        run_id = other.import_zip(io.BytesIO(with_metadata(zipped, events=[change])))
        run = StoredRun(other, other.row(run_id))
        assert run.snapshot.config_after(run.config) == run.config


@pytest.mark.parametrize(
    "columns",
    [
        {"steps": np.arange(25, dtype=np.int64)},
        {"steps": np.arange(24, dtype=np.uint32)},
        {"steps": np.zeros(25, np.uint32)},
        {"steps": np.arange(25, 0, -1).astype(np.uint32)},
        {"seconds": np.full(25, np.nan, np.float32)},
        {"seconds": np.full(25, -1, np.float32)},
        {"metrics": np.zeros((25, 3), np.float32)},
        {"metrics": np.zeros(25, np.float32)},
    ],
    ids=lambda columns: next(iter(columns)),
)
def test_curves_that_are_none_of_this_run_are_refused(zipped, refused, tmp_path, columns):
    whole = {
        "steps": np.arange(1, 26, dtype=np.uint32),
        "images": np.arange(1, 26, dtype=np.uint64),
        "seconds": np.arange(1, 26, dtype=np.float32),
        "metrics": np.zeros((25, 2), np.float32),
    }
    save_file(whole | columns, tmp_path / CURVES)
    body = (tmp_path / CURVES).read_bytes()
    (tmp_path / CURVES).unlink()
    assert "does not hold the curves of" in refused(changed(zipped, **{CURVES: body}))


def test_curves_that_are_damaged_are_refused(zipped, refused):
    assert "is damaged" in refused(changed(zipped, **{CURVES: b"x" * 100}))


def test_curves_beside_a_run_come_back_to_the_bit(tmp_path):
    rows = RunSnapshot(
        steps=np.arange(1, 4, dtype=np.uint32),
        images=np.arange(1, 4, dtype=np.uint64) * 2**40,
        seconds=np.array([0.5, 0.5, 1.0], np.float32),
        metrics=np.array([[np.nan, 1], [2, np.inf], [3, -0.0]], np.float32),
    )
    write_curves(tmp_path, rows)
    back = read_curves(tmp_path, 2)
    for name in ("steps", "images", "seconds", "metrics"):
        assert getattr(back, name).tobytes() == getattr(rows, name).tobytes()


def test_a_run_without_curves_has_no_rows(tmp_path):
    assert read_curves(tmp_path, 3).metrics.shape == (0, 3)
