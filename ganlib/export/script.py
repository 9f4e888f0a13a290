"""A run as a Python script that trains it again with nothing but ganlib."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

import numpy as np

from ganlib.commands import ChangeSettings, Command, Resume, TakeStep
from ganlib.config import RunConfig
from ganlib.errors import RunError
from ganlib.events import CommandActed

if TYPE_CHECKING:
    from ganlib.store import RunSnapshot

_SCRIPT = Template('''\
"""Trains the run $run_id of Minimax again: on the same machine, to the last digit.

    python $name [folder]

It needs nothing but ganlib: if Python does not find it, set PYTHONPATH to the folder that ganlib
lies in. Curves, weights and a picture are written into the folder, "." if none is given.
"""

import sys
from pathlib import Path

import ganlib

ganlib.set_up_process()  # Threads that wait leave their cores to others; before torch is loaded.

from ganlib import ChangeSettings, CheckpointSaved, Controls, FrameDrawn, Resume, RunConfig
from ganlib import RunRecord, StepCompleted, Stop, TakeStep, in_columns, render, train, write_csv
from ganlib import write_weights

# All that decided the run at its start.
CONFIG = RunConfig.from_json(
    r"""
$config
"""
)

# What was done while it went on, by the step after which it acted: settings that were changed,
# steps that were asked for ("d" and "g": of one network alone), and where it went on before all of
# them were taken. The number of cpu_threads decides how sums are split, and so their last digits.
COMMANDS = $commands

# Where the run stood when this script was written, of CONFIG.total_steps steps.
LAST_STEP = $last


def steer(controls, step):
    """Do after this step what was done in the run."""
    if controls.at_rest:
        controls.send(Resume())
    for command in COMMANDS.get(step, ()):
        controls.send(command)
    if step == LAST_STEP:
        controls.send(Stop())


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    controls, record = Controls(CONFIG), RunRecord()
    steer(controls, 0)
    for event in train(CONFIG, controls):
        record.add(event)
        match event:
            case StepCompleted(step, metrics):
                steer(controls, step)
            case FrameDrawn(step, samples):
                print(f"step {step} of {LAST_STEP}")
            case CheckpointSaved():
                saved = event
    for name, value in metrics.items():
        print(name, value)
    write_csv(record.snapshot, folder / "curves.csv")
    samples, columns = in_columns(CONFIG, samples)
    render(samples, record.snapshot.real, columns).save(folder / "samples.png")
    write_weights(saved, folder / "weights.safetensors")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
''')


def write_script(snapshot: "RunSnapshot", config: RunConfig, run_id: str, path: Path) -> None:
    """Write a script that repeats a run from its first step to where it stands now.

    Args:
        snapshot: of a run that begins at step 1.
        config: what the run was asked for at its start.
        run_id: its name.
        path: of the file.

    Raises:
        RunError: no step has been taken yet, or nobody wrote down which network took which.
    """
    if not len(snapshot.steps):
        when = "is kept" if snapshot.is_over else "has been taken yet: ask again in a moment"
        raise RunError(f"No step of this run {when}.")
    if _has_lone_steps(snapshot) and not any(_is_step(one) for one in snapshot.commands):
        raise RunError(
            "An older version trained this run and did not write down which network took which "
            "step: its script cannot be had."
        )
    script = _SCRIPT.substitute(
        run_id=run_id,
        name=path.name,
        config=config.to_json(),
        commands=_table(_commands(snapshot)),
        last=snapshot.step,
    )
    path.write_text(script, encoding="utf-8")


def _commands(snapshot: "RunSnapshot") -> Mapping[int, list[Command]]:
    """What decides the steps of a run, by the step after which it acted."""
    commands: dict[int, list[Command]] = {}
    is_stepping = False
    for one in snapshot.commands:
        # A pause takes time and nothing else; what ends one matters where steps were to come.
        is_end = is_stepping and isinstance(one.command, Resume)
        if is_end or _is_step(one) or isinstance(one.command, ChangeSettings):
            commands.setdefault(one.step, []).append(one.command)
            is_stepping = not is_end and (is_stepping or _is_step(one))
    return commands


def _is_step(acted: CommandActed) -> bool:
    return isinstance(acted.command, TakeStep)


def _has_lone_steps(snapshot: "RunSnapshot") -> bool:
    """Whether one network moved alone: those steps lack the loss of the other."""
    names = snapshot.metric_names
    if not {"d_loss", "g_loss"} <= set(names):
        return False
    losses = snapshot.metrics[:, [names.index("d_loss"), names.index("g_loss")]]
    return bool(np.isnan(losses).any())


def _table(entries: Mapping[int, list[Command]]) -> str:
    """A dictionary as Python writes it, with a line for each entry."""
    lines = (
        f"    {step}: [{', '.join(map(_call, commands))}],\n" for step, commands in entries.items()
    )
    return f"{{\n{''.join(lines)}}}" if entries else "{}"


def _call(command: Command) -> str:
    """What makes this command, without its number."""
    given = (getattr(command, one.name) for one in fields(command) if one.name != "number")
    return f"{type(command).__name__}({', '.join(map(repr, given))})"
