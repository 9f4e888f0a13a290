"""Going on from a saved moment of a run, as a new run with perhaps other settings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ganlib.config import RunConfig
from ganlib.errors import ConfigError, RunError
from ganlib.events import ControlChanged, StateSaved
from ganlib.runs.snapshot import RunSnapshot
from ganlib.settings import all_settings, changed


@dataclass(frozen=True)
class Origin:
    """Where a run began that goes on from a saved moment of another.

    Attributes:
        run_id, title: of that other run.
        saved: the moment.
        history: what the other run was up to there.
    """

    run_id: str
    title: str
    saved: StateSaved
    history: RunSnapshot


def saved_at(snapshot: RunSnapshot, step: int) -> StateSaved:
    """The saved moment of that step.

    Raises:
        RunError: none was kept; the sentence names the nearest.
    """
    if not snapshot.states:
        raise RunError("Nothing of this run was kept to go on from: start it again instead.")
    nearest = min(snapshot.states, key=lambda one: abs(one.step - step))
    if nearest.step != step:
        raise RunError(
            f"No moment was kept at step {step:,}: the nearest is step {nearest.step:,}."
        )
    return nearest


def go_on(saved: StateSaved, changes: Mapping[str, Any]) -> RunConfig:
    """The configuration of a run that goes on from a saved moment.

    Raises:
        ConfigError: a change needs a new start, or the values are refused.
    """
    config = changed(saved.config, changes)
    before, after = saved.config.algorithm, config.algorithm
    same = (
        before.network == after.network
        and before.optimisation.optimiser == after.optimisation.optimiser
        and saved.config.data.kind == config.data.kind
    )
    if not same:
        raise ConfigError(
            (
                (
                    "",
                    "Networks, optimiser and kind of data stay as they were saved: change other "
                    "settings here, or start a run anew.",
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


def history(snapshot: RunSnapshot, saved: StateSaved, config: RunConfig) -> RunSnapshot:
    """What a run was up to a saved moment, and what changes there, as the start of another."""
    step = saved.step
    rows = int(np.searchsorted(snapshot.steps, step, side="right"))
    old = {one.name: one.value for one in all_settings(saved.config)}
    new = {one.name: one.value for one in all_settings(config)}
    changes = {name: new[name] for name in new if new[name] != old[name] and name != "title"}
    # A change at this very step is in the saved settings (a run began with it) or came after them.
    marks = tuple(
        mark
        for mark in snapshot.marks
        if mark.step < step or (mark.step == step and mark.changes.items() <= old.items())
    )
    return replace(
        RunSnapshot(),
        step=step,
        images_seen=int(saved.state["algorithm.images_seen"]),
        metric_names=snapshot.metric_names,
        steps=snapshot.steps[:rows],
        metrics=snapshot.metrics[:rows],
        frames=tuple(frame for frame in snapshot.frames if frame.step < step),
        states=tuple(state for state in snapshot.states if state.step < step),
        real=snapshot.real,
        marks=(*marks, ControlChanged(step, changes)) if changes else marks,
    )
