"""A generator against a discriminator: the game, and how the two learn."""

from typing import Literal

from ganlib.charts.gan import METRICS, charts
from ganlib.config.augmentation import Augmentation
from ganlib.config.family import Decay, Family, FamilyConfig, OptimizerConfig, adam_beta1
from ganlib.config.network import AnyNetwork, DcganNetwork
from ganlib.config.objective import Objective
from ganlib.config.part import setting
from ganlib.lazy import Later
from ganlib.validation import gan

algorithm = Later("ganlib.algorithms.gan")


class Optimisation(OptimizerConfig):
    """Optimiser, learning rates and update schedule of D and G.

    The learning rate at a step is `lr_factor` in `ganlib.algorithms.module_optimizer` times these.
    """

    lr_g: float = setting(
        2e-4,
        "Learning rate of G",
        "How far an update moves the weights of the generator.",
        symbol="η_G",
        live=True,
        gt=0,
        le=0.1,
    )
    lr_d: float = setting(
        2e-4,
        "Learning rate of D",
        "How far an update moves the weights of the discriminator.",
        symbol="η_D",
        live=True,
        gt=0,
        le=0.1,
    )
    beta1: float = adam_beta1(0.5)
    lr_decay: Decay = setting(
        "none",
        "Learning rate schedule",
        "How learning rates fall to zero: linear over the second half of the run, cosine over all.",
    )
    lr_decay_d: Literal["same", "none", "linear", "cosine"] = setting(
        "same",
        "Learning rate schedule of D",
        "The same for the discriminator alone, where it is to differ.",
        source="Two time-scale update rule: Heusel et al. 2017, arXiv 1706.08500",
    )
    d_steps: int = setting(
        1,
        "Updates of D in a step",
        "How often D learns before G does; n_critic in WGAN.",
        symbol="k",
        unit="updates",
        source="Goodfellow et al. 2014, arXiv 1406.2661",
        live=True,
        ge=1,
        le=20,
    )
    g_steps: int = setting(
        1,
        "Updates of G in a step",
        "How often G learns before D does again.",
        unit="updates",
        live=True,
        ge=1,
        le=20,
    )
    updates: Literal["alternating", "simultaneous"] = setting(
        "alternating", "Order of updates", "D first and then G, or both from the same forward pass."
    )
    ema_half_life: float = setting(
        10_000.0,
        "Half-life of averaged G",
        "Images after which a weight counts half in the exponential moving average of G.",
        unit="images",
        source="Karras et al. 2018, arXiv 1710.10196",
        ge=0,
        le=10_000_000,
    )
    norms_every: int = setting(
        0,
        "Steps between gradient norms",
        "Measure gradient norms and spectral norms (largest singular values) every so many steps; "
        "0: never.",
        unit="steps",
        role="record",
        live=True,
        ge=0,
        le=100_000,
    )

    @property
    def decays(self) -> tuple[Decay, Decay]:
        """How the learning rates of G and of D fall."""
        return self.lr_decay, self.lr_decay if self.lr_decay_d == "same" else self.lr_decay_d


class GanConfig(FamilyConfig):
    """A generator against a discriminator."""

    family: Literal["gan"] = "gan"
    network: AnyNetwork = DcganNetwork()
    objective: Objective = Objective()
    augmentation: Augmentation = Augmentation()
    optimisation: Optimisation = Optimisation()

    def z_dim(self, shape: tuple[int, ...]) -> int:
        """The length of z."""
        return self.network.latent_dim


GAN = Family(
    key="gan",
    title="GAN",
    summary="Draws in one go, and sharply. Cannot say how likely a picture is.",
    config=GanConfig,
    capabilities=frozenset(("discriminator", "game", "latent", "repeatable")),
    targets=("d", "g"),
    make=lambda config, shape, device: algorithm.Gan(config, shape, device),
    rules=gan.RULES,
    charts=charts,
    metrics=METRICS,
)
