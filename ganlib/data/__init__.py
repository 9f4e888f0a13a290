"""The reals: 2-D distributions and pictures, as endless streams of batches.

A new data set is one `PointSet` or `PictureSet`, registered once, here or by anyone's code:
`PICTURE_SETS.register(one)`.
"""

from typing import TYPE_CHECKING

from ganlib.data import picture_sets, point_sets
from ganlib.data.spec import PICTURE_SETS, POINT_SETS, PictureSet, PointSet
from ganlib.lazy import lazy

if TYPE_CHECKING:
    from ganlib.data.batches import Batches
    from ganlib.data.brought import Pictures
    from ganlib.data.class_folders import Level
    from ganlib.data.decode import ABOUT_FORM, FORM_CHOICES, PictureForm, decode_picture
    from ganlib.data.images import ImageSet, Parts, load_images, split
    from ganlib.data.own import OwnSet, delete_pictures, keep_pictures, own_sets
    from ganlib.data.shapes import Factors, draw_shapes, render_shapes
    from ganlib.data.sources import Data, ImageSource, Toy2dSource, open_data
    from ganlib.data.toy import Distribution, GaussianMixture, distribution
    from ganlib.data.uploads import read_folder, read_pictures
    from ganlib.data.zip_names import ENCODINGS
else:
    __getattr__, __dir__ = lazy(__name__)

for _points in point_sets.BUILT_IN:
    POINT_SETS.register(_points)
for _pictures in picture_sets.BUILT_IN:
    PICTURE_SETS.register(_pictures)

__all__ = [
    "ABOUT_FORM",
    "ENCODINGS",
    "FORM_CHOICES",
    "PICTURE_SETS",
    "POINT_SETS",
    "Batches",
    "Data",
    "Distribution",
    "Factors",
    "GaussianMixture",
    "ImageSet",
    "ImageSource",
    "Level",
    "OwnSet",
    "Parts",
    "PictureForm",
    "PictureSet",
    "Pictures",
    "PointSet",
    "Toy2dSource",
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
    "render_shapes",
    "split",
]
