"""What a run can be saved as: tables, moving pictures, weights, ONNX, a script, event files."""

from typing import TYPE_CHECKING

from ganlib.lazy import lazy

if TYPE_CHECKING:
    from ganlib.export.animation import write_gif, write_mp4, write_walk
    from ganlib.export.catalogue import EXPORTS, Export
    from ganlib.export.curves import write_csv, write_parquet
    from ganlib.export.onnx import write_onnx
    from ganlib.export.script import write_script
    from ganlib.export.tensorboard import write_tensorboard
    from ganlib.export.weights import write_weights
else:
    __getattr__, __dir__ = lazy(__name__)

__all__ = [
    "EXPORTS",
    "Export",
    "write_csv",
    "write_gif",
    "write_mp4",
    "write_onnx",
    "write_parquet",
    "write_script",
    "write_tensorboard",
    "write_walk",
    "write_weights",
]
