"""How far what a generator makes is from the data that it learns from."""

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from ganlib.config import AnyData
from ganlib.data import ImageSource, open_data
from ganlib.data.cache import Progress
from ganlib.errors import MeasureError
from ganlib.events import Decoder, HasLikelihood, MetricReport
from ganlib.latent import seeded_z
from ganlib.metrics import ReferenceSet, likelihood_metrics, measure_pictures
from ganlib.streams import Stream

FAKES = 2000
"""Pictures that are measured, where the data have twice as many."""
FEWEST = 2
"""Pictures in each half of the data; a single one has no spread."""
_CHUNK = 250


def open_reference_set(data: AnyData, progress: Progress) -> ReferenceSet:
    """What the pictures of a run that learns from these data are compared with.

    Raises:
        DataError: the data cannot be used.
        MeasureError: they are 2-D points, which have metrics of their own.
    """
    source = open_data(data, torch.device("cpu"), progress)
    if not isinstance(source, ImageSource):
        raise MeasureError("2-D points are measured by other metrics than pictures.")
    return ReferenceSet(source.images, progress)


def measure_decoder(reals: ReferenceSet, decoder: Decoder, progress: Progress) -> MetricReport:
    """Measure what a generator makes of latent vectors that are always the same.

    Raises:
        MeasureError: it makes other pictures than those of the data, or these are too few to
            compare anything with.
    """
    if reals.most < FEWEST:
        raise MeasureError(
            f"Pictures are compared with half of the data, and that must be {FEWEST} or more: "
            f"bring at least {2 * FEWEST}."
        )
    z = seeded_z(Stream.MEASURED_FAKES, decoder.latent_dim, min(FAKES, reals.most))
    fakes = list[NDArray[np.uint8]]()
    for start in range(0, len(z), _CHUNK):
        progress("Drawing pictures to measure", start / len(z))
        fakes.append(np.asarray(decoder.decode(z[start : start + _CHUNK]), np.uint8))
    report = measure_pictures(reals, np.concatenate(fakes), progress)
    opened = decoder.opened()
    if isinstance(opened, HasLikelihood) and reals.held_out is not None:
        progress("Asking how likely held-out pictures are", None)
        pictures = reals.held_out.pictures
        metrics = likelihood_metrics(opened, pictures, reals.training.pictures)
        report = replace(report, metrics=(*metrics, *report.metrics))
    return report
