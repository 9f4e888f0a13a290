"""What a full pack of layers costs training: map, bent noise and forces, five times a second.

python -m benchmarks.looking [--preset ring] [--pairs 40] [--seconds 1.5] [--quick]

One process, one training thread. Short turns with and without a thread that looks alternate, so
that both meet the same moods of a machine that others use too.
"""

import argparse
import statistics
import threading
import time

from benchmarks.common import ENDLESS, arguments, rate_of, share_of, turns
from ganlib import PRESETS, RunManager, RunThread, changed

LOOKS_PER_SECOND = 5
PACK = ("map", "warp", "forces")


class Looker:
    """A thread that computes the pack of the newest game, five times a second, while it is let.

    Attributes:
        seconds: of its own on a core, for each pack.
    """

    def __init__(self, run: RunThread) -> None:
        self.seconds: list[float] = []
        self.looks = threading.Event()
        self._run, self._left = run, threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self) -> None:
        while self.looks.wait() and not self._left.is_set():  # Each turn begins with a look.
            begin = time.thread_time()
            self._run.snapshot.plane.plane.compute(PACK)
            self.seconds.append(time.thread_time() - begin)
            self._left.wait(1 / LOOKS_PER_SECOND)

    def leave(self) -> None:
        self._left.set()
        self.looks.set()
        self._thread.join()


def main() -> None:
    """Print the median of the ratios of pairs of turns, and the pack's own time."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="ring")
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=1.5, help="of a turn")
    wanted = arguments(parser, pairs=2, seconds=0.1)
    manager = RunManager()
    config = changed(PRESETS[wanted.preset].config, {"total_steps": ENDLESS})
    run = manager.get(manager.start(config))
    while run.snapshot.plane is None or run.snapshot.step < 500:
        time.sleep(0.1)
    looker, alone, watched = Looker(run), list[float](), list[float]()
    for looks in turns(wanted.pairs):
        (watched if looks else alone).append(rate(run, looker, looks, wanted.seconds))
    looker.leave()
    manager.close()
    tell(alone, watched, looker.seconds)


def rate(run: RunThread, looker: Looker, looks: bool, seconds: float) -> float:
    """Steps a second over a turn, looked at or not."""
    if looks:
        looker.looks.set()
    steps = rate_of(lambda: run.snapshot.step, seconds)
    looker.looks.clear()
    return steps


def tell(alone: list[float], watched: list[float], seconds: list[float]) -> None:
    """Print what was found."""
    middle, error, low, high = share_of(watched, alone)
    pack = statistics.median(seconds)
    print(
        f"{statistics.median(alone):.0f} steps/s alone, "
        f"{statistics.median(watched):.0f} looked at; share {middle:.1%} +- {error:.1%} "
        f"in {len(alone)} pairs, half of them {low:.0%} to {high:.0%}"
    )
    print(
        f"one pack takes {1000 * pack:.2f} ms of a core: five a second are "
        f"{LOOKS_PER_SECOND * pack:.1%} of one"
    )


if __name__ == "__main__":
    main()
