"""What charts are made of."""

from typing import Any


def series(name: str, label: str, colour: str) -> dict[str, str]:
    """The curve of one metric."""
    return {"name": name, "label": label, "colour": colour}


def line(value: float, label: str, colour: str) -> dict[str, Any]:
    """A level of reference, with its value in its label."""
    return {"value": value, "label": f"{label} ({value:.3g})", "colour": colour}
