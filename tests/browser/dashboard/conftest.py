"""One real server for all tests of this folder, and a visitor who knows nothing yet."""

import time
from collections import deque
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response

from ganlib import DEFAULT_PRESET, PRESETS, changed
from tests.browser.conftest import SHARED
from tests.browser.real_server import CALM, Server, train_into

FAILED = pytest.StashKey[bool]()


@cache
def _server(runs: Path) -> Server:
    server = Server(runs, command=CALM)
    server.start()
    SHARED.callback(_server.cache_clear)
    SHARED.callback(server.stop)
    return server


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of runs of the one server."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture
def dashboard(runs: Path) -> Iterator[Server]:
    """The one server; who ends it starts it again. No run trains on beside the next test."""
    server = _server(runs)
    yield server
    server.end_runs()


@pytest.fixture
def dashboard_url(dashboard: Server) -> str:
    return dashboard.url


@pytest.fixture(scope="session")
def digits_run(runs: Path) -> str:
    """The run_id of a run on digits that has learnt for some steps and stands."""
    return train_into(runs, changed(PRESETS[DEFAULT_PRESET].config, {"total_steps": 50}))


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
def visitor(dashboard: Server, page: Page, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page for one who comes to the dashboard, by whatever link.

    After a test that fails the next ones get the server anew. It tells what the page showed, and
    what it had asked for last.
    """
    answers = deque[str](maxlen=20)

    def note(answer: Response) -> None:
        answers.append(f"{time.monotonic():.2f} {answer.status} {answer.url}")

    page.on("response", note)
    yield page
    page.remove_listener("response", note)
    if request.node.stash.get(FAILED, False):
        print(*answers, f"{time.monotonic():.2f} {page.url}", sep="\n")
        print(page.locator("body").aria_snapshot())
        dashboard.stop()
        dashboard.start()
