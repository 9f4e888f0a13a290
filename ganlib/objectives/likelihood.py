"""How likely a sequence of codes is."""

from torch import Tensor
from torch.nn.functional import cross_entropy


def code_log_likelihood(logits: Tensor, codes: Tensor) -> Tensor:
    """Log probability of each sequence, summed over its codes, in nats: (N,).

    Args:
        logits: (N, D, K).
        codes: (N, D) int64 in 0..K-1.
    """
    return -cross_entropy(logits.transpose(1, 2), codes, reduction="none").sum(1)
