"""What holds D in bounds: gradient penalties here; LeCam and clipping in `ganlib.penalties.bounds`.

Gradient penalties are means over the batch of a function of one logit's gradient, and stay part of
the graph (`create_graph`), so that their own gradient reaches the weights of D. They assume that a
logit depends on its own sample alone, which batch normalisation in D would break.

A new one is one `GradientPenalty`, registered once, here or by anyone's code:
`PENALTIES.register(penalty)`.
"""

from ganlib.penalties.gradient import (
    DRAGAN,
    PENALTIES,
    R1,
    R2,
    WGAN_GP,
    Discriminator,
    DUpdate,
    GradientPenalty,
    gradients,
)

__all__ = ["PENALTIES", "DUpdate", "Discriminator", "GradientPenalty", "gradients"]

for _one in (R1, R2, WGAN_GP, DRAGAN):
    PENALTIES.register(_one)
