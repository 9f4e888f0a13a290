"""The shapes of generators and discriminators."""

from typing import Annotated, Literal

from pydantic import Field

from ganlib.config.family import AnyShape
from ganlib.config.part import setting


class Network(AnyShape):
    """What every generator and discriminator pair has."""

    latent_dim: int = setting(64, "Length of the latent vector z.", ge=1, le=512)
    spectral_norm: bool = setting(
        False, "Divide every weight of D by its largest singular value (Miyato et al. 2018)."
    )

    @property
    def judged_together(self) -> int:
        """Samples for which D has one answer."""
        return 1

    @property
    def couplings(self) -> tuple[str, ...]:
        """Settings by which D's answer to one sample depends on the rest of its batch."""
        return ()

    @property
    def judges_alone(self) -> bool:
        """Whether D has an answer to one sample by itself."""
        return self.judged_together == 1 and not self.couplings


class CrowdNetwork(Network):
    """A pair whose D may look at several samples at once."""

    pack: int = setting(
        1, "Samples that D judges together, all real or all fake (PacGAN).", ge=1, le=8
    )
    minibatch_stddev: bool = setting(
        False, "Show D how far apart the samples of its batch lie (Karras et al. 2018)."
    )

    @property
    def judged_together(self) -> int:
        """Samples for which D has one answer."""
        return self.pack

    @property
    def couplings(self) -> tuple[str, ...]:
        """Settings by which D's answer to one sample depends on the rest of its batch."""
        return ("minibatch_stddev",) if self.minibatch_stddev else ()


class PlaneNetwork(CrowdNetwork):
    """Two plain perceptrons for points in the plane."""

    architecture: Literal["plane"] = "plane"
    latent_dim: int = setting(16, "Length of the latent vector z.", ge=1, le=512)
    width: int = setting(128, "Units in each hidden layer of G and D.", ge=4, le=1024)
    depth: int = setting(3, "Hidden layers of G and D.", ge=1, le=8)


class MlpNetwork(Network):
    """The introductory TensorFlow pair: G z-256-512-pixels, D pixels-512-256-1."""

    architecture: Literal["mlp"] = "mlp"
    latent_dim: int = setting(100, "Length of the latent vector z.", ge=1, le=512)


class DenseSpatialNetwork(Network):
    """The introductory Keras pair: a 7x7 map refined pixel by pixel, D pixels-256-1.

    As published the generator ends at 7x7 and cannot feed its own 28x28 discriminator. Here the
    last dense layer emits 16 channels, and a pixel shuffle turns them into 28x28.
    """

    architecture: Literal["dense-spatial"] = "dense-spatial"
    latent_dim: int = setting(100, "Length of the latent vector z.", ge=1, le=512)


class DcganNetwork(CrowdNetwork):
    """Convolutional pair after Radford et al. 2016 (arXiv 1511.06434)."""

    architecture: Literal["dcgan"] = "dcgan"
    width: int = setting(
        32, "Channels next to the picture; doubled with every halving.", ge=4, le=256
    )
    g_batch_norm: bool = setting(True, "Batch normalisation in G.")
    d_batch_norm: bool = setting(
        False, "Batch normalisation in D, as in the paper; it couples the samples of a batch."
    )
    condition: Literal["none", "projection", "concat", "auxiliary", "codes"] = setting(
        "none",
        "Draw the class that is asked for. D is told it (projection, concat: cGAN), has to tell it "
        "(auxiliary: AC-GAN), or has to tell a code without a meaning (codes: InfoGAN).",
    )
    code_values: int = setting(
        10, "Values of the code that G can be asked for (codes only).", ge=2, le=64
    )
    code_numbers: int = setting(
        2, "First numbers of z that D has to tell besides (codes only).", ge=0, le=16
    )

    @property
    def is_conditional(self) -> bool:
        """Whether G can be asked for a class."""
        return self.condition != "none"

    @property
    def code_names(self) -> tuple[str, ...]:
        """What it can be asked for where no class of the data is meant."""
        if self.condition != "codes":
            return ()
        return tuple(f"code {number}" for number in range(1, self.code_values + 1))

    @property
    def couplings(self) -> tuple[str, ...]:
        """Settings by which D's answer to one sample depends on the rest of its batch."""
        return (*super().couplings, *(("d_batch_norm",) if self.d_batch_norm else ()))


class ResnetNetwork(CrowdNetwork):
    """Residual pair with spectral normalisation in D, after Miyato et al. 2018 (1802.05957)."""

    architecture: Literal["resnet"] = "resnet"
    spectral_norm: bool = setting(
        True, "Divide every weight of D by its largest singular value (Miyato et al. 2018)."
    )
    width: int = setting(
        16, "Channels next to the picture; doubled with every halving.", ge=4, le=128
    )
    g_batch_norm: bool = setting(True, "Batch normalisation in G.")


class ResidualNetwork(Network):
    """Residual pair without normalisation, for rpgan with R1 and R2 (Huang et al. 2025)."""

    architecture: Literal["residual"] = "residual"
    spectral_norm: bool = setting(
        False,
        "Divide every weight of D by its largest singular value (Miyato et al. 2018), but those "
        "of the last layer of each block, which begin at 0.",
    )
    width: int = setting(
        16, "Channels next to the picture; doubled with every halving.", ge=4, le=128
    )
    blocks: int = setting(1, "Residual blocks at each side of the maps.", ge=1, le=4)


class StyleNetwork(CrowdNetwork):
    """G turns z into a style w, which steers each of its layers (Karras et al. 2020); D: dcgan."""

    architecture: Literal["style"] = "style"
    width: int = setting(
        32, "Channels next to the picture; doubled with every halving.", ge=4, le=256
    )
    w_dim: int = setting(64, "Length of the style vector w.", ge=1, le=512)
    mapping_depth: int = setting(3, "Layers from z to w.", ge=1, le=8)

    @property
    def has_styles(self) -> bool:
        """Whether G steers each of its layers by a style."""
        return True


AnyNetwork = Annotated[
    PlaneNetwork
    | MlpNetwork
    | DenseSpatialNetwork
    | DcganNetwork
    | ResnetNetwork
    | ResidualNetwork
    | StyleNetwork,
    Field(discriminator="architecture"),
]
