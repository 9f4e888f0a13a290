"""Figures that say how far the fakes are from the reals, and words for them."""

from ganlib.metrics.diagnosis import diagnose
from ganlib.metrics.features import learn_features
from ganlib.metrics.images import FRECHET, Reals, measure_pictures
from ganlib.metrics.toy import figures

__all__ = ["FRECHET", "Reals", "diagnose", "figures", "learn_features", "measure_pictures"]
