"""How a run is kept. Nothing of this changes what the run does."""

from typing import Literal

from ganlib.config.part import Part, setting


class Saving(Part):
    """Which checkpoints are made and kept."""

    checkpoint_every: float = setting(
        20.0, "Seconds of training between two checkpoints.", ge=0.1, le=3600
    )
    keep_newest: int = setting(3, "Newest checkpoints that are never thinned out.", ge=1, le=100)
    keep_best: Literal["none", "d_loss", "g_loss"] = setting(
        "none", "Keep also the checkpoint before which this loss was lowest, on average of 100."
    )
