"""What to try against the faults of a GAN: settings of ours, in a few words.

Nothing is advised that is done already, or that the other settings forbid.
"""

from ganlib.config import CrowdNetwork, RunConfig
from ganlib.errors import ConfigError
from ganlib.penalties import PENALTIES
from ganlib.settings import changed

HEAVY = 100.0
"""Weight of a penalty from which it may itself be what blows a run up: ten times the largest that
the papers use (WGAN-GP's and Mescheder's 10)."""


def smaller_steps(config: RunConfig) -> str:
    """For players that run away."""
    optimisation, objective = config.gan.optimisation, config.gan.objective
    advice = f"a lower lr_g and lr_d (they are {optimisation.lr_g:g} and {optimisation.lr_d:g})"
    for key, one in PENALTIES.items():
        if (weight := objective.weight(one)) >= HEAVY:
            advice += f", or a lower {key} (it is {weight:g})"
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
    steeper = config.gan.objective.loss_spec.steeper
    return f"another loss: {steeper}" if steeper else weaker_d(config)


def more_variety(config: RunConfig) -> str:
    """For a generator that draws few pictures or classes."""
    gan = config.gan
    if _can_have_r1(config):
        return "r1_gamma 1"
    advice = f"a lower lr_g (it is {gan.optimisation.lr_g:g})"
    if isinstance(gan.network, CrowdNetwork) and gan.network.pack == 1 and _works(config, pack=4):
        advice += ", or a new start with pack 4"
    return advice


def against_copies(config: RunConfig) -> str:
    """For a generator that knows its data by heart."""
    if config.gan.augmentation.is_on or not _works(config, augment_p=0.3):
        return "more data, or fewer steps"
    return "more data, or augmentation: augment_p 0.3"


def _can_have_r1(config: RunConfig) -> bool:
    """Whether nothing holds D's slope yet, and R1 would."""
    objective = config.gan.objective
    is_held = objective.has_gradient_penalty or objective.loss_spec.is_critic
    return not is_held and _works(config, r1_gamma=1.0)


def _works(config: RunConfig, **changes: float) -> bool:
    """Whether the run would be taken with these settings."""
    try:
        changed(config, changes)
    except ConfigError:
        return False
    return True
