"""A real Chromium, for tests of what runs in the browser."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from benchmarks.serving import browser_path, open_chromium
from tests.browser.fake_server import FakeRun, serve


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
