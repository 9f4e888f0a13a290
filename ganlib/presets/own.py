"""A run that suits pictures of one's own."""

from typing import TYPE_CHECKING

from ganlib.config import OwnData, RunConfig
from ganlib.presets.pictures import PICTURES

if TYPE_CHECKING:
    from ganlib.data import OwnSet

LEAST_BATCH = 8


def own_run(own_set: "OwnSet") -> RunConfig:
    """The settings of the digits, with narrower maps for large pictures, small batches for few.

    A batch holds no picture twice where that leaves at least eight in it.
    """
    digits = PICTURES["digits"].config
    batch_size = max(LEAST_BATCH, min(digits.batch_size, 2 ** (own_set.count.bit_length() - 1)))
    algorithm = digits.gan
    if own_set.size >= 64:
        network = algorithm.network.model_copy(update={"width": 16})
        algorithm = algorithm.model_copy(update={"network": network})
    return RunConfig(
        title=f"Own pictures: {own_set.name}",
        total_steps=digits.total_steps,
        frame_every=digits.frame_every,
        batch_size=batch_size,
        data=OwnData.of(own_set),
        algorithm=algorithm,
    )
