"""The families after equal times: a GAN, a VAE, MADE and PixelCNN on the same digits of two levels.

python -m benchmarks.families [--seconds 60] [--only name ...] [--quick]

One thread; seconds are those of a core, of training alone, and settings are those of the presets
without their decay, which would have to know the end. Fréchet distance, precision and recall are of
2,000 samples, in the features of a classifier of these digits. Likelihood is of the 500 held-out
digits: exact, or bounded by 64 draws of z.
"""

import argparse
import time
from collections.abc import Mapping

from benchmarks.common import ENDLESS, arguments
from benchmarks.likelihood import DIGITS, trained, two_levels
from ganlib import FRECHET, PRESETS, MetricReport, RunConfig, changed, seeded_z
from ganlib.analysis.measured import measure_decoder
from ganlib.events import Decoder
from ganlib.metrics import NLL, ReferenceSet
from ganlib.runtime import use_threads

DRAWN = 256
"""Samples whose drawing is timed, at once."""

FAMILIES: Mapping[str, RunConfig] = {
    "GAN": changed(PRESETS["digits"].config, {"levels": DIGITS.levels}),
    "VAE": PRESETS["vae-digits"].config,
    "MADE": PRESETS["made-digits"].config,
    "PixelCNN": PRESETS["pixelcnn-digits"].config,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--only", nargs="*", default=list(FAMILIES))
    wanted = arguments(parser, seconds=0.1, only=["VAE"])
    use_threads(1)
    digits = two_levels()
    reals = ReferenceSet(digits)
    print("| family | Fréchet | precision | recall | nats | steps | ms a step | ms a sample |")
    for name in wanted.only:
        config = changed(FAMILIES[name], {"total_steps": ENDLESS})
        course = next(one for one in trained(config, digits) if one.seconds >= wanted.seconds)
        decoder = course.algorithm.publish()
        took = _seconds_to_draw(decoder)
        results = measure_decoder(reals, decoder, lambda text, share: None)
        cells = [_line(results, key) for key in (FRECHET, "precision", "recall", NLL)]
        each = 1000 * course.seconds / course.step
        print(
            f"| {name} | {' | '.join(cells)} | {course.step:,} | {each:.1f} | "
            f"{1000 * took / DRAWN:.2f} |",
            flush=True,
        )


def _seconds_to_draw(decoder: Decoder) -> float:
    begin = time.thread_time()
    decoder.decode(seeded_z(0, decoder.latent_dim, DRAWN))
    return time.thread_time() - begin


def _line(found: MetricReport, name: str) -> str:
    metric = found.named(name)
    return f"{metric.value:.2f} +- {metric.error:.2f}" if metric else "none"


if __name__ == "__main__":
    main()
