"""A real Chromium, for tests of what runs in the browser."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from benchmarks.serving import browser_path, open_chromium
from ganlib import RunManager
from tests.browser.fake_server import FakeRun, serve
from tests.browser.person import SLOW, start, stop
from tests.browser.real_routes import RealRoutes

FAILED = pytest.StashKey[bool]()
ROOT = Path(__file__).parent.parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try each test of the browser once more before it counts as failed; docs/decisions.md."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="module")  # While open it leaves a running event loop in this thread.
def chromium() -> Iterator[Browser]:
    if browser_path() is None:
        say = pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip
        say("no Chromium: install it, or set CHROMIUM to its path")
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    yield context.new_page()
    context.close()


@pytest.fixture
def fake_run(page: Page) -> Iterator[FakeRun]:
    """A run that the test shapes, with the page open on its server; no script may have failed."""
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    with serve(FakeRun()) as run:
        page.goto(run.url)
        yield run
    assert not failures


@pytest.fixture
def server(page: Page, manager: RunManager) -> Iterator[RealRoutes]:
    """The page is open on the real routes over runs of this process; no script may have failed."""
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    with serve(RealRoutes()) as routes:
        page.goto(routes.url)
        yield routes
    assert not failures


class Server:
    """The documented command on a port of its own, over one folder of runs, started and ended."""

    def __init__(self, runs: Path) -> None:
        with socket.socket() as free:
            free.bind(("localhost", 0))
            self._port = free.getsockname()[1]
        self.url = f"http://localhost:{self._port}"
        self.runs = runs
        self._environment = {**os.environ, "MINIMAX_RUNS": str(runs)}

    def start(self) -> None:
        command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py"]
        self._process = subprocess.Popen(
            [*command, "--server.headless=true", f"--server.port={self._port}"],
            cwd=ROOT,
            env=self._environment,
        )
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/_stcore/health").close()
                break
            time.sleep(0.1)

    def stop(self) -> None:
        self._process.terminate()
        # Runs go on, and torch aborts (-SIGABRT) if one of their threads outlives the interpreter.
        assert self._process.wait(timeout=30) in (0, -signal.SIGTERM)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(timeout=30)


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("runs"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def dashboard_url(dashboard: Server) -> str:
    return dashboard.url


@pytest.fixture(scope="module")
def digits_run(chromium: Browser, dashboard: Server) -> str:
    """The run_id of a run on digits that has learnt for some steps and stands."""
    page = chromium.new_page()
    page.set_default_timeout(SLOW)
    page.goto(dashboard.url)
    run_id = start(page)
    page.wait_for_selector(".fake img")
    page.wait_for_timeout(3000)
    stop(page)
    page.close()
    return run_id


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note for the fixtures of a test whether it failed."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def visitor(chromium: Browser, dashboard: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page on the dashboard; no script of it may fail.

    A test that fails leaves its runs behind, which the next ones would queue up after: they get
    the server anew.
    """
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.set_default_timeout(SLOW)
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(dashboard.url)
    yield page
    context.close()
    if request.node.stash.get(FAILED, False):
        dashboard.stop()
        dashboard.start()
    assert not failures
