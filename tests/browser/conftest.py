"""A real Chromium, and the real dashboard, for tests of what runs in the browser."""

import contextlib
import os
from collections.abc import Callable, Generator, Iterator
from functools import cache
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, Page
from starlette.types import ASGIApp, Receive, Scope, Send

from benchmarks.serving import browser_path, open_chromium
from ganlib import RunManager
from tests.browser.fake_server import FakeRun, serve
from tests.browser.person import SLOW
from tests.browser.real_routes import RealRoutes

SHARED = contextlib.ExitStack()
"""What the tests of the browser open once, and that is closed after the last of them.

The browser leaves a running event loop in this thread, where other tests could not run theirs.
"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None]:
    """Close what is shared before the first test that needs no browser."""
    yield
    if nextitem is None or nextitem.get_closest_marker("browser") is None:
        SHARED.close()


@cache
def _chromium() -> Browser:
    SHARED.callback(_chromium.cache_clear)
    return SHARED.enter_context(open_chromium())


@pytest.fixture
def chromium() -> Browser:
    """The one browser of these tests; each opens pages in a context of its own."""
    if browser_path() is None:
        say = pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip
        say("no Chromium: install it, or set CHROMIUM to its path")
    return _chromium()


class Shared:
    """One context of the browser, so that a script is fetched and compiled once.

    Args:
        chromium: the browser.
    """

    def __init__(self, chromium: Browser) -> None:
        self._context = chromium.new_context()

    @contextlib.contextmanager
    def open(self) -> Iterator[Page]:
        """A page that remembers nothing of those before; none of its scripts may fail."""
        page = self._context.new_page()
        page.set_viewport_size({"width": 1280, "height": 720})
        page.set_default_timeout(SLOW)
        failures: list[str] = []
        page.on("pageerror", lambda error: failures.append(str(error)))
        yield page
        if page.url.startswith("http"):
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
        for left in self._context.pages:
            left.close()
        assert not failures


@cache
def _shared() -> Shared:
    SHARED.callback(_shared.cache_clear)
    return Shared(_chromium())


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with _shared().open() as page:
        yield page


@pytest.fixture
def hurry(page: Page) -> None:
    """What the scripts wait for by the clock comes ten times as soon."""
    page.add_init_script(
        "{ const wait = setTimeout; window.setTimeout = (act, ms) => wait(act, ms / 10); }"
    )


class Stage:
    """The one server of all fake runs, which asks the one that stands on it."""

    url = ""
    on_it: ASGIApp

    def app(self) -> ASGIApp:
        async def ask(scope: Scope, receive: Receive, send: Send) -> None:
            await self.on_it(scope, receive, send)

        return ask


@cache
def _stage() -> Stage:
    SHARED.callback(_stage.cache_clear)
    return SHARED.enter_context(serve(Stage()))


Run = TypeVar("Run", bound=FakeRun)


@pytest.fixture
def stage(page: Page) -> Callable[[Run], Run]:
    """Put a run on the one server, with the page open on it."""

    def put(run: Run) -> Run:
        here = _stage()
        # Pictures of the test before had the same addresses.
        page.context.new_cdp_session(page).send("Network.clearBrowserCache")
        here.on_it, run.url = run.app(), here.url
        page.goto(run.url)
        return run

    return put


@pytest.fixture
def fake_run(stage: Callable[[FakeRun], FakeRun]) -> FakeRun:
    """A run that the test shapes."""
    return stage(FakeRun())


@pytest.fixture
def server(stage: Callable[[RealRoutes], RealRoutes], manager: RunManager) -> RealRoutes:
    """The real routes over runs of this process."""
    return stage(RealRoutes())
