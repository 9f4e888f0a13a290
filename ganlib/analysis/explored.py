"""What a person asks of a generator beside the data that it learnt from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray

from ganlib.analysis.measured import open_reference_set
from ganlib.config import AnyData
from ganlib.data.cache import Progress, ignore_progress
from ganlib.errors import MeasureError
from ganlib.events import Decoder
from ganlib.latent import mean_direction, seeded_z
from ganlib.metrics import Likeness, ReferenceSet, likenesses
from ganlib.metrics.features import ExtractedFeatures
from ganlib.metrics.neighbours import Neighbourhoods, neighbourhoods
from ganlib.streams import Stream

FAKES = 2000
"""Pictures that the directions of classes come from."""
COMPARED = 500
"""Fakes, and reals, that fidelity and variety are measured from."""
LEAST = 20
"""Fakes of a class below which its direction would be chance."""


@dataclass(frozen=True)
class Explored:
    """Pictures that a generator learnt from, opened once for many questions.

    Args:
        reals: the pictures.
    """

    reals: ReferenceSet

    @classmethod
    def open(cls, data: AnyData, progress: Progress = ignore_progress) -> "Explored":
        """Open the pictures of a run.

        Raises:
            DataError: they cannot be used.
            MeasureError: they are 2-D points.
        """
        return cls(open_reference_set(data, progress))

    @cached_property
    def pictures(self) -> NDArray[np.uint8]:
        """Pictures of the data (N, H, W, C), held out from training where some are."""
        source = self.reals.held_out or self.reals.training
        return source.pictures.permute(0, 2, 3, 1).contiguous().numpy()

    def likenesses(self, sample: NDArray[np.uint8], k: int = 5) -> tuple[Likeness, Likeness]:
        """See `ganlib.metrics.copies.likenesses`."""
        return likenesses(self.reals, sample, k)

    def class_directions(self, decoder: Decoder) -> Mapping[str, NDArray[np.float32]]:
        """The way to each class, by its name: from the mean z of other fakes to that of its own.

        The classifier of the data says what a fake is of. A class that the generator hardly ever
        makes has no direction.

        Raises:
            MeasureError: the data have no classes, or the generator is asked for one: then z
                hardly decides of what class a fake is.
        """
        if decoder.classes:
            raise MeasureError("This generator draws what it is asked for: no z leads to a class.")
        names = self.reals.extractor.class_names
        if not names:
            raise MeasureError("These pictures have no classes: there is no way from one to other.")
        z = seeded_z(Stream.EXPLORED_FAKES, decoder.latent_dim, FAKES)
        classes = self._extract(decoder, z).shares.argmax(1).numpy()
        counts = np.bincount(classes, minlength=len(names))
        return {
            name: mean_direction(z, classes == number)
            for number, name in enumerate(names)
            if LEAST <= counts[number] <= len(z) - LEAST
        }

    def spread(self, decoder: Decoder, psi: float) -> Neighbourhoods:
        """Precision and recall of `COMPARED` truncated fakes, against as many reals of all classes.

        What the generator can be asked for takes turns.

        Args:
            decoder: of the generator.
            psi: see `Decoder.truncated`.
        """
        drawn = seeded_z(Stream.EXPLORED_FAKES, decoder.latent_dim, self.compared)
        fakes = self._extract(decoder, decoder.truncated(drawn, psi)).features
        return neighbourhoods(self.reals.reference.extracted.features[: self.compared], fakes)

    @cached_property
    def floor(self) -> Neighbourhoods:
        """What as many reals get in the place of the fakes."""
        reference, others = self.reals.reference.extracted, self.reals.others.extracted
        return neighbourhoods(reference.features[: self.compared], others.features[: self.compared])

    @property
    def compared(self) -> int:
        """How many fakes and reals precision and recall are measured from."""
        return min(COMPARED, self.reals.most)

    def _extract(self, decoder: Decoder, z: NDArray[np.float32]) -> ExtractedFeatures:
        fakes = np.asarray(decoder.decode(z), np.uint8)
        return self.reals.extractor.extract(
            torch.from_numpy(fakes).permute(0, 3, 1, 2).contiguous()
        )
