import pytest
from playwright.sync_api import Page

from tests.browser.fake_server import FakeRun
from tests.browser.person import hear

pytestmark = [pytest.mark.browser, pytest.mark.hurried]


def wait_for_text(page: Page, text: str, part: str = ".root") -> None:
    page.locator(f"#hud {part}", has_text=text).wait_for()


def test_a_running_run_shows_how_far_and_how_fast_it_is(page: Page, fake_run: FakeRun):
    fake_run.train(1500)
    page.evaluate("place('hud', { state: 'running', changes: 0 })")
    wait_for_text(page, "Training", ".chip")
    wait_for_text(page, "Step 1,500 of 3,000", ".words")
    facts = page.locator("#hud .fact").all_inner_texts()
    assert facts == [
        "28.4 steps/s",
        "96,000 pictures seen",
        "12 s so far",
        "1 min 50 s left",
        "CPU 1 thread",
    ]
    assert page.locator("#hud .bar").get_attribute("aria-valuenow") == "50"


def test_a_waiting_run_shows_its_place_and_then_the_preparation(page: Page, fake_run: FakeRun):
    queue = {"place": 2, "behind": ["Digits"], "seconds": None}
    fake_run.header |= {"state": "queued", "queue": queue, "seconds_left": None}
    page.evaluate("place('hud', { state: 'queued', changes: 0 })")
    wait_for_text(page, "Number 2 in the queue, behind Digits", ".words")
    queue |= {"place": 1, "behind": ["Digits", "Ring", "Grid", "Faces"], "seconds": 225}
    soon = "Next to begin, behind Digits, Ring, and 2 others, about 3 min 50 s"
    wait_for_text(page, soon, ".words")
    fake_run.header |= {
        "state": "preparing",
        "queue": None,
        "progress_text": "Reading 60,000 pictures",
        "progress_share": 0.25,
    }
    wait_for_text(page, "Reading 60,000 pictures", ".words")
    assert page.locator("#hud .bar").get_attribute("aria-valuenow") == "25"
    assert page.evaluate("places.hud.triggers") == []  # both are waiting to the page


def test_a_diverged_run_says_why_in_an_alert(page: Page, fake_run: FakeRun):
    fake_run.header |= {"state": "diverged", "message": "The loss became infinite at step 12."}
    page.evaluate("place('hud', { state: 'running', changes: 0 })")
    wait_for_text(page, "Diverged", ".chip")
    wait_for_text(page, "The loss became infinite at step 12.", "[role=alert]")


def test_a_lost_connection_is_said_and_forgotten(page: Page, fake_run: FakeRun):
    page.evaluate("place('hud', { state: 'running', changes: 0 })")
    wait_for_text(page, "Training", ".chip")
    fake_run.answers = False
    wait_for_text(page, "Connection lost, trying again", ".offline")
    fake_run.answers = True
    page.locator("#hud .offline").wait_for(state="hidden")


def test_an_unknown_run_shows_the_sentence_of_the_server(page: Page, fake_run: FakeRun):
    page.evaluate("place('hud', { run_id: 'other' })")
    wait_for_text(page, "There is no run of this name.", "[role=alert]")
    assert page.evaluate("places.hud.triggers") == [["state_changed", "refused"]]


def test_a_run_that_says_nothing_is_not_called_training(page: Page, fake_run: FakeRun):
    fake_run.header |= {"silent_seconds": 90.0, "steps_per_second": 0.0, "seconds_left": None}
    page.evaluate("place('hud', { state: 'running', changes: 0 })")
    wait_for_text(page, "No news of this run for 1 min 30 s", ".problem")
    wait_for_text(page, "No news", ".chip")
    assert "steps/s" not in page.locator("#hud .facts").inner_text()
    fake_run.header |= {"silent_seconds": 0.0}
    wait_for_text(page, "Training", ".chip")
    page.locator("#hud .problem").wait_for(state="hidden")


def test_each_change_of_state_is_told_to_the_page_once(page: Page, fake_run: FakeRun):
    fake_run.header["state"] = "preparing"
    page.evaluate("place('hud', { state: 'preparing', changes: 0 })")
    wait_for_text(page, "Preparing the data", ".chip")
    for state, word in [("running", "Training"), ("paused", "Paused")]:
        fake_run.header["state"] = state
        wait_for_text(page, word, ".chip")
        hear(page, fake_run)
    assert page.evaluate("places.hud.triggers") == [
        ["state_changed", "running"],
        ["state_changed", "paused"],
    ]


def test_a_change_since_the_page_was_drawn_is_told(page: Page, fake_run: FakeRun):
    page.evaluate("place('hud', { state: 'queued', changes: 0 })")
    wait_for_text(page, "Training", ".chip")
    assert page.evaluate("places.hud.triggers") == [["state_changed", "running"]]


def test_a_live_change_of_anyone_is_told_to_the_page_once(page: Page, fake_run: FakeRun):
    page.evaluate("place('hud', { state: 'running', changes: 0 })")
    wait_for_text(page, "Training", ".chip")
    hear(page, fake_run)
    assert page.evaluate("places.hud.triggers") == []
    fake_run.header["changes"] = 1
    page.wait_for_function("places.hud.triggers.length > 0")
    hear(page, fake_run)
    assert page.evaluate("places.hud.triggers") == [["state_changed", "running"]]


def test_only_changes_of_state_are_spoken(page: Page, fake_run: FakeRun):
    fake_run.header["frames"] = [0]
    page.evaluate("place('hud', { state: 'running', changes: 0 })")
    wait_for_text(page, "Training", ".spoken")
    page.evaluate(
        """() => {
            window.spoken = [];
            const region = places.hud.host.shadowRoot.querySelector("[aria-live=polite]");
            new MutationObserver(() => spoken.push(region.textContent))
                .observe(region, { childList: true, characterData: true, subtree: true });
        }"""
    )
    fake_run.train(70)
    wait_for_text(page, "Step 70 of 3,000")
    fake_run.header["state"] = "paused"
    page.wait_for_function("spoken.length > 0")
    assert page.evaluate("spoken") == ["Paused"]


def test_the_time_left_is_rounded_like_a_person_would(page: Page, fake_run: FakeRun):
    page.evaluate("place('hud', { state: 'running', changes: 0 })")
    left = {7.2: "8 s left", 41: "45 s left", 3600: "1 h 0 min left", 120: "2 min left"}
    for seconds, words in left.items():
        fake_run.header["seconds_left"] = seconds
        wait_for_text(page, words, ".facts")


def test_who_goes_to_another_page_is_not_led_back_by_news(page: Page, fake_run: FakeRun):
    page.evaluate("place('hud', { state: 'running', changes: 0 })")
    wait_for_text(page, "Training", ".chip")
    page.evaluate(
        """() => {
          document.body.insertAdjacentHTML("beforeend", "<a href='/other'><b>Other</b></a>");
          document.querySelector("a[href='/other']").onclick = (event) => event.preventDefault();
        }"""
    )
    page.locator("a b").click()
    fake_run.header |= {"state": "paused"}
    wait_for_text(page, "Paused", ".chip")
    assert page.evaluate("places.hud.triggers") == []
