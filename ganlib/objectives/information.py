"""Mutual information of the codes and the samples of G (InfoGAN)."""

import math

from torch import Tensor
from torch.nn.functional import cross_entropy


def information(auxiliary: Tensor, codes: Tensor, numbers: Tensor) -> Tensor:
    """A lower bound of the mutual information of codes and samples, in nats; it is maximised.

    One code of K equally frequent values gives ln K - CE, at most ln K. Each number, from a
    standard normal and answered with the mean of a normal of variance 1, gives
    (1 - (number - answer)^2) / 2, at most 1/2. A head that knows nothing gives 0 by answering the
    same to every sample, and less by being wrong.

    Args:
        auxiliary: (N, K + C), of D's second head at fakes: logits of the code, then means.
        codes: (N,) int64 below K, that G was told.
        numbers: (N, C), the first ones of the z that G was given.

    Source: Chen et al. 2016, arXiv 1606.03657; the variance, which is learnt there, is fixed here.
    """
    values = auxiliary.shape[1] - numbers.shape[1]
    of_code = math.log(values) - cross_entropy(auxiliary[:, :values], codes)
    of_numbers = (1 - (numbers - auxiliary[:, values:]).square()).sum(1).mean() / 2
    return of_code + of_numbers
