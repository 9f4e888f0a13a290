"""Runs that last, as a person meets them: servers that end and come back, tables, zips."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, Server
from tests.browser.person import press, start, state, step

pytestmark = pytest.mark.browser

CELL = 38 + 48 / 2
"""Pixels from the top of the table to the middle of its first row."""


def saved(page: Page) -> int:
    """The step that the status line says is saved."""
    fact = page.locator(".fact", has_text="saved").locator("b").inner_text()
    return int(fact.removeprefix("step ").replace(",", ""))


def open_runs(page: Page, rows: int) -> None:
    page.get_by_role("link", name="Runs").click()
    table = page.get_by_test_id("stDataFrame")
    expect(table).to_be_visible()
    expect(table.locator("canvas").first).to_be_visible()
    expect(page.get_by_text(f"{rows} runs.")).to_be_visible()


def choose(page: Page, *rows: int) -> None:
    """Tick rows of the table, counted from the top."""
    for row in rows:
        table = page.get_by_test_id("stDataFrame")
        table.click(position={"x": 16, "y": CELL + 48 * row})
        page.wait_for_timeout(500)


def test_a_run_survives_the_server_and_is_trained_on(visitor: Page, dashboard: Server):
    run_id = start(visitor, "ring")
    state(visitor, "Training")
    visitor.wait_for_timeout(3000)
    press(visitor, "stop")
    state(visitor, "Stopped")
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
    press(visitor, "stop")
    state(visitor, "Stopped")


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
    press(visitor, "stop")
    state(visitor, "Stopped")


def test_runs_are_chosen_in_the_table_compared_deleted_and_brought_back(visitor: Page):
    open_runs(visitor, 2)
    choose(visitor, 0, 1)
    press(visitor, "runs-compare")
    visitor.wait_for_url(re.compile(r"compare\?runs=\w+(%2C|,)\w+"))
    expect(visitor.locator(".plot .scatterlayer .trace").first).to_be_visible()
    open_runs(visitor, 2)
    choose(visitor, 0)
    press(visitor, "runs-delete")
    expect(visitor.get_by_text("Deleted: Eight points on a ring.")).to_be_visible()
    press(visitor, "undo")
    expect(visitor.get_by_text("Deleted: Eight points on a ring.")).to_be_hidden()
    open_runs(visitor, 2)


def test_a_run_is_saved_as_a_zip_and_taken_in_again(visitor: Page, tmp_path: Path):
    open_runs(visitor, 2)
    choose(visitor, 0)
    press(visitor, "runs-open")
    visitor.get_by_role("tab", name="Save or share").click()
    with visitor.expect_download() as download:
        visitor.get_by_role("button", name="Whole run as a zip").click()
    path = tmp_path / "run.zip"
    download.value.save_as(path)
    open_runs(visitor, 2)
    visitor.get_by_text("Take in a run from a zip").click()
    visitor.locator("input[type=file]").set_input_files(path)
    press(visitor, "take-in")
    visitor.wait_for_url(re.compile(r"\?run="))
    state(visitor, "Stopped")
    open_runs(visitor, 3)


def test_a_run_of_the_command_line_is_watched_live(visitor: Page, dashboard: Server):
    command = [sys.executable, "-m", "ganlib", "train", "--preset", "ring", "--title", "Elsewhere"]
    process = subprocess.Popen(
        [*command, "--total-steps", "1000000"],
        cwd=ROOT,
        env={**os.environ, "MINIMAX_RUNS": str(dashboard.runs)},
        stderr=subprocess.DEVNULL,
    )
    try:
        visitor.wait_for_timeout(5000)
        open_runs(visitor, 4)
        choose(visitor, 0)
        press(visitor, "runs-open")
        state(visitor, "Training")
        expect(visitor.get_by_text("Another program trains this run")).to_be_visible()
        before = step(visitor)
        expect(visitor.locator(".way .words")).not_to_contain_text(f"Step {before:,} of")
    finally:
        process.terminate()
    assert process.wait(timeout=30) == 130
    state(visitor, "Stopped")
