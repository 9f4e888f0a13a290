"""Modes in 2-D as the literature counts them: our presets beside published rows.

python -m benchmarks.protocol [--seeds 10] [--quick]

2,500 samples; of high quality within 3 sigma of a mode; a mode is captured by one such sample. Ring
of radius 1 with sigma 0.01, grid of spacing 2 with sigma 0.05. Seeds run side by side, a thread
each; ours are medians, published rows the means that their papers give.
"""

import argparse
import statistics
from collections.abc import Mapping, Sequence

import torch

from benchmarks.common import arguments, side_by_side
from benchmarks.goals import GOALS, SAMPLES, Metrics
from benchmarks.presets import measure
from ganlib import PRESETS
from ganlib.data import distribution
from ganlib.metrics.toy import mode_coverage

Row = tuple[str, str, str, str, str, str, str, str]

PUBLISHED: Sequence[Row] = (
    ("GAN (VEEGAN's table)", "", "1", "99.3 %", "", "3.3", "0.5 %", ""),
    ("ALI (same)", "", "2.8", "0.13 %", "", "15.8", "1.6 %", ""),
    ("Unrolled GAN (same)", "", "7.6", "35.6 %", "", "23.6", "16.0 %", ""),
    ("VEEGAN (arXiv 1705.07761)", "", "8", "52.9 %", "", "24.6", "40.0 %", ""),
    ("GAN, maxout (PacGAN's table)", "400,000", "6.3", "98.2 %", "0.45", "17.3", "94.8 %", "0.70"),
    ("PacGAN2 (arXiv 1712.04086)", "400,000", "7.9", "95.6 %", "0.07", "23.8", "91.3 %", "0.13"),
    ("PacGAN4 (same)", "400,000", "7.8", "95.9 %", "0.07", "24.8", "93.6 %", "0.04"),
)
"""Name, updates; of ring and grid each the modes, the share of high quality, and the KL."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--steps", type=int, help="instead of those of the presets")
    wanted = arguments(parser, seeds=1, workers=1, steps=20)
    results = {}
    for name in ("ring", "grid"):
        steps = wanted.steps or GOALS[name].steps
        tasks = [(name, seed, steps) for seed in range(wanted.seeds)]
        results[name] = list(side_by_side(measure, tasks, wanted.workers))
    heads = ("", "updates", "ring modes", "high quality", "KL", "grid modes", "high quality", "KL")
    rows = [heads, ("---",) * len(heads), _true_sampler(), _ours(results), *PUBLISHED]
    for row in rows:
        print(f"| {' | '.join(row)} |")
    for name, plane_metrics in results.items():
        print(f"{name}: " + "; ".join(" ".join(_cells(one)) for one in plane_metrics))


def _ours(found: Mapping[str, Sequence[Metrics]]) -> Row:
    medians = {
        name: {
            key: statistics.median(one[key] for one in plane_metrics) for key in plane_metrics[0]
        }
        for name, plane_metrics in found.items()
    }
    updates = f"{PRESETS['ring'].config.total_steps:,}"
    name = "ours: ring and grid presets"
    return (name, updates, *_cells(medians["ring"]), *_cells(medians["grid"]))


def _cells(plane_metrics: Metrics) -> tuple[str, str, str]:
    quality, divergence = plane_metrics["high_quality"], plane_metrics["kl"]
    return f"{plane_metrics['modes']:g}", f"{100 * quality:.1f} %", f"{divergence:.3f}"


def _true_sampler() -> Row:
    cells = []
    for name in ("ring", "grid"):
        mixture, rng = distribution(name), torch.Generator().manual_seed(1)
        results = mode_coverage(mixture, mixture.sample(SAMPLES, rng))
        cells += _cells({**results, "modes": results["covered"]})
    return ("true sampler", "", *cells)


if __name__ == "__main__":
    main()
