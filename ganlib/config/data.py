"""What there is to learn."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from ganlib.config.part import KeyOf, Part, setting
from ganlib.data.spec import (
    PICTURE_SETS,
    POINT_SETS,
    Colour,
    PictureSet,
    Points,
    PointSet,
    Size,
    name_refusal,
)

if TYPE_CHECKING:
    from ganlib.data import OwnSet

Levels = Literal[256, 16, 4, 2]
"""Values that each number of a picture may have."""


class Toy2dData(Part):
    """Points of a toy distribution in 2-D: an endless stream with a known density."""

    ROLE = "data"
    is_2d: ClassVar[bool] = True
    """Whether samples are 2-D points, and no pictures."""
    levels: ClassVar[None] = None
    """Values that each number of a sample may have; None where it is any real number."""
    sample: ClassVar[str] = "point"
    """What a sample is, in a word."""
    kind: Literal["toy2d"] = "toy2d"
    name: Annotated[str, KeyOf(POINT_SETS)] = setting(
        "ring", "Distribution", "The distribution that the generator is to imitate."
    )
    points: Points = setting(
        (),
        "Points",
        "Drawn by hand (sketch only): the middles of equal blots.",
        unit="points",
        live=True,
        typed=False,
        max_length=2000,
    )

    @model_validator(mode="before")
    @classmethod
    def _leave_points_to_the_sketch(cls, values: Any) -> Any:
        if not isinstance(values, Mapping):
            return values
        chosen = POINT_SETS.get(str(values.get("name")))
        keeps = chosen is not None and chosen.is_drawn
        return {name: value for name, value in values.items() if keeps or name != "points"}

    @property
    def entry(self) -> PointSet:
        """All that is known of these data."""
        return POINT_SETS[self.name]

    @property
    def is_drawn(self) -> bool:
        """Whether a person draws the points."""
        return self.entry.is_drawn

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

    ROLE = "data"
    is_2d: ClassVar[bool] = False
    is_drawn: ClassVar[bool] = False
    levels: Levels = setting(
        256,
        "Intensity levels",
        "Values that each number of a picture may have; 2 makes it black or white.",
        unit="levels",
        fixed=True,
    )

    @property
    def sample(self) -> str:
        """What a sample is, in a word."""
        return "picture"


class ImageData(Pictures):
    """Pictures that others have gathered, or that are drawn here."""

    kind: Literal["images"] = "images"
    name: Annotated[str, KeyOf(PICTURE_SETS)] = setting(
        "mnist-5k", "Data set", "The pictures to learn."
    )
    size: Size = setting(
        28, "Picture size", "Side of a picture in pixels; others are resized.", unit="pixels"
    )

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one sample: (C, H, W)."""
        return (self.entry.channels, self.size, self.size)

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the labels mean."""
        return self.entry.class_names

    @property
    def entry(self) -> PictureSet:
        """All that is known of these data."""
        return PICTURE_SETS[self.name]

    @property
    def sample(self) -> str:
        """What a sample is, in a word."""
        return self.entry.sample


class OwnData(Pictures):
    """Pictures of your own, kept under a name on the Data page or by the command line.

    Name, size and colour go with what is kept, and are chosen together.
    """

    kind: Literal["own"] = "own"
    name: str = setting(
        "my-pictures", "Data set", "The name that they were kept under.", typed=False
    )
    size: Size = setting(
        32,
        "Picture size",
        "Side of a picture in pixels, as they were kept.",
        unit="pixels",
        typed=False,
    )
    colour: Colour = setting(
        "colour", "Colour", "Whether they were kept in grey or in colour.", typed=False
    )

    @field_validator("name")
    @classmethod
    def _check_name(cls, name: str) -> str:
        if refusal := name_refusal(name):
            raise ValueError(refusal)
        return name

    @classmethod
    def of(cls, own_set: "OwnSet") -> Self:
        """Those of a set that is kept."""
        return cls(name=own_set.name, size=own_set.size, colour=own_set.colour)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one sample: (C, H, W)."""
        return (3 if self.colour == "colour" else 1, self.size, self.size)

    @property
    def class_names(self) -> tuple[str, ...]:
        """None are known before the pictures are read."""
        return ()


AnyData = Annotated[Toy2dData | ImageData | OwnData, Field(discriminator="kind")]
