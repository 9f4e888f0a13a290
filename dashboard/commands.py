"""What was done to a run while it went on: counted for pages, and in words."""

from collections.abc import Mapping
from typing import Any

from ganlib import (
    ChangeSettings,
    Command,
    LimitSpeed,
    Pause,
    Resume,
    RunConfig,
    RunSnapshot,
    Setting,
    Stop,
    TakeStep,
    find_settings,
)

SHARED_OUT = "machine"
"""The role of what the run manager decides: a change of it says nothing about learning."""


def changes(snapshot: RunSnapshot, config: RunConfig) -> int:
    """How many commands may change what a page says beside the state: points drawn do not."""
    settings = find_settings(config)
    silent = {name for name, one in settings.items() if one.facets.role in (SHARED_OUT, "data")}
    limits = sum(isinstance(one.command, LimitSpeed) for one in snapshot.commands)
    return limits + sum(not silent.issuperset(values) for _, values in snapshot.changes)


def marks(snapshot: RunSnapshot, config: RunConfig) -> list[dict[str, Any]]:
    """The live changes of a run, in words."""
    settings = find_settings(config)
    return [
        {"step": step, "label": words}
        for step, values in snapshot.changes
        if (words := _changed(values, settings))
    ]


def in_words(command: Command, config: RunConfig) -> str:
    """What a command did, as a phrase; empty where that says nothing about learning."""
    match command:
        case Pause():
            return "paused"
        case Resume():
            return "went on"
        case Stop():
            return "stopped"
        case TakeStep(target, count):
            alone = "" if target == "both" else f" of {target.upper()} alone"
            return f"{count:,} step{'s' if count > 1 else ''}{alone}"
        case LimitSpeed(None):
            return "full speed"
        case LimitSpeed(rate):
            return f"at most {rate:g} steps a second"
        case ChangeSettings(values):
            return _changed(values, find_settings(config))
    return ""


def _changed(values: Mapping[str, Any], settings: Mapping[str, Setting]) -> str:
    return ", ".join(filter(None, (_told(*one, settings) for one in values.items())))


def _told(name: str, value: Any, settings: Mapping[str, Setting]) -> str:
    setting = settings.get(name)
    if setting is None:  # Of another version.
        return f"{name} {value}"
    if setting.facets.role == SHARED_OUT:
        return ""
    words = setting.in_words(value)
    return words if setting.kind == "points" else f"{setting.facets.label} {words}"
