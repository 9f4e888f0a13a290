"""What a run is asked to do: one frozen tree of settings.

Every bound and every description stands here once. Validation reads them, and so do the
dashboard's widgets and the command line's flags (see `ganlib.settings`).
"""

from ganlib.config.augmentation import Augmentation
from ganlib.config.autoregressive import (
    AUTOREGRESSIVE,
    AutoregressiveConfig,
    AutoregressiveNetwork,
    MadeNetwork,
    PixelCnnNetwork,
)
from ganlib.config.data import (
    AnyData,
    ImageData,
    OwnData,
    Toy2dData,
)
from ganlib.config.family import (
    FAMILIES,
    AnyFamily,
    Capability,
    Decay,
    Family,
    FamilyConfig,
    NetworkConfig,
    OptimizerConfig,
    SingleNetworkConfig,
    SingleNetworkOptimisation,
)
from ganlib.config.gan import GAN, GanConfig, Optimisation
from ganlib.config.network import (
    AnyNetwork,
    BatchAwareNetwork,
    DcganNetwork,
    DenseSpatialNetwork,
    Mlp2dNetwork,
    MlpNetwork,
    Network,
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
    "Augmentation",
    "AutoregressiveConfig",
    "AutoregressiveNetwork",
    "BatchAwareNetwork",
    "Capability",
    "Colour",
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
    "Mlp2dNetwork",
    "MlpNetwork",
    "Network",
    "NetworkConfig",
    "Objective",
    "Optimisation",
    "OptimizerConfig",
    "OwnData",
    "Part",
    "PixelCnnNetwork",
    "Points",
    "ResidualNetwork",
    "ResnetNetwork",
    "RunConfig",
    "Saving",
    "SingleNetworkConfig",
    "SingleNetworkOptimisation",
    "Size",
    "StyleNetwork",
    "Toy2dData",
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
