"""What else holds D in bounds: LeCam on its logits, and clipping of its weights."""

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm


def lecam(real_logits: Tensor, fake_logits: Tensor, anchors: Tensor) -> Tensor:
    """Mean squares of the reals' distance from the fakes' anchor, and of the reverse, added up.

    The caller multiplies by lecam_lambda. Where data are few D soon knows each of them; this keeps
    it from becoming surer and surer.

    Args:
        real_logits: (N,).
        fake_logits: (N,).
        anchors: (2,), moving means of D's logits at reals and at fakes, without a graph.

    Source: Tseng et al. 2021, arXiv 2104.03310.
    """
    at_reals, at_fakes = anchors
    of_reals: Tensor = (real_logits - at_fakes).square().mean()
    of_fakes: Tensor = (fake_logits - at_reals).square().mean()
    return of_reals + of_fakes


@torch.no_grad()
def clip_weights(D: nn.Module, limit: float) -> None:
    """Clamp every weight and bias of D to [-limit, limit], in place.

    Batch normalisation is left alone: its scale is meant to lie near 1, and clipped it would
    shrink the signal at every layer.

    Source: Arjovsky et al. 2017, arXiv 1701.07875.
    """
    for layer in D.modules():
        if not isinstance(layer, _BatchNorm):
            for weight in layer.parameters(recurse=False):
                weight.clamp_(-limit, limit)
