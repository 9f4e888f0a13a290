"""The reals: distributions in the plane and pictures, as endless streams of batches."""

from ganlib.data.batches import Batches
from ganlib.data.drawn import Factors, draw_shapes, render
from ganlib.data.images import ImageSet, load_images
from ganlib.data.sources import Data, ImageSource, PlaneSource, open_data
from ganlib.data.toy import Distribution, distribution

__all__ = [
    "Batches",
    "Data",
    "Distribution",
    "Factors",
    "ImageSet",
    "ImageSource",
    "PlaneSource",
    "distribution",
    "draw_shapes",
    "load_images",
    "open_data",
    "render",
]
