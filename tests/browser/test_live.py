"""What of the feed of a run needs a page; tests/node/live.test.js has when and what it asks."""

import pytest
from playwright.sync_api import Page

from dashboard import scripts
from tests.browser.fake_server import CHARTS, GRID, FakeRun
from tests.browser.person import rest, wait_for

pytestmark = pytest.mark.browser

HUD = "place('hud', { state: 'running', changes: 0 })"


def test_components_share_one_feed_and_stop_it_when_the_last_leaves(page: Page, fake_run: FakeRun):
    fake_run.header["frames"] = [0]
    fake_run.delay = 0.1
    placed = f"[{HUD}, place('curves', {{ charts }}), place('grid', grid)]"
    page.evaluate(f"([charts, grid]) => Promise.all({placed})", [CHARTS, GRID])
    wait_for(page, lambda: len(fake_run.lives()) >= 5)
    assert fake_run.most_at_once == 1
    page.evaluate("() => { places.hud.overtaken = places.hud.cleanup; }")
    page.evaluate(HUD)
    page.evaluate("places.hud.overtaken()")  # late: it ends nothing
    page.evaluate("places.curves.cleanup()")
    page.evaluate("places.grid.host.remove()")
    before = len(fake_run.lives())
    wait_for(page, lambda: len(fake_run.lives()) >= before + 3)
    page.evaluate("places.hud.cleanup()")
    look = "fetch('/minimax/runs/r1/real.webp').then((answer) => answer.status)"
    page.evaluate(look)  # after whatever was under way
    before = len(fake_run.lives())
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.evaluate(look)
    assert len(fake_run.lives()) == before


def test_a_component_whose_script_does_not_come_says_what_to_do(page: Page, fake_run: FakeRun):
    boot = scripts.boot("hud").replace("modules.js", "nothing.js")
    page.evaluate(
        """async (boot) => {
            const address = `data:text/javascript,${encodeURIComponent(boot)}`;
            const { default: mount } = await import(address);
            const parentElement = document.body;
            parentElement.innerHTML = '<div class="root"></div>';
            mount({ parentElement })();
        }""",
        boot,
    )
    notice = page.get_by_role("alert")
    notice.wait_for()
    missing = f"{fake_run.url}/{scripts.folder()}/nothing.js"
    assert f"{missing} did not come. Reload" in notice.inner_text()


def test_charts_that_plotly_does_not_come_for_say_so_until_it_does(page: Page, fake_run: FakeRun):
    is_lost = True
    # One handler to the end: a question that is held while its handler goes is never let go.
    page.route("**/plotly.min.js", lambda route: route.abort() if is_lost else route.continue_())
    fake_run.train(20)
    page.evaluate("(charts) => place('curves', { charts })", CHARTS)
    notice = page.locator("#curves .missing")
    notice.wait_for()
    assert "plotly.min.js did not come" in notice.inner_text()
    is_lost = False
    fake_run.train(30)
    notice.wait_for(state="detached")
    page.wait_for_selector("#curves .plot .xy")


@pytest.mark.hurried
def test_plotly_is_asked_for_again_where_nothing_new_is_to_be_drawn(page: Page, fake_run: FakeRun):
    is_lost = True
    page.route("**/plotly.min.js", lambda route: route.abort() if is_lost else route.continue_())
    fake_run.train(20)
    fake_run.header["state"] = "completed"
    page.evaluate("(charts) => place('curves', { charts })", CHARTS)
    notice = page.locator("#curves .missing")
    notice.wait_for()
    rest(page, 3)  # The sentence makes the list taller, at which it is drawn once more.
    is_lost = False
    notice.wait_for(state="detached")
