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
    Decoder,
    DecoderPublished,
    Game,
    GamePublished,
    Moment,
    Samples,
)
from ganlib.store.figures import read_figures
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
        origin: the saved moment of another run that it goes on from, if any.
        created: when it was made, in seconds since 1970.
        is_here: False: this process does not train it.
        is_settled: True: nothing of it is left to be kept.

    Raises:
        StoreError: this version cannot read its configuration.
    """

    is_here = False
    is_settled = True

    def __init__(self, store: RunStore, row: RunRow) -> None:
        about = store.about(row.run_id)
        self.run_id, self.origin, self.created = row.run_id, about.origin, about.created
        self.config = about.config.model_copy(update={"title": about.title})
        self._store = store
        self._folder = store.folder_of(row.run_id, about.config)
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

    def give_out(self, target: Path) -> None:
        """Write the whole run as one zip, which any store takes in.

        Raises:
            StoreError: it cannot be written.
        """
        self._store.give_out(self.run_id, target)

    def _read(self, row: RunRow) -> RunSnapshot:
        scores = self._store.moment_scores(self.run_id)
        moments = (self._folder.moment(step, score) for step, score in scores.items())
        states = tuple(replace(one, run=self.config) for one in moments)
        curves, problem = self._store.curves(row)
        figures, lost = read_figures(self._store.database, self.run_id)
        told: dict[str, Any] = {name: getattr(row, name) for name in _TOLD}
        snapshot = replace(
            curves,
            **told,
            frames=tuple(self._folder.frame(step) for step in self._store.frame_steps(self.run_id)),
            real=self._real(),
            commands=self._store.commands(self.run_id),
            figures=figures,
            states=states,
            saved_step=max(scores, default=None),
            problem=f"{problem} {lost}".strip(),
            heard=row.updated,
        )
        return replace(snapshot, **self._players(states[-1])) if states else snapshot

    def _real(self) -> Samples | None:
        try:
            return self._folder.read_real()
        except StoreError:
            return None

    def _players(self, newest: Moment) -> dict[str, Any]:
        """The generator, and in the plane the game, of the newest checkpoint."""
        latent_dim = self.config.latent_dim
        saved = _Once(newest, latent_dim, len(self.config.asked_classes))
        players: dict[str, Any] = {"published": DecoderPublished(newest.step, saved)}
        if self.config.has_game:
            players["game"] = GamePublished(newest.step, saved)
        return players


@dataclass
class _Once:
    """Both players of a saved moment, read when they are first needed."""

    moment: Moment
    latent_dim: int
    classes: int
    _reading: threading.Lock = field(default_factory=threading.Lock)

    def decode(
        self, z: NDArray[np.float32], condition: NDArray[np.float32] | None = None
    ) -> Samples:
        """As `Decoder.decode`."""
        return self.opened().decode(z, condition)

    def judge(
        self, z: NDArray[np.float32], condition: NDArray[np.float32] | None = None
    ) -> tuple[Samples, NDArray[np.float32] | None]:
        """As `Decoder.judge`."""
        return self.opened().judge(z, condition)

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
        """As `Game.reading`."""
        with self._reading:
            return self._game.reading

    def look(self, layers: Collection[str]) -> Mapping[str, NDArray[np.float32]]:
        """As `Game.look`."""
        with self._reading:
            game = self._game
        return game.look(layers)

    def measure(self) -> Mapping[str, Any]:
        """As `Game.measure`."""
        with self._reading:
            game = self._game
        return game.measure()

    @cached_property
    def _decoder(self) -> Decoder:
        return algorithms.saved_decoder(self.moment.load())

    @cached_property
    def _game(self) -> Game:
        game = algorithms.saved_game(self.moment.load())
        if game is None:
            raise RunError("This run has no game in the plane.")
        return game
