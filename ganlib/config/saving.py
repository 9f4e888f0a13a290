"""How a run is measured and kept. Nothing of this changes what the run does."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import model_validator

from ganlib.config.part import Part, setting


class Saving(Part):
    """Which checkpoints are made and kept, and how often pictures are measured."""

    ROLE = "record"
    checkpoint_every: float = setting(
        20.0,
        "Time between checkpoints",
        "Seconds of training between two checkpoints.",
        unit="s",
        ge=0.1,
        le=3600,
    )
    keep_newest: int = setting(
        3,
        "Newest checkpoints kept",
        "Newest checkpoints that are never thinned out.",
        unit="checkpoints",
        ge=1,
        le=100,
    )
    keep_best: Literal["none", "loss", "frechet"] = setting(
        "none",
        "Best checkpoint kept",
        "Keep also the best checkpoint. frechet: the one next to the lowest Fréchet distance of "
        "the pictures. loss: that of the lowest loss, on average of 100 steps (not of a GAN, "
        "whose losses are against an opponent that learns as well).",
        when=lambda config, own: (
            own.keep_best != "none"
            or "discriminator" not in config.algorithm.capabilities
            or not config.data.is_2d
        ),
    )
    measure_every: float = setting(
        20.0,
        "Time between metrics",
        "Seconds between two measurements of the pictures, which take a tenth of the time at most; "
        "0 measures none.",
        unit="s",
        when=lambda config, own: not config.data.is_2d,
        ge=0,
        le=3600,
    )

    @model_validator(mode="before")
    @classmethod
    def _forget_losses_of_players(cls, values: Any) -> Any:
        """Take a run that was saved when D's and G's loss could be named here."""
        if isinstance(values, Mapping) and values.get("keep_best") in ("d_loss", "g_loss"):
            return {**values, "keep_best": "none"}
        return values
