"""What a step costs a core in this tree and in another one: two processes that train in turns.

    python -m benchmarks.beside OTHER_TREE [--preset ring] [--pairs 40] [--steps 200] [--quick]

The other tree is mostly an older commit. Time of the thread is measured, not of the clock, and who
begins changes from pair to pair, so that a busy machine disturbs as little as it can.
"""

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.common import ENDLESS, arguments, share_of, turns

HERE = Path(__file__).parent.parent
WARM_UP = 600

_TRAINS = f"""
import sys, time
from ganlib import PRESETS, RunRecord, StepCompleted, changed, train

config = changed(PRESETS[sys.argv[1]].config, {{"total_steps": {ENDLESS}, "cpu_threads": 1}})
events, record = train(config), RunRecord()
for line in sys.stdin:
    left, begin = int(line), time.thread_time()
    while left:
        record.add(event := next(events))
        left -= isinstance(event, StepCompleted)
    print(1e6 * (time.thread_time() - begin) / int(line), flush=True)
"""
"""Answers a number of steps with the microseconds of a core that each of them took."""


class Trainer:
    """A process that trains by the program of a tree, so many steps at a time."""

    def __init__(self, tree: Path, preset: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _TRAINS, preset],
            cwd=tree,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.step_time(WARM_UP)

    def step_time(self, steps: int) -> float:
        """Train so many steps; microseconds of a core for each."""
        self._process.stdin.write(f"{steps}\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def leave(self) -> None:
        self._process.communicate()


def main() -> None:
    """Print the medians of both, and that of the ratios of pairs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("other", type=Path)
    parser.add_argument("--preset", default="ring")
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--steps", type=int, default=200)
    wanted = arguments(parser, pairs=2, steps=20)
    trainers = {tree: Trainer(tree, wanted.preset) for tree in (HERE, wanted.other)}
    ours, theirs = list[float](), list[float]()
    for is_ours in turns(wanted.pairs):
        tree, results = (HERE, ours) if is_ours else (wanted.other, theirs)
        results.append(trainers[tree].step_time(wanted.steps))
    share, error, low, high = share_of(ours, theirs)
    print(
        f"{wanted.preset}: {statistics.median(ours):.0f} us of a core for a step, in the other "
        f"tree {statistics.median(theirs):.0f}; share {share:.3f} +- {error:.3f} (middle half "
        f"{low:.3f} to {high:.3f})"
    )
    for trainer in trainers.values():
        trainer.leave()


if __name__ == "__main__":
    main()
