"""What a run is asked to do: one frozen tree of settings.

Every bound and every description stands here once. Validation reads them, and so do the
dashboard's widgets and the command line's flags (see `ganlib.settings`).
"""

from ganlib.config.augmentation import Augmentation
from ganlib.config.autoregressive import (
    AUTOREGRESSIVE,
    AutoregressiveConfig,
    MadeNetwork,
    OrderedNetwork,
    PixelCnnNetwork,
)
from ganlib.config.data import (
    AnyData,
    ImageData,
    OwnData,
    PlaneData,
)
from ganlib.config.family import (
    FAMILIES,
    AnyFamily,
    AnyShape,
    Capability,
    Decay,
    Family,
    FamilyConfig,
    SoloConfig,
    SoloOptimisation,
    Stepping,
)
from ganlib.config.gan import GAN, GanConfig, Optimisation
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
from ganlib.config.objective import Objective, and_companions
from ganlib.config.part import Facets, KeyOf, Part, setting
from ganlib.config.run import RunConfig
from ganlib.config.saving import Saving
from ganlib.config.vae import (
    VAE,
    VaeConfig,
    VaeConvolutional,
    VaeNetwork,
    VaeObjective,
    VaePerceptron,
)
from ganlib.data.spec import PLANE_REACH, Colour, Points, Size

__all__ = [
    "FAMILIES",
    "PLANE_REACH",
    "AnyData",
    "AnyFamily",
    "AnyNetwork",
    "AnyShape",
    "Augmentation",
    "AutoregressiveConfig",
    "Capability",
    "Colour",
    "CrowdNetwork",
    "DcganNetwork",
    "Decay",
    "DenseSpatialNetwork",
    "Facets",
    "Family",
    "FamilyConfig",
    "GanConfig",
    "ImageData",
    "KeyOf",
    "MadeNetwork",
    "MlpNetwork",
    "Network",
    "Objective",
    "Optimisation",
    "OrderedNetwork",
    "OwnData",
    "Part",
    "PixelCnnNetwork",
    "PlaneData",
    "PlaneNetwork",
    "Points",
    "ResidualNetwork",
    "ResnetNetwork",
    "RunConfig",
    "Saving",
    "Size",
    "SoloConfig",
    "SoloOptimisation",
    "Stepping",
    "StyleNetwork",
    "VaeConfig",
    "VaeConvolutional",
    "VaeNetwork",
    "VaeObjective",
    "VaePerceptron",
    "and_companions",
    "setting",
]

for _one in (GAN, VAE, AUTOREGRESSIVE):
    FAMILIES.register(_one)
