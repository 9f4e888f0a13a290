"""The dashboard as a person uses it: the real server, a real Chromium, real digits."""

import contextlib
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ganlib import SHELVES

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parent.parent.parent
SLOW = 60_000
"""Milliseconds; the machine may be busy with much else."""
expect.set_options(timeout=SLOW)


@pytest.fixture(scope="module")
def dashboard_url() -> Iterator[str]:
    """The documented command, on a free port."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py"]
    server = subprocess.Popen(
        [*command, "--server.headless=true", f"--server.port={port}"], cwd=ROOT
    )
    url = f"http://localhost:{port}"
    for _ in range(600):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{url}/_stcore/health").close()
            break
        time.sleep(0.1)
    yield url
    server.terminate()
    # Runs go on, and torch aborts (-SIGABRT) if one of their threads outlives the interpreter.
    assert server.wait(timeout=30) in (0, -signal.SIGTERM)


@pytest.fixture
def visitor(chromium: Browser, dashboard_url: str) -> Iterator[Page]:
    """A page on the dashboard; no script of it may fail."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.set_default_timeout(SLOW)
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(dashboard_url)
    yield page
    context.close()
    assert not failures


def press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key} button").first.click()


def start(page: Page, preset: str = "digits") -> str:
    """Start a preset as a person does; the run_id in the URL."""
    if preset != "digits":
        shelf = next(name for name, presets in SHELVES.items() if preset in presets)
        page.get_by_role("tab", name=shelf).click()
        press(page, f"choose-{preset}")
        expect(page.locator(f".st-key-choose-{preset} button")).to_be_disabled()
    press(page, "start")
    page.wait_for_url(re.compile(r"\?run="))
    page.wait_for_selector(".st-key-stop")
    return page.url.split("run=")[1]


def state(page: Page, word: str) -> None:
    """Wait until the status line says so."""
    expect(page.locator(".chip")).to_have_text(re.compile(word))


def step(page: Page) -> int:
    """The step that the status line tells."""
    text = page.locator(".words").inner_text()
    return int(re.search(r"Step ([\d,]+)", text)[1].replace(",", ""))


def picture(page: Page) -> str:
    """Where the shown picture comes from."""
    return page.locator(".fake img").get_attribute("src") or ""


def test_choosing_nothing_and_pressing_the_button_shows_a_picture_soon(visitor: Page):
    visitor.wait_for_selector(".st-key-start button")
    visitor.wait_for_timeout(8000)  # the server warms up
    begin = time.monotonic()
    start(visitor)
    visitor.wait_for_selector(".fake img")
    took = time.monotonic() - begin
    assert took < 10, f"{took:.1f} s; about 1 s where nothing else goes on"
    state(visitor, "Training")
    expect(visitor.locator(".plot .scatterlayer .trace").first).to_be_visible()


def test_reload_and_a_second_person_see_the_same_run_at_once(
    visitor: Page, chromium: Browser, dashboard_url: str
):
    run_id = start(visitor, "ring")
    state(visitor, "Training")
    visitor.reload()
    state(visitor, "Training")
    other = chromium.new_page()
    other.goto(f"{dashboard_url}/?run={run_id}")
    other.wait_for_selector(".fake img")
    state(other, "Training")
    other.close()
    press(visitor, "stop")
    state(visitor, "Stopped")


def test_pause_single_steps_and_resume(visitor: Page):
    start(visitor, "ring")
    state(visitor, "Training")
    press(visitor, "pause")
    state(visitor, "Paused")
    visitor.wait_for_timeout(500)
    before = step(visitor)
    for number, key in enumerate(("step", "step-d", "step-g"), start=1):
        press(visitor, key)
        expect(visitor.locator(".words")).to_contain_text(f"{before + number:,}")
    expect(visitor.locator(".fake .step")).to_have_text(f"Step {before + 3:,}")
    press(visitor, "resume")
    state(visitor, "Training")
    expect(visitor.locator(".words")).not_to_contain_text(f"{before + 3:,}")
    press(visitor, "stop")
    state(visitor, "Stopped")


def test_a_live_change_leaves_a_mark_on_the_curves(visitor: Page):
    run_id = start(visitor, "ring")
    state(visitor, "Training")
    box = visitor.locator(f".st-key-live-{run_id}-lr_d input")
    box.fill("0.0005")
    box.press("Tab")
    visitor.get_by_role("button", name="Apply to the run").click()
    chart = visitor.locator(".plot").first
    chart.scroll_into_view_if_needed()  # out of sight it is not drawn
    expect(chart).to_contain_text("lr_d 0.0005")
    press(visitor, "stop")


def test_a_value_out_of_bounds_never_reaches_the_run(visitor: Page):
    run_id = start(visitor, "ring")
    for bad in ("-5", "1e9", "abc", ""):
        box = visitor.locator(f".st-key-live-{run_id}-lr_d input")
        box.fill(bad) if bad != "abc" else box.press_sequentially(bad)
        box.press("Tab")
    visitor.get_by_role("button", name="Apply to the run").click()
    visitor.wait_for_timeout(500)
    expect(visitor.locator("[data-testid=stException]")).to_have_count(0)
    state(visitor, "Training")
    press(visitor, "stop")


def test_the_scrubber_goes_back_to_step_0(visitor: Page):
    start(visitor, "ring")
    visitor.wait_for_selector(".fake img")
    scrubber = visitor.locator(".controls input")
    scrubber.focus()
    scrubber.press("Home")
    expect(visitor.locator(".fake .step")).to_have_text("Step 0")
    assert picture(visitor).endswith("/frames/0.webp")
    press(visitor, "stop")


def test_the_latent_page_redraws_while_training_goes_on(visitor: Page):
    start(visitor)
    visitor.wait_for_selector(".fake img")
    visitor.get_by_text("Latent space").click()
    visitor.wait_for_selector(".st-key-seed")
    still = visitor.locator("figure img").first
    expect(still).to_be_visible()
    before = still.get_attribute("src")
    expect(still).not_to_have_attribute("src", before)  # it learns
    assert "run=" in visitor.url
    visitor.get_by_text("Train", exact=True).click()
    press(visitor, "pause")
    state(visitor, "Paused")
    visitor.get_by_text("Latent space").click()
    still = visitor.locator("figure img").first
    expect(still).to_be_visible()
    before = still.get_attribute("src")
    visitor.locator(".st-key-seed input").fill("5")
    visitor.locator(".st-key-seed input").press("Tab")
    expect(still).not_to_have_attribute("src", before)


def test_an_unknown_run_in_the_url_gets_a_sentence(visitor: Page, dashboard_url: str):
    visitor.goto(f"{dashboard_url}/?run=gone")
    expect(visitor.get_by_text("There is no run 'gone' here.")).to_be_visible()
    visitor.wait_for_selector(".st-key-start button")
