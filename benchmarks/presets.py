"""In how many of 10 seeds each preset did what its card says, and how long it took.

    python -m benchmarks.presets [--seeds 10] [--quick] [preset ...]

Seeds run side by side, one CPU thread each. Steps decide, not seconds, so that a busy machine
changes nothing; the time on two cores comes from `python -m benchmarks.speed`.
"""

import argparse
import statistics

from benchmarks.common import arguments, side_by_side
from benchmarks.goals import GOALS, Metrics, Watched
from ganlib import (
    PRESETS,
    Controls,
    DecoderPublished,
    FrameDrawn,
    PlanePublished,
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
        metrics = list(side_by_side(measure, tasks, wanted.workers))
        won = sum(goal.passed(one) for one in metrics)
        medians = {
            key: f"{statistics.median(one[key] for one in metrics):.3g}" for key in metrics[0]
        }
        print(f"{name}: {goal.words} after {steps} steps: {won} of {len(metrics)} seeds; {medians}")
        for seed, one in enumerate(metrics):
            print(f"  seed {seed}: {one}", flush=True)


def measure(task: tuple[str, int, int]) -> Metrics:
    """Train a preset with this seed so many steps, and measure what came of it by its goal."""
    name, seed, steps = task
    looks, step = [], -1
    config = changed(PRESETS[name].config, {"seed": seed, "cpu_threads": 1})
    controls = Controls(config)
    for event in train(config, controls):
        if isinstance(event, StepCompleted) and event.step == steps:
            controls.send(Stop())  # And not total_steps, by which learning rates decay.
        elif isinstance(event, FrameDrawn):
            step = event.step
        elif isinstance(event, DecoderPublished):
            decoder = event.decoder
        elif isinstance(event, PlanePublished) and event.step == step:
            looks.append((step, event.plane.measure()))
    return GOALS[name].metrics(Watched(decoder, looks))


if __name__ == "__main__":
    main()
