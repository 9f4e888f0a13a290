"""What keeping runs costs: training's rate, the Runs page of a large store, an hour on the disk.

python -m benchmarks.store overhead [--pairs 40]
python -m benchmarks.store page [--runs 500] [--steps 100000] [--rounds 5]
python -m benchmarks.store hour [--minutes 3] [--preset digits]

With --quick there is little to keep. Linux, where the time of a thread is asked for.
"""

import argparse
import os
import shutil
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
from playwright.sync_api import Page

from benchmarks.common import ENDLESS, arguments, noise, rate_of, share_of, turns
from benchmarks.serving import open_chromium, server
from ganlib import (
    PRESETS,
    FrameDrawn,
    RunEnded,
    RunManager,
    RunPrepared,
    RunStore,
    RunThread,
    changed,
)
from ganlib.commands import Stop
from ganlib.controls import Controls
from ganlib.process import give_way
from ganlib.store.record import RunRecord
from ganlib.trainer import train

SMALL = {"width": 8, "depth": 1, "batch_size": 16, "total_steps": ENDLESS, "cpu_threads": 1}
"""A ring whose steps are so short that there are more than a thousand a second."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("overhead", "page", "hour"))
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--preset", default="digits")
    parser.add_argument("--seconds", type=float, default=2, help="of a turn of training")
    small = {"pairs": 2, "runs": 3, "steps": 100, "rounds": 1, "minutes": 0.1, "seconds": 0.2}
    wanted = arguments(parser, preset="ring", **small)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MINIMAX_RUNS"] = folder
        {"overhead": overhead, "page": page, "hour": hour}[wanted.what](Path(folder), wanted)


def overhead(folder: Path, wanted: argparse.Namespace) -> None:
    """The rate of a run that is kept over the same without a store, in turns that alternate."""
    kept, alone, busy = list[float](), list[float](), list[float]()
    for is_kept in turns(wanted.pairs):
        if is_kept:
            rate, work = _rate_kept(folder, wanted.seconds)
            kept.append(rate)
            busy.append(work)
        else:
            alone.append(_rate_alone(wanted.seconds))
    middle, error, _, _ = share_of(kept, alone)
    print(
        f"{statistics.median(alone):.0f} steps/s without a store, {statistics.median(kept):.0f} "
        f"with; share {middle:.1%} +- {error:.1%} in {len(alone)} pairs; keeping takes "
        f"{statistics.mean(busy):.1%} of a core"
    )


def _rate_kept(folder: Path, seconds: float) -> tuple[float, float]:
    """Steps a second, and the share of a core that the thread that keeps the run took."""
    manager = RunManager(RunStore(folder / "overhead"))
    run = manager.get(manager.start(changed(PRESETS["ring"].config, SMALL)))
    begin = time.monotonic()
    rate = _rate(lambda: run.snapshot.step, seconds)
    (writer_thread,) = (one for one in threading.enumerate() if one.name == f"keep-{run.run_id}")
    texts = (
        Path(f"/proc/self/task/{writer_thread.native_id}/stat")
        .read_text()
        .rpartition(")")[2]
        .split()
    )
    work = (int(texts[11]) + int(texts[12])) / os.sysconf("SC_CLK_TCK")
    share = work / (time.monotonic() - begin)
    manager.close()
    return rate, share


def _rate_alone(seconds: float) -> float:
    """The same training with the same record, in a thread of its own, and nothing that keeps it."""
    config = changed(PRESETS["ring"].config, SMALL)
    controls, record = Controls(config), RunRecord()

    def drain() -> None:
        give_way()  # As a run does.
        for event in train(config, controls, record.prepare, None):
            record.add(event)

    thread = threading.Thread(target=drain)
    thread.start()
    rate = _rate(lambda: record.snapshot.step, seconds)
    controls.send(Stop())
    thread.join()
    return rate


def _rate(step: Callable[[], int], seconds: float) -> float:
    """Steps a second over a turn, after a quarter of one to begin in."""
    while step() == 0:
        time.sleep(0.01)
    time.sleep(seconds / 4)
    return rate_of(step, seconds)


def page(folder: Path, wanted: argparse.Namespace) -> None:
    """Seconds from the address to the table of a store with many long runs."""
    _fill(folder, wanted.runs, wanted.steps)
    size = sum(one.stat().st_size for one in folder.glob("minimax.db*"))
    print(f"{wanted.runs} runs of {wanted.steps:,} steps: a database of {size / 1e9:.2f} GB")
    first, again = list[float](), list[float]()
    with server() as (url, _), open_chromium() as browser:
        for _ in range(wanted.rounds):
            opened = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
            first.append(_load(opened, url, wanted.runs))
            again += [_load(opened, url, wanted.runs) for _ in range(3)]
            opened.context.close()
    print(
        f"Runs page: {statistics.median(first):.2f} s in a browser that was never here, "
        f"{statistics.median(again):.2f} s in one that was; the very first {first[0]:.2f} s"
    )


def _load(opened: Page, url: str, runs: int) -> float:
    """Seconds from the address to the table with its last line."""
    begin = time.perf_counter()
    opened.goto(f"{url}/runs", wait_until="commit")
    opened.get_by_text(f"{runs} runs.").wait_for()
    opened.locator("[data-testid=stDataFrame] canvas").first.wait_for()
    return time.perf_counter() - begin


def _fill(folder: Path, runs: int, steps: int) -> None:
    """One run of noise kept as any run is, and so many copies of it under names of their own."""
    manager = RunManager(RunStore(folder))
    config = changed(PRESETS["digits"].config, {"total_steps": steps})
    first = RunThread("0000", config, manager.store, lambda run: None)
    rng = np.random.default_rng(0)
    names = ("d_loss", "g_loss", "d_real", "d_fake", "r1", "r2")
    first._record.add(RunPrepared(np.zeros((64, 28, 28, 1), np.uint8), "cpu", names))
    for step in range(0, steps, steps // 50):
        first._record.add(FrameDrawn(step, rng.integers(0, 256, (64, 28, 28, 1), np.uint8)))
    for event in noise(names, steps, seed=0):
        first._record.add(event)
    first._record.add(RunEnded(steps, "completed"))
    first._writer.finish()
    manager.close()
    with closing(sqlite3.connect(folder / "minimax.db")) as database:
        for table in ("runs", "chunks", "events", "frames", "moments"):
            texts = database.execute(f"PRAGMA table_info({table})")
            columns = [name for _, name, *_ in texts if name not in ("run_id", "id")]
            listed = ", ".join(columns)
            database.executemany(
                f"INSERT INTO {table} (run_id, {listed}) "
                f"SELECT ?, {listed} FROM {table} WHERE run_id = '0000'",
                [(f"{number:04x}",) for number in range(1, runs)],
            )
        database.execute("UPDATE runs SET config = json_set(config, '$.seed', rowid)")
        database.commit()
    for number in range(1, runs):
        shutil.copytree(folder / "0000", folder / f"{number:04x}", copy_function=os.link)


def hour(folder: Path, wanted: argparse.Namespace) -> None:
    """What an hour of a preset leaves on the disk: rows grow with time, files up to a number."""
    manager = RunManager(RunStore(folder))
    run_id = manager.start(changed(PRESETS[wanted.preset].config, {"total_steps": ENDLESS}))
    time.sleep(60 * wanted.minutes)
    steps, parts = manager.get(run_id).snapshot.step, _parts(folder / run_id)
    manager.close()
    with closing(sqlite3.connect(folder / "minimax.db")) as database:
        rows = database.execute("SELECT sum(length(body)) FROM chunks").fetchone()[0]
    hours = 60 / wanted.minutes
    print(f"{wanted.preset}, {wanted.minutes:g} minutes, {steps:,} steps:")
    print(f"  curves {rows / 1e6:.2f} MB, in an hour {hours * rows / 1e6:.1f} MB")
    for name, sizes in parts.items():
        each = statistics.mean(sizes)
        print(f"  {len(sizes)} {name} of {each / 1e3:.0f} kB: {sum(sizes) / 1e6:.2f} MB")


def _parts(folder: Path) -> dict[str, list[int]]:
    return {
        name: [one.stat().st_size for one in (folder / name).iterdir()]
        for name in ("frames", "checkpoints")
    }


if __name__ == "__main__":
    main()
