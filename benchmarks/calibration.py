"""Whether the error of each metric of pictures is as large as the metric really spreads.

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
from ganlib.analysis.measured import open_reference_set
from ganlib.config import ImageData
from ganlib.metrics.features import ExtractedFeatures
from ganlib.metrics.images import PIXELS, measure_set
from ganlib.metrics.reference_set import PictureSet, ReferenceSet


def draw(reals: ReferenceSet, count: int, scale: float, even: bool, seed: int) -> PictureSet:
    """So many fakes."""
    rng, views = torch.Generator().manual_seed(seed), reals.others.extracted
    classes = views.shares.argmax(1)
    chances = torch.ones(10) if even else torch.arange(1.0, 11)
    chances = chances * (classes.bincount(minlength=10) > 0)
    counts = torch.multinomial(chances, count, replacement=True, generator=rng).bincount()
    drawn, features = list[torch.Tensor](), list[torch.Tensor]()
    for number, many in enumerate(counts.tolist()):
        members = (classes == number).nonzero().flatten()
        drawn.append(members[torch.randint(len(members), (many,), generator=rng)])
        middle = views.features[members].mean(0)
        weights = torch.randn(many, len(members), generator=rng, dtype=middle.dtype)
        spread = weights @ (views.features[members] - middle) / len(members) ** 0.5
        features.append(middle + scale * spread)
    of = torch.cat(drawn)
    return PictureSet(
        reals.others.pictures[of], ExtractedFeatures(torch.cat(features), views.shares[of])
    )


def main() -> None:
    """A line for each metric."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration")
    parser.add_argument("--scale", type=float, default=0.9)
    parser.add_argument("--fakes", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=40)
    parser.add_argument("--even", action="store_true")
    query = arguments(parser, fakes=200, repeats=2)
    torch.set_num_threads(1)
    reals, results = open_reference_set(ImageData(), lambda words, share: None), defaultdict(list)
    for seed in range(query.repeats):
        for one in measure_set(reals, draw(reals, query.fakes, query.scale, query.even, seed))[0]:
            if one.features != PIXELS:  # No pixel is as its features.
                results[one.name].append((one.value, one.error))
    print("| metric | mean | spread | mean error / spread | within 1 |\n|---|---|---|---|---|")
    for name, pairs in results.items():
        values, errors = np.array(pairs).T
        spread = values.std(ddof=1)
        within = (np.abs(values - values.mean()) <= errors).mean()
        print(
            f"| {name} | {values.mean():.4f} | {spread:.5f} | {errors.mean() / spread:.2f} "
            f"| {within:.0%} |"
        )


if __name__ == "__main__":
    main()
