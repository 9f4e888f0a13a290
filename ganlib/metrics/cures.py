"""What to try against the faults of a run on pictures: settings of ours, in a few words.

Nothing is advised that is done already, or that the other settings forbid.
"""

from ganlib.config import CrowdNetwork, RunConfig
from ganlib.metrics.diagnosis import WASSERSTEIN


def smaller_steps(config: RunConfig) -> str:
    """For players that run away."""
    optimisation = config.gan.optimisation
    advice = f"a lower lr_g and lr_d (they are {optimisation.lr_g:g} and {optimisation.lr_d:g})"
    return f"{advice}, or r1_gamma 1" if _can_have_r1(config) else advice


def gentler_start(config: RunConfig) -> str:
    """For a generator that is stuck."""
    return f"a new start with a lower lr_g (it is {config.gan.optimisation.lr_g:g})"


def weaker_d(config: RunConfig) -> str:
    """Least first: what makes D stronger than usual is taken back."""
    optimisation = config.gan.optimisation
    if optimisation.d_steps > 1:
        return f"d_steps 1 (it is {optimisation.d_steps})"
    if _can_have_r1(config):
        return "r1_gamma 1"
    return f"a lower lr_d (it is {optimisation.lr_d:g})"


def steeper_loss(config: RunConfig) -> str:
    """For a generator that has no slope to follow."""
    return "another loss: ns" if config.gan.objective.loss == "minimax" else weaker_d(config)


def more_variety(config: RunConfig) -> str:
    """For a generator that draws few pictures or classes."""
    gan = config.gan
    if _can_have_r1(config):
        return "r1_gamma 1"
    advice = f"a lower lr_g (it is {gan.optimisation.lr_g:g})"
    if isinstance(gan.network, CrowdNetwork) and gan.network.pack == 1:
        advice += ", or a new start with pack 4"
    return advice


def against_copies(config: RunConfig) -> str:
    """For a generator that knows its data by heart."""
    if config.gan.augmentation.is_on:
        return "more data, or fewer steps"
    return "more data, or augmentation: augment_p 0.3"


def _can_have_r1(config: RunConfig) -> bool:
    """Whether nothing holds D's slope yet, and R1 would."""
    gan = config.gan
    has_penalty = gan.objective.has_gradient_penalty or gan.objective.loss in WASSERSTEIN
    return not has_penalty and "d_batch_norm" not in gan.network.couplings
