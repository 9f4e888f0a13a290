"""The families of models, all with the same face."""

from typing import TYPE_CHECKING

from ganlib.lazy import lazy

if TYPE_CHECKING:
    from ganlib.algorithms.autoregressive import codes_of
    from ganlib.algorithms.base import Algorithm, ExportSpec, HasGame, Targeted, below, tensors
    from ganlib.algorithms.factory import (
        images_seen,
        make_algorithm,
        restore,
        saved_decoder,
        saved_export_spec,
        saved_plane,
    )
else:
    __getattr__, __dir__ = lazy(__name__)

__all__ = [
    "Algorithm",
    "ExportSpec",
    "HasGame",
    "Targeted",
    "below",
    "codes_of",
    "images_seen",
    "make_algorithm",
    "restore",
    "saved_decoder",
    "saved_export_spec",
    "saved_plane",
    "tensors",
]
