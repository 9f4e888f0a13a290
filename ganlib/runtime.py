"""Where a run computes: device, CPU threads, random generators."""

import contextlib
import os
import sys
import threading
from pathlib import Path
from typing import Literal

import torch

from ganlib.errors import ConfigError

# Readers (decoders, pages) compute in threads of their own beside the runs. One thread each keeps
# them off the cores that training uses; a run asks for more with `use_threads`.
torch.set_num_threads(1)


GIVING_WAY = 10
"""Niceness of a training thread on Linux, where it belongs to the thread alone."""


def choose_device(wanted: Literal["auto", "cpu", "cuda"]) -> torch.device:
    """The device to compute on; "auto" takes a GPU when there is one.

    Raises:
        ConfigError: a GPU is asked for and there is none.
    """
    if wanted == "cuda" and not torch.cuda.is_available():
        raise ConfigError(
            (("device", "No CUDA GPU can be used on this machine: set device to auto or cpu."),)
        )
    if wanted == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(wanted)


def runs_folder() -> Path:
    """Where runs and own pictures are kept: the environment variable MINIMAX_RUNS, or ./runs."""
    return Path(os.environ.get("MINIMAX_RUNS") or "runs").expanduser().absolute()


def available_cores() -> int:
    """CPU cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def use_threads(count: int) -> None:
    """Let the calling thread compute on so many cores; others keep theirs, later ones get one."""
    torch.get_num_threads()  # Torch readies a thread when first asked; later it would undo ours.
    torch.set_num_threads(count)
    # A new thread takes over the number that was set last, in whichever thread.
    last = threading.Thread(target=torch.set_num_threads, args=(1,))
    last.start()
    last.join()


def give_way() -> None:
    """Let every other thread of the machine go before the calling one, where the system can.

    Training takes all that is left; pages, browser and server answer at once.
    """
    # Elsewhere niceness belongs to a whole process, and a thread's number may be another's.
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), GIVING_WAY)


def make_rng(seed: int, purpose: int) -> torch.Generator:
    """A CPU generator of its own for one purpose of a run.

    Drawing more from one stream (a frame, a penalty) then never shifts another (data, z).
    """
    rng = torch.Generator()
    rng.manual_seed((seed * 1_000_003 + purpose) % 2**63)
    return rng


def draw_z(count: int, latent_dim: int, rng: torch.Generator) -> torch.Tensor:
    """Latent vectors (count, latent_dim) from the prior, a standard normal, on the CPU."""
    return torch.randn(count, latent_dim, generator=rng)
