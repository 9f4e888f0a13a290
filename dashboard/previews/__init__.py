"""Recorded trainings, moving pictures that the home page shows before any run.

One WebP for each preset that was recorded, by `python -m benchmarks.record_previews`.
"""

from pathlib import Path

FOLDER = Path(__file__).parent


def recorded(preset: str) -> Path | None:
    """The recorded training of this preset, a key of `PRESETS`; None where there is none."""
    return next((path for path in FOLDER.glob("*.webp") if path.stem == preset), None)
