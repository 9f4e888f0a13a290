"""What there is to learn."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from ganlib.config.part import Part, setting

Coordinate = Annotated[float, Field(ge=-1.3, le=1.3)]
Points = tuple[tuple[Coordinate, Coordinate], ...]
"""(x, y) pairs within what a picture of the plane shows."""


class PlaneData(Part):
    """Points of a two-dimensional distribution: an endless stream with a known density."""

    kind: Literal["plane"] = "plane"
    name: Literal[
        "line",
        "two-gaussians",
        "three-blobs",
        "ring",
        "grid",
        "two-moons",
        "swiss-roll",
        "spiral",
        "checkerboard",
        "sketch",
    ] = setting("ring", "The distribution that the generator is to imitate.")
    points: Points = setting(
        (), "Drawn by hand (sketch only): the middles of equal blots.", live=True, max_length=2000
    )

    @model_validator(mode="before")
    @classmethod
    def _leave_points_to_the_sketch(cls, values: Any) -> Any:
        if isinstance(values, Mapping) and values.get("name") != "sketch":
            return {name: value for name, value in values.items() if name != "points"}
        return values

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one sample: (2,)."""
        return (2,)


class ImageData(Part):
    """Pictures, square, with values in [-1, 1]."""

    kind: Literal["images"] = "images"
    name: Literal[
        "mnist-5k",
        "shapes",
        "mnist",
        "fashion-mnist",
        "kmnist",
        "emnist-letters",
        "cifar10",
        "svhn",
        "celeba",
    ] = setting("mnist-5k", "The pictures to learn; mnist-5k and shapes need no download.")
    size: Literal[28, 32, 64] = setting(28, "Side of a picture in pixels; others are resized.")

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one sample: (C, H, W)."""
        colour = self.name in ("shapes", "cifar10", "svhn", "celeba")
        return (3 if colour else 1, self.size, self.size)


AnyData = Annotated[PlaneData | ImageData, Field(discriminator="kind")]
