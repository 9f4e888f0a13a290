"""How a run is measured and kept. Nothing of this changes what the run does."""

from typing import Literal

from ganlib.config.part import Part, setting


class Saving(Part):
    """Which checkpoints are made and kept, and how often pictures are measured."""

    checkpoint_every: float = setting(
        20.0, "Seconds of training between two checkpoints.", ge=0.1, le=3600
    )
    keep_newest: int = setting(3, "Newest checkpoints that are never thinned out.", ge=1, le=100)
    keep_best: Literal["none", "d_loss", "g_loss", "loss", "frechet"] = setting(
        "none",
        "Keep also the checkpoint before which this loss was lowest, on average of 100; frechet: "
        "the one next to the lowest Fréchet distance.",
    )
    measure_every: float = setting(
        20.0,
        "Seconds between two measurements of the pictures, which take a tenth of the time at most; "
        "0 measures none.",
        ge=0,
        le=3600,
    )
