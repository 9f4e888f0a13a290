"""Runs of every kind, and visitors of the dashboard who watch them."""

import math
import shutil
import time
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from itertools import count, takewhile
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from ganlib import set_up_process

set_up_process()

import dashboard
from dashboard.services import run_manager
from ganlib import (
    Command,
    CommandActed,
    Event,
    RunConfig,
    RunManager,
    RunPrepared,
    RunThread,
    StepCompleted,
    Stop,
    changed,
    train,
)
from tests.needed import leave

NAVIGATION = Path(dashboard.__file__).parent / "navigation.py"
METRICS = (
    *("d_loss", "g_loss", "d_real", "d_fake"),
    *("d_r1", "d_r2", "d_gp", "d_dragan", "d_lecam", "ada_p", "ada_r"),
    *("d_class_real", "d_class_fake", "g_class", "d_information", "g_information"),
    *("g_grad_norm", "d_grad_norm", "g_spectral_norm", "d_spectral_norm"),
)
PATIENCE = 60
"""Seconds; the machine may be busy with much else."""

_names = count()


class _Together(LoadFileScheduling):
    """Lets the tests of a file follow each other, and all those that share the real dashboard."""

    def _split_scope(self, nodeid: str) -> str:
        together = "tests/browser/dashboard"
        return together if nodeid.startswith(together) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Say which tests belong together.

    The groups of pytest-xdist 3.8 go by names of tests that pytest 9.2 no longer heeds.
    """
    return _Together(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests marked `extra` to whoever asks for them."""
    if "extra" not in config.option.markexpr:
        for item in items:
            if item.get_closest_marker("extra"):
                item.add_marker(pytest.mark.skip(reason="asked for by `pytest -m extra`"))


@pytest.fixture
def program() -> Callable[[str], str]:
    """Give the path of a program that requirements.txt cannot install, or leave the test."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            leave("EXTRA", f"no {name} on the PATH: install it, and run `pytest -m extra` again")
        return path

    return find


@pytest.fixture(autouse=True)
def _own_runs_folder(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a test keeps, it keeps in a folder of its own, which it makes when it does."""
    folder = tmp_path_factory.getbasetemp() / f"runs{next(_names)}"
    monkeypatch.setenv("MINIMAX_RUNS", str(folder))


@pytest.fixture(scope="session")
def _prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prepared")


