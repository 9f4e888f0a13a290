"""The folder of one run: its pictures, its checkpoints, and what makes it whole by itself."""

import os
import re
import shutil
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from ganlib.errors import StoreError, reason
from ganlib.events import Checkpoint, Frame, Samples
from ganlib.files import CHANGED, SCRATCH, digest, finish, link
from ganlib.pictures import grid
from ganlib.store.checked import keep_arrays, read_arrays
from ganlib.store.checkpoint import StoredCheckpoint, keep_checkpoint

MOST_PIXELS = 2**24
"""Of a picture that is read back; 64 pictures of 64 x 64 pixels have 2**18."""
MOST_SAMPLES = 2**16
"""Of points, or of the data, that are read back; a run has 1,024 or 64."""
MOST_BYTES = 2**30
"""Of a file with samples, or with the curves of a run."""
RUN_ID = re.compile(r"[0-9a-z]{1,40}")
DIRECTIONS = "directions.json"
_STEP = re.compile(r"0|[1-9][0-9]{0,9}")


@dataclass(frozen=True)
class StoredFrame:
    """A frame on the disk.

    Attributes:
        shape: of one picture, (H, W, C); None for points.
    """

    path: Path
    step: int
    shape: tuple[int, ...] | None

    @property
    def samples(self) -> Samples:
        """What was drawn, read anew each time.

        Raises:
            StoreError: the file is damaged or gone.
        """
        return _read_points(self.path) if self.shape is None else _read_sheet(self.path, self.shape)


class RunFolder:
    """The folder of one run.

    Args:
        path: where it is; it need not be there yet.
        shape: of one sample, (C, H, W) or (2,), as its configuration says.
    """

    def __init__(self, path: Path, shape: tuple[int, ...]) -> None:
        self.path = path
        self._picture = (*shape[1:], shape[0]) if len(shape) == 3 else None
        self._frame_suffix = ".safetensors" if self._picture is None else ".webp"

    def make(self) -> None:
        """Make the folder and its parts, where they are not there.

        Raises:
            OSError: the disk is full, or may not be written.
        """
        for name in ("frames", "checkpoints"):
            (self.path / name).mkdir(parents=True, exist_ok=True)

    @cached_property
    def real(self) -> Path:
        """The file with samples of the data."""
        return self.path / "real.safetensors"

    def frame(self, step: int) -> StoredFrame:
        """The frame of a step, whether it is there or not."""
        path = self.path / "frames" / f"{step}{self._frame_suffix}"
        return StoredFrame(path, step, self._picture)

    def checkpoint(self, step: int, score: float | None) -> StoredCheckpoint:
        """The checkpoint of a step, whether it is there or not."""
        return StoredCheckpoint(self.path / "checkpoints" / f"{step}.safetensors", step, score)

    def keep_frame(self, frame: Frame) -> StoredFrame:
        """Put a frame on the disk.

        Raises:
            OSError: the disk is full, or the folder is gone.
        """
        stored = self.frame(frame.step)
        if isinstance(frame, StoredFrame):
            link(frame.path, stored.path)
        elif self._picture is None:
            keep_arrays(stored.path, {"points": frame.samples})
        else:
            draft = stored.path.with_suffix(SCRATCH)
            sheet = Image.fromarray(grid(np.asarray(frame.samples, np.uint8)))
            # A WebP has no checksum; XMP is where it has room for a word about itself.
            word = digest({"sheet": np.asarray(sheet.convert("RGB"))}, {}).encode()
            sheet.save(draft, "WEBP", lossless=True, quality=30, method=1, xmp=word)
            finish(draft, stored.path)
        return stored

    def read_real(self) -> Samples:
        """Samples of the data.

        Raises:
            StoreError: the file is damaged or gone.
        """
        return _read_points(self.real, self._picture or (2,))

    def keep_checkpoint(self, checkpoint: Checkpoint) -> StoredCheckpoint:
        """Put a checkpoint on the disk.

        Raises:
            OSError: the disk is full, or the folder is gone.
        """
        return keep_checkpoint(checkpoint, self.checkpoint(checkpoint.step, checkpoint.score).path)

    def prune(self, frames: Collection[int], checkpoints: Collection[int]) -> None:
        """Remove what belongs to no step of these, and what was never finished."""
        wanted = {
            "frames": {f"{step}{self._frame_suffix}" for step in frames},
            "checkpoints": {f"{step}.safetensors" for step in checkpoints},
        }
        for folder, names in wanted.items():
            for name in _names(self.path / folder) - names:
                (self.path / folder / name).unlink(missing_ok=True)
        for name in _names(self.path):
            if name.startswith(".tmp"):  # Of a process that was killed while it wrote.
                (self.path / name).unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.path, ignore_errors=True)

    def frame_steps(self) -> list[int]:
        """Steps of the frames that are there."""
        return _steps(self.path / "frames", self._frame_suffix)

    def checkpoint_steps(self) -> list[int]:
        """Steps of the checkpoints that are there."""
        return _steps(self.path / "checkpoints", ".safetensors")

    def files(self) -> dict[str, Path]:
        """Everything that is there but what the database says too, by its names within."""
        paths = [
            *(self.frame(step).path for step in self.frame_steps()),
            *(self.checkpoint(step, None).path for step in self.checkpoint_steps()),
            self.real,
            self.path / DIRECTIONS,
        ]
        return {path.relative_to(self.path).as_posix(): path for path in paths if path.exists()}


def _steps(folder: Path, suffix: str) -> list[int]:
    stems = [name.removesuffix(suffix) for name in _names(folder) if name.endswith(suffix)]
    return sorted(int(stem) for stem in stems if _STEP.fullmatch(stem))


def _names(folder: Path) -> set[str]:
    """Once a second for every run that goes on: a `Path` for each file would cost much more."""
    with suppress(FileNotFoundError), os.scandir(folder) as files:
        return {file.name for file in files}
    return set()


def _read_points(path: Path, shape: tuple[int, ...] = (2,)) -> Samples:
    """The samples in a file, each of this shape."""
    try:
        arrays, _ = read_arrays(path, MOST_BYTES)
        samples: Samples = arrays.get("points", np.empty(0))
        kind = np.float32 if shape == (2,) else np.uint8
        fits = samples.dtype == kind and samples.shape[1:] == shape
        if not fits or not 1 <= len(samples) <= MOST_SAMPLES:
            raise ValueError(f"it holds {samples.shape} of {samples.dtype}, not such samples")
        return samples
    except (OSError, ValueError) as error:
        raise _damaged(path, reason(error)) from error


def _read_sheet(path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    height, width, channels = shape
    try:
        with Image.open(path, formats=["WEBP"]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ValueError("it is too large")
            sheet = np.asarray(image.convert("RGB"))
            word = image.info.get("xmp")  # Pictures of the first version have none.
        if word is not None and word != digest({"sheet": sheet}, {}).encode():
            raise ValueError(CHANGED)
        sheet = sheet[..., :channels]
        rows, columns = sheet.shape[0] // height, sheet.shape[1] // width
        if not rows * columns:
            raise ValueError("it is smaller than one picture")
        cells = sheet.reshape(rows, height, columns, width, channels).swapaxes(1, 2)
        return np.ascontiguousarray(cells.reshape(rows * columns, height, width, channels))
    except UnidentifiedImageError:
        raise _damaged(path, "it is no picture") from None
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise _damaged(path, reason(error)) from error


def _damaged(path: Path, why: str) -> StoreError:
    return StoreError(f"{path.name} of this run is damaged or gone ({why}).")
