"""What a model that knows chances says of samples that it never learnt from."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganlib import metrics
from ganlib.config import PLANE_REACH, AnyData, Toy2dData
from ganlib.data import ImageSource, Toy2dSource, distribution, open_data
from ganlib.data.cache import Progress, ignore_progress
from ganlib.data.images import interleaved_by_class
from ganlib.events import Decoder, HasEncoder, HasLikelihood, Metric, MetricReport, Samples
from ganlib.metrics import measure_points
from ganlib.objectives import gaussian_kl
from ganlib.runtime import make_rng
from ganlib.streams import Stream

POINTS = 300
PICTURES = 2500
"""At most, held out from training where some are."""
CELLS = 64
"""Cells of a map of the plane along either side."""
PARTS = 4
"""Of a cell along either side, over which the true density is averaged."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class HeldOut:
    """Samples that no run learnt from, or where no picture is held out, training pictures.

    Attributes:
        samples: pictures (N, H, W, C), or fresh points (N, 2).
        labels: (N,) int64 of pictures, an index of class_names; all 0 of points.
        class_names: what the labels mean; may be empty.
        true_density: logarithm of the mean density of the data in each cell (CELLS, CELLS), row 0
            at the lowest y; of points only.
        are_held_out: whether no run learnt from them.
    """

    samples: Samples
    labels: NDArray[np.int64]
    class_names: tuple[str, ...] = ()
    true_density: Floats | None = None
    are_held_out: bool = True

    @classmethod
    def open(cls, data: AnyData, progress: Progress = ignore_progress) -> "HeldOut":
        """Open them.

        Raises:
            DataError: the data cannot be used.
        """
        source = open_data(data, torch.device("cpu"), progress)
        if isinstance(source, Toy2dSource):
            rng = make_rng(0, Stream.SHOWN_POINTS)
            points = source.distribution.sample(POINTS, rng).numpy()
            truth = source.distribution.log_density(torch.from_numpy(cell_middles(PARTS)))
            return cls(points, np.zeros(POINTS, np.int64), (), _mean_of_cells(truth, PARTS))
        assert isinstance(source, ImageSource)
        images = source.images
        are_held_out = len(images.held_out) > 0
        some = images.held_out if are_held_out else images.train
        labels = images.held_out_labels if are_held_out else images.train_labels
        pictures = some[:PICTURES].permute(0, 2, 3, 1).contiguous().numpy()
        return cls(
            pictures,
            labels[:PICTURES].numpy(),
            images.class_names,
            are_held_out=are_held_out,
        )


def point_metrics(data: Toy2dData, decoder: Decoder) -> MetricReport:
    """See `measure_points`, for a model that learns from these data."""
    return measure_points(decoder, distribution(data.name, data.points))


def shared_mass(data: AnyData, decoder: HasLikelihood) -> Metric:
    """See `ganlib.metrics.shared_mass`, for a model that learns from these points."""
    assert isinstance(data, Toy2dData)
    return metrics.shared_mass(decoder, distribution(data.name, data.points))


def cell_middles(parts: int = 1) -> Floats:
    """Middles of equal cells, or of so many parts of each along either side: (N, 2).

    They stand row by row from the lowest y, N = (CELLS parts)^2.
    """
    count = CELLS * parts
    along = ((np.arange(count, dtype=np.float32) + 0.5) / count * 2 - 1) * PLANE_REACH
    x, y = np.meshgrid(along, along)
    return np.stack((x.ravel(), y.ravel()), axis=1)


def learnt_density(decoder: HasLikelihood) -> Floats:
    """What a model of points takes for the log of the mean density in each cell: (CELLS, CELLS).

    It is read at `readings` places along either side of a cell.
    """
    logs = decoder.log_likelihood(cell_middles(decoder.readings))
    return _mean_of_cells(torch.from_numpy(logs), decoder.readings)


def _mean_of_cells(logs: Tensor, parts: int) -> Floats:
    """Log of the means of what stands as logs at `cell_middles(parts)`: (CELLS, CELLS)."""
    within = logs.reshape(CELLS, parts, CELLS, parts).transpose(1, 2).flatten(2)
    means: Floats = (within.logsumexp(2) - 2 * math.log(parts)).float().numpy()
    return means


def encode_held_out(decoder: HasEncoder, held_out: HeldOut, shown: int) -> Mapping[str, Any]:
    """Where an encoder puts held-out samples, and what comes back of them.

    Returns:
        mean, sigma: (N, d) float32 of z.
        kl: (d,) float32, mean KL of each number of z to the prior, in nats.
        labels: (N,) as in `held_out`.
        originals, back: the first `shown` samples, and what the decoder makes of their mean z.
    """
    mean, sigma = decoder.encode(held_out.samples)
    kl = gaussian_kl(torch.from_numpy(mean), 2 * torch.from_numpy(sigma).log()).mean(0)
    originals = held_out.samples[interleaved_by_class(torch.from_numpy(held_out.labels))[:shown]]
    return {
        "mean": mean,
        "sigma": sigma,
        "kl": kl.numpy(),
        "labels": held_out.labels,
        "originals": originals,
        "back": decoder.reconstruct(originals),
    }
