"""Models of codes that the tests of several files build alike."""

import torch

from ganlib.models import build_autoregressive


def build(network, codes, classes=0, scale=4):
    """A model in double precision whose chances are far from even."""
    model = build_autoregressive(network, codes, classes, torch.Generator().manual_seed(0)).double()
    with torch.no_grad():
        for weight in model.parameters():
            weight *= scale
    return model.eval().requires_grad_(False)
