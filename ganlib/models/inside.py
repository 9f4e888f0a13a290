"""What a generator makes of z on its way to the picture."""

import copy
from collections.abc import Callable

from torch import Tensor, nn

from ganlib.models.style import StyleGenerator

_WEIGHTED = nn.Linear | nn.Conv2d | nn.ConvTranspose2d


def first_layers(generator: nn.Module) -> Callable[..., Tensor]:
    """From what the generator is told to what its second layer with weights is given: (N, F).

    That is all that the first one makes of z, normalised and bent; for a generator with styles, w.

    Args:
        generator: in eval mode; it is left as it is, also for other threads. It takes z
            (N, latent_dim), and a condition (N, classes) where it can be asked for one.

    Source: Härkönen et al. 2020, arXiv 2004.02546, for the place.
    """
    if isinstance(generator, StyleGenerator):
        return generator.mapping
    own = copy.deepcopy(generator)
    _, (place, second), *_ = (
        (name, layer) for name, layer in own.named_modules() if isinstance(layer, _WEIGHTED)
    )
    noting = _Noting(second)
    own.set_submodule(place, noting)

    def features(*inputs: Tensor) -> Tensor:
        own(*inputs)
        return noting.given.pop().flatten(1)

    return features


class _Noting(nn.Module):
    """A layer, and what it was given; a hook would not do, for a `FastSequential` passes hooks
    by.
    """

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer
        self.given: list[Tensor] = []

    def forward(self, samples: Tensor) -> Tensor:
        self.given.append(samples)
        out: Tensor = self.layer(samples)
        return out
