"""A run as a Python script that trains it again with nothing but ganlib."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

import numpy as np

from ganlib.config import RunConfig, with_companions
from ganlib.errors import RunError
from ganlib.settings import live_settings

if TYPE_CHECKING:
    from ganlib.runs import RunSnapshot

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

from ganlib import Controls, FrameDrawn, RunConfig, RunRecord, StateSaved, StepCompleted
from ganlib import drawing, in_columns, train, write_csv, write_weights

# All that decided the run at its start.
CONFIG = RunConfig.from_json(
    r"""
$config
"""
)

# What was changed while it went on: after which step, and to what. The number of cpu_threads
# decides how sums are split, and so their last digits.
CHANGES = $changes

# Where one player moved alone: after which step, who ("d" or "g"), and for how many steps.
ALONE = $alone

# Where the run stood when this script was written, of CONFIG.total_steps steps.
LAST_STEP = $last


def steer(controls, step):
    """Do after this step what was done in the run."""
    if controls.at_rest:
        controls.resume()
    if step in CHANGES:
        controls.change(CHANGES[step])
    if step in ALONE:
        controls.take_step(*ALONE[step])
    if step == LAST_STEP:
        controls.stop()


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
            case StateSaved():
                saved = event
    for name, value in metrics.items():
        print(name, value)
    write_csv(record.snapshot, folder / "curves.csv")
    samples, columns = in_columns(CONFIG, samples)
    drawing(samples, record.snapshot.real, columns).save(folder / "samples.png")
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
        RunError: no step has been taken yet.
    """
    if not len(snapshot.steps):
        when = "is kept" if snapshot.is_over else "has been taken yet: ask again in a moment"
        raise RunError(f"No step of this run {when}.")
    script = _SCRIPT.substitute(
        run_id=run_id,
        name=path.name,
        config=config.to_json(),
        changes=_table(_changes(snapshot, config)),
        alone=_table(_alone(snapshot)),
        last=snapshot.step,
    )
    path.write_text(script, encoding="utf-8")


def _changes(snapshot: "RunSnapshot", config: RunConfig) -> Mapping[int, Mapping[str, Any]]:
    """Live changes by the step after which they came.

    A change of the loss names its companions too: else it would bring their usual values.
    """
    now = {one.name: one.value for one in live_settings(config)}
    found: dict[int, dict[str, Any]] = {}
    for mark in snapshot.marks:
        now |= mark.changes
        named = {name: now[name] for name in with_companions(mark.changes)}
        found[mark.step] = found.get(mark.step, {}) | named
    return found


def _alone(snapshot: "RunSnapshot") -> Mapping[int, tuple[str, int]]:
    """Where one player moved alone, read off the loss that its steps lack."""
    if not {"d_loss", "g_loss"} <= set(snapshot.metric_names):
        return {}
    d_loss, g_loss = (
        snapshot.metrics[:, snapshot.metric_names.index(name)] for name in ("d_loss", "g_loss")
    )
    players = np.where(np.isnan(g_loss), "d", np.where(np.isnan(d_loss), "g", ""))
    found, row = {}, 0
    for player, group in groupby(players.tolist()):
        count = len(list(group))
        if player:
            found[int(snapshot.steps[row]) - 1] = (player, count)
        row += count
    return found


def _table(entries: Mapping[int, Any]) -> str:
    """A dictionary as Python writes it, with a line for each entry."""
    lines: Iterable[str] = (f"    {step}: {value!r},\n" for step, value in entries.items())
    return f"{{\n{''.join(lines)}}}" if entries else "{}"
