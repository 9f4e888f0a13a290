"""In how many of 10 seeds each preset did what its card says, and how long it took.

    python -m benchmarks.presets [--seeds 10] [--quick] [preset ...]

Seeds run side by side, one CPU thread each. Steps decide, not seconds, so that a busy machine
changes nothing; the time on two cores comes from `python -m benchmarks.speed`.
"""

import argparse
import statistics

from benchmarks.common import arguments, side_by_side
from benchmarks.goals import GOALS, Figures, Watched
from ganlib import (
    PRESETS,
    Controls,
    DecoderPublished,
    FrameDrawn,
    GamePublished,
    StepCompleted,
    Stop,
    changed,
    train,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="*", default=list(GOALS))
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--steps", type=int, help="instead of those of the goal")
    wanted = arguments(parser, presets=["collapse"], seeds=1, workers=1, steps=20)
    for name in wanted.presets:
        goal = GOALS[name]
        steps = wanted.steps or goal.steps
        tasks = [(name, seed, steps) for seed in range(wanted.seeds)]
        figures = list(side_by_side(measure, tasks, wanted.workers))
        won = sum(goal.passed(one) for one in figures)
        medians = {
            key: f"{statistics.median(one[key] for one in figures):.3g}" for key in figures[0]
        }
        print(f"{name}: {goal.words} after {steps} steps: {won} of {len(figures)} seeds; {medians}")
        for seed, one in enumerate(figures):
            print(f"  seed {seed}: {one}", flush=True)


def measure(task: tuple[str, int, int]) -> Figures:
    """Train a preset with this seed so many steps, and measure what came of it by its goal."""
    name, seed, steps = task
    looks, moment = [], -1
    config = changed(PRESETS[name].config, {"seed": seed, "cpu_threads": 1})
    controls = Controls(config)
    for event in train(config, controls):
        if isinstance(event, StepCompleted) and event.step == steps:
            controls.send(Stop())  # And not total_steps, by which step sizes decay.
        elif isinstance(event, FrameDrawn):
            moment = event.step
        elif isinstance(event, DecoderPublished):
            decoder = event.decoder
        elif isinstance(event, GamePublished) and event.step == moment:
            looks.append((moment, event.game.measure()))
    return GOALS[name].figures(Watched(decoder, looks))


if __name__ == "__main__":
    main()
