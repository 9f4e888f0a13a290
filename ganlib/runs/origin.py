"""Going on from a saved moment of a run, as a new run with perhaps other settings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ganlib import algorithms
from ganlib.config import RunConfig
from ganlib.errors import CheckpointError, ConfigError, RunError
from ganlib.events import ControlChanged, StateSaved
from ganlib.runs.row import Origin
from ganlib.runs.snapshot import RunSnapshot
from ganlib.settings import all_settings, changed


@dataclass(frozen=True)
class Beginning:
    """What a run goes on from that does not begin at step 0.

    Attributes:
        saved: the moment.
        history: what was up to there.
        origin: the run that it was, if it was another.
        notice: a sentence about newer moments that are damaged; empty when none are.
    """

    saved: StateSaved
    history: RunSnapshot
    origin: Origin | None = None
    notice: str = ""


def saved_at(snapshot: RunSnapshot, step: int) -> StateSaved:
    """The saved moment of that step.

    Raises:
        RunError: none was kept, and the sentence names the nearest; or it is damaged.
    """
    if not snapshot.states:
        raise RunError("Nothing of this run was kept to go on from: start it again instead.")
    nearest = min(snapshot.states, key=lambda one: abs(one.step - step))
    if nearest.step != step:
        raise RunError(
            f"No moment was kept at step {step:,}: the nearest is step {nearest.step:,}."
        )
    return nearest.load()


def last_good(snapshot: RunSnapshot) -> tuple[StateSaved, str]:
    """The newest saved moment that is whole, and a sentence about newer ones that are not.

    Raises:
        RunError: there is none.
    """
    damaged: list[str] = []
    for moment in reversed(snapshot.states):
        try:
            return moment.load(), " ".join(damaged)
        except CheckpointError as error:
            damaged.append(str(error))
    raise RunError(" ".join((*damaged, "Nothing of this run is left to go on from.")))


def go_on(saved: StateSaved, changes: Mapping[str, Any]) -> RunConfig:
    """The configuration of a run that goes on from a saved moment.

    Raises:
        ConfigError: a change needs a new start, or the values are refused.
    """
    config = changed(saved.config, changes)
    if not are_alike(saved.config, config):
        raise ConfigError(
            (
                (
                    "",
                    "Networks, likelihood, optimiser, kind of data, size and levels of pictures "
                    "stay as they were saved: change other settings here, or start a run anew.",
                ),
            )
        )
    if config.total_steps <= saved.step:
        raise ConfigError(
            (
                (
                    "total_steps",
                    f"total_steps is {config.total_steps:,}, but the run goes on from step "
                    f"{saved.step:,}: set it higher.",
                ),
            )
        )
    return config


def are_alike(one: RunConfig, other: RunConfig) -> bool:
    """Whether a state that was saved of the one fits the other."""
    return _structure(one) == _structure(other)


def _structure(config: RunConfig) -> tuple[Any, ...]:
    settings = {one.name: one.value for one in all_settings(config) if one.facets.fixed}
    classes = len(config.asked_classes)
    return config.algorithm.family, config.data.kind, config.data.shape, classes, settings


def history(snapshot: RunSnapshot, saved: StateSaved, config: RunConfig) -> RunSnapshot:
    """What a run was up to a saved moment, and what changes there, as the start of another.

    Raises:
        CheckpointError: the moment, which may come from anywhere, is not one of a run.
    """
    step = saved.step
    rows = int(np.searchsorted(snapshot.steps, step, side="right"))
    old = {one.name: one.value for one in all_settings(saved.config)}
    changes = {
        one.name: one.value
        for one in all_settings(config)
        if one.value != old[one.name] and one.facets.role not in ("title", "machine")
    }
    # A change at this very step is in the saved settings (a run began with it) or came after them.
    marks = tuple(
        mark
        for mark in snapshot.marks
        if mark.step < step or (mark.step == step and mark.changes.items() <= old.items())
    )
    return replace(
        RunSnapshot(),
        step=step,
        images_seen=algorithms.images_seen(saved),
        elapsed=float(snapshot.seconds[rows - 1]) if rows else 0.0,
        metric_names=snapshot.metric_names,
        steps=snapshot.steps[:rows],
        images=snapshot.images[:rows],
        seconds=snapshot.seconds[:rows],
        metrics=snapshot.metrics[:rows],
        frames=tuple(frame for frame in snapshot.frames if frame.step <= step),
        # The moment itself is there from the first, with what is to be done from it: whoever waits
        # in the queue when the process ends can still be gone on from.
        states=(
            *(state for state in snapshot.states if state.step < step),
            replace(saved, config=config),
        ),
        real=snapshot.real,
        figures=tuple(one for one in snapshot.figures if one.step <= step),
        marks=(*marks, ControlChanged(step, changes)) if changes else marks,
    )
