"""A variational autoencoder: an encoder to the latent space, and a decoder back."""

from typing import Annotated, Literal

from pydantic import Field

from ganlib.config.family import AnyShape, Capability, SoloOptimisation
from ganlib.config.part import Part, setting


class VaeNetwork(AnyShape):
    """What every encoder and decoder have."""

    latent_dim: int = setting(16, "Length of the latent vector z.", ge=1, le=512)


class VaePerceptron(VaeNetwork):
    """Two plain perceptrons, for points and for pictures."""

    architecture: Literal["vae-perceptron"] = "vae-perceptron"
    width: int = setting(256, "Units in each hidden layer.", ge=4, le=2048)
    depth: int = setting(2, "Hidden layers of the encoder and of the decoder.", ge=1, le=8)


class VaeConvolutional(VaeNetwork):
    """A convolutional pair whose maps are those of the dcgan, for pictures."""

    architecture: Literal["vae-convolutional"] = "vae-convolutional"
    width: int = setting(
        24, "Channels next to the picture; doubled with every halving.", ge=4, le=256
    )


class VaeObjective(Part):
    """What encoder and decoder minimise together; formulas in `ganlib.objectives.variational`."""

    likelihood: Literal["bernoulli", "gaussian"] = setting(
        "bernoulli",
        "What the decoder says of each number: the chance of white (bernoulli, for data of two "
        "levels), or a mean with a width that all share (gaussian).",
    )
    sigma: float = setting(
        0.0, "Width of the gaussian likelihood, in data from -1 to 1; 0 learns it.", ge=0, le=10
    )
    beta: float = setting(
        1.0, "Weight of the KL term; 1 is the bound itself.", live=True, ge=0, le=1000
    )
    warm_up_steps: int = setting(
        0, "Steps over which that weight rises from 0.", ge=0, le=10_000_000
    )
    free_bits: float = setting(
        0.0, "Nats of KL in each number of z that cost nothing.", live=True, ge=0, le=10
    )


class VaeConfig(Part):
    """An encoder and a decoder that learn a bound of the likelihood together."""

    family: Literal["vae"] = "vae"
    network: Annotated[VaePerceptron | VaeConvolutional, Field(discriminator="architecture")] = (
        VaePerceptron()
    )
    objective: VaeObjective = VaeObjective()
    optimisation: SoloOptimisation = SoloOptimisation()

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this family has."""
        return frozenset(("latent", "encoder", "likelihood"))
