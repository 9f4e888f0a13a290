"""What the tests of several pairs on pictures have in common."""

import torch

SHAPES = [(1, 28, 28), (3, 32, 32), (1, 64, 64)]


def normal(*shape, seed=1):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def play(G, D, shape):
    """G draws three pictures of z of length 8, D judges each, and the slopes flow back."""
    fake = G(normal(3, 8))
    assert fake.shape == (3, *shape)
    logits = D(fake)
    assert logits.shape == (3,)
    logits.sum().backward()
