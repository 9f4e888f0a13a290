"""What is reckoned from a run: densities, what was explored, measured and diagnosed."""

from typing import TYPE_CHECKING

from ganlib.lazy import lazy

if TYPE_CHECKING:
    from ganlib.analysis.diagnosed import diagnose_run
    from ganlib.analysis.explored import Explored
    from ganlib.analysis.inside import (
        HeldOut,
        encode_held_out,
        learnt_density,
        point_metrics,
        shared_mass,
    )
    from ganlib.analysis.measured import measure_decoder, open_reference_set
else:
    __getattr__, __dir__ = lazy(__name__)

__all__ = [
    "Explored",
    "HeldOut",
    "diagnose_run",
    "encode_held_out",
    "learnt_density",
    "measure_decoder",
    "open_reference_set",
    "point_metrics",
    "shared_mass",
]
