"""A variational autoencoder: an encoder to the latent space, and a decoder back."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from ganlib.charts.vae import METRICS, charts
from ganlib.config.family import (
    Family,
    NetworkConfig,
    SingleNetworkConfig,
    base_channels,
    latent_dimension,
)
from ganlib.config.part import Part, setting
from ganlib.lazy import Later
from ganlib.validation import vae

algorithm = Later("ganlib.algorithms.vae")

if TYPE_CHECKING:
    from ganlib.config.run import RunConfig


class VaeNetwork(NetworkConfig):
    """What every encoder and decoder have."""

    latent_dim: int = latent_dimension(16)


class VaePerceptron(VaeNetwork):
    """Two plain perceptrons, for points and for pictures."""

    gains_from_threads: ClassVar[bool] = False
    architecture: Literal["vae-perceptron"] = "vae-perceptron"
    width: int = setting(
        256, "Hidden units", "Units in each hidden layer.", unit="units", ge=4, le=2048
    )
    depth: int = setting(
        2,
        "Hidden layers",
        "Hidden layers of the encoder and of the decoder.",
        unit="layers",
        ge=1,
        le=8,
    )


class VaeConvolutional(VaeNetwork):
    """A convolutional pair whose maps are those of the dcgan, for pictures."""

    architecture: Literal["vae-convolutional"] = "vae-convolutional"
    width: int = base_channels(24, most=256)


def _weighs_kl(config: "RunConfig", own: "VaeObjective") -> bool:
    return own.beta > 0


class VaeObjective(Part):
    """The ELBO, from negative log-likelihood and KL divergence: `ganlib.objectives.variational`."""

    likelihood: Literal["bernoulli", "gaussian"] = setting(
        "bernoulli",
        "Likelihood of a sample",
        "p(x|z), what the decoder says of each number: the chance of white (bernoulli, for data of "
        "two levels), or a mean with a width that all share (gaussian).",
        source="Kingma & Welling 2014, arXiv 1312.6114",
        fixed=True,
    )
    sigma: float = setting(
        0.0,
        "Standard deviation",
        "Width of the gaussian likelihood, in data from -1 to 1; 0 learns it.",
        symbol="σ",
        source="Rybkin et al. 2021, arXiv 2006.13202",
        fixed=True,
        when=lambda config, own: own.likelihood == "gaussian",
        ge=0,
        le=10,
    )
    beta: float = setting(
        1.0,
        "Weight of the KL divergence",
        "Weight of KL(q(z|x), p(z)) in the loss; 1 is the bound itself.",
        symbol="β",
        source="beta-VAE: Higgins et al. 2017",
        live=True,
        ge=0,
        le=1000,
    )
    warm_up_steps: int = setting(
        0,
        "KL warm-up",
        "Steps over which that weight rises from 0.",
        unit="steps",
        source="Bowman et al. 2016, arXiv 1511.06349",
        when=_weighs_kl,
        ge=0,
        le=10_000_000,
    )
    free_bits: float = setting(
        0.0,
        "Free bits",
        "KL divergence in each number of z that costs nothing.",
        symbol="λ",
        unit="nats",
        source="Kingma et al. 2016, arXiv 1606.04934",
        live=True,
        when=_weighs_kl,
        ge=0,
        le=10,
    )


class VaeConfig(SingleNetworkConfig):
    """An encoder and a decoder that learn a bound of the likelihood together."""

    family: Literal["vae"] = "vae"
    network: Annotated[VaePerceptron | VaeConvolutional, Field(discriminator="architecture")] = (
        VaePerceptron()
    )
    objective: VaeObjective = VaeObjective()

    def z_dim(self, shape: tuple[int, ...]) -> int:
        """The length of z."""
        return self.network.latent_dim


VAE = Family(
    key="vae",
    title="VAE",
    summary="Draws in one go, blurred: the mean of what z allows. Bounds the likelihood, finds z.",
    config=VaeConfig,
    capabilities=frozenset(("latent", "encoder", "likelihood", "repeatable")),
    make=lambda config, shape, device: algorithm.VaeAlgorithm(config, shape, device),
    rules=vae.RULES,
    charts=charts,
    metrics=METRICS,
)
