"""Generative adversarial networks (Goodfellow et al. 2014, arXiv 1406.2661).

A step reads as in the papers: D learns from real and fake, G learns through D, the average of G
follows. Both networks may instead move at once from one forward pass. What else a configuration
uses is among the parts of the step (`ganlib.algorithms.step_parts`); where it uses nothing else,
they are no more than the next batch, G and D.
"""

import math
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from ganlib.algorithms.adaptive import Augmenter
from ganlib.algorithms.base import ExportSpec, below, counted
from ganlib.algorithms.conditioning import Conditioning
from ganlib.algorithms.module_optimizer import Ema, ModuleOptimizer
from ganlib.algorithms.norms import METRIC_NAMES as NORMS
from ganlib.algorithms.penalties import Penalties, WeightedTerm
from ganlib.algorithms.step_parts import compose
from ganlib.config import DcganNetwork, Objective, Optimisation, RunConfig
from ganlib.data import Batches
from ganlib.latent.decoder import GeneratorDecoder
from ganlib.metrics import lower_learning_rates
from ganlib.models import build_networks
from ganlib.objectives import unrolled
from ganlib.penalties import DUpdate
from ganlib.plane import PlaneSnapshot
from ganlib.runtime import draw_z, make_rng
from ganlib.streams import Stream

COUNTERS = ("images_seen", "steps_done", "d_updates")
_NO_LABELS = torch.empty(0, dtype=torch.int64)
STREAMS = ("z_rng", "penalty_rng", "noise_rng", "augment_rng", "code_rng")


