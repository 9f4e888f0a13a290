"""What is known of a data set, in one place: all else about it is made from this."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ganlib.registry import Registry, one_of

if TYPE_CHECKING:  # Settings know of data sets, and need no torch.
    from ganlib.data.cache import Progress
    from ganlib.data.images import Parts
    from ganlib.data.toy import Distribution

PLANE_REACH = 1.3
"""A picture of the plane shows [-1.3, 1.3] in both directions."""
Coordinate = Annotated[float, Field(ge=-PLANE_REACH, le=PLANE_REACH)]
Points = tuple[tuple[Coordinate, Coordinate], ...]
"""(x, y) pairs within what a picture of the plane shows."""
Size = Literal[8, 28, 32, 64]
"""Side of a square picture in pixels."""
Colour = Literal["grey", "colour"]

_NAME = re.compile("[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True, kw_only=True, eq=False)
class PointSet:
    """A distribution of 2-D points, and all that others need to know of it.

    Attributes:
        key: how configurations and the command line name it.
        title: how people do.
        summary: what there is to learn, in a sentence.
        make: the distribution, made anew each time of the points that were drawn for it.
        is_drawn: whether a person draws it: without points there is nothing to learn.
    """

    key: str
    title: str
    summary: str
    make: Callable[[Points], "Distribution"]
    is_drawn: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class PictureSet:
    """A set of square pictures, and all that others need to know of it.

    Attributes:
        key, title, summary: as for a `PointSet`.
        channels: 1 of grey pictures, 3 of coloured ones.
        class_names: what the labels mean; none where there is nothing to tell.
        load: its pictures, given the side that is wanted, a folder for what is fetched, and who
            hears of the progress. Of another side than the wanted one they are resized.
        sample: what a sample is, in a word.
        needs_download: whether it is fetched when it is first used.
        is_cached: whether what was loaded is kept on the disk, and `load` not called again. For
            what takes a while, and never changes.
    """

    key: str
    title: str
    summary: str
    channels: Literal[1, 3]
    load: Callable[[int, Path, "Progress"], "Parts"]
    class_names: tuple[str, ...] = ()
    sample: str = "picture"
    needs_download: bool = False
    is_cached: bool = False


POINT_SETS: Registry[PointSet] = Registry("set of points")
"""Every distribution that a run can learn; `POINT_SETS.register` adds one."""
PICTURE_SETS: Registry[PictureSet] = Registry("set of pictures")
"""Every set of pictures that a run can learn; `PICTURE_SETS.register` adds one."""


def ready_sets(fits: Callable[[PictureSet], object]) -> str:
    """The sets of pictures that need no download and fit, as a choice."""
    ready = (one for one in PICTURE_SETS.values() if not one.needs_download)
    return one_of(one.key for one in ready if fits(one))


def name_refusal(name: str) -> str | None:
    """Why pictures cannot be kept under this name; None when they can."""
    if _NAME.fullmatch(name):
        return None
    return (
        f"{name[:40]!r} cannot be the name of a set of pictures: use 1 to 40 of the letters a to "
        "z, digits, - and _."
    )
