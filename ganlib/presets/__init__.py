"""Runs that are worth watching, each with what to expect of it.

The figures were measured on two CPU cores by `python -m benchmarks.presets`; its table stands in
benchmarks/results.md.
"""

from collections.abc import Mapping

from ganlib.presets.failures import FAILURES
from ganlib.presets.families import FAMILIES
from ganlib.presets.on_demand import ON_DEMAND
from ganlib.presets.own import own_run
from ganlib.presets.pictures import PICTURES
from ganlib.presets.plane import PLANE
from ganlib.presets.preset import Course, Mark, Preset
from ganlib.presets.trios import TRIOS, Trio

__all__ = [
    "DEFAULT_PRESET",
    "PRESETS",
    "SHELVES",
    "TRIOS",
    "Course",
    "Mark",
    "Preset",
    "Trio",
    "own_run",
]

DEFAULT_PRESET = "digits"

SHELVES: Mapping[str, Mapping[str, Preset]] = {
    "Pictures": PICTURES,
    "Pictures on demand": ON_DEMAND,
    "The duel on a plane": PLANE,
    "Failures and cures": FAILURES,
    "The other families": FAMILIES,
}
"""The presets by the heading that they stand under."""

PRESETS: Mapping[str, Preset] = {
    name: preset for shelf in SHELVES.values() for name, preset in shelf.items()
}
