"""What fakes are asked to be, and what it costs D and G when that cannot be told from them."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from ganlib.algorithms.penalties import Weighted
from ganlib.config import DcganNetwork, Network, Objective
from ganlib.data import Batches
from ganlib.models import AuxiliaryDiscriminator, class_condition
from ganlib.objectives import information
from ganlib.penalties import Discriminator


class Conditioning:
    """The classes of the last samples, with those who are told them and who have to tell them.

    Fakes are of the classes of the reals beside them. D is told the class too (projection, concat),
    or has a second head that has to tell it:

    auxiliary (AC-GAN): D minimises the cross-entropy of the class at reals, and with
        `auxiliary_fakes` at fakes, and G that of the class asked for, through D as it is. From
        reals alone D cannot learn signs that G and D have agreed upon.
    codes (InfoGAN): reals have no code. One of K is drawn for each fake, all equally often, and the
        first numbers of z are codes besides. D and G maximise what the head can tell of them from
        fakes: D's update moves the head, which is the paper's Q, and the features that it shares
        with the judgement, as the authors' program does; G's update moves G alone.

    The metrics, each before its weight and of the last update, in nats:
        d_class_real, d_class_fake, g_class: cross-entropy of the class (auxiliary).
        d_information, g_information: see `ganlib.objectives.information` (codes).

    Attributes:
        classes: K, that G can be asked for; 0 where it draws as it likes.
        labels: (N,) int64 on the device, the classes of the last fakes, and of the reals beside
            them where those have any.

    Source: Odena et al. 2017, arXiv 1610.09585; Chen et al. 2016, arXiv 1606.03657.
    """

    metric_names = ("d_class_real", "d_class_fake", "g_class", "d_information", "g_information")

    def __init__(
        self, network: Network, classes: int, rng: torch.Generator, device: torch.device
    ) -> None:
        """Begin before any sample; codes are drawn from rng alone, on the CPU."""
        self.classes = classes
        self.labels = torch.empty(0, dtype=torch.int64, device=device)
        self._kind, self._count = "none", 0
        if isinstance(network, DcganNetwork):
            self._kind, self._count = network.condition, network.code_numbers
        self._rng = rng
        self._numbers = torch.empty(0, self._count, device=device)

    def take(self, batches: Batches) -> Tensor:
        """The next real batch; fakes are of its classes until the one after it."""
        real = next(batches)
        if self._kind not in ("none", "codes"):
            self.labels = batches.labels
        return real

    def ask(self, z: Tensor) -> tuple[Tensor, ...]:
        """What G is given: z (N, latent_dim), and a condition (N, K) where it takes one."""
        if self._kind == "none":
            return (z,)
        if self._kind == "codes":
            drawn = torch.randint(self.classes, (len(z),), generator=self._rng)
            self.labels, self._numbers = drawn.to(z.device), z[:, : self._count]
        return z, class_condition(self.labels, self.classes)

    def judge(self, D: Callable[..., Tensor], times: int = 1) -> Discriminator:
        """D, told the classes so many times one after another where it is told them."""
        if self._kind in ("projection", "concat"):
            return partial(D, condition=class_condition(self.labels, self.classes).repeat(times, 1))
        return D

    def read(
        self, D: Callable[..., Tensor], samples: Tensor, times: int = 1
    ) -> tuple[Tensor, Tensor]:
        """D's logits, and the answers of its second head: (N, 0) where it has none."""
        if isinstance(D, AuxiliaryDiscriminator):
            return D.read(samples)
        logits = self.judge(D, times)(samples)
        return logits, logits.new_empty(*logits.shape, 0)

    def of_d(self, objective: Objective, answers: Tensor) -> Weighted:
        """What joins D's loss, of the answers (2N, ...) at reals and then fakes."""
        weight = objective.auxiliary_lambda
        match self._kind:
            case "auxiliary":
                real, fake = answers.chunk(2)
                return {
                    "d_class_real": (cross_entropy(real, self.labels), weight),
                    "d_class_fake": (
                        cross_entropy(fake, self.labels),
                        weight * objective.auxiliary_fakes,
                    ),
                }
            case "codes":
                return {"d_information": (self._told(answers.chunk(2)[1]), -weight)}
        return {}

    def of_g(self, objective: Objective, answers: Tensor) -> Weighted:
        """What joins G's loss, of the answers (N, ...) at fakes."""
        weight = objective.auxiliary_lambda
        match self._kind:
            case "auxiliary":
                return {"g_class": (cross_entropy(answers, self.labels), weight)}
            case "codes":
                return {"g_information": (self._told(answers), -weight)}
        return {}

    def _told(self, answers: Tensor) -> Tensor:
        return information(answers, self.labels, self._numbers)