@pytest.fixture
def brief_features(_prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let classifiers learn for a moment only, and half as many shapes hold out just 300.

    The classifiers and the data are prepared once for all.
    """
    monkeypatch.setenv("MINIMAX_CACHE", str(_prepared))
    monkeypatch.setattr("ganlib.data.readers._SHAPES", 3000)
    monkeypatch.setattr("ganlib.metrics.features._UPDATES", 3)


@pytest.fixture
def tiny() -> RunConfig:
    """A run whose steps take a fraction of a millisecond, and that does not end by itself."""
    network = {"architecture": "mlp-2d", "width": 4, "depth": 1, "latent_dim": 4}
    plane = {"title": "Tiny ring", "total_steps": 10_000_000, "batch_size": 2}
    return RunConfig.parse(
        {**plane, "data": {"kind": "toy2d"}, "algorithm": {"network": network}, "seed": 7}
    )


@pytest.fixture
def manager(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunManager]:
    """The server's run manager, without runs; limits may be given as an indirect parameter."""
    limits = getattr(request, "param", {})
    monkeypatch.setattr("dashboard.services.RunManager", partial(RunManager, **limits))
    st.cache_resource.clear()
    manager = run_manager()
    yield manager
    manager.close()
    st.cache_resource.clear()


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs wait for their end instead of training, whatever their data and networks."""

    def wait(config, controls, report, start=None):
        yield RunPrepared(np.zeros((1, 2), np.float32), "cpu", METRICS)
        while (turn := controls.wait()) is not None:
            if isinstance(turn, Command):
                yield CommandActed(start.step if start else 0, turn)
            time.sleep(0.001)

    monkeypatch.setattr("ganlib.execution.thread.train", wait)


@pytest.fixture
def hold_run(manager: RunManager, tiny: RunConfig) -> Iterator[Callable[..., RunThread]]:
    """Put a run on the server whose record was fed exactly these events; no thread begins."""

    held = []

    def hold(*events: Event, config: RunConfig = tiny, **changes: object) -> RunThread:
        name, query = f"fed{next(_names)}", changed(config, changes)
        run = RunThread(name, query, manager.store, lambda run: None)
        for event in events:
            run._record.add(event)
        manager._runs[run.run_id] = run
        held.append(run)
        return run

    yield hold
    for run in held:
        run._writer.finish()


@pytest.fixture
def remove_run(manager: RunManager) -> Callable[[str], None]:
    """Take a run away for good: from the server, and from the disk."""

    def remove(run_id: str) -> None:
        run = manager.get(run_id)
        if isinstance(run, RunThread):
            if run._thread.is_alive():
                manager.send(run_id, Stop(), patience=PATIENCE)
            run._writer.finish()
        # Nobody who asks meanwhile is to see the run over: who does asks no more.
        with manager.store.database.writing() as writer:
            writer.execute("DELETE FROM runs WHERE run_id = ?", (run_id,))
        manager._runs.pop(run_id, None)
        manager._opened.pop(run_id, None)
        shutil.rmtree(manager.store.folder / run_id)

    return remove


@pytest.fixture
def trained(
    hold_run: Callable[..., RunThread], tiny: RunConfig, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., RunThread]:
    """Put a run on the server that was fed all that training says up to step `last`.

    However slow the machine is, it has saved the steps 0, 1, 2, 4, 8 and 16, and the last of all.
    """
    monkeypatch.setattr("ganlib.trainer.LONGEST_BETWEEN_FRAMES", math.inf)

    def hold(last: int = 8, **changes: object) -> RunThread:
        config = changed(tiny, {"total_steps": 20} | changes)
        return hold_run(*_events(config, last), config=config)

    return hold


@pytest.fixture
def taught(
    hold_run: Callable[..., RunThread], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., RunThread]:
    """Put a run of another family on the server that was fed all that its training says.

    It is tiny, and its pictures are digits of 8 x 8 black or white pixels, or points of a ring.
    """
    monkeypatch.setattr("ganlib.trainer.LONGEST_BETWEEN_FRAMES", math.inf)

    def hold(family: str, plane: bool = False, **network: object) -> RunThread:
        data = {"kind": "toy2d"} if plane else {"kind": "images", "size": 8, "levels": 2}
        first = {"vae": "vae-perceptron", "autoregressive": "made", "gan": "mlp"}[family]
        algorithm: dict[str, object] = {"family": family}
        algorithm["network"] = {"architecture": first, **network}
        if family == "vae":
            algorithm["objective"] = {"likelihood": "gaussian" if plane else "bernoulli"}
        sizes = {"total_steps": 4, "batch_size": 8, "cpu_threads": 1}
        title = {"title": f"A little {family}"}
        config = RunConfig.parse(title | sizes | {"data": data, "algorithm": algorithm})
        return hold_run(*_events(config, 4), config=config)

    return hold


@lru_cache(maxsize=16)
def _events(config: RunConfig, last: int) -> tuple[Event, ...]:
    """All that training says up to a step; the same settings say the same every time."""
    return tuple(takewhile(lambda event: getattr(event, "step", 0) <= last, train(config)))


@pytest.fixture
def visit(manager: RunManager, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open the dashboard as a new visitor, perhaps with a run in the URL."""
    # It looks for components in every installed package, for a quarter of a second.
    monkeypatch.setattr(
        BidiComponentManager, "discover_and_register_components", lambda *_, **__: None
    )

    def open_page(run_id: str | None = None) -> AppTest:
        app = AppTest.from_file(NAVIGATION, default_timeout=PATIENCE)
        if run_id is not None:
            app.query_params["run"] = run_id
        return app.run()

    return open_page


@pytest.fixture
def app(visit: Callable[..., AppTest]) -> AppTest:
    """The dashboard as a new visitor sees it."""
    return visit()


@pytest.fixture
def app_with_run(
    visit: Callable[..., AppTest], hold_run: Callable[..., RunThread]
) -> Callable[..., AppTest]:
    """A visitor who watches a run that was fed exactly these events."""

    def watch(*events: Event, **changes: object) -> AppTest:
        return visit(hold_run(*events, **changes).run_id)

    return watch


@pytest.fixture
def wait_for() -> Callable[[Callable[[], object]], None]:
    """Wait until something is so; fail when it does not come about."""

    def wait(condition: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, "it did not come about"
            time.sleep(0.002)

    return wait


@pytest.fixture
def step() -> Callable[..., StepCompleted]:
    """A completed step with the metrics of a GAN, NaN where nothing is given."""

    def completed(number: int, **metrics: float) -> StepCompleted:
        return StepCompleted(number, dict.fromkeys(METRICS, np.nan) | metrics, 2 * number)

    return completed
