import random
from importlib.metadata import version

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import save_file

import ganlib
from ganlib.algorithms import make_algorithm, restore
from ganlib.config import RunConfig
from ganlib.errors import CheckpointError
from ganlib.events import CheckpointSaved
from ganlib.files import digest
from ganlib.store import checkpoint
from ganlib.store.checked import keep_arrays, read_arrays
from ganlib.store.checkpoint import (
    StoredCheckpoint,
    keep_checkpoint,
    read_checkpoint,
    write_checkpoint,
)
from ganlib.trainer import train

KINDS = (
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "float32", "float64"),
)


@pytest.fixture
def saved(toy2d_config):
    """A state with arrays of every kind and odd shapes."""
    rng = np.random.default_rng(0)
    state = {kind: rng.integers(0, 2, (2, 3, 2)).astype(kind) for kind in KINDS}
    state |= {f"{kind} alone": np.array(1, kind) for kind in KINDS}
    state["empty"] = np.empty((0, 3), np.float32)
    state["not in order"] = np.arange(12, dtype=np.float32).reshape(3, 4).T
    state["odd"] = np.array([np.nan, -np.nan, np.inf, -0.0, 5e-324, 1e-45], np.float64)
    return CheckpointSaved(12_345, toy2d_config, state, score=0.5)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "12345.safetensors"


@pytest.fixture
def small(toy2d_config, path):
    """A checkpoint of some hundred bytes beside its configuration."""
    write_checkpoint(path, CheckpointSaved(5, toy2d_config, {"w": np.arange(8, dtype=np.float32)}))
    return path


def refused(path):
    with pytest.raises(CheckpointError) as refusal:
        read_checkpoint(path)
    return str(refusal.value)


def test_a_state_comes_back_to_the_bit(saved, path):
    write_checkpoint(path, saved)
    back = read_checkpoint(path)
    assert (back.step, back.config, back.score) == (12_345, saved.config, 0.5)
    assert back.state.keys() == saved.state.keys()
    for name, array in saved.state.items():
        assert back.state[name].dtype == array.dtype, name
        assert back.state[name].shape == array.shape, name
        assert back.state[name].tobytes() == array.tobytes(), name


def test_a_state_without_a_score_has_none(toy2d_config, path):
    write_checkpoint(path, CheckpointSaved(0, toy2d_config, {"w": np.ones(2)}))
    assert read_checkpoint(path).score is None
    assert read_checkpoint(path).step == 0


@pytest.mark.parametrize("kind", ["toy2d", "dcgan"])
def test_a_real_state_fits_its_networks_after_the_way_over_the_disk(request, kind, path):
    config = request.getfixturevalue(f"{kind}_config")
    saved = [event for event in train(config) if isinstance(event, CheckpointSaved)][-1]
    write_checkpoint(path, saved)
    algorithm = make_algorithm(config, config.data.shape, torch.device("cpu"))
    restore(read_checkpoint(path), algorithm=algorithm)
    for name, value in algorithm.state_dict().items():
        assert torch.equal(value, torch.tensor(saved.state[f"algorithm.{name}"])), name


def test_a_checkpoint_takes_the_place_of_the_one_of_the_same_step(saved, small):
    write_checkpoint(small, saved)
    assert read_checkpoint(small).step == 12_345
    assert [path.name for path in small.parent.iterdir()] == [small.name]


def test_any_flipped_bit_is_refused(small):
    body = bytearray(small.read_bytes())
    rng = random.Random(0)
    for _ in range(300):
        place, bit = rng.randrange(len(body)), 1 << rng.randrange(8)
        body[place] ^= bit
        small.write_bytes(body)
        sentence = refused(small)
        assert sentence.startswith("The checkpoint 12345.safetensors is damaged ("), place
        assert sentence.endswith("): go on from another checkpoint."), place
        body[place] ^= bit
    small.write_bytes(body)
    assert read_checkpoint(small).step == 5


@pytest.mark.parametrize("share", [0.0, 0.001, 0.01, 0.1, 0.5, 0.9, 0.999])
def test_a_checkpoint_that_was_cut_off_is_refused(small, share):
    body = small.read_bytes()
    small.write_bytes(body[: int(share * len(body))])
    assert "12345.safetensors is damaged" in refused(small)
    small.write_bytes(body[:-1])
    assert "12345.safetensors is damaged" in refused(small)


