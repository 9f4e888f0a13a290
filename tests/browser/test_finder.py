"""The search for a picture in a real Chromium."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_server import FakeRun

pytestmark = [pytest.mark.browser, pytest.mark.hurried]

DATA = {"shape": [8, 8, 1], "label": None, "usual_lengths": [0.5, 1.5], "classes": []}


def test_who_stops_before_the_first_word_is_told_of_no_fault(page: Page, fake_run: FakeRun):
    refusal = json.dumps({"error": "None."})
    page.route("**/pictures/*", lambda route: route.fulfill(status=404, body=refusal))
    page.route_web_socket("**/find", lambda socket: None)  # It never says anything.
    page.evaluate("(data) => place('finder', data)", DATA | {"colours": {}, "reading": None})
    problem = page.locator("#finder .problem")
    expect(problem).to_have_text("None.")
    page.get_by_role("button", name="Find it").click()
    expect(page.locator("#finder .status")).to_have_text("Looking for a place to set out from.")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Find it")).to_be_visible()
    expect(page.locator("#finder .status")).to_have_text("")
    expect(problem).to_have_text("")
