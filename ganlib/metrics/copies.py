"""Whether one picture is new, or a training picture come again."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganlib.metrics.reference_set import PictureSet, ReferenceSet


@dataclass(frozen=True)
class Likeness:
    """The training pictures that are nearest to one picture, the nearest first.

    Attributes:
        space: what they are compared in, "pixels" or the name of the features.
        pictures: (k, H, W, C) uint8.
        ratios: (k,), their distances over the one that is typical from a training picture to the
            nearest other: 0 for a copy, about 1 for a picture as new as any other.
        among: how many training pictures were searched.
    """

    space: str
    pictures: NDArray[np.uint8]
    ratios: NDArray[np.float64]
    among: int


def likenesses(reals: ReferenceSet, sample: NDArray[np.uint8], k: int) -> tuple[Likeness, Likeness]:
    """The nearest training pictures in pixels, and in features.

    Args:
        reals: what is searched.
        sample: (H, W, C).
        k: how many, at most as many as there are.

    Raises:
        MeasureError: most training pictures have an exact copy, so that no distance is typical.
    """
    sample_set = reals.extract(torch.from_numpy(sample).permute(2, 0, 1)[None].contiguous())
    in_pixels = _distances(reals.training.pictures, sample_set.pictures)
    in_features = _distances(reals.training.extracted.features, sample_set.extracted.features)
    return (
        _nearest("pixels", reals.training, in_pixels / reals.typical_pixels, k),
        _nearest(reals.extractor.name, reals.training, in_features / reals.typical_features, k),
    )


def _distances(among: Tensor, of: Tensor) -> Tensor:
    """From (1, ...) numbers of any kind to (M, ...), in parts so that memory stays bounded."""
    parts = [(part.double() - of.double()).flatten(1).norm(dim=1) for part in among.split(500)]
    return torch.cat(parts)


def _nearest(space: str, training: PictureSet, ratios: Tensor, k: int) -> Likeness:
    nearest = ratios.topk(min(k, len(ratios)), largest=False)
    pictures = training.pictures[nearest.indices].permute(0, 2, 3, 1).contiguous().numpy()
    return Likeness(space, pictures, nearest.values.numpy(), len(ratios))
