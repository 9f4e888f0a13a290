"""How learning rates fall while a run goes on; each player has a schedule of its own.

Where D learns with larger steps than G, or goes on when G comes to rest, it is the better judge of
where G is now.

Source: Heusel et al. 2017, arXiv 1706.08500, for learning rates of one's own.
"""

import math

from ganlib.config import Decay


def share_left(decay: Decay, done: float) -> float:
    """The share of a learning rate that is left, in 0..1.

    Args:
        decay: "linear" holds for one half and falls to 0 in the other; "cosine" falls along half a
            wave, slowly at both ends (Loshchilov & Hutter 2017, arXiv 1608.03983).
        done: share of the run that is done; from 1 on nothing is left.
    """
    done = min(done, 1.0)
    match decay:
        case "none":
            return 1.0
        case "linear":
            return min(1.0, 2 * (1 - done))
        case "cosine":
            return (1 + math.cos(math.pi * done)) / 2
