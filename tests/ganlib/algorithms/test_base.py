import numpy as np
import pytest
import torch

from ganlib.algorithms.base import below, counted, tensors
from ganlib.events import CheckpointSaved


def test_the_tensors_of_a_saved_state_are_copies_of_the_same_kind(toy2d_config):
    state = {
        "weight": np.float32([1.5, -2.0]),
        "rng": np.uint8([7, 255]),
        "count": np.array(3),
        "nothing": np.empty(0, np.float32),
    }
    for value in state.values():
        value.flags.writeable = False
    found = tensors(CheckpointSaved(4, toy2d_config, state))
    assert list(found) == list(state)
    assert [value.dtype for value in found.values()] == [
        torch.float32,
        torch.uint8,
        torch.int64,
        torch.float32,
    ]
    assert found["count"].item() == 3
    found["weight"].add_(1)
    assert found["weight"].tolist() == [2.5, -1.0]
    assert state["weight"].tolist() == [1.5, -2.0]


def test_a_part_of_a_state_is_what_stands_below_its_whole_name():
    one, two, three = torch.zeros(3).unbind()
    state = {"G.0.weight": one, "G_ema.0.weight": two, "G.G.bias": three, "G": two, "opt.G.x": two}
    assert below("G", state) == {"0.weight": one, "G.bias": three}
    assert below("D", state) == {}


def test_a_counter_is_a_whole_number_from_0_on():
    assert counted({"n": np.array(3)}, "n") == counted({"n": torch.tensor(3)}, "n") == 3
    for lie in (np.array(-1), np.array([3]), np.array(np.nan), np.array(True), np.uint64(2**63)):
        with pytest.raises(ValueError, match="counts nothing"):
            counted({"n": torch.tensor(lie) if lie.dtype == float else lie}, "n")
    with pytest.raises(KeyError):
        counted({}, "n")
