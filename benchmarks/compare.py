"""What comparing costs: the route for ten long runs, and what ten tabs take from a training run.

    python -m benchmarks.compare [--runs 10] [--steps 100000] [--rounds 5] [--quick]

One process, one training thread. The long runs are made of noise; the routes are served on a port
of their own, and asked as a page asks: four metrics, 200 points, smoothed. Windows with and without
ten tabs that ask about the long runs and the one in training once a second take turns.
"""

import argparse
import multiprocessing
import os
import statistics
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event

import numpy as np
import uvicorn
from starlette.applications import Starlette

from benchmarks.common import ENDLESS, arguments, noise, rate_of
from dashboard.routes import ROUTES
from dashboard.services import run_manager
from ganlib import PRESETS, RunEnded, RunManager, RunPrepared, RunThread, changed

METRICS = ("d_loss", "g_loss", "d_real", "d_fake")
TABS = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0, help="of a window")
    wanted = arguments(parser, runs=2, steps=1000, rounds=1, seconds=0.3)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MINIMAX_RUNS"] = folder
        measure(run_manager(), wanted)


def measure(manager: RunManager, wanted: argparse.Namespace) -> None:
    names = [long_run(manager, seed, wanted.steps) for seed in range(wanted.runs)]
    with served() as url:
        question = f"{url}/minimax/compare?runs={','.join(names)}&points=200"
        answers(question, wanted.rounds, wanted.runs, wanted.steps)
        shares(question, manager, names, wanted)
    manager.close()


def answers(question: str, rounds: int, runs: int, steps: int) -> None:
    """Milliseconds of an answer whose curves nobody has asked for yet, and of the same again.

    Behind the second stands the time of all cores in it, the asking included.
    """
    for name, extra in {
        "everything": "",
        "bands over the seeds": "&bands=1",
        "a tenth of the steps": f"&first={0.4 * steps}&last={0.5 * steps}",
        "nothing new": "&have=" + ",".join([str(steps)] * runs),
    }.items():
        cold, warm, busy, size = [], [], [], 0
        for number in range(rounds):
            query = f"{question}&smooth={0.9 + number / 1000:.4f}{extra}"
            took, size = ask(query)
            cold.append(took)
            begin = time.process_time()
            warm.append(ask(query)[0])
            busy.append(1000 * (time.process_time() - begin))
        first, again, work = map(statistics.median, (cold, warm, busy))
        print(
            f"{name}: {first:.0f} ms cold, {again:.1f} ms warm ({work:.1f} of work), "
            f"{size / 1000:.0f} kB"
        )


def shares(
    question: str, manager: RunManager, names: list[str], wanted: argparse.Namespace
) -> None:
    """The rate of a training run with ten tabs, over the rate without."""
    config = changed(PRESETS["ring"].config, {"total_steps": ENDLESS})
    run = manager.get(manager.start(config))
    while run.snapshot.step < 500:
        time.sleep(0.1)
    steps = len(manager.get(names[0]).snapshot.steps)
    held = ",".join([str(steps)] * len(names))
    question = question.replace("&points", f",{run.run_id}&points")
    question += f"&smooth=0.9000&have={held},0"
    # In a process of their own: as threads of this one they would wait for its interpreter too.
    context = multiprocessing.get_context("spawn")
    looking, left = context.Event(), context.Event()
    tabs = context.Process(target=open_tabs, args=(question, looking, left))
    tabs.start()
    results = []
    for _ in range(wanted.rounds):
        before = rate(run, wanted.seconds)
        looking.set()
        watched = rate(run, wanted.seconds)
        looking.clear()
        after = rate(run, wanted.seconds)
        results.append(2 * watched / (before + after))
        print(f"  {before:.0f} alone, {watched:.0f} with {TABS} tabs, {after:.0f} alone")
    left.set()
    tabs.join()
    print(
        f"median share {statistics.median(results):.1%}, {ask(question)[1] / 1000:.1f} kB a refresh"
    )


def long_run(manager: RunManager, seed: int, steps: int) -> str:
    """A run that is over and whose metrics are noise."""
    config = changed(PRESETS["ring"].config, {"seed": seed})
    run = RunThread(f"long{seed}", config, manager.store, lambda run: None)
    run._record.add(RunPrepared(np.zeros((1, 2), np.float32), "cpu", METRICS))
    for event in noise(METRICS, steps, seed):
        run._record.add(event)
    run._record.add(RunEnded(steps, "completed"))
    manager._runs[run.run_id] = run
    return run.run_id


@contextmanager
def served() -> Iterator[str]:
    """The routes alone at an address of their own."""
    config = uvicorn.Config(
        Starlette(routes=ROUTES), port=0, log_level="error", lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def ask(question: str) -> tuple[float, int]:
    """Milliseconds to the whole answer, and its bytes."""
    begin = time.perf_counter()
    with urllib.request.urlopen(question) as answer:
        size = len(answer.read())
    return 1000 * (time.perf_counter() - begin), size


def rate(run: RunThread, seconds: float) -> float:
    """Steps a second over a while, which begins after a quarter of it."""
    time.sleep(seconds / 4)
    return rate_of(lambda: run.snapshot.step, seconds)


def open_tabs(question: str, looking: Event, left: Event) -> None:
    """Ask once a second for each of ten tabs, while `looking` is set, until told to leave."""
    while not left.wait(1 / TABS):
        if looking.is_set():
            ask(question)


if __name__ == "__main__":
    main()
