"""What of the poller needs a page; tests/node/live.test.js has when and what it asks."""

import pytest
from playwright.sync_api import Page

from tests.browser.fake_server import CHARTS, GRID, FakeRun
from tests.browser.person import wait_for

pytestmark = pytest.mark.browser


def test_components_share_one_poller_and_stop_it_when_the_last_leaves(
    page: Page, fake_run: FakeRun
):
    fake_run.header["frames"] = [0]
    fake_run.delay = 0.1
    page.evaluate(
        "([charts, grid]) => Promise.all("
        "[place('hud', {}), place('curves', { charts }), place('grid', grid)])",
        [CHARTS, GRID],
    )
    wait_for(page, lambda: len(fake_run.lives()) >= 5)
    assert fake_run.most_at_once == 1
    page.evaluate("() => { places.hud.overtaken = places.hud.cleanup; }")
    page.evaluate("place('hud', {})")
    page.evaluate("places.hud.overtaken()")  # late: it ends nothing
    page.evaluate("places.curves.cleanup()")
    page.evaluate("places.grid.host.remove()")
    before = len(fake_run.lives())
    wait_for(page, lambda: len(fake_run.lives()) >= before + 3)
    page.evaluate("places.hud.cleanup()")
    look = "fetch('/minimax/runs/r1/real.webp').then((answer) => answer.status)"
    page.evaluate(look)  # after whatever was under way
    before = len(fake_run.lives())
    page.evaluate("import('/minimax/browser/live.js').then((live) => live.poke('r1'))")
    page.evaluate(look)
    assert len(fake_run.lives()) == before
