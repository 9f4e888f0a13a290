"""Train generative adversarial networks and watch them learn.

from ganlib import PRESETS, StepCompleted, train

for event in train(PRESETS["digits"].config):
    if isinstance(event, StepCompleted):
        print(event.step, event.metrics["d_loss"])
"""

import os

# Torch's OpenMP workers spin while they wait, and so take a whole core from whatever else runs:
# with two threads on two cores and one of them busy, 0.9 steps/s instead of 6.2. Read once, when
# torch is first imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from ganlib.algorithms import saved_game
from ganlib.config import RunConfig
from ganlib.controls import Controls, Players
from ganlib.data import (
    FORM_CHOICES,
    OwnSet,
    PictureForm,
    Pictures,
    delete_pictures,
    keep_pictures,
    own_sets,
    read_folder,
    read_pictures,
)
from ganlib.errors import (
    CheckpointError,
    ConfigError,
    DataError,
    DivergedError,
    DownloadError,
    GanlibError,
    NoPictureError,
    PictureError,
    QueueFullError,
    RunError,
    StoreError,
    UnknownRunError,
)
from ganlib.events import (
    ControlChanged,
    Decoder,
    DecoderPublished,
    Event,
    Figure,
    Frame,
    FrameDrawn,
    Game,
    GamePublished,
    Measured,
    Moment,
    PictureFigures,
    RunEnded,
    RunPrepared,
    Samples,
    StateSaved,
    StepCompleted,
)
from ganlib.export import (
    EXPORTS,
    Export,
    write_csv,
    write_gif,
    write_mp4,
    write_onnx,
    write_parquet,
    write_script,
    write_tensorboard,
    write_weights,
)
from ganlib.latent import lerp, one_class, seeded_z, slerp, truncate
from ganlib.metrics import FRECHET
from ganlib.objectives import equilibrium
from ganlib.pictures import COLOURS, PLANE_REACH, class_columns, drawing, picture
from ganlib.plane import LAYERS
from ganlib.presets import DEFAULT_PRESET, PRESETS, SHELVES, Course, Mark, Preset, own_run
from ganlib.runs import (
    FINAL_STATES,
    Origin,
    Run,
    RunManager,
    RunRecord,
    RunRow,
    RunSnapshot,
    RunStore,
    RunThread,
    StoredRun,
    diagnose_run,
    saved_at,
)
from ganlib.settings import Setting, all_settings, changed, live_settings, variants
from ganlib.trainer import train

__all__ = [
    "COLOURS",
    "DEFAULT_PRESET",
    "EXPORTS",
    "FINAL_STATES",
    "FORM_CHOICES",
    "FRECHET",
    "LAYERS",
    "PLANE_REACH",
    "PRESETS",
    "SHELVES",
    "CheckpointError",
    "ConfigError",
    "ControlChanged",
    "Controls",
    "Course",
    "DataError",
    "Decoder",
    "DecoderPublished",
    "DivergedError",
    "DownloadError",
    "Event",
    "Export",
    "Figure",
    "Frame",
    "FrameDrawn",
    "Game",
    "GamePublished",
    "GanlibError",
    "Mark",
    "Measured",
    "Moment",
    "NoPictureError",
    "Origin",
    "OwnSet",
    "PictureError",
    "PictureFigures",
    "PictureForm",
    "Pictures",
    "Players",
    "Preset",
    "QueueFullError",
    "Run",
    "RunConfig",
    "RunEnded",
    "RunError",
    "RunManager",
    "RunPrepared",
    "RunRecord",
    "RunRow",
    "RunSnapshot",
    "RunStore",
    "RunThread",
    "Samples",
    "Setting",
    "StateSaved",
    "StepCompleted",
    "StoreError",
    "StoredRun",
    "UnknownRunError",
    "all_settings",
    "changed",
    "class_columns",
    "delete_pictures",
    "diagnose_run",
    "drawing",
    "equilibrium",
    "keep_pictures",
    "lerp",
    "live_settings",
    "one_class",
    "own_run",
    "own_sets",
    "picture",
    "read_folder",
    "read_pictures",
    "saved_at",
    "saved_game",
    "seeded_z",
    "slerp",
    "train",
    "truncate",
    "variants",
    "write_csv",
    "write_gif",
    "write_mp4",
    "write_onnx",
    "write_parquet",
    "write_script",
    "write_tensorboard",
    "write_weights",
]
