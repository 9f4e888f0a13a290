"""Which version this is."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version

__version__ = "0.1.0"
"""The one place where it stands; the wheel takes it from here."""


@cache
def versions() -> Mapping[str, str]:
    """What a run is trained with, and whatever else may change its last digits."""
    return {"ganlib": __version__, "torch": version("torch")}
