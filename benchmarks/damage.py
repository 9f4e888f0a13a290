"""Damage files of runs at random places: nothing breaks, and what is whole is shown.

python -m benchmarks.damage [--files 100] [--seed 0] [--quick]

Three short runs are trained. Then, each time on a fresh copy, one file is damaged: a bit is
flipped, some bytes are zeros, noise or cut off, all of it is noise, or it is gone; every other time
the database is gone too. The store is opened anew and everything is read as a page or the command
line does. A damaged file may be refused by a sentence; it may not show anything else than before.
"""

import argparse
import random
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.common import arguments
from ganlib import PRESETS, GanlibError, RunManager, RunStore, StoredRun, changed
from ganlib.cli import main as command_line

SMALL = {"batch_size": 4, "latent_dim": 2, "total_steps": 40}
RING = SMALL | {"width": 8, "depth": 1, "frame_every": 10}
DATABASE = "minimax.db"


def flip(body: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(body))
    return body[:place] + bytes([body[place] ^ 1 << rng.randrange(8)]) + body[place + 1 :]


def overwrite(body: bytes, rng: random.Random) -> bytes:
    place, length = rng.randrange(len(body)), rng.randint(1, 64)
    new = rng.choice((bytes(length), rng.randbytes(length)))
    return (body[:place] + new + body[place + length :])[: len(body)]


def cut(body: bytes, rng: random.Random) -> bytes:
    return body[: rng.randrange(len(body))]


def noise(body: bytes, rng: random.Random) -> bytes:
    return rng.randbytes(len(body))


DAMAGES: tuple[Callable[[bytes, random.Random], bytes | None], ...] = (
    *(flip, flip, flip, overwrite, overwrite, cut, noise),
    lambda body, rng: None,
)
"""What a file becomes; None where it is gone."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    wanted = arguments(parser, files=2)
    rng, texts = random.Random(wanted.seed), Counter[str]()
    with TemporaryDirectory() as scratch:
        whole = Path(scratch, "whole")
        train(whole)
        before = everything(whole)
        files = sorted(path.relative_to(whole) for path in whole.rglob("*.*") if path.is_file())
        for number in range(wanted.files):
            name = rng.choice((Path(DATABASE), rng.choice(files), rng.choice(files)))
            is_alone = number % 2 == 1 and name != Path(DATABASE)
            texts += damaged(whole, Path(scratch, str(number)), name, rng, before, is_alone)
    print(
        f"{wanted.files} damaged files, {texts['seen']} of them noticed: {texts['shown']} frames, "
        f"checkpoints and curves shown as they were, {texts['refused']} refused, none shown "
        f"otherwise; {texts['runs']} of {wanted.files * len(before)} runs listed; no traceback"
    )


def train(folder: Path) -> None:
    """Three runs, one of them on pictures and one that was stopped."""
    manager = RunManager(RunStore(folder), max_running=3)
    digits = changed(PRESETS["digits"].config, SMALL | {"width": 4, "frame_every": 10})
    for config in (changed(PRESETS["ring"].config, RING), digits, digits):
        manager.start(changed(config, {"checkpoint_every": 0.1}))
    for run in manager.runs():
        run.join()
    manager.close()


def everything(folder: Path) -> dict[str, dict[str, Any]]:
    """All that can be read of each run, by its name; None for what is refused by a sentence."""
    results = dict[str, dict[str, Any]]()
    try:
        store = RunStore(folder)
    except GanlibError:  # Such as that of a version whose number has a bit too many.
        return results
    for row in store.rows():
        with suppress(GanlibError):
            run = StoredRun(store, row)
            snapshot = run.snapshot
            parts: dict[str, Any] = {f"frame {one.step}": one for one in snapshot.frames}
            parts |= {f"state {one.step}": one for one in snapshot.checkpoints}
            results[row.run_id] = {name: content(one) for name, one in parts.items()} | {
                "real": None if snapshot.real is None else snapshot.real.tobytes(),
                "curves": snapshot.metrics.tobytes() if len(snapshot.steps) else None,
            }
            store.events(row.run_id)
    store.close()
    return results


def content(one: Any) -> bytes | None:
    """The numbers of a frame or a state; None where it is refused."""
    try:
        if hasattr(one, "samples"):
            return np.asarray(one.samples).tobytes()
        state = one.load().state
        return b"".join(state[name].tobytes() for name in sorted(state))
    except GanlibError:
        return None


def damaged(
    whole: Path,
    folder: Path,
    name: Path,
    rng: random.Random,
    before: dict[str, dict[str, Any]],
    is_alone: bool,
) -> Counter[str]:
    """Damage one file of a copy, and count what is still shown.

    Raises:
        AssertionError: something else is shown than before, or a run is gone without a word.
    """
    shutil.copytree(whole, folder)
    if is_alone:
        (folder / DATABASE).unlink()
    path = folder / name
    new = rng.choice(DAMAGES)(path.read_bytes(), rng) if path.exists() else None
    path.unlink(missing_ok=True)
    if new is not None:
        path.write_bytes(new)
    text = speak(folder, *before)
    texts = Counter(runs=0, shown=0, refused=0, seen=int(bool(text)))
    after = everything(folder)
    for run_id, parts in before.items():
        results = after.get(run_id, {})
        texts["runs"] += run_id in after
        is_told = run_id in text or "newer version" in text
        assert run_id in after or is_told, f"{name}: {run_id} is gone without a word"
        for part, body in parts.items():
            now = results.get(part)
            assert now is None or now == body, f"{name}: {part} of {run_id} is shown otherwise"
            texts["shown" if now == body else "refused"] += 1
            is_its_own = run_id in name.parts or name.name == DATABASE or is_alone
            assert now == body or is_its_own, f"{name}: {part} of {run_id} is lost for another's"
    shutil.rmtree(folder)
    return texts


def speak(folder: Path, *run_ids: str) -> str:
    """What the command line says of all runs on stderr; whatever it is, it ends by itself."""
    out, text = StringIO(), StringIO()
    commands = [["list"], ["list", "--bin"], *(["show", run_id] for run_id in run_ids)]
    commands += [["export", run_id, "zip", "--out", str(folder / "a.zip")] for run_id in run_ids]
    with redirect_stdout(out), redirect_stderr(text):
        for command in commands:
            assert command_line(["--runs", str(folder), *command]) in (0, 2)
    return text.getvalue()


if __name__ == "__main__":
    sys.exit(main())
