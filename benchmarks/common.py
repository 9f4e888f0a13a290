"""What benchmarks have in common: a command line, processes, turns, shares of pairs, noise."""

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np

from ganlib import StepCompleted

PATIENCE = 60.0
"""Seconds in which any machine takes a step."""

Task = TypeVar("Task")
Found = TypeVar("Found")

ENDLESS = 10_000_000
"""Steps of a run that is to go on as long as anything is measured."""


def arguments(parser: argparse.ArgumentParser, **quick: Any) -> argparse.Namespace:
    """Read the command line; `--quick` asks for these values where nothing else is said.

    They make a measurement of seconds, which says nothing but that the command still works.
    """
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it works")
    if parser.parse_args().quick:
        parser.set_defaults(**quick)
    return parser.parse_args()


def side_by_side(
    measure: Callable[[Task], Found], tasks: Iterable[Task], workers: int
) -> Iterator[Found]:
    """What is found of each task, in their order: by so many processes, or by this one alone."""
    if workers == 1:
        yield from map(measure, tasks)
        return
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap(measure, tasks)


def rate_of(step: Callable[[], int], seconds: float) -> float:
    """Steps a second over a while, which lasts until one was taken at least."""
    before, begin = step(), time.monotonic()
    time.sleep(seconds)
    while step() == before and time.monotonic() < begin + PATIENCE:
        time.sleep(0.01)
    return (step() - before) / (time.monotonic() - begin)


def turns(pairs: int) -> Iterator[bool]:
    """Twice as many turns, with and without in each pair: who begins changes too.

    Both then meet the same moods of a machine, and a drift favours neither.
    """
    for pair in range(pairs):
        yield from (pair % 2 == 0, pair % 2 == 1)


def share_of(rates: Sequence[float], others: Sequence[float]) -> tuple[float, float, float, float]:
    """The median of rates over their counterparts; its error, and the middle half of all pairs."""
    shares = [one / other for one, other in zip(rates, others, strict=True)]
    low, middle, high = statistics.quantiles(shares, n=4)
    # The median of n values is known to 1.25 of their standard deviation over the root of n.
    return middle, 1.25 * (high - low) / 1.35 / len(shares) ** 0.5, low, high


def noise(names: Sequence[str], steps: int, seed: int) -> Iterator[StepCompleted]:
    """So many steps whose metrics are noise."""
    rows = np.random.default_rng(seed).normal(size=(steps, len(names))).tolist()
    for step, row in enumerate(rows, start=1):
        yield StepCompleted(step, dict(zip(names, row, strict=True)), 64 * step)
