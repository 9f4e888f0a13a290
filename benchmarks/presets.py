"""In how many of 10 seeds each preset did what its card says, and how long it took.

    python -m benchmarks.presets [--seeds 10] [preset ...]

Seeds run side by side, one CPU thread each. Steps decide, not seconds, so that a busy machine
changes nothing; the time on two cores comes from `python -m benchmarks.speed`.
"""

import argparse
import multiprocessing
import statistics

from benchmarks.goals import GOALS, Figures, Watched
from ganlib import (
    PRESETS,
    Controls,
    DecoderPublished,
    FrameDrawn,
    GamePublished,
    StepCompleted,
    changed,
    train,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="*", default=list(GOALS))
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    wanted = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    with context.Pool(wanted.workers) as pool:
        for name in wanted.presets:
            goal = GOALS[name]
            figures = pool.starmap(measure, [(name, seed) for seed in range(wanted.seeds)])
            won = sum(goal.passed(one) for one in figures)
            medians = {
                key: f"{statistics.median(one[key] for one in figures):.3g}" for key in figures[0]
            }
            print(
                f"{name}: {goal.words} after {goal.steps} steps: "
                f"{won} of {len(figures)} seeds; {medians}"
            )
            for seed, one in enumerate(figures):
                print(f"  seed {seed}: {one}", flush=True)


def measure(name: str, seed: int) -> Figures:
    """Train a preset with this seed to the step of its goal, and measure what came of it."""
    goal, looks, moment = GOALS[name], [], -1
    config = changed(PRESETS[name].config, {"seed": seed, "cpu_threads": 1})
    controls = Controls(config)
    for event in train(config, controls):
        if isinstance(event, StepCompleted) and event.step == goal.steps:
            controls.stop()  # And not total_steps, by which step sizes decay.
        elif isinstance(event, FrameDrawn):
            moment = event.step
        elif isinstance(event, DecoderPublished):
            decoder = event.decoder
        elif isinstance(event, GamePublished) and event.step == moment:
            looks.append((moment, event.game.measure()))
    return goal.figures(Watched(decoder, looks))


if __name__ == "__main__":
    main()
