"""Runs that last, as a person meets them: servers that end and come back, tables, zips."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.person import press, start, state, step, stop

pytestmark = pytest.mark.browser


def saved(page: Page) -> int:
    """The step that the status line says is saved."""
    fact = page.locator(".fact", has_text="saved").locator("b").inner_text()
    return int(fact.removeprefix("step ").replace(",", ""))


def test_a_run_survives_the_server_and_is_trained_on(visitor: Page, dashboard: Server):
    run_id = start(visitor, "ring")
    state(visitor, "Training")
    visitor.wait_for_timeout(3000)
    stop(visitor)
    expect(visitor.locator(".fact", has_text="saved")).to_be_visible()
    visitor.wait_for_timeout(1500)
    before = saved(visitor)
    assert before == step(visitor) > 0
    dashboard.stop()
    dashboard.start()
    visitor.goto(f"{dashboard.url}/?run={run_id}")
    state(visitor, "Stopped")
    assert (saved(visitor), step(visitor)) == (before, before)
    expect(visitor.locator("canvas").first).to_have_attribute("aria-label", re.compile("[Ss]tep"))
    press(visitor, "train-on")
    visitor.locator(".st-key-resume button").click()
    state(visitor, "Training")
    expect(visitor.locator(".way .words")).not_to_contain_text(f"Step {before:,} of")
    assert step(visitor) > before
    stop(visitor)


def test_after_a_killed_server_the_run_is_interrupted_and_nothing_saved_is_lost(
    visitor: Page, dashboard: Server
):
    run_id = start(visitor, "ring")
    state(visitor, "Training")
    expect(visitor.locator(".fact", has_text="saved")).to_be_visible()
    visitor.wait_for_timeout(4000)
    shown = saved(visitor)
    dashboard.kill()
    dashboard.start()
    visitor.goto(f"{dashboard.url}/?run={run_id}")
    state(visitor, "Interrupted")
    expect(visitor.get_by_text("ended without a word after step")).to_be_visible()
    assert saved(visitor) >= shown > 0
    press(visitor, "train-on")
    visitor.locator(".st-key-resume button").click()
    state(visitor, "Training")
    stop(visitor)
