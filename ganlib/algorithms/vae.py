"""Variational autoencoders (Kingma & Welling 2014, arXiv 1312.6114)."""

import torch
from torch import Tensor

from ganlib.algorithms.base import ExportSpec
from ganlib.algorithms.single_network import SingleNetworkAlgorithm
from ganlib.config import RunConfig, VaeConfig
from ganlib.latent import VaeDecoder, terms
from ganlib.models import Vae, build_vae
from ganlib.objectives import paid_kl, warmed
from ganlib.runtime import draw_z, make_rng
from ganlib.streams import Stream


class VaeAlgorithm(SingleNetworkAlgorithm):
    """An encoder and a decoder that maximise the evidence lower bound (ELBO).

    The metrics of a step, in nats for each sample of the batch:
        loss: what is minimised, with the weight of the KL term and what of it is free.
        elbo: recon and kl, both whole: -(recon + kl) <= log p(x).
        recon: -log p(x|z), the reconstruction term.
        kl: KL(q(z|x) || p(z)), the KL divergence to the prior.
        beta: the weight of the KL term in this step.
        sigma: width of the gaussian likelihood, in data from -1 to 1.
        grad_norm: see `ganlib.algorithms.norms`.
    """

    own_metrics = ("elbo", "recon", "kl", "beta", "sigma")

    def __init__(self, config: RunConfig, shape: tuple[int, ...], device: torch.device) -> None:
        vae = config.algorithm
        assert isinstance(vae, VaeConfig)
        self.latent_dim = vae.network.latent_dim
        network = build_vae(vae, shape, make_rng(config.seed, Stream.WEIGHTS))
        super().__init__(network, config, device)

    def change(self, config: RunConfig) -> None:
        """Take over the live values of `config`."""
        super().change(config)
        assert isinstance(config.algorithm, VaeConfig)
        self.objective = config.algorithm.objective

    def publish(self) -> VaeDecoder:
        """A frozen copy of both networks, averaged."""
        return VaeDecoder(self._averaged, self.latent_dim)

    def export_spec(self) -> ExportSpec:
        """The decoder: z -> samples."""
        given = "z", lambda count, rng: draw_z(count, self.latent_dim, rng)
        return ExportSpec("Decoder", self._averaged.decoder_mean, given, 0, "samples")

    @property
    def _averaged(self) -> Vae:
        assert isinstance(self.average.module, Vae)
        return self.average.module

    def _loss(self, real: Tensor, labels: Tensor) -> tuple[Tensor, dict[str, float]]:
        assert isinstance(self.network, Vae)
        noise = draw_z(len(real), self.latent_dim, self.noise_rng).to(self.device)
        likelihood, kl = terms(self.network, real, noise)
        recon, whole = -likelihood.mean(), kl.sum(1).mean()
        objective = self.objective
        beta = warmed(objective.beta, self.steps_done, objective.warm_up_steps)
        loss = recon + beta * paid_kl(kl, objective.free_bits)
        metrics = {
            "elbo": -(recon + whole).item(),
            "recon": recon.item(),
            "kl": whole.item(),
            "beta": beta,
        }
        if objective.likelihood == "gaussian":
            metrics["sigma"] = self.network.width().exp().item()
        return loss, metrics
