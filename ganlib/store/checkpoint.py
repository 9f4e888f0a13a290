"""A saved state as one file: tensors and their JSON; see `ganlib.store.checked`."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field

from ganlib.config import Part, RunConfig
from ganlib.errors import CheckpointError, ConfigError, reason
from ganlib.events import Moment, StateSaved
from ganlib.files import DIGEST, link
from ganlib.store.checked import keep_arrays, read_arrays
from ganlib.store.origin import are_alike
from ganlib.version import versions

VERSION = 1
LARGEST = 4 * 2**30
"""Bytes of a checkpoint that is read; no network of this project comes near."""


class _About(Part):
    """What a checkpoint says of itself."""

    version: int
    step: int = Field(ge=0, lt=2**32)
    score: float | None


@dataclass(frozen=True)
class StoredMoment:
    """A saved moment on the disk.

    Attributes:
        run: the settings of the run that it is of, as that run says; None takes any.
    """

    path: Path
    step: int
    score: float | None = None
    run: RunConfig | None = field(default=None, compare=False)

    def load(self) -> StateSaved:
        """The whole of it.

        Raises:
            CheckpointError: it is damaged, no longer there, or of another moment or run.
        """
        saved = read_checkpoint(self.path)
        if saved.step != self.step or (self.run and not are_alike(saved.config, self.run)):
            raise CheckpointError(
                f"The checkpoint {self.path.name} belongs to another moment, or to a run of other "
                "networks or data: go on from another moment."
            )
        return saved


def keep_moment(moment: Moment, path: Path) -> StoredMoment:
    """Put a moment on the disk; one that lies there already is only given another name.

    Raises:
        OSError: the disk is full, or the folder is gone.
    """
    if isinstance(moment, StoredMoment):
        link(moment.path, path)
    else:
        write_checkpoint(path, moment.load())
    return StoredMoment(path, moment.step, moment.score)


def write_checkpoint(path: Path, saved: StateSaved) -> None:
    """Write a state as a file, at one stroke, and with which versions it was trained.

    Raises:
        OSError: the disk is full, or the folder is gone.
    """
    about = {"version": VERSION, "step": saved.step, "score": saved.score}
    texts = {"about": json.dumps(about), "config": saved.config.model_dump_json()}
    keep_arrays(path, saved.state, {**texts, **versions()})


def read_checkpoint(path: Path) -> StateSaved:
    """Read a state, and make sure that not one bit of it has changed.

    Raises:
        CheckpointError: it is damaged, gone, or not a checkpoint of this project.
    """
    try:
        state, texts = read_arrays(path, LARGEST)
        if lacking := {"about", "config", DIGEST} - texts.keys():
            raise ValueError(f"it does not tell its {min(lacking)}")
        about = _About.model_validate_json(texts["about"])
        if about.version != VERSION:
            raise ValueError(f"it is of version {about.version}, and this reads {VERSION}")
        config = RunConfig.from_json(texts["config"])
        return StateSaved(about.step, config, state, about.score)
    except FileNotFoundError:
        raise CheckpointError(
            f"The checkpoint {path.name} is no longer there: go on from another moment."
        ) from None
    except (OSError, ValueError, ConfigError) as error:
        raise CheckpointError(
            f"The checkpoint {path.name} is damaged ({reason(error)[:300]}): go on from another "
            "moment."
        ) from error
