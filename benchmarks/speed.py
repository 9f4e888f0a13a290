"""Headless steps a second of every preset, with one CPU thread and with two, side by side.

python -m benchmarks.speed [--seconds 6] [--rounds 3] [--quick] [preset ...]
"""

import argparse
import statistics
import time

from benchmarks.common import ENDLESS, arguments
from ganlib import PRESETS, Controls, StepCompleted, Stop, changed, train


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="*", default=list(PRESETS))
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = arguments(parser, presets=["ring"], seconds=0.1, rounds=1)
    for name in wanted.presets:
        rates: dict[int, list[float]] = {1: [], 2: []}
        for _ in range(wanted.rounds):
            for threads, results in rates.items():
                results.append(rate(name, threads, wanted.seconds))
        one, two = (statistics.median(results) for results in rates.values())
        print(
            f"{name:14} {one:8.1f} steps/s, two threads {two:8.1f} ({two / one:.2f}x)", flush=True
        )


def rate(name: str, threads: int, seconds: float) -> float:
    """Steps a second after a warm-up of ten steps."""
    config = changed(PRESETS[name].config, {"cpu_threads": threads, "total_steps": ENDLESS})
    controls, steps, begin = Controls(config), 0, 0.0
    for event in train(config, controls):
        if isinstance(event, StepCompleted):
            if event.step == 10:
                begin = time.monotonic()
            elif event.step > 10:
                steps += 1
                if time.monotonic() - begin > seconds:
                    controls.send(Stop())
    return steps / (time.monotonic() - begin)


if __name__ == "__main__":
    main()