class Gan:
    """A generator G against a discriminator D.

    The metrics of a step:
        d_loss, g_loss: the losses of the last update, without what is added to them.
        d_real, d_fake: mean of D at real and fake samples: a probability where the loss has one,
            else the mean logit.
        d_r1, d_r2, d_gp, d_dragan, d_lecam and the like: see `Penalties`.
        ada_p, ada_r: see `Augmenter`.
        d_class_real, d_class_fake, g_class, d_information, g_information: see `Conditioning`.
        g_grad_norm, d_grad_norm, g_spectral_norm, d_spectral_norm: see `ganlib.algorithms.norms`;
            every `norms_every` steps.
    """

    def __init__(self, config: RunConfig, shape: tuple[int, ...], device: torch.device) -> None:
        gan = config.gan
        self.device = device
        self.latent_dim = gan.network.latent_dim
        self.images_seen = 0
        self.steps_done = 0
        self.d_updates = 0
        self.z_rng = make_rng(config.seed, Stream.LATENTS)
        self.penalty_rng = make_rng(config.seed, Stream.PENALTIES)
        self.noise_rng = make_rng(config.seed, Stream.INSTANCE_NOISE)
        self.augment_rng = make_rng(config.seed, Stream.AUGMENTATION)
        self.code_rng = make_rng(config.seed, Stream.CODES)
        self.classes = len(config.condition_labels)
        weights_rng = make_rng(config.seed, Stream.WEIGHTS)
        G, D = build_networks(gan.network, shape, weights_rng, self.classes)
        self.G, self.D = G.to(device), D.to(device)
        self.G_ema = Ema(self.G, gan.optimisation.ema_half_life)
        moves = gan.optimisation
        self.opt_G = ModuleOptimizer("generator", self.G, moves, moves.lr_g)
        self.opt_D = ModuleOptimizer("discriminator", self.D, moves, moves.lr_d)
        self.penalties = Penalties(device)
        self.metric_names = (
            *("d_loss", "g_loss", "d_real", "d_fake"),
            *self.penalties.metric_names,
            *Augmenter.metric_names,
            *Conditioning.metric_names,
            *NORMS,
        )
        self.augmenter = Augmenter(gan.augmentation, self.augment_rng)
        self.conditioning: Conditioning | None = None
        if isinstance(gan.network, DcganNetwork) and gan.network.is_conditional:
            self.conditioning = Conditioning(gan.network, self.classes, self.code_rng, device)
        self.last_real = torch.empty(0)
        self.change(config)

    def change(self, config: RunConfig) -> None:
        """Take over the live values of `config`: the step is put together anew."""
        gan = config.gan
        self.config, self.batch_size = config, config.batch_size
        self.loss = gan.objective.loss_spec
        self.augmenter.change(gan.augmentation)
        self.opt_G.cure = self.opt_D.cure = lower_learning_rates(config)
        self.parts = compose(self)
        self._updates = _updates(gan.optimisation)
        self._g_logits = _g_logits(gan.objective)

    def publish(self) -> GeneratorDecoder:
        """A frozen copy of the averaged generator, and of D where it classifies one by one."""
        critic = self.D if self.config.gan.network.is_per_sample else None
        return GeneratorDecoder(self.G_ema.module, self.latent_dim, self.classes, critic)

    def export_spec(self) -> ExportSpec:
        """The averaged generator: z, and a condition where it can be asked, to samples."""
        given = "z", lambda count, rng: draw_z(count, self.latent_dim, rng)
        return ExportSpec("Generator", self.G_ema.module, given, self.classes, "samples")

    def publish_plane(self) -> PlaneSnapshot | None:
        """G and D frozen as they are now, for the view of the plane; None on pictures."""
        return PlaneSnapshot(self.G, self.D, self.config) if self.config.data.is_2d else None

    def state_dict(self) -> dict[str, Tensor]:
        """What a checkpoint holds, so that training resumes exactly, by flat names.

        Weights, optimizer states, the EMA of G, random streams and counters: all that decides the
        steps to come. The tensors are the live ones.
        """
        modules = {"G": self.G, "D": self.D, "G_ema": self.G_ema.module}
        return {
            **{
                f"{of}.{key}": x
                for of, one in modules.items()
                for key, x in one.state_dict().items()
            },
            **{f"opt_G.{key}": x for key, x in self.opt_G.state_dict().items()},
            **{f"opt_D.{key}": x for key, x in self.opt_D.state_dict().items()},
            **{f"penalties.{key}": x for key, x in self.penalties.state_dict().items()},
            **{f"augmenter.{key}": x for key, x in self.augmenter.state_dict().items()},
            **{name: getattr(self, name).get_state() for name in STREAMS},
            **{name: torch.tensor(getattr(self, name)) for name in COUNTERS},
            "last_real": self.last_real,
            "labels": self.conditioning.labels if self.conditioning else _NO_LABELS,
        }

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Go to a saved place: the steps to come are bitwise those that came after it."""
        self.G.load_state_dict(below("G", state))
        self.D.load_state_dict(below("D", state))
        self.G_ema.module.load_state_dict(below("G_ema", state))
        self.opt_G.load_state_dict(below("opt_G", state))
        self.opt_D.load_state_dict(below("opt_D", state))
        self.penalties.load_state_dict(below("penalties", state))
        self.augmenter.load_state_dict(below("augmenter", state))
        for name in STREAMS:
            if name in state:  # A run saved before there was this stream begins it.
                getattr(self, name).set_state(state[name])
        for name in COUNTERS:
            setattr(self, name, counted(state, name))
        self.last_real = state["last_real"].to(self.device)
        if self.conditioning and "labels" in state:  # As above.
            self.conditioning.labels = state["labels"].to(self.device)

    def train_step(self, batches: Batches, target: str = "both") -> dict[str, float]:
        """Take one step: d_steps updates of D, then g_steps updates of G; or of "d" or "g" alone.

        Raises:
            DivergedError: a loss is not finite.
        """
        metrics = dict.fromkeys(self.metric_names, math.nan)
        for schedule in self.parts.schedules:
            schedule(self.steps_done)
        for update in self._updates[target]:
            metrics |= update(self, batches)
        for measure in self.parts.metrics:
            metrics |= measure(self.steps_done)
        self.steps_done += 1
        return metrics

    def _update_d(self, batches: Batches) -> dict[str, float]:
        """D: push real logits up and fake logits down."""
        real = self.parts.next_real(batches)
        with torch.no_grad():
            fake = self._generate()
        d_total, metrics, _ = self._d_objective(real, fake)
        self.opt_D.minimise(d_total)
        self._after_d(real)
        return metrics

    def _update_g(self, batches: Batches) -> dict[str, float]:
        """G: push fake logits up through D, which stays as it is."""
        if len(self.last_real) != self.batch_size:  # G may be stepped before D ever was.
            self.last_real = self.parts.next_real(batches)
        fake = self._d_input(self._generate())
        g_total, metrics = self._g_objective(*self._g_logits(self, fake))
        self.opt_G.minimise(g_total)
        self.G_ema.update(self.batch_size, self.images_seen)
        return metrics

    def _update_both(self, batches: Batches) -> dict[str, float]:
        """Both at once: the two gradients are taken before either network moves."""
        real = self.parts.next_real(batches)
        d_total, d_metrics, logits = self._d_objective(real, self._generate())
        g_total, g_metrics = self._g_objective(*logits)
        self.opt_D.backward(d_total, retain_graph=True)
        self.opt_G.backward(g_total)
        self.opt_D.step()
        self._after_d(real)
        self.opt_G.step()
        self.G_ema.update(self.batch_size, self.images_seen)
        return d_metrics | g_metrics

    def _generate(self) -> Tensor:
        """Fakes of new z, drawn as `draw_z` does."""
        z = torch.randn(self.batch_size, self.latent_dim, generator=self.z_rng)
        return self.parts.G(z.to(self.device))

    def _d_input(self, samples: Tensor) -> Tensor:
        """What D sees of real or fake samples: the same kind of change to either."""
        for change in self.parts.d_inputs:
            samples = change(samples)
        return samples

    def _d_objective(
        self, real: Tensor, fake: Tensor
    ) -> tuple[Tensor, dict[str, float], tuple[Tensor, Tensor]]:
        """D's whole objective, its metrics, and its logits at reals and at fakes.

        A gradient penalty (`ganlib.penalties.gradient`) joins lazily, in updates where it is due.
        """
        due = [one for one in self.parts.d_terms if self.d_updates % one.every == 0]
        samples = torch.cat((self._d_input(real), self._d_input(fake)))
        if any(one.of_batch for one in due):
            samples.requires_grad_(True)  # Not detached: G may learn from this very pass.
        logits = self.parts.d_of_reals_and_fakes(samples)
        real_logits, fake_logits = logits.chunk(2)
        d_loss = self.loss.d(real_logits, fake_logits)
        update = DUpdate(self.parts.D, samples, logits, self.penalty_rng) if due else None
        values = [one.value(update) for one in due]
        d_real, d_fake = self._scores(logits)
        metrics = {"d_loss": d_loss.item(), "d_real": d_real, "d_fake": d_fake}
        for measure in self.parts.d_metrics:
            metrics |= measure(real_logits)
        d_total, measured = _weighted_sum(d_loss, due, values)
        return d_total, metrics | measured, (real_logits, fake_logits)

    def _g_objective(
        self, real_logits: Tensor, fake_logits: Tensor
    ) -> tuple[Tensor, dict[str, float]]:
        """G's whole objective, and its metrics."""
        g_loss = self.loss.g(real_logits, fake_logits)
        terms = self.parts.g_terms
        g_total, measured = _weighted_sum(g_loss, terms, [one.value() for one in terms])
        return g_total, {"g_loss": g_loss.item(), **measured}

    def _fake_logits(self, fake: Tensor) -> tuple[Tensor, Tensor]:
        """What G's loss is given where it looks at fakes alone: their logits, twice."""
        fake_logits = self.parts.d_of_fakes(fake)
        return fake_logits, fake_logits

    def _compared_logits(self, fake: Tensor) -> tuple[Tensor, Tensor]:
        """The logits of the last reals and of the fakes."""
        fake_logits = self.parts.d_of_fakes(fake)
        return self.parts.D(self._d_input(self.last_real)), fake_logits

    def _unrolled_logits(self, fake: Tensor) -> tuple[Tensor, Tensor]:
        """The same, of D as it would be after so many updates more."""
        real, steps = self._d_input(self.last_real), self.config.gan.objective.unrolled_steps
        D = unrolled(self.D, self.opt_D.optimiser, lambda D: self.loss.d(D(real), D(fake)), steps)
        fake_logits = D(fake)
        pairs = self.loss.compares_pairs
        return D(self._d_input(self.last_real)) if pairs else fake_logits, fake_logits

    def _after_d(self, real: Tensor) -> None:
        for act in self.parts.after_d:
            act()
        self.last_real = real
        self.d_updates += 1
        self.images_seen += len(real)

    def _scores(self, logits: Tensor) -> list[float]:
        """The mean of what D says of reals, and of fakes."""
        logits = logits.detach()
        scores = logits.sigmoid() if self.loss.is_probability else logits
        return scores.view(2, -1).mean(1).tolist()


def _updates(
    moves: Optimisation,
) -> Mapping[str, tuple[Callable[[Gan, Batches], dict[str, float]], ...]]:
    """The updates of a step, in order, by its target."""
    d, g = (Gan._update_d,) * moves.d_steps, (Gan._update_g,) * moves.g_steps
    both = (Gan._update_both,) if moves.updates == "simultaneous" else (*d, *g)
    return {"d": d, "g": g, "both": both}


def _g_logits(objective: Objective) -> Callable[[Gan, Tensor], tuple[Tensor, Tensor]]:
    """How D looks at the fakes that G learns from."""
    if objective.unrolled_steps:
        return Gan._unrolled_logits
    return Gan._compared_logits if objective.loss_spec.compares_pairs else Gan._fake_logits


def _weighted_sum(
    loss: Tensor, terms: Sequence[WeightedTerm], values: Sequence[Tensor]
) -> tuple[Tensor, dict[str, float]]:
    """The loss with what joins it, and the values of that as metrics."""
    metrics = {}
    for term, value in zip(terms, values, strict=True):
        loss = loss + term.weight * value
        metrics[term.metric] = value.item()
    return loss, metrics
