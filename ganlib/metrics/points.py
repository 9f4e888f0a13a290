"""Metrics of points, the same for every family."""

import math

import torch

from ganlib.data import Distribution
from ganlib.events import Decoder, HasLikelihood, Metric, MetricReport
from ganlib.metrics.likelihood import density_metric
from ganlib.metrics.toy import mode_coverage
from ganlib.runtime import draw_z, make_rng
from ganlib.streams import Stream

SPOTS = "spots covered"
ON_A_SPOT = "share on a spot"
SAMPLES = 2500
"""As many as the protocol of VEEGAN and PacGAN takes."""


def measure_points(decoder: Decoder, distribution: Distribution) -> MetricReport:
    """What can be said of a model of points: how likely fresh ones are, and which spots it serves.

    The first where it knows chances, the second where the data have spots; see `density_metric` and
    `mode_coverage`. The floor of each is what a true sample, or the true density, gets.

    Args:
        decoder: draws points, always of the same z.
        distribution: what it learnt from.
    """
    opened = decoder.opened()
    metrics = [density_metric(opened, distribution)] if isinstance(opened, HasLikelihood) else []
    z = draw_z(SAMPLES, decoder.latent_dim, make_rng(0, Stream.MEASURED_POINTS))
    points = torch.from_numpy(decoder.decode(z.numpy())).float()
    if coverage := mode_coverage(distribution, points):
        share, words = coverage["high_quality"], "the plane"
        error = math.sqrt(share * (1 - share) / SAMPLES)
        real = coverage["high_quality_real"]
        metrics += [
            Metric(SPOTS, float(coverage["covered"]), 0.0, float(coverage["of"]), SAMPLES, words),
            Metric(ON_A_SPOT, share, error, real, SAMPLES, words),
        ]
    return MetricReport(tuple(metrics))
