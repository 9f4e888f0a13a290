"""What to try against the faults of a GAN: settings of ours, in a few words.

Nothing is advised that is done already, or that the other settings forbid.
"""

from ganlib.config import BatchAwareNetwork, RunConfig
from ganlib.errors import ConfigError
from ganlib.penalties import PENALTIES
from ganlib.settings import changed

HEAVY = 100.0
"""Weight of a penalty from which it may itself be what blows a run up: ten times the largest that
the papers use (WGAN-GP's and Mescheder's 10)."""


def lower_learning_rates(config: RunConfig) -> str:
    """For players that run away."""
    optimisation, objective = config.gan.optimisation, config.gan.objective
    rates = f"{optimisation.lr_g:g} and {optimisation.lr_d:g}"
    advice = f"a lower {config.called('lr_g', 'lr_d')}, now {rates}"
    for key, one in PENALTIES.items():
        if (weight := objective.weight(one)) >= HEAVY:
            advice += f", or {_lower(config, key, weight)}"
    return f"{advice}, or {_at(config, 'r1_gamma', 1)}" if _can_have_r1(config) else advice


def gentler_start(config: RunConfig) -> str:
    """For a generator that is stuck."""
    return f"a new start with {_lower(config, 'lr_g', config.gan.optimisation.lr_g)}"


def weaker_d(config: RunConfig) -> str:
    """Least first: what makes D stronger than usual is taken back."""
    optimisation = config.gan.optimisation
    if optimisation.d_steps > 1:
        return f"{_at(config, 'd_steps', 1)}, now {optimisation.d_steps}"
    if _can_have_r1(config):
        return _at(config, "r1_gamma", 1)
    return _lower(config, "lr_d", optimisation.lr_d)


def steeper_loss(config: RunConfig) -> str:
    """For a generator that has no gradient to follow."""
    steeper = config.gan.objective.loss_spec.steeper
    return f"another loss: {steeper}" if steeper else weaker_d(config)


def more_variety(config: RunConfig) -> str:
    """For a generator that draws few pictures or classes."""
    gan = config.gan
    if _can_have_r1(config):
        return _at(config, "r1_gamma", 1)
    advice = _lower(config, "lr_g", gan.optimisation.lr_g)
    if (
        isinstance(gan.network, BatchAwareNetwork)
        and gan.network.pack == 1
        and _works(config, pack=4)
    ):
        advice += f", or a new start with {_at(config, 'pack', 4)}"
    return advice


def against_copies(config: RunConfig) -> str:
    """For a generator that knows its data by heart."""
    if config.gan.augmentation.is_on or not _works(config, augment_p=0.3):
        return "more data, or fewer steps"
    return f"more data, or {_at(config, 'augment_p', 0.3)}"


def _at(config: RunConfig, name: str, value: float) -> str:
    return f"{config.called(name)} at {value:g}"


def _lower(config: RunConfig, name: str, value: float) -> str:
    return f"a lower {config.called(name)}, now {value:g}"


def _can_have_r1(config: RunConfig) -> bool:
    """Whether nothing holds D's gradient yet, and R1 would."""
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