def test_bytes_behind_the_end_are_refused(small):
    small.write_bytes(small.read_bytes() + b"\0")
    assert "12345.safetensors is damaged" in refused(small)


def test_a_checkpoint_that_is_gone_is_told(path):
    assert refused(path) == (
        "The checkpoint 12345.safetensors is no longer there: go on from another checkpoint."
    )
    path.mkdir()
    assert "is damaged" in refused(path)


def test_a_checkpoint_of_another_version_is_told(small, toy2d_config, monkeypatch):
    monkeypatch.setattr(checkpoint, "VERSION", 2)
    assert "it is of version 1, and this reads 2" in refused(small)


@pytest.mark.parametrize("texts", [None, {"sha256": ""}, {"about": "{}", "config": "{}"}])
def test_any_other_file_of_tensors_is_refused(path, texts):
    save_file({"w": np.ones(2, np.float32)}, path, metadata=texts)
    assert "is damaged" in refused(path)


def test_what_says_nothing_of_itself_is_refused_even_with_its_digest(path):
    text = '{"version": 1, "step": %s, "score": %s}'
    lies = [text % lie for lie in (("1e400", 0), (-1, 0), ("[1]", 0), (1, '"best"'), (1, "NaN"))]
    wrong = ["[]", "{}", '{"version": 1}', *lies, "[" * 10**5]
    for metadata, config in [*((one, RunConfig().to_json()) for one in wrong), ("1", "not JSON")]:
        state, texts = {"w": np.ones(2, np.float32)}, {"about": metadata, "config": config}
        texts["sha256"] = digest(state, texts)
        save_file(state, path, metadata=texts)
        assert "is damaged" in refused(path)


def test_a_checkpoint_that_is_larger_than_any_network_is_not_read(small, monkeypatch):
    monkeypatch.setattr(checkpoint, "LARGEST", 100)
    assert "it is larger than 100 bytes" in refused(small)


def test_who_is_ended_while_it_writes_leaves_the_old_checkpoint(saved, small, monkeypatch):
    def end(draft, path):
        raise KeyboardInterrupt

    before = small.read_bytes()
    monkeypatch.setattr("ganlib.store.checked.finish", end)
    with pytest.raises(KeyboardInterrupt):
        write_checkpoint(small, saved)
    assert small.with_suffix(".unfinished").exists()
    assert small.read_bytes() == before
    assert read_checkpoint(small).step == 5


def test_a_moment_in_memory_is_put_on_the_disk(saved, path):
    stored = keep_checkpoint(saved, path)
    assert stored == StoredCheckpoint(path, 12_345, 0.5)
    assert stored.load().step == 12_345


def test_a_moment_on_the_disk_only_gets_another_name(small, tmp_path):
    stored = keep_checkpoint(StoredCheckpoint(small, 5), tmp_path / "5.safetensors")
    assert stored == StoredCheckpoint(tmp_path / "5.safetensors", 5)
    assert stored.path.samefile(small)


def test_a_moment_that_left_the_disk_cannot_be_kept(tmp_path):
    with pytest.raises(FileNotFoundError):
        keep_checkpoint(StoredCheckpoint(tmp_path / "1.safetensors", 1), tmp_path / "2.safetensors")


def test_a_checkpoint_holds_tensors_and_plain_text_only(saved, path):
    write_checkpoint(path, saved)
    with safe_open(path, framework="numpy") as file:
        assert file.metadata().keys() == {"about", "config", "sha256", "ganlib", "torch"}
        assert sorted(file.keys()) == sorted(saved.state)


def test_a_checkpoint_says_what_trained_it_and_those_of_old_that_did_not_still_open(saved, path):
    write_checkpoint(path, saved)
    arrays, texts = read_arrays(path, 2**20)
    text = {name: texts.pop(name) for name in ("ganlib", "torch")}
    assert text == {"ganlib": ganlib.__version__, "torch": version("torch")}
    keep_arrays(path, arrays, {name: texts[name] for name in ("about", "config")})
    assert read_checkpoint(path).config == saved.config
