"""Runs that last, as a person meets them: servers that end and come back, tables, zips."""

import contextlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ganlib import PRESETS, LimitSpeed, RunManager, RunStore, changed
from tests.browser.person import press, settled, start, state, step, stop, wait_for
from tests.browser.real_server import Server, train_into

pytestmark = pytest.mark.browser


ROW, HEAD = 48, 38
"""Heights in the table of runs, in pixels."""


def find_runs(page: Page, words: str, count: int) -> None:
    """Search on the Runs page for these words, and see so many."""
    page.get_by_role("textbox", name="Search").fill(words)
    page.get_by_role("textbox", name="Search").press("Enter")
    outcome = f"{count} runs." if count != 1 else "1 run."
    expect(page.get_by_text(outcome, exact=True)).to_be_visible()
    expect(page.get_by_test_id("stDataFrame").locator("canvas").first).to_be_visible()


def open_runs(page: Page) -> None:
    page.get_by_role("link", name="Runs").click()


def tick(page: Page, row: int, title: str, then: str) -> None:
    """Tick a row of the table, counted from the top, or untick it, and see what is offered then.

    The table is a picture; beside it stands one for those who hear it, which says what it shows.
    """
    table = page.get_by_test_id("stDataFrame")
    expect(table.locator("canvas tr").nth(row + 1)).to_contain_text(title)
    settled(page)
    table.click(position={"x": 16, "y": HEAD + ROW * (row + 0.5)})
    expect(page.get_by_role("button", name=then)).to_be_visible()


def saved(page: Page) -> int:
    """The step that the status line says is saved."""
    fact = page.locator(".fact", has_text="saved").locator("b").inner_text()
    return int(fact.removeprefix("step ").replace(",", ""))


def test_a_run_survives_that_the_server_ends_and_that_it_is_killed(
    visitor: Page, dashboard: Server
):
    visitor.goto(dashboard.url)
    run_id = start(visitor, "ring")
    state(visitor, "Training")
    expect(visitor.locator(".fact", has_text="saved")).to_be_visible()
    stop(visitor)
    # What was trained last is written when the disk has time.
    wait_for(visitor, lambda: saved(visitor) == step(visitor) > 0)
    before = saved(visitor)
    dashboard.stop()
    dashboard.start()
    visitor.goto(f"{dashboard.url}/?run={run_id}")
    state(visitor, "Stopped")
    assert (saved(visitor), step(visitor)) == (before, before)
    expect(visitor.locator(".board canvas, .stage canvas").first).to_have_attribute(
        "aria-label", re.compile("[Ss]tep")
    )
    train_on(visitor)
    wait_for(visitor, lambda: step(visitor) >= saved(visitor) > before)

    shown = saved(visitor)
    dashboard.kill()
    dashboard.start()
    visitor.goto(f"{dashboard.url}/?run={run_id}")
    state(visitor, "Interrupted")
    expect(visitor.get_by_text("ended without a word after step")).to_be_visible()
    assert saved(visitor) >= shown
    train_on(visitor)


def train_on(page: Page) -> None:
    press(page, "train-on")
    page.locator(".st-key-resume button").click()
    state(page, "Training")


def test_runs_are_compared_deleted_brought_back_and_given_away(
    visitor: Page, dashboard_url: str, runs: Path, tmp_path: Path
):
    for title in ("A pair, first", "A pair, second"):
        train_into(runs, changed(PRESETS["ring"].config, {"title": title, "total_steps": 30}))
    visitor.goto(f"{dashboard_url}/runs")
    find_runs(visitor, "A pair", 2)
    tick(visitor, 0, "A pair, second", "Open")
    tick(visitor, 1, "A pair, first", "Compare these 2 runs")
    press(visitor, "runs-compare")
    visitor.wait_for_url(re.compile(r"compare\?runs=\w+(%2C|,)\w+"))
    expect(visitor.locator(".plot .scatterlayer .trace").first).to_be_visible()

    open_runs(visitor)
    find_runs(visitor, "A pair", 2)
    expect(visitor.get_by_role("button", name="Compare these 2 runs")).to_be_visible()
    tick(visitor, 1, "A pair, first", "Open")  # It is ticked no more.
    press(visitor, "runs-delete")
    expect(visitor.get_by_text("Deleted: A pair, second.")).to_be_visible()
    expect(visitor.get_by_text("1 run.")).to_be_visible()
    press(visitor, "undo")
    expect(visitor.get_by_text("Deleted: A pair, second.")).to_be_hidden()
    expect(visitor.get_by_text("2 runs.")).to_be_visible()

    press(visitor, "runs-open")
    visitor.get_by_role("tab", name="Save or share").click()
    with visitor.expect_download() as download:
        visitor.get_by_role("button", name="Whole run as a zip").click()
    path = tmp_path / "run.zip"
    download.value.save_as(path)
    given = visitor.url
    open_runs(visitor)
    visitor.get_by_text("Take in a run from a zip").click()
    visitor.locator("input[type=file]").set_input_files(path)
    press(visitor, "take-in")
    visitor.wait_for_url(re.compile(r"\?run="))
    assert visitor.url != given
    expect(visitor.locator(".chip")).to_have_attribute("data-state", "completed")
    open_runs(visitor)
    find_runs(visitor, "A pair", 3)


def test_a_run_of_another_program_is_watched_live(visitor: Page, dashboard: Server):
    config = changed(PRESETS["ring"].config, {"title": "Elsewhere", "total_steps": 1_000_000})
    with contextlib.closing(RunManager(RunStore(dashboard.runs))) as elsewhere:
        run_id = elsewhere.start(config)
        elsewhere.send(run_id, LimitSpeed(20))
        visitor.goto(f"{dashboard.url}/runs")
        find_runs(visitor, config.title, 1)
        tick(visitor, 0, config.title, "Open")
        press(visitor, "runs-open")
        state(visitor, "Training")
        toolbar = visitor.locator(".st-key-toolbar")
        expect(toolbar.get_by_text("Another program trains this run")).to_be_visible()
        expect(toolbar.locator(".st-key-stop button").first).to_be_disabled()
        before = step(visitor)
        expect(visitor.locator(".way .words")).not_to_contain_text(f"Step {before:,} of")
    state(visitor, "Stopped")
