"""Runs that are worth watching, each with what to expect of it.

The numbers were measured on two CPU cores by `python -m benchmarks.presets`; its table stands in
benchmarks/results.md.
"""

from collections.abc import Mapping

from ganlib.presets.conditional import CONDITIONAL
from ganlib.presets.failures import FAILURES
from ganlib.presets.families import FAMILIES
from ganlib.presets.own import own_run
from ganlib.presets.pictures import PICTURES
from ganlib.presets.preset import Course, Mark, Preset
from ganlib.presets.toy2d import TOY_2D
from ganlib.presets.trios import TRIOS, Trio

__all__ = [
    "DEFAULT_PRESET",
    "PRESETS",
    "PRESET_GROUPS",
    "TRIOS",
    "Course",
    "Mark",
    "Preset",
    "Trio",
    "own_run",
]

DEFAULT_PRESET = "digits"

PRESET_GROUPS: Mapping[str, Mapping[str, Preset]] = {
    "Pictures": PICTURES,
    "Class-conditional pictures": CONDITIONAL,
    "The game in two dimensions": TOY_2D,
    "Failures and cures": FAILURES,
    "The other families": FAMILIES,
}
"""The presets by the heading that they stand under."""

PRESETS: Mapping[str, Preset] = {
    name: preset for group in PRESET_GROUPS.values() for name, preset in group.items()
}
