import time

import pytest
from playwright.sync_api import Page

from tests.browser.fake_server import CHARTS, GRID, FakeRun

pytestmark = pytest.mark.browser


def wait_for_requests(run: FakeRun, page: Page, count: int) -> None:
    deadline = time.monotonic() + 10
    while len(run.lives()) < count:
        assert time.monotonic() < deadline, f"{len(run.lives())} requests instead of {count}"
        page.wait_for_timeout(20)


def hide(page: Page, hidden: bool) -> None:
    page.evaluate(
        """(hidden) => {
            Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def asks_no_more(run: FakeRun, page: Page) -> bool:
    page.wait_for_timeout(100)  # an answer that was under way
    before = len(run.lives())
    page.wait_for_timeout(1300)
    return len(run.lives()) == before


def test_three_components_share_one_poller(page: Page, fake_run: FakeRun):
    fake_run.header["frames"] = [0]
    page.evaluate(
        "([charts, grid]) => Promise.all("
        "[place('hud', {}), place('curves', { charts }), place('grid', grid)])",
        [CHARTS, GRID],
    )
    page.wait_for_function("window.Plotly")  # which keeps the browser busy for a while
    before = len(fake_run.lives())
    page.wait_for_timeout(2050)
    assert 2 <= len(fake_run.lives()) - before <= 5  # one every 500 ms, not three


def test_before_the_first_picture_it_asks_more_often(page: Page, fake_run: FakeRun):
    page.evaluate("place('hud', {})")
    wait_for_requests(fake_run, page, 1)
    before = len(fake_run.lives())
    page.wait_for_timeout(2050)
    assert len(fake_run.lives()) - before >= 6  # one every 200 ms


def test_never_two_requests_are_under_way(page: Page, fake_run: FakeRun):
    fake_run.delay = 0.3
    page.evaluate("place('hud', {})")
    for _ in range(8):
        page.evaluate("import('/minimax/browser/live.js').then((live) => live.poke('r1'))")
        page.wait_for_timeout(50)
    wait_for_requests(fake_run, page, 3)
    assert fake_run.most_at_once == 1


def test_a_hidden_tab_asks_nothing_and_asks_at_once_when_it_is_seen_again(
    page: Page, fake_run: FakeRun
):
    page.evaluate("place('hud', {})")
    wait_for_requests(fake_run, page, 1)
    hide(page, True)
    assert asks_no_more(fake_run, page)
    before = len(fake_run.lives())
    hide(page, False)
    page.wait_for_timeout(150)
    assert len(fake_run.lives()) == before + 1


def test_a_run_that_is_over_is_asked_about_once_until_someone_pokes(page: Page, fake_run: FakeRun):
    fake_run.header["state"] = "completed"
    page.evaluate("place('hud', {})")
    wait_for_requests(fake_run, page, 1)
    assert asks_no_more(fake_run, page)
    assert len(fake_run.lives()) == 1
    fake_run.header["state"] = "running"
    page.evaluate("import('/minimax/browser/live.js').then((live) => live.poke('r1'))")
    wait_for_requests(fake_run, page, 3)


def test_a_paused_run_is_asked_about_often_enough_to_see_single_steps(
    page: Page, fake_run: FakeRun
):
    fake_run.header |= {"state": "paused", "frames": [0]}
    page.evaluate("place('hud', {})")
    wait_for_requests(fake_run, page, 1)
    before = len(fake_run.lives())
    page.wait_for_timeout(2050)
    assert len(fake_run.lives()) - before >= 5  # one every 300 ms


def test_a_server_that_does_not_answer_is_asked_ever_more_rarely(page: Page, fake_run: FakeRun):
    fake_run.answers = False
    page.evaluate("place('hud', {})")
    page.wait_for_timeout(2700)
    assert len(fake_run.lives()) == 2  # at 0 and 1 s; the next comes at 3 s
    wait_for_requests(fake_run, page, 3)


@pytest.mark.parametrize("ending", ["places.hud.cleanup()", "places.hud.host.remove()"])
def test_a_component_that_leaves_the_page_stops_asking(page: Page, fake_run: FakeRun, ending: str):
    page.evaluate("place('hud', {})")
    wait_for_requests(fake_run, page, 1)
    page.evaluate(ending)
    assert asks_no_more(fake_run, page)


def test_the_late_cleanup_of_an_overtaken_mount_ends_nothing(page: Page, fake_run: FakeRun):
    page.evaluate("place('hud', {})")
    page.evaluate("() => { places.hud.overtaken = places.hud.cleanup; }")
    page.evaluate("place('hud', {})")
    page.evaluate("places.hud.overtaken()")
    assert not asks_no_more(fake_run, page)


def test_past_twice_the_budget_everything_is_asked_for_again(page: Page, fake_run: FakeRun):
    fake_run.header["frames"] = [0]
    fake_run.train(1100)
    page.evaluate("place('hud', {})")
    wait_for_requests(fake_run, page, 1)
    fake_run.train(1201)
    wait_for_requests(fake_run, page, 3)
    since = [int(url.partition("since=")[2].partition("&")[0]) for url in fake_run.lives()[:3]]
    assert since == [0, 1100, 0]


def test_a_failing_listener_does_not_stop_the_others(page: Page, fake_run: FakeRun):
    page.evaluate(
        """async () => {
            const live = await import("/minimax/browser/live.js");
            window.reportError = () => {};
            window.heard = 0;
            live.watch("", "r1", () => { throw new Error("on purpose"); });
            live.watch("", "r1", () => { window.heard += 1; });
        }"""
    )
    page.wait_for_function("heard >= 2")
