"""The shapes of generators and discriminators."""

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from ganlib.config.family import NetworkConfig, base_channels, latent_dimension
from ganlib.config.part import setting

if TYPE_CHECKING:
    from ganlib.config.run import RunConfig

BATCH_NORM = "Ioffe & Szegedy 2015, arXiv 1502.03167"
INFO_GAN = "InfoGAN: Chen et al. 2016, arXiv 1606.03657"
STYLE_GAN = "Karras et al. 2019, arXiv 1812.04948"


def spectral_normalisation(default: bool, but: str = "") -> Any:
    """Declare the spectral norm of D; `but` ends the sentence where some weights are spared."""
    return setting(
        default,
        "Spectral norm in D",
        f"Divide every weight of D by its largest singular value σ(W){but}.",
        source="Miyato et al. 2018, arXiv 1802.05957",
    )


def batch_normalisation_of_g() -> Any:
    """Declare the batch normalisation of G."""
    return setting(
        True,
        "Batch normalisation in G",
        "Each channel of G has mean 0 and variance 1 over a batch.",
        source=BATCH_NORM,
    )


Conditioning = Literal["none", "projection", "concat", "auxiliary", "codes"]


class Network(NetworkConfig):
    """What every generator and discriminator pair has."""

    latent_dim: int = latent_dimension(64)
    spectral_norm: bool = spectral_normalisation(False)

    @property
    def conditioning(self) -> Conditioning:
        """How G and D learn classes or codes."""
        return "none"

    @property
    def pack_size(self) -> int:
        """Pack size: samples for which D has one logit."""
        return 1

    @property
    def batch_dependent_layers(self) -> tuple[str, ...]:
        """Settings of layers by which D's logit of one sample depends on the rest of its batch."""
        return ()

    @property
    def is_per_sample(self) -> bool:
        """Whether D has a logit of one sample by itself."""
        return self.pack_size == 1 and not self.batch_dependent_layers


class BatchAwareNetwork(Network):
    """A pair whose D may look at several samples of its batch at once."""

    pack: int = setting(
        1,
        "Pack size",
        "Samples that D classifies together, all real or all fake.",
        symbol="m",
        unit="samples",
        source="PacGAN: Lin et al. 2018, arXiv 1712.04086",
        ge=1,
        le=8,
    )
    minibatch_stddev: bool = setting(
        False,
        "Minibatch standard deviation",
        "Show D how far apart the samples of its batch lie.",
        source="Karras et al. 2018, arXiv 1710.10196",
    )

    @property
    def pack_size(self) -> int:
        """Pack size: samples for which D has one logit."""
        return self.pack

    @property
    def batch_dependent_layers(self) -> tuple[str, ...]:
        """Settings of layers by which D's logit of one sample depends on the rest of its batch."""
        return ("minibatch_stddev",) if self.minibatch_stddev else ()


class Mlp2dNetwork(BatchAwareNetwork):
    """Two plain perceptrons (MLPs) for 2-D points."""

    gains_from_threads: ClassVar[bool] = False
    architecture: Literal["mlp-2d"] = "mlp-2d"
    latent_dim: int = latent_dimension(16)
    width: int = setting(
        128, "Hidden units", "Units in each hidden layer of G and D.", unit="units", ge=4, le=1024
    )
    depth: int = setting(3, "Hidden layers", "Hidden layers of G and D.", unit="layers", ge=1, le=8)


class MlpNetwork(Network):
    """The introductory TensorFlow pair: G z-256-512-pixels, D pixels-512-256-1."""

    gains_from_threads: ClassVar[bool] = False
    architecture: Literal["mlp"] = "mlp"
    latent_dim: int = latent_dimension(100)


class DenseSpatialNetwork(Network):
    """The introductory Keras pair: a 7x7 map refined pixel by pixel, D pixels-256-1.

    As published the generator ends at 7x7 and cannot feed its own 28x28 discriminator. Here the
    last dense layer emits 16 channels, and a pixel shuffle turns them into 28x28.
    """

    gains_from_threads: ClassVar[bool] = False
    architecture: Literal["dense-spatial"] = "dense-spatial"
    latent_dim: int = latent_dimension(100)


def _has_codes(config: "RunConfig", own: "Network") -> bool:
    return own.conditioning == "codes"


