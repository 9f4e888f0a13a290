"""Where a run computes: device, CPU threads, random generators."""

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Literal

import torch

from ganlib.errors import ConfigError
from ganlib.streams import Stream

_SETTING = threading.Lock()


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


def use_threads(count: int) -> None:
    """Let the calling thread compute on so many cores; others, also later ones, keep theirs.

    How many a run gets beside others is decided in `ganlib.execution.launcher`.
    """
    torch.get_num_threads()  # Torch readies a thread when first asked; later it would undo ours.
    with _SETTING:
        usual: list[int] = []
        _in_a_new_thread(lambda: usual.append(torch.get_num_threads()))
        torch.set_num_threads(count)
        # A new thread takes over the number that was set last, in whichever thread.
        _in_a_new_thread(lambda: torch.set_num_threads(usual[0]))


def _in_a_new_thread(act: Callable[[], None]) -> None:
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


@contextlib.contextmanager
def own_threads(count: int) -> Iterator[None]:
    """As `use_threads`, and at the end the calling thread gets back what it had."""
    before = torch.get_num_threads()
    use_threads(count)
    try:
        yield
    finally:
        if not sys.is_finalizing():  # A generator that nobody ended; no thread can begin then.
            use_threads(before)


def make_rng(seed: int, stream: Stream) -> torch.Generator:
    """A CPU generator of its own for one stream of a run.

    Drawing more from one (a frame, a penalty) then never shifts another (data, z).
    """
    rng = torch.Generator()
    rng.manual_seed((seed * 1_000_003 + stream) % 2**63)
    return rng


def draw_z(count: int, latent_dim: int, rng: torch.Generator) -> torch.Tensor:
    """Latent vectors (count, latent_dim) from the prior, a standard normal, on the CPU."""
    return torch.randn(count, latent_dim, generator=rng)
