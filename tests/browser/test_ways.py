"""Ways through latent space in a real Chromium."""

import json

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.fake_server import FakeRun

pytestmark = [pytest.mark.browser, pytest.mark.hurried]

DATA = """place('ways', { ways: ['slerp'], 'slerp/z': new Float32Array(18),
    'slerp/film': new Float32Array(36), latent_dim: 2, label: null, classes: [],
    is_2d: false, reading: null, colours: {} })"""


def test_a_film_that_is_saved_takes_the_complaint_of_one_before_away(page: Page, fake_run: FakeRun):
    refusal = json.dumps({"error": "It cannot be filmed."})
    is_refused = True

    def film(route: Route) -> None:
        if is_refused:
            route.fulfill(status=409, body=refusal)
        else:
            route.fulfill(body=b"GIF")

    page.route("**/film/gif", film)
    page.evaluate(DATA)
    save, problem = page.get_by_role("button", name="GIF"), page.locator("#ways .problem")
    save.click()
    expect(problem).to_have_text("It cannot be filmed.")
    is_refused = False
    with page.expect_download():
        save.click()
    expect(problem).to_have_text("")