class DcganNetwork(BatchAwareNetwork):
    """Convolutional pair after Radford et al. 2016 (arXiv 1511.06434)."""

    always_draws_freely: ClassVar[tuple[str, str]] = ("condition", "none or codes")
    architecture: Literal["dcgan"] = "dcgan"
    width: int = base_channels(32, most=256)
    g_batch_norm: bool = batch_normalisation_of_g()
    d_batch_norm: bool = setting(
        False,
        "Batch normalisation in D",
        "Each channel of D has mean 0 and variance 1 over a batch, whose samples it couples.",
        source=BATCH_NORM,
    )
    condition: Conditioning = setting(
        "none",
        "Conditioning",
        "Condition G on a class label. D is given it (projection, concat: cGAN), predicts it "
        "(auxiliary: AC-GAN), or predicts a code without a meaning (codes: InfoGAN).",
        source="Mirza & Osindero 2014, arXiv 1411.1784; Miyato & Koyama 2018, arXiv 1802.05637; "
        "Odena et al. 2017, arXiv 1610.09585; " + INFO_GAN,
    )
    code_values: int = setting(
        10,
        "Values of the code",
        "Values of the categorical code that G is given (codes only).",
        unit="values",
        source=INFO_GAN,
        when=_has_codes,
        ge=2,
        le=64,
    )
    code_numbers: int = setting(
        2,
        "Continuous codes",
        "First numbers of z that D predicts besides (codes only).",
        unit="numbers of z",
        source=INFO_GAN,
        when=_has_codes,
        ge=0,
        le=16,
    )

    @property
    def conditioning(self) -> Conditioning:
        """How G and D learn classes or codes."""
        return self.condition

    @property
    def is_conditional(self) -> bool:
        """Whether G is class-conditional."""
        return self.condition != "none"

    @property
    def code_names(self) -> tuple[str, ...]:
        """Names of the codes that it is conditioned on, which are no classes of the data."""
        if self.condition != "codes":
            return ()
        return tuple(f"code {number}" for number in range(1, self.code_values + 1))

    @property
    def batch_dependent_layers(self) -> tuple[str, ...]:
        """Settings of layers by which D's logit of one sample depends on the rest of its batch."""
        return (*super().batch_dependent_layers, *(("d_batch_norm",) if self.d_batch_norm else ()))


class ResnetNetwork(BatchAwareNetwork):
    """Residual pair with spectral normalisation in D, after Miyato et al. 2018 (1802.05957)."""

    architecture: Literal["resnet"] = "resnet"
    spectral_norm: bool = spectral_normalisation(True)
    width: int = base_channels(16, most=128)
    g_batch_norm: bool = batch_normalisation_of_g()


class ResidualNetwork(Network):
    """Residual pair without normalisation, for rpgan with R1 and R2 (Huang et al. 2025)."""

    architecture: Literal["residual"] = "residual"
    spectral_norm: bool = spectral_normalisation(
        False, ", but those of the last layer of each block, which begin at 0"
    )
    width: int = base_channels(16, most=128)
    blocks: int = setting(
        1,
        "Residual blocks",
        "Residual blocks at each side of the maps.",
        unit="blocks",
        ge=1,
        le=4,
    )


class StyleNetwork(BatchAwareNetwork):
    """G turns z into a style w, which steers each of its layers (Karras et al. 2020); D: dcgan."""

    architecture: Literal["style"] = "style"
    width: int = base_channels(32, most=256)
    w_dim: int = setting(
        64,
        "Style dimension",
        "Length of the style vector w.",
        unit="numbers",
        source=STYLE_GAN,
        ge=1,
        le=512,
    )
    mapping_depth: int = setting(
        3,
        "Mapping layers",
        "Layers from z to w.",
        unit="layers",
        source=STYLE_GAN,
        ge=1,
        le=8,
    )

    @property
    def has_styles(self) -> bool:
        """Whether G steers each of its layers by a style."""
        return True


AnyNetwork = Annotated[
    Mlp2dNetwork
    | MlpNetwork
    | DenseSpatialNetwork
    | DcganNetwork
    | ResnetNetwork
    | ResidualNetwork
    | StyleNetwork,
    Field(discriminator="architecture"),
]
