"""Settings of an autoregressive model that cannot go together."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ganlib.config import RunConfig

MOST_VALUES = 256
"""That one pixel may have, all its colours together."""


def _convolutions_need_pictures(config: "RunConfig") -> str | None:
    if config.data.is_2d and config.algorithm.network.architecture != "made":
        return (
            "Convolutions need pictures, and 2-D points are none: choose the "
            "architecture made, or pictures."
        )
    return None


def _pixels_have_few_values(config: "RunConfig") -> str | None:
    data = config.data
    if data.levels is None or data.levels ** data.shape[0] <= MOST_VALUES:
        return None
    return (
        f"A coloured pixel of {data.levels} levels has {data.levels**3:,} values, and each would "
        f"have a chance of its own ({MOST_VALUES} at most): set {config.called('levels')} to 4 or "
        "2, or choose grey pictures."
    )


RULES: tuple[Callable[["RunConfig"], str | None], ...] = (
    _convolutions_need_pictures,
    _pixels_have_few_values,
)
