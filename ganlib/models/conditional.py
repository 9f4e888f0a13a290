"""Class-conditional networks: G is given a class label, D is given it or predicts it.

A condition is (N, K) float32: each row one-hot, or weights of several classes that add up to 1.

Source: Mirza & Osindero 2014, arXiv 1411.1784; projection: Miyato & Koyama 2018, arXiv 1802.05637;
a second head: Odena et al. 2017, arXiv 1610.09585.
"""

import torch
from torch import Tensor, nn


def class_condition(labels: Tensor, classes: int) -> Tensor:
    """One-hot rows (..., K) float32 of labels (...) int64 below K."""
    return nn.functional.one_hot(labels, classes).float()


def round_robin_condition(count: int, classes: int) -> Tensor:
    """A condition (count, K) in which the classes take turns."""
    return class_condition(torch.arange(count) % classes, classes)


class ConditionalGenerator(nn.Module):
    """G on z and a condition side by side; the condition is scaled to the size of z.

    Attributes:
        classes: K.
    """

    def __init__(self, body: nn.Module, classes: int) -> None:
        super().__init__()
        self.body = body
        self.classes = classes

    def forward(self, z: Tensor, condition: Tensor | None = None) -> Tensor:
        """(N, latent_dim), (N, K) -> samples; without a condition the classes take turns."""
        if condition is None:
            condition = round_robin_condition(len(z), self.classes).to(z.device)
        samples: Tensor = self.body(torch.cat((z, condition * self.classes**0.5), 1))
        return samples


class _Taken(nn.Module):
    """A D in two parts: its features, and the linear layer that makes the logit."""

    def __init__(self, body: nn.Sequential) -> None:
        """Take over a D that ends in features, one linear layer and a flattening."""
        super().__init__()
        *features, head, flatten = body
        assert isinstance(head, nn.Linear)
        self.features = nn.Sequential(*features)
        self.head, self.flatten = head, flatten


class ProjectionDiscriminator(_Taken):
    """D: the logit of the sample, plus the projection of its features on the class."""

    def __init__(self, body: nn.Sequential, classes: int) -> None:
        super().__init__(body)
        self.embedding = nn.Linear(classes, self.head.in_features, bias=False)

    def forward(self, samples: Tensor, condition: Tensor) -> Tensor:
        """(N, C, S, S), (N, K) -> (N,) logits."""
        features = self.features(samples)
        fit = (self.embedding(condition) * features).sum(1)
        logits: Tensor = self.flatten(self.head(features)) + fit
        return logits


class ConcatDiscriminator(nn.Module):
    """D on the sample with one more map for each class, filled with its share."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body

    def forward(self, samples: Tensor, condition: Tensor) -> Tensor:
        """(N, C, S, S), (N, K) -> (N,) logits."""
        maps = condition[:, :, None, None].expand(-1, -1, *samples.shape[2:])
        logits: Tensor = self.body(torch.cat((samples, maps), 1))
        return logits


class AuxiliaryDiscriminator(_Taken):
    """D, which is given no class, with an auxiliary head on its features."""

    def __init__(self, body: nn.Sequential, outputs: int) -> None:
        """Take over a D; the new head gives so many numbers for a sample."""
        super().__init__(body)
        self.auxiliary = nn.Linear(self.head.in_features, outputs)

    def forward(self, samples: Tensor) -> Tensor:
        """(N, C, S, S) -> (N,) logits: the judgement alone."""
        return self.read(samples)[0]

    def read(self, samples: Tensor) -> tuple[Tensor, Tensor]:
        """(N, C, S, S) -> (N,) logits and (N, answers), by one pass over the features."""
        features = self.features(samples)
        return self.flatten(self.head(features)), self.auxiliary(features)
