"""The reals: distributions in the plane and pictures, as endless streams of batches."""

from typing import TYPE_CHECKING

from ganlib.lazy import lazy

if TYPE_CHECKING:
    from ganlib.data.batches import Batches
    from ganlib.data.decode import FORM_CHOICES, PictureForm
    from ganlib.data.decode import decode as decode_picture
    from ganlib.data.drawn import Factors, draw_shapes, render
    from ganlib.data.images import ImageSet, load_images
    from ganlib.data.own import OwnSet, delete_pictures, keep_pictures, own_sets
    from ganlib.data.sources import Data, ImageSource, PlaneSource, open_data
    from ganlib.data.toy import Distribution, distribution
    from ganlib.data.uploads import Pictures, read_folder, read_pictures
else:
    __getattr__, __dir__ = lazy(__name__)

__all__ = [
    "FORM_CHOICES",
    "Batches",
    "Data",
    "Distribution",
    "Factors",
    "ImageSet",
    "ImageSource",
    "OwnSet",
    "PictureForm",
    "Pictures",
    "PlaneSource",
    "decode_picture",
    "delete_pictures",
    "distribution",
    "draw_shapes",
    "keep_pictures",
    "load_images",
    "open_data",
    "own_sets",
    "read_folder",
    "read_pictures",
    "render",
]
