"""What a full pack of layers costs training: map, bent noise and forces, five times a second.

python -m benchmarks.looking [--preset ring] [--rounds 5]

One process, one training thread; windows with and without a thread that looks take turns.
"""

import argparse
import statistics
import threading
import time

from ganlib import PRESETS, RunManager, RunThread, changed

SECONDS = 3.0
LOOKS_PER_SECOND = 5
PACK = ("map", "warp", "forces")


def main() -> None:
    """Print the rates of each round, and the median of their ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="ring")
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args()
    manager = RunManager()
    config = changed(PRESETS[wanted.preset].config, {"total_steps": 10_000_000})
    run = manager.get(manager.start(config))
    while run.snapshot.game is None or run.snapshot.step < 500:
        time.sleep(0.1)
    shares = []
    for _ in range(wanted.rounds):
        before, watched, after = rate(run), rate(run, looks=True), rate(run)
        shares.append(2 * watched / (before + after))
        print(f"{before:.0f} alone, {watched:.0f} looked at, {after:.0f} alone")
    print(f"median share {statistics.median(shares):.1%}")
    manager.close()


def rate(run: RunThread, looks: bool = False) -> float:
    """Steps a second over a while, looked at or not."""
    left = threading.Event()
    looker = threading.Thread(target=look, args=(run, left))
    if looks:
        looker.start()
    before, begin = run.snapshot.step, time.monotonic()
    time.sleep(SECONDS)
    steps = (run.snapshot.step - before) / (time.monotonic() - begin)
    left.set()
    if looks:
        looker.join()
    return steps


def look(run: RunThread, left: threading.Event) -> None:
    """Compute the pack of the newest game, five times a second, until told to leave."""
    while not left.wait(1 / LOOKS_PER_SECOND):
        run.snapshot.game.game.look(PACK)


if __name__ == "__main__":
    main()
