"""A run as an event file, for `tensorboard --logdir`."""

import io
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ganlib.config import RunConfig
from ganlib.events import Samples
from ganlib.pictures import in_columns, render

if TYPE_CHECKING:
    from ganlib.store import RunSnapshot


def write_tensorboard(snapshot: "RunSnapshot", config: RunConfig, began: float, path: Path) -> None:
    """Write every step's metrics, and the picture of every saved frame, in the order of steps.

    An event's wall time is `began` and the seconds of training up to it, without pauses.
    TensorBoard finds a file by the word "tfevents" in its name.

    Args:
        snapshot: of the run; its frames are read one at a time.
        config: what the run was asked for.
        began: when training began, in seconds since 1970.
        path: of the file.
    """
    from tensorboardX.record_writer import RecordWriter

    writer = RecordWriter(str(path))
    try:
        for event in _events(snapshot, config, began):
            writer.write(event.SerializeToString())
    finally:
        writer.close()


def _events(snapshot: "RunSnapshot", config: RunConfig, began: float) -> Iterator[Any]:
    from tensorboardX.proto.event_pb2 import Event
    from tensorboardX.proto.summary_pb2 import Summary

    yield Event(wall_time=began, file_version="brain.Event:2")
    if snapshot.real is not None:
        fake = snapshot.real[:0] if snapshot.real.ndim == 2 else snapshot.real
        shown = _image("samples/real", config, fake, snapshot.real)
        yield Event(wall_time=began, step=0, summary=Summary(value=[shown]))
    steps, times = snapshot.steps, began + snapshot.seconds.astype(np.float64)
    row = 0
    for frame in snapshot.frames:
        last = int(np.searchsorted(steps, frame.step, side="right"))
        yield from _scalars(snapshot, times, row, last)
        row = last
        shown = _image("samples/fake", config, frame.samples, snapshot.real)
        time = times[last - 1] if last else began
        yield Event(wall_time=time, step=frame.step, summary=Summary(value=[shown]))
    yield from _scalars(snapshot, times, row, len(steps))


def _scalars(
    snapshot: "RunSnapshot", times: NDArray[np.float64], first: int, last: int
) -> Iterator[Any]:
    """An event for each row from `first` to before `last`, with what was measured there."""
    from tensorboardX.proto.event_pb2 import Event
    from tensorboardX.proto.summary_pb2 import Summary

    for row in range(first, last):
        measured = zip(snapshot.metric_names, snapshot.metrics[row].tolist(), strict=True)
        values = [
            Summary.Value(tag=name, simple_value=value)
            for name, value in measured
            if not math.isnan(value)
        ]
        step, summary = int(snapshot.steps[row]), Summary(value=values)
        yield Event(wall_time=times[row], step=step, summary=summary)


def _image(tag: str, config: RunConfig, samples: Samples, real: Samples | None) -> Any:
    from tensorboardX.proto.summary_pb2 import Summary

    shown, columns = in_columns(config, samples)
    drawn = render(shown, real, columns)
    if drawn.mode == "RGBA":
        drawn = Image.alpha_composite(Image.new("RGBA", drawn.size, "white"), drawn).convert("RGB")
    data = io.BytesIO()
    drawn.save(data, "PNG")
    image = Summary.Image(
        height=drawn.height,
        width=drawn.width,
        colorspace=1 if drawn.mode == "L" else 3,
        encoded_image_string=data.getvalue(),
    )
    return Summary.Value(tag=tag, image=image)
