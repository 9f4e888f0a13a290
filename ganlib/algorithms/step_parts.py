"""What a step of a GAN is put together from: what a configuration does not use is not there.

That is found out once, when a run begins and when its settings change, so that the step itself
need not ask.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from torch import Tensor

from ganlib.algorithms.conditioning import Conditioning, in_parts
from ganlib.algorithms.instance_noise import InstanceNoise
from ganlib.algorithms.module_optimizer import Schedule
from ganlib.algorithms.norms import measured_norms
from ganlib.algorithms.penalties import WeightedTerm
from ganlib.data import Batches
from ganlib.penalties import Discriminator
from ganlib.penalties.bounds import clip_weights

if TYPE_CHECKING:
    from ganlib.algorithms.gan import Gan


@dataclass(frozen=True, kw_only=True)
class StepParts:
    """The parts of a step; the tuples are empty where there is nothing to do.

    Attributes:
        next_real: the next batch (N, ...) of the data.
        G: z (N, latent_dim) -> fakes (N, ...), of the classes of the last reals where it has any.
        D: samples -> logits, of classes likewise.
        d_of_reals_and_fakes: the same in an update of D, of N reals and then N fakes.
        d_of_fakes: the same in an update of G, of N fakes.
        schedules: called before each step.
        d_inputs: what is done to reals and fakes before D sees them, one after another.
        d_terms, g_terms: what joins the losses.
        after_d: called after each update of D.
        d_metrics: D's logits at reals -> metrics, in each update of D.
        metrics: the number of steps before this one -> metrics, at its end.
    """

    next_real: Callable[[Batches], Tensor]
    G: Callable[[Tensor], Tensor]
    D: Discriminator
    d_of_reals_and_fakes: Discriminator
    d_of_fakes: Discriminator
    schedules: tuple[Schedule, ...]
    d_inputs: tuple[Callable[[Tensor], Tensor], ...]
    d_terms: tuple[WeightedTerm, ...]
    g_terms: tuple[WeightedTerm, ...]
    after_d: tuple[Callable[[], None], ...]
    d_metrics: tuple[Callable[[Tensor], Mapping[str, float]], ...]
    metrics: tuple[Callable[[int], Mapping[str, float]], ...]


def compose(gan: "Gan") -> StepParts:
    """The parts of its step as it is configured; its learning rates hold from now on."""
    settings = gan.config.gan
    objective = settings.objective
    noise, augmenters = _noise(gan), (gan.augmenter,) if settings.augmentation.is_on else ()
    clip, norms_every = objective.weight_clip, settings.optimisation.norms_every
    undecided = gan.loss.reading.undecided or 0.0
    parts = StepParts(
        next_real=next,
        G=gan.G,
        D=gan.D,
        d_of_reals_and_fakes=in_parts(gan.D, _parts_of_a_batch(gan)),
        d_of_fakes=gan.D,
        schedules=(*_lr_schedules(gan), *(one.fade for one in noise)),
        d_inputs=(*augmenters, *noise),
        d_terms=gan.penalties.weighted_terms(objective),
        g_terms=(),
        after_d=(partial(clip_weights, gan.D, clip),) if clip > 0 else (),
        d_metrics=tuple(
            partial(one.note, images=gan.batch_size, blind=undecided) for one in augmenters
        ),
        metrics=(partial(measured_norms, gan.G, gan.D, norms_every),) if norms_every else (),
    )
    return parts if gan.conditioning is None else _with_classes(parts, gan, gan.conditioning)


def _with_classes(parts: StepParts, gan: "Gan", conditioning: Conditioning) -> StepParts:
    objective = gan.config.gan.objective
    return replace(
        parts,
        next_real=conditioning.next_real,
        G=partial(conditioning.generate, gan.G),
        D=conditioning.conditioned(gan.D),
        d_of_reals_and_fakes=conditioning.discriminator(gan.D, _parts_of_a_batch(gan)),
        d_of_fakes=conditioning.discriminator(gan.D),
        d_terms=(*parts.d_terms, *conditioning.d_terms(objective)),
        g_terms=conditioning.g_terms(objective),
    )


def _parts_of_a_batch(gan: "Gan") -> int:
    """One pass over reals and fakes is faster, but must not let the ones look at the others."""
    return 2 if gan.config.gan.network.batch_dependent_layers else 1


def _lr_schedules(gan: "Gan") -> tuple[Schedule, ...]:
    moves, steps = gan.config.gan.optimisation, gan.config.total_steps
    g_decay, d_decay = moves.decays
    g_schedule = gan.opt_G.schedule(moves.lr_g, g_decay, steps)
    return *g_schedule, *gan.opt_D.schedule(moves.lr_d, d_decay, steps)


def _noise(gan: "Gan") -> tuple[InstanceNoise, ...]:
    objective = gan.config.gan.objective
    sigma, steps = objective.instance_noise, objective.instance_noise_steps
    return (InstanceNoise(sigma, steps, gan.noise_rng),) if sigma > 0 else ()
