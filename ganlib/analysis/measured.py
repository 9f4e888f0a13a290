"""How far what a generator makes is from the data that it learns from."""

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from ganlib.config import AnyData
from ganlib.data import ImageSource, open_data
from ganlib.data.cache import Progress
from ganlib.errors import MeasureError
from ganlib.events import Decoder, Likely, PictureFigures
from ganlib.latent import seeded_z
from ganlib.metrics import Reals, likelihood_figures, measure_pictures
from ganlib.streams import Stream

FAKES = 2000
"""Pictures that are measured, where the data have twice as many."""
_CHUNK = 250


def open_reals(data: AnyData, progress: Progress) -> Reals:
    """What the pictures of a run that learns from these data are compared with.

    Raises:
        DataError: the data cannot be used.
        MeasureError: they are points in the plane, which have figures of their own.
    """
    source = open_data(data, torch.device("cpu"), progress)
    if not isinstance(source, ImageSource):
        raise MeasureError("Points in the plane are measured in other figures than pictures.")
    return Reals(source.images, progress)


def measure_decoder(reals: Reals, decoder: Decoder, progress: Progress) -> PictureFigures:
    """Measure what a generator makes of latent vectors that are always the same.

    Raises:
        MeasureError: it makes other pictures than those of the data.
    """
    z = seeded_z(Stream.MEASURED_FAKES, decoder.latent_dim, min(FAKES, reals.most))
    fakes = list[NDArray[np.uint8]]()
    for start in range(0, len(z), _CHUNK):
        progress("Drawing pictures to measure", start / len(z))
        fakes.append(np.asarray(decoder.decode(z[start : start + _CHUNK]), np.uint8))
    found = measure_pictures(reals, np.concatenate(fakes), progress)
    opened = decoder.opened()
    if isinstance(opened, Likely) and reals.held_out is not None:
        progress("Asking how likely held-out pictures are", None)
        pictures = reals.held_out.pictures
        figures = likelihood_figures(opened, pictures, reals.training.pictures)
        found = replace(found, figures=(*figures, *found.figures))
    return found
