"""Going on from a checkpoint of a run, as a new run with perhaps other settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ganlib import algorithms
from ganlib.commands import ChangeSettings, Command, LimitSpeed, Resume
from ganlib.config import RunConfig
from ganlib.errors import CheckpointError, ConfigError, RunError
from ganlib.events import CheckpointSaved, CommandActed
from ganlib.settings import all_settings, changed, find_settings
from ganlib.store.row import Origin
from ganlib.store.snapshot import RunSnapshot


@dataclass(frozen=True)
class StartPoint:
    """What a run goes on from that does not begin at step 0.

    Attributes:
        saved: the checkpoint.
        history: what was up to there.
        origin: the run that it was, if it was another.
        notice: a sentence about newer checkpoints that are damaged; empty when none are.
    """

    saved: CheckpointSaved
    history: RunSnapshot
    origin: Origin | None = None
    notice: str = ""


def checkpoint_at(snapshot: RunSnapshot, step: int) -> CheckpointSaved:
    """The checkpoint of that step.

    Raises:
        RunError: none was kept, and the sentence names the nearest; or it is damaged.
    """
    if not snapshot.checkpoints:
        raise RunError("Nothing of this run was kept to go on from: start it again instead.")
    nearest = min(snapshot.checkpoints, key=lambda one: abs(one.step - step))
    if nearest.step != step:
        raise RunError(
            f"No checkpoint was kept at step {step:,}: the nearest is step {nearest.step:,}."
        )
    return nearest.load()


def last_good_checkpoint(snapshot: RunSnapshot) -> tuple[CheckpointSaved, str]:
    """The newest checkpoint that is whole, and a sentence about newer ones that are not.

    Raises:
        RunError: there is none.
    """
    damaged: list[str] = []
    for checkpoint in reversed(snapshot.checkpoints):
        try:
            return checkpoint.load(), " ".join(damaged)
        except CheckpointError as error:
            damaged.append(str(error))
    raise RunError(" ".join((*damaged, "Nothing of this run is left to go on from.")))


def go_on(saved: CheckpointSaved, changes: Mapping[str, Any]) -> RunConfig:
    """The configuration of a run that goes on from a checkpoint.

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
                    f"{config.called('total_steps')}: {config.total_steps:,}, but the run goes on "
                    f"from step {saved.step:,}: set a higher number.",
                ),
            )
        )
    return config


def fork(
    config: RunConfig, snapshot: RunSnapshot, origin: Origin, changes: Mapping[str, Any]
) -> tuple[RunConfig, StartPoint]:
    """What a new run is asked for that goes on from a checkpoint of another, and its start.

    Args:
        config: what the other was asked for.
        snapshot: of the other.
        origin: the checkpoint.
        changes: of settings, by address or name.

    Raises:
        ConfigError: a change is refused, or needs a new start.
        RunError: no such checkpoint was kept.
    """
    saved = checkpoint_at(snapshot, origin.step)
    # Threads were perhaps shared out among the runs of then: they are shared out anew.
    new = go_on(saved, {"cpu_threads": config.cpu_threads} | dict(changes))
    return new, StartPoint(saved, history(snapshot, saved, new), origin)


def train_on(
    config: RunConfig, snapshot: RunSnapshot, origin: Origin | None, total_steps: int | None
) -> tuple[RunConfig, StartPoint | None]:
    """What a run is asked for that is trained on from its last good checkpoint, and its start.

    The start is None for a run that never came to a checkpoint.

    Args:
        config: what it was asked for.
        snapshot: of it.
        origin: of it.
        total_steps: where it is to end now; by default as configured, and when it has come to
            that, as much again.

    Raises:
        ConfigError: it has done more than total_steps already.
        RunError: nothing of it was kept.
    """
    if not snapshot.checkpoints and origin is None:
        return changed(config, {"total_steps": total_steps} if total_steps else {}), None
    saved, damaged = last_good_checkpoint(snapshot)
    end = total_steps or config.total_steps
    if total_steps is None and end <= saved.step:
        end = saved.step + config.total_steps
    same = {"title": config.title, "cpu_threads": config.cpu_threads}
    new = go_on(saved, {"total_steps": end, **same})
    return new, StartPoint(saved, history(snapshot, saved, new), origin, damaged)


def are_alike(one: RunConfig, other: RunConfig) -> bool:
    """Whether a state that was saved of the one fits the other."""
    return _structure(one) == _structure(other)


def _structure(config: RunConfig) -> tuple[Any, ...]:
    settings = {one.name: one.value for one in all_settings(config) if one.facets.fixed}
    classes = len(config.condition_labels)
    return config.algorithm.family, config.data.kind, config.data.shape, classes, settings


def history(snapshot: RunSnapshot, saved: CheckpointSaved, config: RunConfig) -> RunSnapshot:
    """What a run was up to a checkpoint, and what changes there, as the start of another.

    Raises:
        CheckpointError: the checkpoint, which may come from anywhere, is not one of a run.
    """
    step = saved.step
    rows = int(np.searchsorted(snapshot.steps, step, side="right"))
    old = {name: one.value for name, one in find_settings(saved.config).items()}
    changes = {
        one.address: one.value
        for one in all_settings(config)
        if one.value != old[one.address] and one.facets.role not in ("title", "machine")
    }
    past = replace(
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
        # The checkpoint itself is there from the first, with what is to be done from it: whoever
        # waits in the queue when the process ends can still be gone on from.
        checkpoints=(
            *(state for state in snapshot.checkpoints if state.step < step),
            replace(saved, config=config),
        ),
        real=snapshot.real,
        measurements=tuple(one for one in snapshot.measurements if one.step <= step),
        # Counted anew: a file, which may come from anywhere, leaves no number to go on from.
        commands=tuple(
            replace(one, command=replace(one.command, number=number))
            for number, one in enumerate(
                (one for one in snapshot.commands if _acted_before(one, step, old)), 1
            )
        ),
    )
    for command in _begun_by(past, changes):
        numbered = replace(command, number=past.last_number + 1)
        past = past.after(CommandActed(step, numbered))
    return past


def _acted_before(acted: CommandActed, step: int, old: Mapping[str, Any]) -> bool:
    """Whether a command belongs to what was saved at this step, with these settings.

    They are by address, and by name too: so an older version wrote them down.

    A change at this very step is among them (a run began with it) or came after them, and whatever
    else acted there had no effect yet.
    """
    command = acted.command
    is_in = isinstance(command, ChangeSettings) and command.values.items() <= old.items()
    return acted.step < step or (acted.step == step and is_in)


def _begun_by(past: RunSnapshot, changes: Mapping[str, Any]) -> Iterator[Command]:
    """What going on means to what was done before: it moves again, as fast as it can."""
    if past.is_paused:
        yield Resume()
    if past.speed_limit is not None:
        yield LimitSpeed()
    if changes:
        yield ChangeSettings(changes)
