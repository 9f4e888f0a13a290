"""What there is to learn."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from ganlib.config.part import Part, setting

PLANE_REACH = 1.3
"""A picture of the plane shows [-1.3, 1.3] in both directions."""
Coordinate = Annotated[float, Field(ge=-PLANE_REACH, le=PLANE_REACH)]
Points = tuple[tuple[Coordinate, Coordinate], ...]
"""(x, y) pairs within what a picture of the plane shows."""
Size = Literal[8, 28, 32, 64]
"""Side of a square picture in pixels."""
Colour = Literal["grey", "colour"]
Levels = Literal[256, 16, 4, 2]
"""Values that each number of a picture may have."""

SHAPES = ("circle", "square", "triangle", "cross")
_DIGITS = tuple("0123456789")
_CLASSES: Mapping[str, tuple[str, ...]] = {
    "mnist-5k": _DIGITS,
    "shapes": SHAPES,
    "mnist": _DIGITS,
    "fashion-mnist": (
        *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
        *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
    ),
    "kmnist": ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
    "emnist-letters": tuple("abcdefghijklmnopqrstuvwxyz"),
    "cifar10": (
        *("airplane", "automobile", "bird", "cat", "deer"),
        *("dog", "frog", "horse", "ship", "truck"),
    ),
    "svhn": _DIGITS,
    "celeba": ("not smiling", "smiling"),
}

_NAME = re.compile("[A-Za-z0-9_-]{1,40}")


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

    @property
    def class_names(self) -> tuple[str, ...]:
        """Points have no classes."""
        return ()


class Pictures(Part):
    """Square pictures with values in [-1, 1]."""

    levels: Levels = setting(
        256, "Values that each number of a picture may have; 2 makes it black or white."
    )


class ImageData(Pictures):
    """Pictures that others have gathered, or that are drawn here."""

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
    size: Size = setting(28, "Side of a picture in pixels; others are resized.")

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one sample: (C, H, W)."""
        colour = self.name in ("shapes", "cifar10", "svhn", "celeba")
        return (3 if colour else 1, self.size, self.size)

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the labels mean."""
        return _CLASSES[self.name]


class OwnData(Pictures):
    """Pictures of your own, kept under a name on the Data page or by the command line."""

    kind: Literal["own"] = "own"
    name: str = setting("my-pictures", "The name that they were kept under.")
    size: Size = setting(32, "Side of a picture in pixels, as they were kept.")
    colour: Colour = setting("colour", "Whether they were kept in grey or in colour.")

    @field_validator("name")
    @classmethod
    def _check_name(cls, name: str) -> str:
        if refusal := name_refusal(name):
            raise ValueError(refusal)
        return name

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one sample: (C, H, W)."""
        return (3 if self.colour == "colour" else 1, self.size, self.size)

    @property
    def class_names(self) -> tuple[str, ...]:
        """None are known before the pictures are read."""
        return ()


def name_refusal(name: str) -> str | None:
    """Why pictures cannot be kept under this name; None when they can."""
    if _NAME.fullmatch(name):
        return None
    return (
        f"{name[:40]!r} cannot be the name of a set of pictures: use 1 to 40 of the letters a to "
        "z, digits, - and _."
    )


AnyData = Annotated[PlaneData | ImageData | OwnData, Field(discriminator="kind")]
