"""A style for each layer of a generator that is steered by them, from coarse to fine; NumPy only.

Source: Karras et al. 2019, arXiv 1812.04948, section 3.1.
"""

import numpy as np
from numpy.typing import NDArray

Styles = NDArray[np.float32]


def mix_styles(coarse: Styles, fine: Styles, crossover: int, layers: int) -> Styles:
    """The first `crossover` layers get one style, and those after it another.

    Args:
        coarse: (N, w_dim).
        fine: (N, w_dim).
        crossover: 0 leaves all to `fine`, `layers` all to `coarse`.
        layers: of the generator.

    Returns:
        (N, layers, w_dim).

    Raises:
        ValueError: the crossover lies outside.
    """
    if not 0 <= crossover <= layers:
        raise ValueError(f"crossover is {crossover}, but must lie between 0 and {layers}.")
    is_coarse = np.arange(layers) < crossover
    return np.where(is_coarse[:, None], coarse[:, None], fine[:, None])


def steer_styles(ws: Styles, way: Styles, chosen: NDArray[np.bool_]) -> Styles:
    """Add something to the style in the chosen layers alone.

    Args:
        ws: (N, layers, w_dim).
        way: (N, w_dim), what is added.
        chosen: (layers,).

    Returns:
        (N, layers, w_dim).
    """
    return np.where(chosen[:, None], ws + way[:, None], ws)
