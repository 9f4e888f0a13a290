"""A run as the store knows it: over for long, or trained by another process just now."""

import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganlib import algorithms
from ganlib.errors import RunError, StoreError
from ganlib.events import (
    Checkpoint,
    Decoder,
    DecoderPublished,
    PlanePublished,
    PlaneView,
    Samples,
)
from ganlib.store.measurements import read_measurements
from ganlib.store.row import RunRow
from ganlib.store.snapshot import RunSnapshot
from ganlib.store.store import RunStore

_TOLD = (
    *("state", "message", "step", "images_seen", "elapsed", "steps_per_second"),
    *("device", "threads", "metric_names"),
)

LOOK_AGAIN = 0.5
"""Seconds between two looks at a run that another process trains."""


class StoredRun:
    """A run that is read from the store, with the same face as one that is trained here.

    Attributes:
        run_id: its name in the store.
        config: what it was asked for, under the title that it has now.
        origin: the checkpoint of another run that it goes on from, if any.
        created: when it was made, in seconds since 1970.
        is_here: False: this process does not train it.
        is_settled: True: nothing of it is left to be kept.

    Raises:
        StoreError: this version cannot read its configuration.
    """

    is_here = False
    is_settled = True

    def __init__(self, store: RunStore, row: RunRow) -> None:
        metadata = store.metadata(row.run_id)
        self.run_id, self.origin, self.created = row.run_id, metadata.origin, metadata.created
        self.config = metadata.config.model_copy(update={"title": metadata.title})
        self._store = store
        self._folder = store.folder_of(row.run_id, metadata.config)
        self._looking = threading.Lock()
        self._seen = (row.updated, row.state)
        self._looked = time.monotonic()
        self._snapshot = self._read(row)

    @property
    def snapshot(self) -> RunSnapshot:
        """The run as the store knows it now."""
        # Also when it is over: another process may train it on. Others see what is known meanwhile.
        if time.monotonic() - self._looked > LOOK_AGAIN and self._looking.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._looking.release()
        return self._snapshot

    def _look(self) -> None:
        if not self._snapshot.is_over:
            self._store.note_interruptions()
        row = self._store.row(self.run_id)
        if (row.updated, row.state) != self._seen:
            self._snapshot = self._read(row)
            self._seen = (row.updated, row.state)
        self._looked = time.monotonic()

    def export_zip(self, target: Path) -> None:
        """Write the whole run as one zip, which any store takes in.

        Raises:
            StoreError: it cannot be written.
        """
        self._store.export_zip(self.run_id, target)

    def _read(self, row: RunRow) -> RunSnapshot:
        scores = self._store.checkpoint_scores(self.run_id)
        stored = (self._folder.checkpoint(step, score) for step, score in scores.items())
        checkpoints = tuple(replace(one, run=self.config) for one in stored)
        curves, problem = self._store.curves(row)
        measurements, lost = read_measurements(self._store.database, self.run_id)
        values: dict[str, Any] = {name: getattr(row, name) for name in _TOLD}
        snapshot = replace(
            curves,
            **values,
            frames=tuple(self._folder.frame(step) for step in self._store.frame_steps(self.run_id)),
            real=self._real(),
            commands=self._store.commands(self.run_id),
            measurements=measurements,
            checkpoints=checkpoints,
            saved_step=max(scores, default=None),
            problem=f"{problem} {lost}".strip(),
            last_seen=row.updated,
        )
        return replace(snapshot, **self._networks(checkpoints[-1])) if checkpoints else snapshot

    def _real(self) -> Samples | None:
        try:
            return self._folder.read_real()
        except StoreError:
            return None

    def _networks(self, newest: Checkpoint) -> dict[str, Any]:
        """The generator, and of 2-D data G and D, of the newest checkpoint."""
        latent_dim = self.config.latent_dim
        saved = _Once(newest, latent_dim, len(self.config.condition_labels))
        networks: dict[str, Any] = {"published": DecoderPublished(newest.step, saved)}
        if self.config.has_game:
            networks["plane"] = PlanePublished(newest.step, saved)
        return networks


@dataclass
class _Once:
    """The networks of a checkpoint, read when they are first needed."""

    checkpoint: Checkpoint
    latent_dim: int
    classes: int
    _reading: threading.Lock = field(default_factory=threading.Lock)

    def decode(
        self, z: NDArray[np.float32], condition: NDArray[np.float32] | None = None
    ) -> Samples:
        """As `Decoder.decode`."""
        return self.opened().decode(z, condition)

    def decode_with_logits(
        self, z: NDArray[np.float32], condition: NDArray[np.float32] | None = None
    ) -> tuple[Samples, NDArray[np.float32] | None]:
        """As `Decoder.decode_with_logits`."""
        return self.opened().decode_with_logits(z, condition)

    def features(
        self, z: NDArray[np.float32], condition: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """As `Decoder.features`."""
        return self.opened().features(z, condition)

    def truncated(self, z: NDArray[np.float32], psi: float) -> NDArray[np.float32]:
        """As `Decoder.truncated`."""
        return self.opened().truncated(z, psi)

    @property
    def style_shape(self) -> tuple[int, int] | None:
        """As `Decoder.style_shape`."""
        return self.opened().style_shape

    def opened(self) -> Decoder:
        """As `Decoder.opened`."""
        with self._reading:
            return self._decoder

    @property
    def reading(self) -> Mapping[str, Any]:
        """As `PlaneView.reading`."""
        with self._reading:
            return self._plane.reading

    def compute(self, layers: Collection[str]) -> Mapping[str, NDArray[np.float32]]:
        """As `PlaneView.compute`."""
        with self._reading:
            plane = self._plane
        return plane.compute(layers)

    def measure(self) -> Mapping[str, Any]:
        """As `PlaneView.measure`."""
        with self._reading:
            plane = self._plane
        return plane.measure()

    @cached_property
    def _decoder(self) -> Decoder:
        return algorithms.saved_decoder(self.checkpoint.load())

    @cached_property
    def _plane(self) -> PlaneView:
        plane = algorithms.saved_plane(self.checkpoint.load())
        if plane is None:
            raise RunError("This run has no game in the plane.")
        return plane
