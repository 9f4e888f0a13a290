"""Class labels and codes that G is conditioned on, and the losses of predicting them."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from ganlib.algorithms.penalties import WeightedTerm
from ganlib.config import DcganNetwork, Objective
from ganlib.data import Batches
from ganlib.models import AuxiliaryDiscriminator, class_condition
from ganlib.objectives import information
from ganlib.penalties import Discriminator


class Conditioning:
    """The class labels of the last samples, for whoever is conditioned on them or predicts them.

    Fakes are of the classes of the reals beside them. D is conditioned on the class too
    (projection, concat), or has an auxiliary head that predicts it:

    auxiliary (AC-GAN): D minimises the cross-entropy of the class at reals, and with
        `auxiliary_fakes` at fakes, and G that of its class label, through D as it is. From
        reals alone D cannot learn signs that G and D have agreed upon.
    codes (InfoGAN): reals have no code. One of K is drawn for each fake, all equally often, and the
        first numbers of z are codes besides. D and G maximise what the head can tell of them from
        fakes: D's update moves the head, which is the paper's Q, and the features that it shares
        with the judgement, as the authors' program does; G's update moves G alone.

    The metrics, each before its weight and of the last update, in nats:
        d_class_real, d_class_fake, g_class: cross-entropy of the class (auxiliary).
        d_information, g_information: see `ganlib.objectives.information` (codes).

    Attributes:
        classes: K, that G can be asked for.
        labels: (N,) int64 on the device, the classes of the last fakes, and of the reals beside
            them where those have any.
        auxiliary_logits: (N, ...) of the second head at the samples that D saw last in an update,
            or (2N, ...) at reals and then fakes; on the device.

    Source: Odena et al. 2017, arXiv 1610.09585; Chen et al. 2016, arXiv 1606.03657.
    """

    metric_names = ("d_class_real", "d_class_fake", "g_class", "d_information", "g_information")

    def __init__(
        self, network: DcganNetwork, classes: int, rng: torch.Generator, device: torch.device
    ) -> None:
        """Begin before any sample; codes are drawn from rng alone, on the CPU."""
        self.classes = classes
        self.labels = torch.empty(0, dtype=torch.int64, device=device)
        self.auxiliary_logits = torch.empty(0, device=device)
        self._kind, self._count = network.condition, network.code_numbers
        self._rng = rng
        self._numbers = torch.empty(0, self._count, device=device)

    def next_real(self, batches: Batches) -> Tensor:
        """The next real batch; fakes are of its classes until the one after it."""
        real = next(batches)
        if self._kind != "codes":
            self.labels = batches.labels
        return real

    def generate(self, G: Callable[..., Tensor], z: Tensor) -> Tensor:
        """Fakes of z (N, latent_dim), and of what they are asked to be."""
        return G(*self.g_inputs(z))

    def g_inputs(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """What G is given: z (N, latent_dim), and a condition (N, K)."""
        if self._kind == "codes":
            drawn = torch.randint(self.classes, (len(z),), generator=self._rng)
            self.labels, self._numbers = drawn.to(z.device), z[:, : self._count]
        return z, class_condition(self.labels, self.classes)

    def conditioned(self, D: Callable[..., Tensor]) -> Discriminator:
        """D as a function of N samples, or of N reals and then N fakes of the same classes."""
        return partial(self._with_classes, D) if self._kind in ("projection", "concat") else D

    def discriminator(self, D: Callable[..., Tensor], parts: int = 1) -> Discriminator:
        """The same; what its second head says is kept. It sees so many parts one by one."""
        if isinstance(D, AuxiliaryDiscriminator):
            return partial(self._both_heads, D, parts)
        return in_parts(self.conditioned(D), parts)

    def d_terms(self, objective: Objective) -> tuple[WeightedTerm, ...]:
        """What joins D's loss, of the second head at reals and then fakes."""
        weight = objective.auxiliary_lambda
        match self._kind:
            case "auxiliary":
                at_fakes = weight * objective.auxiliary_fakes
                return (
                    WeightedTerm("d_class_real", weight, lambda _: self._class_loss(0)),
                    WeightedTerm("d_class_fake", at_fakes, lambda _: self._class_loss(1)),
                )
            case "codes":
                return (WeightedTerm("d_information", -weight, lambda _: self._information()),)
        return ()

    def g_terms(self, objective: Objective) -> tuple[WeightedTerm, ...]:
        """What joins G's loss, of the second head at fakes."""
        weight = objective.auxiliary_lambda
        match self._kind:
            case "auxiliary":
                return (WeightedTerm("g_class", weight, lambda: self._class_loss(-1)),)
            case "codes":
                return (WeightedTerm("g_information", -weight, self._information),)
        return ()

    def _with_classes(self, D: Callable[..., Tensor], samples: Tensor) -> Tensor:
        times = len(samples) // len(self.labels)
        return D(samples, condition=class_condition(self.labels, self.classes).repeat(times, 1))

    def _both_heads(self, D: AuxiliaryDiscriminator, parts: int, samples: Tensor) -> Tensor:
        read = (D.read(part) for part in samples.chunk(parts))
        logits, self.auxiliary_logits = (torch.cat(one) for one in zip(*read, strict=True))
        return logits

    def _class_loss(self, part: int) -> Tensor:
        """Of reals (0), or of fakes, which come after them (1) or alone (-1)."""
        return cross_entropy(self.auxiliary_logits.split(len(self.labels))[part], self.labels)

    def _information(self) -> Tensor:
        at_fakes = self.auxiliary_logits.split(len(self.labels))[-1]
        return information(at_fakes, self.labels, self._numbers)


def in_parts(D: Discriminator, parts: int) -> Discriminator:
    """D, which sees so many parts of its samples one by one."""
    return D if parts == 1 else lambda samples: torch.cat([D(one) for one in samples.chunk(parts)])
