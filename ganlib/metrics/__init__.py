"""Metrics that say how far the fakes are from the reals, and words for them."""

from ganlib.metrics.copies import Likeness, likenesses
from ganlib.metrics.cures import lower_learning_rates
from ganlib.metrics.diagnosis import diagnose
from ganlib.metrics.evidence import LONG, Curves, Evidence
from ganlib.metrics.features import learn_features
from ganlib.metrics.images import FRECHET, measure_pictures
from ganlib.metrics.likelihood import (
    BITS_PER_DIM,
    NLL,
    density_metric,
    likelihood_metrics,
    shared_mass,
)
from ganlib.metrics.picture_diagnosis import diagnose_pictures
from ganlib.metrics.points import ON_A_SPOT, SPOTS, measure_points
from ganlib.metrics.reference_set import ReferenceSet
from ganlib.metrics.toy import plane_metrics

__all__ = [
    "BITS_PER_DIM",
    "FRECHET",
    "LONG",
    "NLL",
    "ON_A_SPOT",
    "SPOTS",
    "Curves",
    "Evidence",
    "Likeness",
    "ReferenceSet",
    "density_metric",
    "diagnose",
    "diagnose_pictures",
    "learn_features",
    "likelihood_metrics",
    "likenesses",
    "lower_learning_rates",
    "measure_pictures",
    "measure_points",
    "plane_metrics",
    "shared_mass",
]
