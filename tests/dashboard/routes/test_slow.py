"""A store that takes long: it holds up who asks for what it holds, and nobody else."""

import asyncio
import threading

import numpy as np
import pytest

from dashboard import scripts
from dashboard.wire import encode
from ganlib import RunThread, StoredRun
from ganlib.store.database import Database
from tests.conftest import PATIENCE
from tests.dashboard.routes.conftest import ASKED

VECTOR = {"z": np.zeros((1, 4), np.float32)}
PATHS = (
    *("live", "curves", "frames/0.webp", "thumbnails/0.webp", "real.webp", "plane", "measures"),
    *("decode", "discriminate", "mix", "nearest", "film/gif", "spread", "quality", "exports"),
    *("export/csv", "inside/density", "inside/encoded", "inside/back", "inside/drawn"),
    *("inside/saliency", "pictures/0", "fit"),
)


@pytest.fixture
def read(monkeypatch, manager):
    """What is read of runs while routes are asked; whether that was in the event loop."""
    read, get, snapshot = [], manager.get, RunThread.snapshot.fget

    def note():
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            read.append(False)
        else:
            read.append(True)

    monkeypatch.setattr(manager, "get", lambda run_id: (note(), get(run_id))[1])
    monkeypatch.setattr(RunThread, "snapshot", property(lambda run: (note(), snapshot(run))[1]))
    return read


@pytest.mark.parametrize("path", PATHS)
def test_nothing_of_a_run_is_read_in_the_event_loop(ask, trained, read, path):
    run = trained(1)
    read.clear()
    ask(run, path, body=VECTOR)
    assert not any(read)


@pytest.mark.parametrize("path", ["", "/frames"])
def test_nor_of_several_runs(client, trained, read, path):
    run = trained(1)
    read.clear()
    assert client.get(f"/minimax/compare{path}", runs=run.run_id).status_code == 200
    assert read
    assert not any(read)


@pytest.fixture
def stored(trained, manager):
    """The ids of two runs that the store alone knows."""
    runs = [trained(1), trained(1, seed=2)]
    for run in runs:
        run._writer._keep()
        del manager._runs[run.run_id]
    return [run.run_id for run in runs]


def test_while_one_run_is_opened_another_is_answered(client, stored, monkeypatch):
    slow, quick = stored
    begun, go_on, order, read = threading.Event(), threading.Event(), [], StoredRun._read

    def wait(run, row):
        if run.run_id == slow:
            begun.set()
            assert go_on.wait(PATIENCE)
        return read(run, row)

    monkeypatch.setattr(StoredRun, "_read", wait)

    def look(run_id):
        assert client.get(f"/minimax/runs/{run_id}/live").status_code == 200
        order.append(run_id)

    waiting = threading.Thread(target=look, args=(slow,))
    waiting.start()
    assert begun.wait(PATIENCE)
    look(quick)
    go_on.set()
    waiting.join(PATIENCE)
    assert order == [quick, slow]


def test_while_the_disk_takes_long_another_page_is_answered(client, trained, stored, monkeypatch):
    here, begun, go_on, read = trained(1), threading.Event(), threading.Event(), Database.read

    def wait(*question):
        begun.set()
        assert go_on.wait(PATIENCE)
        return read(*question)

    monkeypatch.setattr(Database, "read", wait)

    async def look():
        slow = [
            asyncio.create_task(
                client.ask(
                    "POST" if path in (*ASKED, "fit") else "GET",
                    f"/minimax/runs/{stored[0]}/{path}",
                    body=[encode({}, VECTOR)],
                )
            )
            for path in PATHS
        ]
        await asyncio.to_thread(begun.wait, PATIENCE)
        run = f"/minimax/runs/{here.run_id}"
        try:
            for path in (f"{run}/live", f"{run}/plane", f"/{scripts.folder()}/modules.js"):
                assert (await client.ask("GET", path)).status_code == 200
            assert not any(one.done() for one in slow)
        finally:
            go_on.set()
        return await asyncio.gather(*slow)

    # 2-D points lack some of it (409), and nobody has measured this run yet (503).
    assert {one.status_code for one in asyncio.run(look())} <= {200, 409, 503}
