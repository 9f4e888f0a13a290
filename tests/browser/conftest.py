"""A real Chromium, and the real dashboard, for tests of what runs in the browser."""

import contextlib
from collections.abc import Callable, Generator, Iterator
from functools import cache
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, Error, Page
from starlette.types import ASGIApp, Receive, Scope, Send

from benchmarks.serving import browser_path, open_chromium
from ganlib import RunManager
from tests.browser.fake_server import FakeRun, serve
from tests.browser.person import SLOW
from tests.browser.real_routes import RealRoutes
from tests.needed import leave

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
        leave("BROWSER", "no Chromium: install it, or set CHROMIUM to its path")
    return _chromium()


class Shared:
    """The one page of the browser, so that a script is fetched and compiled once.

    Args:
        chromium: the browser.
    """

    def __init__(self, chromium: Browser) -> None:
        self._page = chromium.new_context().new_page()
        self._page.set_default_timeout(SLOW)

    @contextlib.contextmanager
    def open(self) -> Iterator[Page]:
        """The page, which remembers nothing of before; none of its scripts may fail."""
        page, failures = self._page, []
        page.set_viewport_size({"width": 1280, "height": 720})
        page.emulate_media(color_scheme="null", reduced_motion="null")

        def note(error: Error) -> None:
            failures.append(str(error))

        page.on("pageerror", note)
        yield page
        page.remove_listener("pageerror", note)
        if page.url.startswith("http"):
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
        for other in page.context.pages:
            if other is not page:
                other.close()
        page.unroute_all()
        page.mouse.move(0, 0)
        page.goto("about:blank")
        assert not failures


@cache
def _shared() -> Shared:
    SHARED.callback(_shared.cache_clear)
    return Shared(_chromium())


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with _shared().open() as page:
        yield page


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
def stage(page: Page, request: pytest.FixtureRequest) -> Callable[[Run], Run]:
    """Put a run on the one server, with the page open on it."""

    def put(run: Run) -> Run:
        here = _stage()
        here.on_it, run.url = run.app(), here.url
        run.hurried = request.node.get_closest_marker("hurried") is not None
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
