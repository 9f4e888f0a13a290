import threading

import pytest
import torch

from ganlib.errors import ConfigError
from ganlib.runtime import choose_device, draw_z, make_rng, own_threads, use_threads
from ganlib.streams import Stream


def in_a_thread(work):
    results = []
    thread = threading.Thread(target=lambda: results.append(work()))
    thread.start()
    thread.join()
    return results[0]


def test_the_device_is_the_one_that_is_wanted():
    assert choose_device("cpu") == torch.device("cpu")
    assert choose_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")


def test_a_missing_gpu_is_refused_and_auto_takes_one_that_is_there(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigError, match="set device to auto or cpu") as refusal:
        choose_device("cuda")
    assert refusal.value.problems[0][0] == "device"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_device("auto") == choose_device("cuda") == torch.device("cuda")


def test_trap_39_threads_are_one_until_asked_for_and_only_for_the_thread_that_asks():
    def work():
        use_threads(2)
        return torch.get_num_threads()

    before = torch.get_num_threads()
    assert in_a_thread(torch.get_num_threads) == 1
    assert in_a_thread(work) == 2
    assert torch.get_num_threads() == before
    # Readers that begin later stay off the cores that training uses.
    assert in_a_thread(torch.get_num_threads) == 1


def test_a_thread_gets_its_cores_back_and_later_ones_never_lost_theirs():
    def work():
        use_threads(3)
        with own_threads(2):
            inside = torch.get_num_threads(), in_a_thread(torch.get_num_threads)
        return inside, torch.get_num_threads()

    usual = in_a_thread(torch.get_num_threads)
    assert in_a_thread(work) == ((2, usual), 3)
    assert in_a_thread(torch.get_num_threads) == usual


def test_random_streams_are_repeatable_and_differ_by_seed():
    def first(seed, stream):
        return torch.randint(2**62, (), generator=make_rng(seed, stream)).item()

    assert first(3, Stream.LATENTS) == first(3, Stream.LATENTS)
    seeds = (0, 1, 2, 2**32 - 1)
    assert len({first(seed, stream) for seed in seeds for stream in Stream}) == 4 * len(Stream)


def test_z_is_standard_normal():
    z = draw_z(4000, 50, make_rng(0, Stream.LATENTS))
    assert z.shape == (4000, 50)
    # 200,000 draws: the standard errors are 0.0022, 0.0016 and 0.001.
    assert z.mean().item() == pytest.approx(0, abs=0.01)
    assert z.std().item() == pytest.approx(1, abs=0.007)
    assert (z.abs() < 1).float().mean().item() == pytest.approx(0.6827, abs=0.005)


def test_own_generators_leave_the_global_one_alone():
    before = torch.get_rng_state()
    draw_z(4, 4, make_rng(0, Stream.LATENTS))
    assert torch.equal(torch.get_rng_state(), before)
