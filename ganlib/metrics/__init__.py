"""Figures that say how far the fakes are from the reals, and words for them."""

from ganlib.metrics.copies import Likeness, likenesses
from ganlib.metrics.cures import smaller_steps
from ganlib.metrics.diagnosis import diagnose
from ganlib.metrics.features import learn_features
from ganlib.metrics.images import FRECHET, measure_pictures
from ganlib.metrics.likelihood import BITS, PRICE, density_figure, likelihood_figures, shared_mass
from ganlib.metrics.picture_diagnosis import diagnose_pictures
from ganlib.metrics.picture_moment import LONG, Curves, PictureMoment
from ganlib.metrics.points import ON_A_SPOT, SPOTS, measure_points
from ganlib.metrics.reals import Reals
from ganlib.metrics.toy import figures

__all__ = [
    "BITS",
    "FRECHET",
    "LONG",
    "ON_A_SPOT",
    "PRICE",
    "SPOTS",
    "Curves",
    "Likeness",
    "PictureMoment",
    "Reals",
    "density_figure",
    "diagnose",
    "diagnose_pictures",
    "figures",
    "learn_features",
    "likelihood_figures",
    "likenesses",
    "measure_pictures",
    "measure_points",
    "shared_mass",
    "smaller_steps",
]
