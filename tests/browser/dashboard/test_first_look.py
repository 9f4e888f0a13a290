"""The dashboard as a person uses it: the real server, a real Chromium, real digits."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from benchmarks.serving import ask
from ganlib import EXPORTS
from tests.browser.dashboard.test_explorer import answered, drag, pixels
from tests.browser.dashboard.test_latent import source
from tests.browser.person import pause, picture, press, stands, start, state, wait_for

pytestmark = pytest.mark.browser

PICTURES = """async (image) => {
  const data = await (await fetch(image.currentSrc)).arrayBuffer();
  const { tracks } = new ImageDecoder({ data, type: "image/webp" });
  await tracks.ready;
  return tracks.selectedTrack.frameCount;
}"""
"""How many a picture that moves has."""


def charts(page: Page):
    """The charts of the curves, each drawn, as they are once seen."""
    plots = page.locator("[class*=st-key-curves] .plot")
    expect(plots).to_have_count(3)
    for plot in plots.all():
        plot.scroll_into_view_if_needed()
        expect(plot).to_contain_text("step")
        yield plot


def test_choosing_nothing_shows_pictures_that_can_be_gone_through_and_explored(
    visitor: Page, dashboard_url: str
):
    visitor.goto(f"{dashboard_url}/?run=gone")
    expect(visitor.get_by_text("There is no run 'gone' here.")).to_be_visible()
    recorded = visitor.get_by_role("img", name="Recorded: ")
    expect(recorded).to_be_visible()
    assert recorded.evaluate(PICTURES) > 1
    start(visitor)
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


def change_the_rate(page: Page, url: str, run_id: str) -> None:
    """Apply what is refused, and then another learning rate of D, which leaves its mark."""
    apply = page.get_by_role("button", name="Apply to the run")
    box = page.locator(f".st-key-live-{run_id}-0-lr_d input")
    for value in ("-5", "1e9", "abc", ""):  # None of these may reach the run.
        box.fill(value) if value != "abc" else box.press_sequentially(value)
        box.press("Tab")
    apply.click()
    box.fill("0.0005")
    box.press("Tab")
    apply.click()
    chart = page.locator("[class*=st-key-curves] .plot").first
    chart.scroll_into_view_if_needed()  # out of sight it is not drawn
    expect(chart).to_contain_text("Learning rate of D 0.0005")
    marks = ask(url, run_id)[0]["marks"]
    assert [mark["label"] for mark in marks] == ["Learning rate of D 0.0005"]
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    state(page, "Training")


def change_the_loss(visitor: Page, spectator: Page, run_id: str) -> None:
    """Apply the hinge loss, of which the charts of both pages tell."""
    loss_field = visitor.locator(f".st-key-live-{run_id}-0-loss input")
    loss_field.scroll_into_view_if_needed()
    loss_field.click()
    loss_field.fill("hinge")
    expect(visitor.get_by_role("option")).to_have_text(re.compile("^Hinge"), timeout=10_000)
    loss_field.press("Enter")
    visitor.get_by_role("button", name="Apply to the run").click()
    for page in (visitor, spectator):
        page.bring_to_front()
        for chart in charts(page):
            expect(chart).to_contain_text("Loss hinge")
        loss, scores, _ = charts(page)
        # Where D gives a constant to both, the hinge loss is 2 for D, and any for G.
        expect(loss).to_contain_text("D cannot tell (2)")
        expect(page.get_by_text("No line for G")).to_be_visible()
        expect(scores).to_contain_text("score (aims at ≥ 1 real, ≤ −1 fake)")
        expect(scores).not_to_contain_text("cannot tell")


def pause_and_step(page: Page) -> None:
    """Take single steps of a paused run, and 500 of D alone; then let it train."""
    words = page.locator(".way .words")
    before = pause(page)
    for number, key in enumerate(("step", "step-d", "step-g"), start=1):
        press(page, key)
        expect(words).to_contain_text(f"Step {before + number:,} of")
    expect(page.locator(".caption .step")).to_have_text(f"Step {before + 3:,}")
    page.locator(".st-key-optimum button").first.dblclick()  # The second click does nothing.
    expect(words).to_contain_text(f"Step {before + 503:,} of")
    state(page, "Paused")
    press(page, "step-g")
    expect(words).to_contain_text(f"Step {before + 504:,} of")
    assert stands(page) == before + 504
    press(page, "play")
    state(page, "Training")
    expect(words).not_to_contain_text(f"Step {before + 504:,} of")


def test_a_run_is_reloaded_shared_changed_paused_stepped_and_explored(
    visitor: Page, dashboard_url: str
):
    visitor.goto(dashboard_url)
    run_id = start(visitor, "ring")
    state(visitor, "Training")
    visitor.reload()
    state(visitor, "Training")
    spectator = visitor.context.new_page()
    spectator.goto(visitor.url)
    expect(spectator.locator(".board canvas, .stage canvas").first).to_have_attribute(
        "aria-label", re.compile("step ")
    )
    state(spectator, "Training")
    for page in (visitor, spectator):
        page.bring_to_front()
        loss, scores, _ = charts(page)
        expect(loss).to_contain_text("D cannot tell (1.39)")
        expect(scores).to_contain_text("cannot tell (0.5)")
    visitor.bring_to_front()

    change_the_rate(visitor, dashboard_url, run_id)
    change_the_loss(visitor, spectator, run_id)
    spectator.close()
    pause_and_step(visitor)

    visitor.get_by_role("link", name="Latent space").click()
    answered(visitor)
    expect(visitor.get_by_text("still learning")).to_be_visible()
    before = pixels(visitor)
    drag(visitor, 0.1, 0.9)
    visitor.mouse.up()
    wait_for(visitor, lambda: not np.array_equal(pixels(visitor), before))
    expect(visitor.get_by_text("Map below the pad")).to_be_hidden()  # Points have none.
