"""The sheet of samples in a real Chromium."""

import json

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.fake_server import FakeRun
from tests.browser.person import rest, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.hurried]

BUSY, GONE = "Busy: ask again.", "This run is gone."
DATA = """place('samples', { z: Float32Array.from({ length: 16 }, (_, i) => i), latent_dim: 2,
    label: null, classes: [], is_2d: false, reading: null, colours: {} })"""


class Sheet:
    """The samples of a run whose sheet is refused for good, and what they make for a while."""

    def __init__(self, page: Page, run: FakeRun) -> None:
        run.header |= {"frames": [1], "state": "completed"}
        self.page, self.results = page, 0
        page.route("**/decode", self._refuse)
        page.evaluate(DATA)

    def _refuse(self, route: Route) -> None:
        is_result = b'"columns":4' in (route.request.post_data_buffer or b"")
        self.results += is_result
        status, error = (503, BUSY) if is_result else (404, GONE)
        route.fulfill(status=status, body=json.dumps({"error": error}))

    def pick(self) -> None:
        """A, B and C; then the question about them."""
        before = self.results
        for number in (1, 2, 3):
            self.page.locator(f"#samples [data-control='sample.{number}']").dispatch_event("click")
        wait_for(self.page, lambda: self.results > before)


def test_what_was_cleared_is_asked_for_when_it_is_picked_again(page: Page, fake_run: FakeRun):
    sheet = Sheet(page, fake_run)
    sheet.pick()
    page.get_by_role("button", name="Clear").click()
    rest(page, 6)  # Long enough for another question, if one were to come.
    before = sheet.results
    rest(page, 6)
    assert sheet.results == before
    sheet.pick()


def test_what_one_question_has_to_say_is_not_erased_by_the_other(page: Page, fake_run: FakeRun):
    sheet = Sheet(page, fake_run)
    problem = page.locator("#samples .problem")
    expect(problem).to_have_text(GONE)
    sheet.pick()
    expect(problem).to_have_text(GONE)
    page.get_by_role("button", name="Clear").click()
    expect(problem).to_have_text(GONE)
