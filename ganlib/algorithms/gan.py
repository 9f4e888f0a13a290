"""Generative adversarial networks (Goodfellow et al. 2014, arXiv 1406.2661).

A step reads as in the papers: D learns from real and fake, G learns through D, the average of G
follows. Both networks may instead move at once from one forward pass.
"""

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from ganlib.algorithms.adaptive import Augmenter
from ganlib.algorithms.base import Portable, below, counted
from ganlib.algorithms.conditioning import Conditioning
from ganlib.algorithms.ema import Ema
from ganlib.algorithms.norms import METRIC_NAMES as NORMS
from ganlib.algorithms.norms import gradient_norm, largest_singular_value
from ganlib.algorithms.penalties import Penalties
from ganlib.algorithms.player import Player
from ganlib.algorithms.schedule import share_left
from ganlib.config import RunConfig
from ganlib.data import Batches
from ganlib.latent.decoder import GeneratorDecoder
from ganlib.metrics import smaller_steps
from ganlib.models import build_networks
from ganlib.objectives import unrolled
from ganlib.penalties import Discriminator
from ganlib.penalties.bounds import clip_weights
from ganlib.plane import PlaneGame
from ganlib.runtime import draw_z, make_rng
from ganlib.streams import Stream

COUNTERS = ("images_seen", "steps_done", "d_updates")
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
        g_grad_norm, d_grad_norm, g_sigma, d_sigma: see `ganlib.algorithms.norms`; every
            `norms_every` steps.
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
        classes = len(config.asked_classes)
        G, D = build_networks(gan.network, shape, make_rng(config.seed, Stream.WEIGHTS), classes)
        self.G, self.D = G.to(device), D.to(device)
        self.G_ema = Ema(self.G, gan.optimisation.ema_half_life)
        moves = gan.optimisation
        self.opt_G = Player("generator", self.G, moves, moves.lr_g)
        self.opt_D = Player("discriminator", self.D, moves, moves.lr_d)
        self.penalties = Penalties(self.penalty_rng, device)
        self.metric_names = (
            *("d_loss", "g_loss", "d_real", "d_fake"),
            *self.penalties.metric_names,
            *Augmenter.metric_names,
            *Conditioning.metric_names,
            *NORMS,
        )
        self.augmenter = Augmenter(gan.augmentation, self.augment_rng)
        self.conditioning = Conditioning(gan.network, classes, self.code_rng, device)
        self.last_real = torch.empty(0)
        self.couples_batch = bool(gan.network.couplings)
        self.change(config)

    def change(self, config: RunConfig) -> None:
        """Take over the live values of `config`."""
        gan = config.gan
        self.config = config
        self.batch_size, self.total_steps = config.batch_size, config.total_steps
        self.objective, self.optimisation = gan.objective, gan.optimisation
        self.loss = gan.objective.loss_spec
        self.augmenter.change(gan.augmentation)
        self.opt_G.cure = self.opt_D.cure = smaller_steps(config)
        self._set_step_sizes()

    def publish(self) -> GeneratorDecoder:
        """A frozen copy of the averaged generator, and of D where it judges one by one."""
        critic = self.D if self.config.gan.network.judges_alone else None
        classes = self.conditioning.classes
        return GeneratorDecoder(self.G_ema.module, self.latent_dim, classes, critic)

    def portable(self) -> Portable:
        """The averaged generator: z, and a condition where it can be asked, to samples."""
        given = "z", lambda count, rng: draw_z(count, self.latent_dim, rng)
        return Portable("Generator", self.G_ema.module, given, self.conditioning.classes, "samples")

    def publish_game(self) -> PlaneGame | None:
        """Both players in the plane, frozen as they are now; None on pictures."""
        return PlaneGame(self.G, self.D, self.config) if self.config.data.is_2d else None

    def state_dict(self) -> dict[str, Tensor]:
        """All that decides the steps to come, by flat names; the tensors are the live ones."""
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
            "labels": self.conditioning.labels,
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
        if "labels" in state:  # As above.
            self.conditioning.labels = state["labels"].to(self.device)

    def train_step(self, batches: Batches, target: str = "both") -> dict[str, float]:
        """Take one step: d_steps updates of D, then g_steps updates of G; or of "d" or "g" alone.

        Raises:
            DivergedError: a loss is not finite.
        """
        metrics = dict.fromkeys(self.metric_names, math.nan)
        self._set_step_sizes()
        if self.optimisation.updates == "simultaneous" and target == "both":
            metrics |= self._update_both(self.conditioning.take(batches))
        else:
            if target != "g":
                for _ in range(self.optimisation.d_steps):
                    metrics |= self._update_d(self.conditioning.take(batches))
            if target != "d":
                for _ in range(self.optimisation.g_steps):
                    metrics |= self._update_g(batches)
        if (often := self.optimisation.norms_every) and self.steps_done % often == 0:
            metrics |= self._norms()
        self.steps_done += 1
        return metrics

    def _update_d(self, real: Tensor) -> dict[str, float]:
        """D: push real logits up and fake logits down."""
        with torch.no_grad():
            fake = self._generate()
        total, metrics, _ = self._judge(real, fake)
        self.opt_D.backward(total)
        self._step_d(real)
        return metrics

    def _update_g(self, batches: Batches) -> dict[str, float]:
        """G: push fake logits up through D, which stays as it is."""
        if len(self.last_real) != self.batch_size:  # G may be stepped before D ever was.
            self.last_real = self.conditioning.take(batches)
        fake = self._shown(self._generate())
        D = self._ahead(fake) if self.objective.unrolled_steps else self.D
        fake_logits, answers = self.conditioning.read(D, fake)
        real_logits = fake_logits
        if self.loss.compares_pairs:
            real_logits, _ = self.conditioning.read(D, self._shown(self.last_real))
        total, metrics = self._convince(real_logits, fake_logits, answers)
        self.opt_G.backward(total)
        self._step_g()
        return metrics

    def _update_both(self, real: Tensor) -> dict[str, float]:
        """Both at once: the two gradients are taken before either network moves."""
        of_d, metrics, (real_logits, fake_logits, answers) = self._judge(real, self._generate())
        of_g, metrics_g = self._convince(real_logits, fake_logits, answers.chunk(2)[1])
        self.opt_D.backward(of_d, retain_graph=True)
        self.opt_G.backward(of_g)
        self._step_d(real)
        self._step_g()
        return metrics | metrics_g

    def _ahead(self, fake: Tensor) -> Discriminator:
        """D as it would be after so many updates more."""
        real, ahead = self._shown(self.last_real), self.objective.unrolled_steps
        return unrolled(
            self.D, self.opt_D.optimiser, lambda D: self.loss.d(D(real), D(fake)), ahead
        )

    def _convince(
        self, real_logits: Tensor, fake_logits: Tensor, answers: Tensor
    ) -> tuple[Tensor, dict[str, float]]:
        """G's whole objective, and its metrics."""
        g_loss = self.loss.g(real_logits, fake_logits)
        terms = self.conditioning.of_g(self.objective, answers)
        total = sum((weight * term for term, weight in terms.values()), g_loss)
        told = {"g_loss": g_loss, **{name: term for name, (term, _) in terms.items()}}
        return total, {name: value.item() for name, value in told.items()}

    def _judge(
        self, real: Tensor, fake: Tensor
    ) -> tuple[Tensor, dict[str, float], tuple[Tensor, Tensor, Tensor]]:
        """D's whole objective, its metrics, and what G needs: D's logits, and its answers."""
        objective = self.objective
        due = self.d_updates % objective.penalty_interval == 0
        samples = torch.cat((self._shown(real), self._shown(fake)))
        if due and self.penalties.needs_gradients(objective):
            samples.requires_grad_(True)  # Not detached: G may learn from this very pass.
        logits, answers = self._read(samples)
        real_logits, fake_logits = logits.chunk(2)
        d_loss = self.loss.d(real_logits, fake_logits)
        told = self.conditioning.judge(self.D)
        terms = self.penalties.weigh(objective, told, samples, logits, due)
        terms |= self.conditioning.of_d(objective, answers)
        total = sum((weight * term for term, weight in terms.values()), d_loss)
        d_real, d_fake = self._scores(logits)
        metrics = {
            "d_loss": d_loss.item(),
            "d_real": d_real,
            "d_fake": d_fake,
            **{name: term.item() for name, (term, _) in terms.items()},
            **self.augmenter.note(real_logits, self.batch_size, self.loss.reading.undecided or 0.0),
        }
        return total, metrics, (real_logits, fake_logits, answers)

    def _read(self, samples: Tensor) -> tuple[Tensor, Tensor]:
        """D on reals and fakes at once where no batch couples its answers: one pass is faster."""
        if not self.couples_batch:
            return self.conditioning.read(self.D, samples, times=2)
        parts = (self.conditioning.read(self.D, part) for part in samples.chunk(2))
        logits, answers = (torch.cat(one) for one in zip(*parts, strict=True))
        return logits, answers

    def _generate(self) -> Tensor:
        """Fakes of new z, and of what they are asked to be where G can be asked."""
        z = draw_z(self.batch_size, self.latent_dim, self.z_rng).to(self.device)
        fakes: Tensor = self.G(*self.conditioning.ask(z))
        return fakes

    def _step_d(self, real: Tensor) -> None:
        self.opt_D.step()
        if self.objective.weight_clip > 0:
            clip_weights(self.D, self.objective.weight_clip)
        self.last_real = real
        self.d_updates += 1
        self.images_seen += len(real)

    def _step_g(self) -> None:
        self.opt_G.step()
        self.G_ema.update(self.batch_size, self.images_seen)

    def _set_step_sizes(self) -> None:
        of_g, of_d = self.optimisation.decays
        done = self.steps_done / self.total_steps
        self.opt_G.set_lr(share_left(of_g, done) * self.optimisation.lr_g)
        self.opt_D.set_lr(share_left(of_d, done) * self.optimisation.lr_d)

    def _norms(self) -> dict[str, float]:
        networks = {"g": self.G, "d": self.D}
        return {
            **{f"{of}_grad_norm": gradient_norm(one.parameters()) for of, one in networks.items()},
            **{f"{of}_sigma": largest_singular_value(one) for of, one in networks.items()},
        }

    def _shown(self, samples: Tensor) -> Tensor:
        """What D sees of real or fake samples: the same kind of change to either."""
        return self._with_noise(self.augmenter(samples))

    def _with_noise(self, samples: Tensor) -> Tensor:
        """Instance noise (Sønderby et al. 2017, arXiv 1610.04490), fading linearly to nothing."""
        left = 1 - self.steps_done / self.objective.instance_noise_steps
        sigma = self.objective.instance_noise * max(0.0, left)
        if sigma == 0:
            return samples
        noise = torch.randn(samples.shape, generator=self.noise_rng).to(self.device)
        return samples + sigma * noise

    def _scores(self, logits: Tensor) -> list[float]:
        """The mean of what D says of reals, and of fakes."""
        logits = logits.detach()
        said = logits.sigmoid() if self.loss.is_probability else logits
        return said.view(2, -1).mean(1).tolist()
