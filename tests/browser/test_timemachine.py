"""One latent vector through the life of a run, in a real Chromium."""

import pytest
from playwright.sync_api import Page, Request

from tests.browser.fake_server import FakeRun
from tests.browser.person import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.hurried]

DATA = """place('timemachine', { runs: [{ run_id: 'r1', title: 'A ring', steps: [1, 2] }],
    z: new Float32Array(2), label: null, classes: [], is_2d: false, reading: null,
    colours: {} })"""


def test_what_does_not_come_is_given_up_before_it_is_asked_for_again(page: Page, fake_run: FakeRun):
    given_up = []

    def note(request: Request) -> None:
        given_up.append(request.url)

    page.on("requestfailed", note)
    page.route("**/decode", lambda route: None)
    page.evaluate(DATA)
    wait_for(page, lambda: any("decode" in url for url in given_up))
    page.remove_listener("requestfailed", note)
