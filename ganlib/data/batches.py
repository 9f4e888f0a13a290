"""Endless streams of real batches whose place can be saved and found again."""

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

import torch
from torch import Tensor

from ganlib.errors import DataError


class Batches(Iterator[Tensor], Protocol):
    """Batches without end: each (batch_size, ...) float32 in about [-1, 1], on the device.

    Attributes:
        labels: (batch_size,) int64 on the device, the classes of the batch that came last; empty
            before the first, and where there are no classes.
    """

    labels: Tensor

    def state_dict(self) -> dict[str, Tensor]:
        """The place in the stream, as CPU tensors."""

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Go to a saved place: the batches to come are bitwise those that came after it.

        Raises:
            DataError: the place belongs to other data.
        """


class ImageBatches(Batches):
    """Pictures in a seeded order, every one of them once before any of them again.

    A batch always has batch_size pictures. When one permutation runs out, the next one goes on in
    the same batch, so that no number of pictures is too small or indivisible.
    """

    def __init__(
        self, images: Tensor, labels: Tensor, batch_size: int, rng: torch.Generator
    ) -> None:
        """Draw from pictures where they lie, in an order that rng decides.

        Args:
            images: (M, C, S, S) uint8.
            labels: (M,) int64, on the same device.
            batch_size: pictures in a batch; may be more than there are.
            rng: a CPU generator.

        Raises:
            DataError: there are none.
        """
        if len(images) == 0:
            raise DataError("There are no pictures to learn from: choose another data set.")
        self._images, self._classes = images, labels
        self.labels = labels[:0]
        self._batch_size = batch_size
        self._rng = rng
        self._queue = torch.empty(0, dtype=torch.int64, device=images.device)

    def __next__(self) -> Tensor:
        """The next (batch_size, C, S, S) float32 pictures, in [-1, 1]."""
        while len(self._queue) < self._batch_size:
            order = torch.randperm(len(self._images), generator=self._rng)
            self._queue = torch.cat((self._queue, order.to(self._queue.device)))
        chosen, self._queue = self._queue.tensor_split((self._batch_size,))
        self.labels = self._classes.index_select(0, chosen)
        return self._images.index_select(0, chosen).float().div_(127.5).sub_(1)

    def state_dict(self) -> dict[str, Tensor]:
        """The pictures that come next, as indices, and the generator of the orders after them."""
        return {"queue": self._queue.cpu().clone(), "rng": self._rng.get_state()}

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Go to a saved place.

        Raises:
            DataError: it belongs to a larger data set.
        """
        queue = state["queue"]
        if len(queue) and (int(queue.max()) >= len(self._images) or int(queue.min()) < 0):
            raise DataError(
                f"The saved order of pictures goes up to number {int(queue.max()) + 1}, but there "
                f"are {len(self._images)}: resume with the data set that the run began with."
            )
        self._queue = queue.to(self._images.device)
        self._rng.set_state(state["rng"])


class Toy2dBatches(Batches):
    """Fresh 2-D points."""

    def __init__(
        self,
        draw: Callable[[int, torch.Generator], Tensor],
        batch_size: int,
        rng: torch.Generator,
        device: torch.device,
    ) -> None:
        """Draw on the CPU, so that every device sees the same points, and move them over.

        Args:
            draw: gives so many (N, 2) float32 points; asked anew for every batch.
            batch_size: N.
            rng: a CPU generator that decides the points.
            device: where the batches are wanted.
        """
        self.labels = torch.empty(0, dtype=torch.int64)
        self._draw = draw
        self._batch_size = batch_size
        self._rng = rng
        self._device = device

    def __next__(self) -> Tensor:
        """The next (batch_size, 2) float32 points."""
        return self._draw(self._batch_size, self._rng).to(self._device)

    def state_dict(self) -> dict[str, Tensor]:
        """The generator's state: the stream has no other memory."""
        return {"rng": self._rng.get_state()}

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Go to a saved place."""
        self._rng.set_state(state["rng"])
