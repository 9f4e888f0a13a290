"""A race as a person runs it: the real server, a real Chromium."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import settled, start, state
from tests.browser.real_server import Server

pytestmark = pytest.mark.browser

PLOTS = """(() => {
  const roots = [...document.querySelectorAll('*')].map((one) => one.shadowRoot).filter(Boolean);
  return roots.flatMap((root) => [...root.querySelectorAll('.plot[data-chart]')]);
})()"""


def fill(page: Page, label: str, value: str) -> None:
    box = page.get_by_role("spinbutton", name=label)
    box.fill(value)
    box.press("Tab")
    settled(page)


def pair_of(page: Page) -> list[str]:
    """The two run_ids in the URL of a comparison."""
    return re.split("%2C|,", re.search(r"runs=([^&]+)", page.url)[1])


def race_the_watched_run(page: Page) -> list[str]:
    """Race the settings of the watched run against a slower D; the two run_ids."""
    page.get_by_role("tab", name="Race against one change").click()
    expect(page.get_by_role("button", name="Race", exact=True)).to_be_disabled()
    fill(page, "Learning rate of D", "0.0003")
    page.get_by_role("button", name="Race", exact=True).click()
    page.wait_for_url(re.compile("runs="))
    return pair_of(page)


def race_the_ring(page: Page) -> list[str]:
    """Race the ring against a slower D from the Compare page; the two run_ids."""
    page.get_by_text("Compare", exact=True).click()
    # By keys: a list that still unfolds may move away under the pointer.
    presets = page.get_by_role("combobox", name="Begin with the settings of")
    presets.fill("Eight points on a ring")
    expect(page.get_by_role("option")).to_have_count(1)
    presets.press("Enter")
    expect(page.get_by_role("spinbutton", name="Learning rate of D")).to_have_value("0.003")
    fill(page, "Learning rate of D", "0.0003")
    page.get_by_role("button", name="Race", exact=True).click()
    page.wait_for_url(re.compile("runs="))
    return pair_of(page)


def both_train(page: Page, pair: list[str]) -> None:
    for run_id in pair:
        column = page.locator(f"[data-run='{run_id}']")
        expect(column.locator("figcaption")).to_contain_text("Training")
        expect(column.locator("img")).to_be_visible()


def wait_for_plots(page: Page, condition: str) -> None:
    page.wait_for_function(f"{PLOTS}.length && {PLOTS}.every((plot) => {condition})")


def test_races_are_started_steered_gone_through_and_reloaded(visitor: Page, dashboard: Server):
    visitor.goto(dashboard.url)
    one, other = race_the_ring(visitor)
    both_train(visitor, [one, other])
    wait_for_plots(visitor, "plot.data?.length === 4 || plot.getBoundingClientRect().top > 720")
    legend = visitor.locator(".legend button")
    expect(legend).to_have_text([re.compile("rate of D 0.003"), re.compile("rate of D 0.0003")])

    visitor.get_by_role("button", name="Samples").click()
    visitor.wait_for_function(f"{PLOTS}[0].layout.xaxis.title.text === 'samples seen'")
    visitor.get_by_role("button", name="Step", exact=True).click()
    visitor.wait_for_function(f"{PLOTS}[0].layout.xaxis.title.text === 'step'")

    slider = visitor.get_by_label("Smoothing").bounding_box()
    middle = slider["y"] + slider["height"] / 2
    visitor.mouse.move(slider["x"] + slider["width"] / 3, middle)
    visitor.mouse.down()
    visitor.mouse.move(slider["x"] + 0.7 * slider["width"], middle, steps=4)
    expect(visitor.locator("output")).to_have_text(re.compile("over about 1[0-9]{2} steps"))
    visitor.mouse.up()

    visitor.set_viewport_size({"width": 1280, "height": 1400})  # both charts in sight
    visitor.wait_for_function(f"{PLOTS}[1]?.layout?.xaxis")
    visitor.locator(".plot .nsewdrag").first.scroll_into_view_if_needed()
    plane = visitor.locator(".plot .nsewdrag").first.bounding_box()
    height = plane["y"] + plane["height"] / 2
    visitor.mouse.move(plane["x"] + 0.2 * plane["width"], height)
    visitor.mouse.down()
    visitor.mouse.move(plane["x"] + 0.5 * plane["width"], height, steps=5)
    visitor.mouse.up()
    follows = f"{PLOTS}[1].layout.xaxis.range.join() === {PLOTS}[0].layout.xaxis.range.join()"
    visitor.wait_for_function(f"{PLOTS}[0].layout.xaxis.range[0] > 0 && {follows}")

    scrubber = visitor.get_by_label("Saved frames")
    scrubber.focus()
    scrubber.press("Home")
    for run_id in (one, other):
        column = visitor.locator(f"[data-run='{run_id}']")
        expect(column.locator("figcaption b")).to_have_text("Step 0")
        expect(column.locator("img")).to_have_attribute("src", re.compile("frames/0.webp"))

    dashboard.end_runs()
    visitor.set_viewport_size({"width": 1280, "height": 720})
    visitor.get_by_role("link", name="Train").click()
    watched = start(visitor, "ring")
    state(visitor, "Training")
    pair = race_the_watched_run(visitor)
    assert watched not in pair
    both_train(visitor, pair)  # although the watched run goes on
    visitor.reload()
    expect(visitor.locator(f"[data-run='{pair[1]}'] img")).to_be_visible()
