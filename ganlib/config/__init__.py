"""What a run is asked to do: one frozen tree of settings.

Every bound and every description stands here once. Validation reads them, and so do the
dashboard's widgets and the command line's flags (see `ganlib.settings`).
"""

from ganlib.config.augmentation import Augmentation
from ganlib.config.data import (
    SHAPES,
    AnyData,
    Colour,
    ImageData,
    OwnData,
    PlaneData,
    Points,
    Size,
    name_refusal,
)
from ganlib.config.gan import LOSS_COMPANIONS, Decay, GanConfig, Loss, Objective, Optimisation
from ganlib.config.network import (
    AnyNetwork,
    CrowdNetwork,
    DcganNetwork,
    DenseSpatialNetwork,
    MlpNetwork,
    Network,
    PlaneNetwork,
    ResidualNetwork,
    ResnetNetwork,
    StyleNetwork,
)
from ganlib.config.part import Part, setting
from ganlib.config.run import RunConfig
from ganlib.config.saving import Saving

__all__ = [
    "LOSS_COMPANIONS",
    "SHAPES",
    "AnyData",
    "AnyNetwork",
    "Augmentation",
    "Colour",
    "CrowdNetwork",
    "DcganNetwork",
    "Decay",
    "DenseSpatialNetwork",
    "GanConfig",
    "ImageData",
    "Loss",
    "MlpNetwork",
    "Network",
    "Objective",
    "Optimisation",
    "OwnData",
    "Part",
    "PlaneData",
    "PlaneNetwork",
    "Points",
    "ResidualNetwork",
    "ResnetNetwork",
    "RunConfig",
    "Saving",
    "Size",
    "StyleNetwork",
    "name_refusal",
    "setting",
]
