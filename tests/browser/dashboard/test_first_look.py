"""The dashboard as a person uses it: the real server, a real Chromium, real digits."""

import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.person import pause, picture, press, start, state, stop

pytestmark = pytest.mark.browser


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
    expect(other.locator("canvas").first).to_have_attribute("aria-label", re.compile("step "))
    state(other, "Training")
    other.close()
    stop(visitor)


def test_pause_single_steps_and_resume(visitor: Page):
    start(visitor, "ring")
    state(visitor, "Training")
    before = pause(visitor)
    for number, key in enumerate(("step", "step-d", "step-g"), start=1):
        press(visitor, key)
        expect(visitor.locator(".way .words")).to_contain_text(f"Step {before + number:,} of")
    expect(visitor.locator(".caption .step")).to_have_text(f"Step {before + 3:,}")
    press(visitor, "play")
    state(visitor, "Training")
    expect(visitor.locator(".way .words")).not_to_contain_text(f"Step {before + 3:,} of")
    stop(visitor)


def test_a_live_change_leaves_a_mark_on_the_curves(visitor: Page):
    run_id = start(visitor, "ring")
    state(visitor, "Training")
    box = visitor.locator(f".st-key-live-{run_id}-lr_d input")
    box.fill("0.0005")
    box.press("Tab")
    visitor.get_by_role("button", name="Apply to the run").click()
    chart = visitor.locator("[class*=st-key-curves] .plot").first
    chart.scroll_into_view_if_needed()  # out of sight it is not drawn
    expect(chart).to_contain_text("lr_d 0.0005")
    stop(visitor)


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
    stop(visitor)


def test_the_scrubber_goes_back_to_step_0(visitor: Page):
    start(visitor)
    visitor.wait_for_selector(".fake img")
    scrubber = visitor.locator(".controls input")
    scrubber.focus()
    scrubber.press("Home")
    expect(visitor.locator(".fake .step")).to_have_text("Step 0")
    assert picture(visitor).endswith("/frames/0.webp")
    stop(visitor)


def test_an_unknown_run_in_the_url_gets_a_sentence(visitor: Page, dashboard_url: str):
    visitor.goto(f"{dashboard_url}/?run=gone")
    expect(visitor.get_by_text("There is no run 'gone' here.")).to_be_visible()
    visitor.wait_for_selector(".st-key-start button")
