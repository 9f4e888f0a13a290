"""Figures of points, the same for every family."""

import math

import torch

from ganlib.data import Distribution
from ganlib.events import Decoder, Figure, Likely, PictureFigures
from ganlib.metrics.likelihood import density_figure
from ganlib.metrics.toy import mode_coverage
from ganlib.runtime import draw_z, make_rng
from ganlib.streams import Stream

SPOTS = "spots covered"
ON_A_SPOT = "share on a spot"
SAMPLES = 2500
"""As many as the protocol of VEEGAN and PacGAN takes."""


def measure_points(decoder: Decoder, distribution: Distribution) -> PictureFigures:
    """What can be said of a model of points: how likely fresh ones are, and which spots it serves.

    The first where it knows chances, the second where the data have spots; see `density_figure` and
    `mode_coverage`. The floor of each is what a true sample, or the true density, gets.

    Args:
        decoder: draws points, always of the same z.
        distribution: what it learnt from.
    """
    opened = decoder.opened()
    figures = [density_figure(opened, distribution)] if isinstance(opened, Likely) else []
    z = draw_z(SAMPLES, decoder.latent_dim, make_rng(0, Stream.MEASURED_POINTS))
    points = torch.from_numpy(decoder.decode(z.numpy())).float()
    if found := mode_coverage(distribution, points):
        share, words = found["high_quality"], "the plane"
        error = math.sqrt(share * (1 - share) / SAMPLES)
        real = found["high_quality_real"]
        figures += [
            Figure(SPOTS, float(found["covered"]), 0.0, float(found["of"]), SAMPLES, words),
            Figure(ON_A_SPOT, share, error, real, SAMPLES, words),
        ]
    return PictureFigures(tuple(figures))
