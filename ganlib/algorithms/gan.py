"""Generative adversarial networks (Goodfellow et al. 2014, arXiv 1406.2661).

A step reads as in the papers: D learns from real and fake, G learns through D, the average of G
follows. Both networks may instead move at once from one forward pass.
"""

import math

import torch
from torch import Tensor

from ganlib.algorithms.ema import Ema
from ganlib.algorithms.player import Player
from ganlib.config import RunConfig
from ganlib.controls import Players
from ganlib.data import Batches
from ganlib.latent.decoder import GeneratorDecoder
from ganlib.models import build_networks
from ganlib.objectives import (
    adversarial_loss,
    clip_weights,
    r1_penalty,
    r2_penalty,
    wgan_gp,
)
from ganlib.runtime import draw_z, make_rng


class Gan:
    """A generator G against a discriminator D.

    The metrics of a step:
        d_loss, g_loss: the losses of the last update, without penalties.
        d_real, d_fake: mean of D at real and fake samples: a probability where the loss has one
            (minimax, ns), else the mean logit.
        d_r1, d_r2, d_gp: penalties before their weights, in steps that compute them.
    """

    metric_names: tuple[str, ...] = (
        "d_loss",
        "g_loss",
        "d_real",
        "d_fake",
        "d_r1",
        "d_r2",
        "d_gp",
    )

    def __init__(self, config: RunConfig, shape: tuple[int, ...], device: torch.device) -> None:
        gan = config.algorithm
        self.device = device
        self.latent_dim = gan.network.latent_dim
        self.images_seen = 0
        self.steps_done = 0
        self.d_updates = 0
        self.z_rng = make_rng(config.seed, purpose=1)
        self.penalty_rng = make_rng(config.seed, purpose=2)
        self.noise_rng = make_rng(config.seed, purpose=3)
        G, D = build_networks(gan.network, shape, make_rng(config.seed, purpose=0))
        self.G, self.D = G.to(device), D.to(device)
        self.G_ema = Ema(self.G, gan.optimisation.ema_half_life)
        self.opt_G = Player("generator", self.G, gan.optimisation, gan.optimisation.lr_g)
        self.opt_D = Player("discriminator", self.D, gan.optimisation, gan.optimisation.lr_d)
        self.last_real: Tensor | None = None
        self.change(config)

    def change(self, config: RunConfig) -> None:
        """Take over the live values of `config`."""
        gan = config.algorithm
        self.batch_size = config.batch_size
        self.objective, self.optimisation = gan.objective, gan.optimisation
        self.loss = adversarial_loss(gan.objective.loss, gan.objective.label_smoothing)
        self.opt_G.set_lr(gan.optimisation.lr_g)
        self.opt_D.set_lr(gan.optimisation.lr_d)

    def publish(self) -> GeneratorDecoder:
        """A frozen copy of the averaged generator."""
        return GeneratorDecoder(self.G_ema.module, self.latent_dim)

    def train_step(self, batches: Batches, players: Players) -> dict[str, float]:
        """Take one step: d_steps updates of D, then g_steps updates of G.

        Raises:
            DivergedError: a loss is not finite.
        """
        metrics = dict.fromkeys(self.metric_names, math.nan)
        if self.optimisation.updates == "simultaneous" and players == "both":
            metrics |= self._update_both(next(batches))
        else:
            if players != "g":
                for _ in range(self.optimisation.d_steps):
                    metrics |= self._update_d(next(batches))
            if players != "d":
                for _ in range(self.optimisation.g_steps):
                    metrics |= self._update_g(batches)
        self.steps_done += 1
        return metrics

    def _update_d(self, real: Tensor) -> dict[str, float]:
        """D: push real logits up and fake logits down."""
        with torch.no_grad():
            fake = self.G(self._draw_z())
        total, metrics, _ = self._judge(real, fake)
        self.opt_D.backward(total)
        self._step_d(real)
        return metrics

    def _update_g(self, batches: Batches) -> dict[str, float]:
        """G: push fake logits up through D, which stays as it is."""
        fake_logits = self.D(self._with_noise(self.G(self._draw_z())))
        with torch.no_grad():
            real = next(batches) if self.last_real is None else self.last_real
            real_logits = self.D(self._with_noise(real)) if self.loss.g_needs_real else fake_logits
        g_loss = self.loss.g(real_logits, fake_logits)
        self.opt_G.backward(g_loss)
        self._step_g()
        return {"g_loss": g_loss.item()}

    def _update_both(self, real: Tensor) -> dict[str, float]:
        """Both at once: the two gradients are taken before either network moves."""
        total, metrics, logits = self._judge(real, self.G(self._draw_z()))
        g_loss = self.loss.g(*logits)
        self.opt_D.backward(total, retain_graph=True)
        self.opt_G.backward(g_loss)
        self._step_d(real)
        self._step_g()
        return {**metrics, "g_loss": g_loss.item()}

    def _judge(
        self, real: Tensor, fake: Tensor
    ) -> tuple[Tensor, dict[str, float], tuple[Tensor, Tensor]]:
        """D's whole objective, its metrics, and the (N,) logits of real and fake."""
        objective = self.objective
        due = self.d_updates % objective.penalty_interval == 0
        real, fake = self._with_noise(real), self._with_noise(fake)
        if due and objective.r1_gamma > 0:
            real = real.detach().requires_grad_(True)
        if due and objective.r2_gamma > 0:
            fake.requires_grad_(True)  # Not detached: G may learn from this very pass.
        real_logits, fake_logits = self.D(real), self.D(fake)
        d_loss = total = self.loss.d(real_logits, fake_logits)
        penalties = {}
        if due and objective.r1_gamma > 0:
            penalties["d_r1"] = r1_penalty(real, real_logits)
            total = total + objective.r1_gamma / 2 * objective.penalty_interval * penalties["d_r1"]
        if due and objective.r2_gamma > 0:
            penalties["d_r2"] = r2_penalty(fake, fake_logits)
            total = total + objective.r2_gamma / 2 * objective.penalty_interval * penalties["d_r2"]
        if due and objective.gp_lambda > 0:
            penalties["d_gp"] = wgan_gp(self.D, real.detach(), fake.detach(), self.penalty_rng)
            total = total + objective.gp_lambda * objective.penalty_interval * penalties["d_gp"]
        scores = {"d_real": self._score(real_logits), "d_fake": self._score(fake_logits)}
        metrics = {"d_loss": d_loss, **scores, **penalties}
        floats = {name: value.item() for name, value in metrics.items()}
        return total, floats, (real_logits, fake_logits)

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

    def _draw_z(self) -> Tensor:
        return draw_z(self.batch_size, self.latent_dim, self.z_rng).to(self.device)

    def _with_noise(self, samples: Tensor) -> Tensor:
        """Instance noise (Sønderby et al. 2017, arXiv 1610.04490), fading linearly to nothing."""
        left = 1 - self.steps_done / self.objective.instance_noise_steps
        sigma = self.objective.instance_noise * max(0.0, left)
        if sigma == 0:
            return samples
        noise = torch.randn(samples.shape, generator=self.noise_rng).to(self.device)
        return samples + sigma * noise

    def _score(self, logits: Tensor) -> Tensor:
        return (logits.sigmoid() if self.loss.probabilistic else logits).detach().mean()
