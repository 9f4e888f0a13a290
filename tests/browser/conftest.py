"""A real Chromium, and the real dashboard, for tests of what runs in the browser."""

import contextlib
import os
from collections.abc import Generator, Iterator
from functools import cache

import pytest
from playwright.sync_api import Browser, Page

from benchmarks.serving import browser_path, open_chromium
from ganlib import RunManager
from tests.browser.fake_server import FakeRun, serve
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


@contextlib.contextmanager
def open_page(chromium: Browser) -> Iterator[Page]:
    """A page in a context of its own; none of its scripts may fail."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    yield page
    context.close()
    assert not failures


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with open_page(chromium) as page:
        yield page


@pytest.fixture
def fake_run(page: Page) -> Iterator[FakeRun]:
    """A run that the test shapes, with the page open on its server."""
    with serve(FakeRun()) as run:
        page.goto(run.url)
        yield run


@pytest.fixture
def server(page: Page, manager: RunManager) -> Iterator[RealRoutes]:
    """The page is open on the real routes over runs of this process."""
    with serve(RealRoutes()) as routes:
        page.goto(routes.url)
        yield routes
