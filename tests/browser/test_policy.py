"""Rules for the controls of a component, and a view that the link sets, in a real Chromium."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.fake_server import FakeRun
from tests.browser.test_plane import DATA, button, plain_snapshot, start, wait_for_step, word

pytestmark = [pytest.mark.browser, pytest.mark.hurried]

WHY = "Look at the samples first."


def rule(control, **made):
    return {"control": control, "hidden": False, "locked": "", "highlighted": False, **made}


def test_a_hidden_control_is_not_seen(page: Page, fake_run: FakeRun):
    start(page, fake_run, policy=[rule("layer.map", hidden=True)])
    expect(word(page, "map")).to_be_hidden()
    expect(word(page, "optimal")).to_be_visible()


def test_a_locked_control_does_nothing_and_says_why(page: Page, fake_run: FakeRun):
    start(page, fake_run, policy=[rule("layer.*", locked=WHY), rule("save_png", locked=WHY)])
    before = word(page, "map").get_attribute("aria-pressed")
    word(page, "map").click()
    expect(page.locator("#plane .locked")).to_have_text(WHY)
    word(page, "map").press("Enter")
    assert word(page, "map").get_attribute("aria-pressed") == before
    # Whatever is made anew is locked, too; what no rule concerns goes on.
    page.evaluate("(data) => place('plane', data)", DATA | {"policy": []})
    word(page, "map").click()
    assert word(page, "map").get_attribute("aria-pressed") != before


def test_a_locked_scrubber_stays_where_it_is(page: Page, fake_run: FakeRun):
    fake_run.saved = [0, 10]
    start(page, fake_run, policy=[rule("scrubber", locked=WHY)])
    scrubber = page.locator("#plane input")
    before = scrubber.input_value()
    scrubber.press("Home")
    scrubber.click(position={"x": 2, "y": 10})
    assert scrubber.input_value() == before
    expect(page.locator("#plane .locked")).to_have_text(WHY)


def test_a_highlighted_control_has_a_line_around_it(page: Page, fake_run: FakeRun):
    start(page, fake_run, policy=[rule("replay", highlighted=True)])
    expect(button(page, "Replay noise to samples")).to_have_css("outline-style", "dashed")
    expect(word(page, "map")).not_to_have_css("outline-style", "dashed")


def test_the_link_sets_the_layers(page: Page, fake_run: FakeRun):
    start(page, fake_run, link={"layers": ["real", "gradient"]})
    pressed = page.locator("#plane [data-layer][aria-pressed=true]")
    assert [one.get_attribute("data-layer") for one in pressed.all()] == ["real", "gradient"]


@pytest.mark.parametrize(("begin", "shown"), [(10, 10), (15, 10), (3, 10), (99, 20)])
def test_the_link_sets_the_checkpoint(page: Page, fake_run: FakeRun, begin: int, shown: int):
    fake_run.header |= {"state": "completed", "frames": [10, 20], "step": 20}
    page.evaluate(
        "(data) => place('grid', data)",
        {"alt": "", "fake_caption": "", "real_caption": "", "with_real": False}
        | {"link": {"step": begin}},
    )
    expect(page.locator("#grid .step")).to_have_text(f"Step {shown}")
    expect(page.locator("#grid input")).to_have_attribute("aria-valuetext", f"Step {shown}")


def test_the_plane_begins_at_the_moment_of_the_link(page: Page, fake_run: FakeRun):
    fake_run.header |= {"state": "completed", "step": 20}
    fake_run.saved = [10, 20]
    fake_run.plane_snapshot = lambda step: plain_snapshot()
    page.evaluate("(data) => place('plane', data)", DATA | {"link": {"step": 10}})
    wait_for_step(page, 10)
