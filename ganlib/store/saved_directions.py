"""Directions in latent space that people found for a run and gave a name."""

from collections.abc import Mapping
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, FiniteFloat, TypeAdapter, ValidationError

from ganlib.errors import StoreError, reason
from ganlib.files import write_text
from ganlib.store.folder import DIRECTIONS, RunFolder

LONGEST_NAME = 40
MOST = 50
"""Directions of one run."""
_MOST_BYTES = 2**20

_Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
_Number = Annotated[FiniteFloat, Field(ge=-1e6, le=1e6)]
_Kept = TypeAdapter(Annotated[dict[_Name, list[_Number]], Field(max_length=MOST)])


class SavedDirections:
    """The named directions of one run, in a file beside its checkpoints.

    Args:
        folder: of the run.
        latent_dim: numbers of a direction.
    """

    def __init__(self, folder: RunFolder, latent_dim: int) -> None:
        self._path = folder.path / DIRECTIONS
        self._latent_dim = latent_dim

    def all(self) -> Mapping[str, NDArray[np.float32]]:
        """By their names, in the order in which they were kept.

        Raises:
            StoreError: the file is damaged, or belongs to another generator.
        """
        if not self._path.exists():
            return {}
        try:
            if self._path.stat().st_size > _MOST_BYTES:
                raise StoreError(f"{DIRECTIONS} of this run is longer than {_MOST_BYTES:,} bytes.")
            directions = _Kept.validate_json(self._path.read_bytes())
        except (OSError, ValidationError) as error:
            raise StoreError(f"{DIRECTIONS} of this run is damaged or gone.") from error
        if any(len(vector) != self._latent_dim for vector in directions.values()):
            raise StoreError(f"{DIRECTIONS} of this run belongs to another generator.")
        return {name: np.array(vector, np.float32) for name, vector in directions.items()}

    def keep(self, name: str, vector: NDArray[np.float32]) -> None:
        """Keep a direction (latent_dim,), in the place of one of the same name.

        Raises:
            StoreError: its name is too long or empty, there are too many, or the disk is full.
        """
        name = name.strip()
        if not 1 <= len(name) <= LONGEST_NAME:
            raise StoreError(f"Give the direction a name of 1 to {LONGEST_NAME} letters.")
        directions = {**self.all(), name: vector}
        if len(directions) > MOST:
            raise StoreError(f"A run keeps at most {MOST} directions: remove one first.")
        self._write(directions)

    def remove(self, name: str) -> None:
        """Let go of a direction, if there is one of that name.

        Raises:
            StoreError: the file cannot be read or written.
        """
        self._write({other: vector for other, vector in self.all().items() if other != name})

    def _write(self, directions: Mapping[str, NDArray[np.float32]]) -> None:
        numbers = {name: vector.astype(float).tolist() for name, vector in directions.items()}
        try:
            write_text(self._path, _Kept.dump_json(numbers).decode())
        except OSError as error:
            raise StoreError(f"The direction cannot be kept ({reason(error)}).") from error
