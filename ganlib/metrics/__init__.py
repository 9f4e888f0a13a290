"""Figures that say how far the fakes are from the reals, and words for them."""

from ganlib.metrics.diagnosis import diagnose
from ganlib.metrics.toy import figures

__all__ = ["diagnose", "figures"]
