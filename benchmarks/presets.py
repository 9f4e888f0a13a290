"""In how many of 10 seeds each preset did what its card says, and how long it took.

    python -m benchmarks.presets [--seeds 10] [preset ...]

Seeds run side by side, one CPU thread each. Steps decide, not seconds, so that a busy machine
changes nothing; the time on two cores comes from `python -m benchmarks.speed`.
"""

import argparse
import multiprocessing
import statistics

from benchmarks.goals import GOALS, Figures, samples
from ganlib import PRESETS, DecoderPublished, changed, train


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="*", default=list(GOALS))
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    wanted = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    with context.Pool(wanted.workers) as pool:
        for name in wanted.presets:
            words, _, passed, steps = GOALS[name]
            figures = pool.starmap(measure, [(name, seed) for seed in range(wanted.seeds)])
            won = sum(passed(one) for one in figures)
            medians = {
                key: f"{statistics.median(one[key] for one in figures):.3g}" for key in figures[0]
            }
            print(f"{name}: {words} after {steps} steps: {won} of {len(figures)} seeds; {medians}")
            for seed, one in enumerate(figures):
                print(f"  seed {seed}: {one}", flush=True)


def measure(name: str, seed: int) -> Figures:
    """Train a preset with this seed to the step of its goal, and measure its samples."""
    _, figure, _, steps = GOALS[name]
    config = changed(PRESETS[name].config, {"seed": seed, "total_steps": steps, "cpu_threads": 1})
    for event in train(config):
        if isinstance(event, DecoderPublished):
            decoder = event.decoder
    return figure(samples(decoder))


if __name__ == "__main__":
    main()
