"""The game in two dimensions as a person uses it: the real server, a real Chromium."""

import re
from unittest.mock import ANY

import pytest
from playwright.sync_api import Page, expect

from benchmarks.serving import ask
from tests.browser.person import choose, press, settled, stands, start, state, stop, wait_for

pytestmark = pytest.mark.browser


def canvas(page: Page):
    return page.locator(".board canvas, .stage canvas").first


def drawn(page: Page):
    """Wait until the plane shows a moment of the game."""
    expect(canvas(page)).to_have_attribute("aria-label", re.compile("[Ss]tep"))


def test_the_game_moves_in_slow_motion_and_goes_on_from_a_checkpoint_with_one_change(
    visitor: Page, dashboard_url: str
):
    visitor.goto(dashboard_url)
    parent = start(visitor, "ring")
    state(visitor, "Training")
    drawn(visitor)
    expect(visitor.get_by_text("Spots covered")).to_be_visible()
    expect(visitor.get_by_text("V(D, G)").first).to_be_visible()
    before = visitor.locator(".caption .step").inner_text()
    expect(visitor.locator(".caption .step")).not_to_have_text(before)
    for layer in ("optimal", "difference", "gradient", "warp", "map"):
        visitor.locator(f"[data-layer={layer}]").click()
        expect(visitor.locator(f"[data-layer={layer}]")).to_have_attribute("aria-pressed", "true")

    visitor.get_by_role("button", name="Slow motion").click()
    state(visitor, "Paused")
    sentence = visitor.locator(".slow .sentence")
    expect(sentence).to_have_text(re.compile(r"^1\."))
    before = stands(visitor)
    for stage in range(2, 11):
        visitor.get_by_role("button", name="Next").click()
        expect(sentence).to_have_text(re.compile(rf"^{stage}\."))
    expect(visitor.locator(".way .words")).to_contain_text(f"{before + 2:,}")
    visitor.get_by_role("button", name="Close and go on").click()
    state(visitor, "Training")

    press(visitor, "play")
    state(visitor, "Paused")
    checkpoints = visitor.get_by_label("Saved frames")
    expect(checkpoints).not_to_have_attribute("max", "0")
    checkpoints.focus()
    checkpoints.press("Home")
    expect(visitor.locator(".caption .step")).to_have_text("Step 0")
    visitor.get_by_role("button", name="Run on from here").click()
    go = visitor.get_by_role("button", name="Run on from step 0 as a new run")
    expect(go).to_be_visible()
    box = visitor.locator("[class*=st-key-fork-]").get_by_role(
        "spinbutton", name="Learning rate of D"
    )
    box.fill("0.0005")
    box.press("Tab")
    settled(visitor)
    go.click()
    visitor.wait_for_url(lambda url: "run=" in url and parent not in url)
    state(visitor, "Training")
    expect(visitor.get_by_text("Goes on from step 0.")).to_be_visible()

    child = visitor.url.split("run=")[1]
    visitor.get_by_role("slider", name="Speed").press("Home")  # One step in two seconds.
    wait_for(visitor, lambda: 0 < ask(dashboard_url, child)[0]["steps_per_second"] < 1)
    stop(visitor)
    press(visitor, "watch-origin")
    visitor.wait_for_url(lambda url: parent in url)
    state(visitor, "Paused")


def drag(page: Page, *places: tuple[float, float]) -> None:
    """Drag over the canvas between places, given as shares of its width and height."""
    canvas(page).scroll_into_view_if_needed()
    box = canvas(page).bounding_box()
    x, y = places[0]
    page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.mouse.down()
    for x, y in places[1:]:
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=5)
    page.mouse.up()


def test_a_person_draws_the_data_before_and_while_it_trains(visitor: Page, dashboard_url: str):
    visitor.goto(dashboard_url)
    choose(visitor, "sketch")
    visitor.get_by_role("button", name="Clear").click()
    expect(visitor.locator(".count")).to_have_text(re.compile("^0 of"))
    drag(visitor, (0.2, 0.5), (0.8, 0.5))
    expect(visitor.locator(".count")).not_to_have_text(re.compile("^0 of"))
    given = int(visitor.locator(".count").inner_text().split()[0])
    settled(visitor)
    press(visitor, "start")
    visitor.wait_for_selector(".st-key-stop")
    state(visitor, "Training")
    drawn(visitor)
    run_id = visitor.url.split("run=")[1]

    visitor.get_by_role("button", name="Draw", exact=True).click()
    canvas(visitor).scroll_into_view_if_needed()
    box = canvas(visitor).bounding_box()
    for count in range(1, 7):  # Of quick strokes none is lost.
        visitor.mouse.click(box["x"] + 40 * count, box["y"] + box["height"] / 4)
    last = {"step": ANY, "label": f"{given + 6} points"}
    wait_for(visitor, lambda: ask(dashboard_url, run_id)[0]["marks"][-1:] == [last])
    chart = visitor.locator("[class*=st-key-curves] .plot").first
    chart.scroll_into_view_if_needed()
    expect(chart).to_contain_text("points")
    visitor.get_by_role("tab", name="This run as JSON").click()
    expect(visitor.get_by_text('"points"').first).to_be_visible()
