"""What a person does on a page of the dashboard, and reads there."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from ganlib import PRESET_GROUPS
from tests.browser.fake_server import FakeRun

SLOW = 60_000
"""Milliseconds; the machine may be busy with much else."""
expect.set_options(timeout=SLOW)


def wait_for(page: Page, condition: Callable[[], bool]) -> None:
    """Look again and again until it is so."""
    deadline = time.monotonic() + SLOW / 1000
    while not condition():
        assert time.monotonic() < deadline
        page.wait_for_timeout(20)


def hear(page: Page, run: FakeRun, count: int = 2) -> None:
    """Wait until the page has had so many news of the run that it asked for from now on."""
    before = len(run.lives())
    wait_for(page, lambda: len(run.lives()) > before + count)


def rest(page: Page, seconds: float) -> None:
    """Let so many seconds pass on the clock of the page: what it had planned for them is done."""
    page.evaluate("(ms) => new Promise((resume) => setTimeout(resume, ms))", 1000 * seconds)


def press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key} button").first.click()


def choose(page: Page, preset: str) -> None:
    """Choose a preset in its group."""
    group = next(name for name, presets in PRESET_GROUPS.items() if preset in presets)
    # Until the page is connected all its buttons are disabled, and not only what is chosen.
    expect(page.locator(".st-key-start button").first).to_be_enabled()
    page.get_by_role("tab", name=group).click()
    press(page, f"choose-{preset}")
    expect(page.locator(f".st-key-choose-{preset} button")).to_be_disabled()


def start(page: Page, preset: str = "digits") -> str:
    """Start a preset as a person does; the run_id in the URL."""
    if preset != "digits":
        choose(page, preset)
    press(page, "start")
    page.wait_for_url(re.compile(r"\?run="))
    page.wait_for_selector(".st-key-stop")
    return page.url.split("run=")[1]


def state(page: Page, word: str) -> None:
    """Wait until the status line says so; while a page turns, two of them may stand there."""
    expect(page.locator(".chip")).to_have_text([re.compile(word)])


def stop(page: Page) -> None:
    """Stop the run and see that it stands: who leaves at once takes the click along."""
    press(page, "stop")
    over = '.chip[data-state="stopped"], .chip[data-state="completed"]'
    expect(page.locator(over)).to_have_count(1)
    # The page is then built anew, and what is below the form that goes moves under the pointer.
    expect(page.locator(".st-key-stop")).to_have_count(0)
    settled(page)


def step(page: Page) -> int:
    """The step that the status line tells."""
    text = page.locator(".way .words").inner_text()
    return int(re.search(r"Step ([\d,]+)", text)[1].replace(",", ""))


def stands(page: Page) -> int:
    """The step of a paused run, once the server has told it twice: the last may end after it."""
    before, now = None, step(page)
    while now != before:
        for _ in range(2):
            with page.expect_response(re.compile(r"/live\?")):
                pass
        before, now = now, step(page)
    return now


def pause(page: Page) -> int:
    """Pause the run that trains; the step where it stands."""
    press(page, "play")
    state(page, "Paused")
    return stands(page)


def settled(page: Page) -> None:
    """Wait until no script of the page runs, so that no button moves under the pointer."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")


def picture(page: Page) -> str:
    """Where the shown picture comes from."""
    return page.locator(".fake img").get_attribute("src") or ""
