"""Names that things had before: every old one and what it is called today, in this place.

Configurations, run.json, measurements, curves and checkpoints that an earlier version wrote pass
through here when they are read, and so do links and command lines; nothing is ever written by an
old name.
"""

from collections.abc import Iterable, Mapping
from typing import Any

DATA_KINDS = {"plane": "toy2d"}
ARCHITECTURES = {"plane": "mlp-2d"}
METRICS = {"g_sigma": "g_spectral_norm", "d_sigma": "d_spectral_norm"}
PRESETS = {"digits-asked": "digits-conditional", "shapes-asked": "shapes-conditional"}
LAYERS = {"slope": "gradient"}
"""Of the view of the plane."""
_FLAGS = {"name": "dataset"}
"""Settings by the flag of the command line that says what they are; that of their name stays."""
_COMPONENTS = {"chain": "autoregressive"}
_CONTROLS = {
    **{f"preset.{old}": f"preset.{new}" for old, new in PRESETS.items()},
    **{f"plane.layer.{old}": f"plane.layer.{new}" for old, new in LAYERS.items()},
    "runs.take_in": "runs.import_zip",
    "start.group.pictures_on_demand": "start.group.class-conditional_pictures",
    "start.group.the_duel_on_a_plane": "start.group.the_game_in_two_dimensions",
    "timemachine.moment": "timemachine.checkpoint",
}
_PARTS_OF_A_NETWORK = {"drawing": "decoder_mean", "told": "class_projection"}


def configuration(values: Any) -> Any:
    """The values of a configuration by their names of today."""
    if not isinstance(values, Mapping):
        return values
    data = _renamed(values.get("data"), "kind", DATA_KINDS)
    algorithm = values.get("algorithm")
    if isinstance(algorithm, Mapping):
        network = _renamed(algorithm.get("network"), "architecture", ARCHITECTURES)
        algorithm = dict(algorithm) | ({} if network is None else {"network": network})
    found = {"data": data, "algorithm": algorithm}
    return dict(values) | {name: value for name, value in found.items() if value is not None}


def measurement(values: Any) -> Any:
    """What was measured of the pictures of a run."""
    values = _moved(values, "found", "report")
    if isinstance(values, Mapping) and "report" in values:
        return dict(values) | {"report": _moved(values["report"], "figures", "metrics")}
    return values


def metadata(values: Any) -> Any:
    """What run.json says."""
    values = _moved(values, "figures", "measurements")
    if isinstance(values, Mapping) and isinstance(values.get("measurements"), list | tuple):
        measured = tuple(map(measurement, values["measurements"]))
        return dict(values) | {"measurements": measured}
    return values


def metric_names(names: Any) -> Any:
    """The columns of the curves."""
    if isinstance(names, Iterable) and not isinstance(names, str):
        return tuple(METRICS.get(name, name) if isinstance(name, str) else name for name in names)
    return names


def state_name(name: str) -> str:
    """A tensor of a checkpoint, as in "algorithm.model.told.weight"."""
    return ".".join(_PARTS_OF_A_NETWORK.get(part, part) for part in name.split("."))


def preset(key: str) -> str:
    """The key of a preset."""
    return PRESETS.get(key, key)


def flags(setting: str) -> tuple[str, ...]:
    """How the command line calls a setting besides its own name."""
    return (_FLAGS[setting],) if setting in _FLAGS else ()


def controls(ids: str) -> str:
    """The ids of controls in a link, with commas between, by their names of today."""
    return ",".join(map(_control, ids.split(",")))


def _control(one: str) -> str:
    component, dot, rest = one.partition(".")
    return _CONTROLS.get(one) or f"{_COMPONENTS.get(component, component)}{dot}{rest}"


def _renamed(values: Any, key: str, names: Mapping[str, str]) -> Any:
    """The mapping with the value of this key by its name of today; anything else as it is."""
    if isinstance(values, Mapping) and isinstance(kind := values.get(key), str) and kind in names:
        return dict(values) | {key: names[kind]}
    return values


def _moved(values: Any, old: str, new: str) -> Any:
    """The mapping with what stood under the old key under the new one."""
    if not isinstance(values, Mapping) or old not in values:
        return values
    return {new if key == old else key: value for key, value in values.items()}
