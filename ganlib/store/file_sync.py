"""Frames or checkpoints of a run that are on the disk, told from those that have gone from it."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from ganlib.store.checkpoint import StoredCheckpoint
from ganlib.store.folder import StoredFrame

_Saved = TypeVar("_Saved", StoredFrame, StoredCheckpoint)


class FileSync(Generic[_Saved]):
    """Frames or checkpoints of a run that are on the disk.

    Args:
        keep: puts one on the disk.
        list_steps: steps of the files that are there.
    """

    def __init__(self, keep: Callable[[Any], _Saved], list_steps: Callable[[], list[int]]) -> None:
        self._keep: Callable[[Any], _Saved] = keep
        self._list_steps = list_steps
        self._written: dict[int, tuple[object, _Saved]] = {}

    def take(self, ones: Sequence[Any]) -> tuple[dict[int, _Saved], list[int]]:
        """Put on the disk what is not there yet; all that is there, and the steps that are lost.

        Raises:
            OSError: the disk is full, or the folder is gone; what has been written is remembered.
        """
        on_disk: dict[int, _Saved] = {}
        lost: list[int] = []
        there = set(self._list_steps())
        for one in ones:
            source, stored = self._written.get(one.step, (None, None))
            if stored is None or one.step not in there or (one is not source and one is not stored):
                try:
                    stored = self._keep(one)
                except FileNotFoundError:
                    if not isinstance(one, StoredFrame | StoredCheckpoint) or one.path.exists():
                        raise
                    lost.append(one.step)
                    continue
                self._written[one.step] = one, stored
            on_disk[one.step] = stored
        self._written = {step: self._written[step] for step in on_disk}
        return on_disk, lost

    def let_go(self) -> None:
        """Hold no longer in memory what was put on the disk: the run knows now that it is there."""
        self._written = {step: (stored, stored) for step, (_, stored) in self._written.items()}
