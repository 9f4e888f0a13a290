"""What a generator makes of z on its way to the picture."""

import copy

import torch
from torch import Tensor, nn

from ganlib.models.style import StyleGenerator

_WEIGHTED = nn.Linear | nn.Conv2d | nn.ConvTranspose2d


def first_features(generator: nn.Module, *told: Tensor) -> Tensor:
    """What the second layer with weights is given: (N, F).

    That is all that the first one makes of z, normalised and bent; for a generator with styles, w.

    Args:
        generator: in eval mode; it is left as it is, also for other threads.
        told: z (N, latent_dim), and the condition (N, classes) where there is one.

    Source: Härkönen et al. 2020, arXiv 2004.02546, for the place.
    """
    if isinstance(generator, StyleGenerator):
        styles: Tensor = generator.mapping(told[0])
        return styles
    own = copy.deepcopy(generator)
    _, second, *_ = (layer for layer in own.modules() if isinstance(layer, _WEIGHTED))
    given: list[Tensor] = []
    second.register_forward_pre_hook(lambda layer, inputs: given.append(inputs[0]))
    own(*told)
    return torch.cat([one.flatten(1) for one in given])
