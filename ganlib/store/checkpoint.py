"""A checkpoint as one untrusted file: tensors and their JSON; see `ganlib.store.checked`.

What it holds so that training goes on exactly: weights, optimiser state, EMA and random state
(`Gan.state_dict` in `ganlib.algorithms.gan`, and that of other families), and the place in the data
(`Batches.state_dict` in `ganlib.data.batches`).
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field

from ganlib.config import Part, RunConfig, aliases
from ganlib.errors import CheckpointError, ConfigError, reason
from ganlib.events import Checkpoint, CheckpointSaved
from ganlib.files import DIGEST, link
from ganlib.store.checked import keep_arrays, read_arrays
from ganlib.store.origin import are_alike
from ganlib.version import versions

VERSION = 1
LARGEST = 4 * 2**30
"""Bytes of a checkpoint that is read; no network of this project comes near."""


class _CheckpointMetadata(Part):
    """What a checkpoint says of itself."""

    version: int
    step: int = Field(ge=0, lt=2**32)
    score: float | None


@dataclass(frozen=True)
class StoredCheckpoint:
    """A checkpoint on the disk.

    Attributes:
        run: the settings of the run that it is of, as that run says; None takes any.
    """

    path: Path
    step: int
    score: float | None = None
    run: RunConfig | None = field(default=None, compare=False)

    def load(self) -> CheckpointSaved:
        """The whole of it.

        Raises:
            CheckpointError: it is damaged, no longer there, or of another step or run.
        """
        saved = read_checkpoint(self.path)
        if saved.step != self.step or (self.run and not are_alike(saved.config, self.run)):
            raise CheckpointError(
                f"The checkpoint {self.path.name} belongs to another step, or to a run of other "
                "networks or data: go on from another checkpoint."
            )
        return saved


def keep_checkpoint(checkpoint: Checkpoint, path: Path) -> StoredCheckpoint:
    """Put a checkpoint on the disk; one that lies there already is only given another name.

    Raises:
        OSError: the disk is full, or the folder is gone.
    """
    if isinstance(checkpoint, StoredCheckpoint):
        link(checkpoint.path, path)
    else:
        write_checkpoint(path, checkpoint.load())
    return StoredCheckpoint(path, checkpoint.step, checkpoint.score)


def write_checkpoint(path: Path, saved: CheckpointSaved) -> None:
    """Write a state as a file, at one stroke, and with which versions it was trained.

    Raises:
        OSError: the disk is full, or the folder is gone.
    """
    metadata = {"version": VERSION, "step": saved.step, "score": saved.score}
    texts = {"about": json.dumps(metadata), "config": saved.config.model_dump_json()}
    keep_arrays(path, saved.state, {**texts, **versions()})


def read_checkpoint(path: Path) -> CheckpointSaved:
    """Read a state, and make sure that not one bit of it has changed.

    Raises:
        CheckpointError: it is damaged, gone, or not a checkpoint of this project.
    """
    try:
        arrays, texts = read_arrays(path, LARGEST)
        if lacking := {"about", "config", DIGEST} - texts.keys():
            raise ValueError(f"it does not tell its {min(lacking)}")
        metadata = _CheckpointMetadata.model_validate_json(texts["about"])
        if metadata.version != VERSION:
            raise ValueError(f"it is of version {metadata.version}, and this reads {VERSION}")
        config = RunConfig.from_json(texts["config"])
        state = {aliases.state_name(name): value for name, value in arrays.items()}
        return CheckpointSaved(metadata.step, config, state, metadata.score)
    except FileNotFoundError:
        raise CheckpointError(
            f"The checkpoint {path.name} is no longer there: go on from another checkpoint."
        ) from None
    except (OSError, ValueError, ConfigError) as error:
        raise CheckpointError(
            f"The checkpoint {path.name} is damaged ({reason(error)[:300]}): go on from another "
            "checkpoint."
        ) from error
