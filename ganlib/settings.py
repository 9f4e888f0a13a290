"""The settings of a configuration as a flat list, for forms and command lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal, TypeVar, cast, get_args, get_origin

from pydantic.fields import FieldInfo

from ganlib.config import FAMILIES, Facets, KeyOf, Part, Points, RunConfig, and_companions
from ganlib.errors import ConfigError
from ganlib.losses import LOSSES
from ganlib.registry import Entry

P = TypeVar("P", bound=Part)
Kind = Literal["int", "float", "bool", "choice", "text", "points"]


@dataclass(frozen=True)
class Setting:
    """One setting, as its field declares it.

    Attributes:
        path: where it stands, as in ("algorithm", "optimisation", "lr_d").
        value: what the configuration it was read from has there.
        description: one sentence.
        facets: its label, symbol, unit and source, what it decides, and when.
        applies: whether it does anything under the configuration that it was read from.
        lowest, highest: bounds a value may reach, or None. An open bound (such as "greater than
            0") is given as it stands, and `lowest_is_open` or `highest_is_open` says so.
        entries: what the choices are the keys of, where they are.
    """

    path: tuple[str, ...]
    kind: Kind
    value: Any
    description: str
    facets: Facets
    applies: bool = True
    choices: tuple[Any, ...] = ()
    lowest: float | None = None
    highest: float | None = None
    lowest_is_open: bool = False
    highest_is_open: bool = False
    entries: Mapping[str, Entry] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The last word of the path; no two settings of a configuration share it."""
        return self.path[-1]

    @property
    def address(self) -> str:
        """The path as people write it, as in "optimisation.lr_d"."""
        return ".".join(self.path).removeprefix("algorithm.")

    @property
    def title(self) -> str:
        """Its label and its symbol, as in "Learning rate of D (η_D)"."""
        return self.facets.title

    @property
    def live(self) -> bool:
        """Whether it may change while training."""
        return self.facets.live

    @property
    def decides_learning(self) -> bool:
        """Whether another value gives other weights."""
        return self.facets.role in ("seed", "length", "data", "learning")

    @property
    def bounds(self) -> str:
        """The numbers it may be, as in "From more than 0 to 0.1."; empty where all are."""
        if self.lowest is None or self.highest is None:
            return ""
        above = "more than " if self.lowest_is_open else ""
        below = "less than " if self.highest_is_open else ""
        unit = f" {self.facets.unit}" if self.facets.unit else ""
        return f"From {above}{self.lowest:,.10g} to {below}{self.highest:,.10g}{unit}."

    def in_words(self, value: Any) -> str:
        """A value as people write it; the number of points alone."""
        match value:
            case bool():
                return "on" if value else "off"
            case int():
                return f"{value:,}" if self.facets.unit else str(value)
            case float():
                return f"{value:,.10g}" if self.facets.unit else f"{value:g}"
            case tuple() | list():
                return f"{len(value):,} {self.facets.unit}"
        return str(value)


def all_settings(config: RunConfig) -> tuple[Setting, ...]:
    """Every setting of this configuration, in the order of declaration."""
    return tuple(_setting(path, part, declared, config) for path, part, declared in config.walk())


def live_settings(config: RunConfig) -> tuple[Setting, ...]:
    """The settings that may change while training: declared with `live=True` in `ganlib.config`."""
    return tuple(one for one in all_settings(config) if one.live)


def find_settings(config: RunConfig) -> Mapping[str, Setting]:
    """Every setting by address, and by name alone."""
    settings = all_settings(config)
    return {one.name: one for one in settings} | {one.address: one for one in settings}


def changed(config: RunConfig, changes: Mapping[str, Any]) -> RunConfig:
    """The configuration with some settings replaced, as in {"optimisation.lr_d": 1e-4}.

    A new loss brings what it needs beside it, unless that is given too.

    Args:
        config: is left as it is.
        changes: by address, or by name alone.

    Raises:
        ConfigError: a name is unknown, or the values are refused.
    """
    values, settings = config.model_dump(), find_settings(config)
    for path, value in _by_path(settings, changes).items():
        part = values
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = value
    return RunConfig.parse(values, {one.name: one.title for one in settings.values()})


def with_companions(config: RunConfig, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values by name, and what an adversarial loss among them brings that this run has.

    What is given too is kept.
    """
    return _with_companions(find_settings(config), values)


def _with_companions(
    settings: Mapping[str, Setting], values: Mapping[str, Any]
) -> Mapping[str, Any]:
    if "loss" not in settings or settings["loss"].entries is not LOSSES:
        return values
    return {name: value for name, value in and_companions(values).items() if name in settings}


def draft(config: RunConfig, changes: Mapping[str, Any]) -> RunConfig:
    """As `changed`, but unchecked: for forms, which show what is being typed.

    Args:
        config: may be a draft itself.
        changes: by address or name, of the right types.

    Raises:
        ConfigError: a name is unknown.
    """
    for path, value in _by_path(find_settings(config), changes).items():
        config = _replaced(config, path, value)
    return config


def _by_path(
    settings: Mapping[str, Setting], changes: Mapping[str, Any]
) -> dict[tuple[str, ...], Any]:
    """What is to be changed, with what a new loss brings, by where it stands."""
    for name in changes:
        if name not in settings:
            raise ConfigError(((name, f"There is no setting called {name} in this run."),))
    named = {settings[name].name: value for name, value in changes.items()}
    return {settings[name].path: value for name, value in _with_companions(settings, named).items()}


def _replaced(part: P, path: tuple[str, ...], value: Any) -> P:
    name, *rest = path
    new = _replaced(getattr(part, name), tuple(rest), value) if rest else value
    return part.model_copy(update={name: new})


def variants(family: str = "gan") -> Mapping[str, Mapping[str, type[Part]]]:
    """The parts that come in several kinds, of a run of this family.

    They are {"data": {"toy2d": Toy2dData, ...}, "algorithm": ..., "network": ...}.
    """
    return {
        "data": _members(RunConfig.model_fields["data"], "kind"),
        "algorithm": {key: one.config for key, one in FAMILIES.items()},
        "network": _members(FAMILIES[family].config.model_fields["network"], "architecture"),
    }


def _members(field: FieldInfo, word: str) -> dict[str, type[Part]]:
    """The types that a field may have, or its only one, by their words."""
    types = get_args(field.annotation) or (field.annotation,)
    return {one.model_fields[word].default: one for one in types}


def _setting(path: tuple[str, ...], part: Part, field: FieldInfo, config: RunConfig) -> Setting:
    own = cast(Facets, field.json_schema_extra)
    declared = _declared(type(part), path[-1], field.description or "", own)
    return replace(
        declared,
        path=path,
        value=getattr(part, path[-1], field.default),
        applies=declared.facets.when(config, part),
        choices=declared.choices or tuple(declared.entries),  # There may be more of them by now.
    )


@cache
def _declared(part: type[Part], name: str, description: str, own: Facets) -> Setting:
    """What is so of a setting whatever the configuration; a key may come to mean another one."""
    field = part.declared()[name]
    bounds = {
        key: getattr(rule, key)
        for rule in field.metadata
        for key in ("gt", "ge", "lt", "le")
        if hasattr(rule, key)
    }
    entries = next((rule.registry for rule in field.metadata if isinstance(rule, KeyOf)), None)
    is_literal = get_origin(field.annotation) is Literal
    is_choice = is_literal or entries is not None
    return Setting(
        path=(name,),
        kind="choice" if is_choice else _KINDS[field.annotation],
        value=field.default,
        description=description,
        facets=part.facets(field),
        choices=get_args(field.annotation) if is_literal else (),
        entries={} if entries is None else entries,
        lowest=bounds.get("ge", bounds.get("gt")),
        highest=bounds.get("le", bounds.get("lt")),
        lowest_is_open="gt" in bounds,
        highest_is_open="lt" in bounds,
    )


_KINDS: dict[Any, Kind] = {int: "int", float: "float", bool: "bool", str: "text", Points: "points"}
