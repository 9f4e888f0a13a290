"""Whether the error of each figure of pictures is as large as the figure really spreads.

python -m benchmarks.calibration [--scale 0.9] [--fakes 2000] [--repeats 40] [--even]

The features of the fakes are normal in each class of the digits, with the mean and the covariance
of real ones, but narrower. Classes grow from 1 to 10 in their chance, or are even. Each set of
fakes is measured against the same reals, as those of a run are.
"""

import argparse
from collections import defaultdict

import numpy as np
import torch

from benchmarks.common import arguments
from ganlib.analysis.measured import open_reals
from ganlib.config import ImageData
from ganlib.metrics.features import Seen
from ganlib.metrics.images import PIXELS, measure_set
from ganlib.metrics.reals import PictureSet, Reals


def draw(reals: Reals, count: int, scale: float, even: bool, seed: int) -> PictureSet:
    """So many fakes."""
    rng, seen = torch.Generator().manual_seed(seed), reals.others.seen
    classes = seen.shares.argmax(1)
    chances = torch.ones(10) if even else torch.arange(1.0, 11)
    chances = chances * (classes.bincount(minlength=10) > 0)
    counts = torch.multinomial(chances, count, replacement=True, generator=rng).bincount()
    drawn, features = list[torch.Tensor](), list[torch.Tensor]()
    for number, many in enumerate(counts.tolist()):
        members = (classes == number).nonzero().flatten()
        drawn.append(members[torch.randint(len(members), (many,), generator=rng)])
        middle = seen.features[members].mean(0)
        weights = torch.randn(many, len(members), generator=rng, dtype=middle.dtype)
        spread = weights @ (seen.features[members] - middle) / len(members) ** 0.5
        features.append(middle + scale * spread)
    of = torch.cat(drawn)
    return PictureSet(reals.others.pictures[of], Seen(torch.cat(features), seen.shares[of]))


def main() -> None:
    """A line for each figure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration")
    parser.add_argument("--scale", type=float, default=0.9)
    parser.add_argument("--fakes", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=40)
    parser.add_argument("--even", action="store_true")
    asked = arguments(parser, fakes=200, repeats=2)
    torch.set_num_threads(1)
    reals, found = open_reals(ImageData(), lambda words, share: None), defaultdict(list)
    for seed in range(asked.repeats):
        for one in measure_set(reals, draw(reals, asked.fakes, asked.scale, asked.even, seed))[0]:
            if one.features != PIXELS:  # No pixel is as its features.
                found[one.name].append((one.value, one.error))
    print("| figure | mean | spread | mean error / spread | within 1 |\n|---|---|---|---|---|")
    for name, pairs in found.items():
        values, errors = np.array(pairs).T
        spread = values.std(ddof=1)
        within = (np.abs(values - values.mean()) <= errors).mean()
        print(
            f"| {name} | {values.mean():.4f} | {spread:.5f} | {errors.mean() / spread:.2f} "
            f"| {within:.0%} |"
        )


if __name__ == "__main__":
    main()
