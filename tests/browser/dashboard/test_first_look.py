"""The dashboard as a person uses it: the real server, a real Chromium, real digits."""

import re

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.serving import ask
from ganlib import EXPORTS
from tests.browser.dashboard.test_explorer import answered, drag, pixels
from tests.browser.dashboard.test_latent import source
from tests.browser.person import pause, picture, press, stands, start, state, stop, wait_for

pytestmark = pytest.mark.browser

PICTURES = """async (image) => {
  const data = await (await fetch(image.currentSrc)).arrayBuffer();
  const { tracks } = new ImageDecoder({ data, type: "image/webp" });
  await tracks.ready;
  return tracks.selectedTrack.frameCount;
}"""
"""How many a picture that moves has."""


def test_choosing_nothing_shows_pictures_that_can_be_gone_through_and_explored(
    visitor: Page, dashboard_url: str
):
    visitor.goto(f"{dashboard_url}/?run=gone")
    expect(visitor.get_by_text("There is no run 'gone' here.")).to_be_visible()
    recorded = visitor.get_by_role("img", name="Recorded: ")
    expect(recorded).to_be_visible()
    assert recorded.evaluate(PICTURES) > 1
    run_id = start(visitor)
    visitor.wait_for_selector(".fake img")
    state(visitor, "Training")
    expect(visitor.locator(".plot .scatterlayer .trace").first).to_be_visible()
    scrubber = visitor.locator(".scrubber input")
    scrubber.focus()
    scrubber.press("Home")
    expect(visitor.locator(".fake .step")).to_have_text("Step 0")
    assert picture(visitor).endswith("/frames/0.webp")
    visitor.get_by_role("tab", name="Save or share").click()
    forms = visitor.locator("[class*=st-key-share] button")
    expect(forms).to_have_count(len(EXPORTS))
    expect(visitor.locator("[class*=st-key-share] button.csv")).to_be_enabled()

    visitor.get_by_role("link", name="Latent space").click()
    visitor.get_by_role("tab", name="From A to B").click()
    before = source(visitor, "[data-way=slerp] img")
    expect(visitor.locator("[data-way=slerp] img")).not_to_have_attribute("src", before)
    visitor.goto(f"{dashboard_url}/?run={run_id}")
    stop(visitor)


def test_a_run_is_reloaded_shared_changed_paused_stepped_and_explored(
    visitor: Page, chromium: Browser, dashboard_url: str
):
    visitor.goto(dashboard_url)
    run_id = start(visitor, "ring")
    state(visitor, "Training")
    visitor.reload()
    state(visitor, "Training")
    other = chromium.new_page()
    other.goto(f"{dashboard_url}/?run={run_id}")
    expect(other.locator(".board canvas, .stage canvas").first).to_have_attribute(
        "aria-label", re.compile("step ")
    )
    state(other, "Training")
    other.close()

    apply = visitor.get_by_role("button", name="Apply to the run")
    box = visitor.locator(f".st-key-live-{run_id}-0-lr_d input")
    for value in ("-5", "1e9", "abc", ""):  # None of these may reach the run.
        box.fill(value) if value != "abc" else box.press_sequentially(value)
        box.press("Tab")
    apply.click()
    box.fill("0.0005")
    box.press("Tab")
    apply.click()
    chart = visitor.locator("[class*=st-key-curves] .plot").first
    chart.scroll_into_view_if_needed()  # out of sight it is not drawn
    expect(chart).to_contain_text("Learning rate of D 0.0005")
    marks = ask(dashboard_url, run_id)[0]["marks"]
    assert [mark["label"] for mark in marks] == ["Learning rate of D 0.0005"]
    expect(visitor.locator("[data-testid=stException]")).to_have_count(0)
    state(visitor, "Training")

    words = visitor.locator(".way .words")
    before = pause(visitor)
    for number, key in enumerate(("step", "step-d", "step-g"), start=1):
        press(visitor, key)
        expect(words).to_contain_text(f"Step {before + number:,} of")
    expect(visitor.locator(".caption .step")).to_have_text(f"Step {before + 3:,}")
    visitor.locator(".st-key-optimum button").first.dblclick()  # The second click does nothing.
    expect(words).to_contain_text(f"Step {before + 503:,} of")
    state(visitor, "Paused")
    press(visitor, "step-g")
    expect(words).to_contain_text(f"Step {before + 504:,} of")
    assert stands(visitor) == before + 504
    press(visitor, "play")
    state(visitor, "Training")
    expect(words).not_to_contain_text(f"Step {before + 504:,} of")

    visitor.get_by_role("link", name="Latent space").click()
    answered(visitor)
    expect(visitor.get_by_text("still learning")).to_be_visible()
    before = pixels(visitor)
    drag(visitor, 0.1, 0.9)
    visitor.mouse.up()
    wait_for(visitor, lambda: not np.array_equal(pixels(visitor), before))
    expect(visitor.get_by_text("Map below the pad")).to_be_hidden()  # Points have none.
    visitor.goto(f"{dashboard_url}/?run={run_id}")
    stop(visitor)
