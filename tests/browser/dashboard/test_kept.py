"""Runs that last, as a person meets them: servers that end and come back, tables, zips."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from tests.browser.person import SLOW, press, start, state, step, stop
from tests.browser.real_server import ROOT, Server

pytestmark = pytest.mark.browser


ROW, HEAD = 48, 38
"""Heights in the table of runs, in pixels."""


def train(dashboard: Server, title: str, total_steps: int) -> "subprocess.Popen[bytes]":
    """Train by the command line on the runs of the dashboard."""
    command = [sys.executable, "-m", "ganlib", "train", "--preset", "ring", "--title", title]
    return subprocess.Popen(
        [*command, "--total-steps", str(total_steps)],
        cwd=ROOT,
        env={**os.environ, "MINIMAX_RUNS": str(dashboard.runs)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def find_runs(page: Page, words: str, count: int) -> None:
    """Search on the Runs page for these words, and see so many."""
    page.get_by_role("link", name="Runs").click()
    page.get_by_role("textbox", name="Search").fill(words)
    page.get_by_role("textbox", name="Search").press("Enter")
    told = f"{count} runs." if count != 1 else "1 run."
    expect(page.get_by_text(told, exact=True)).to_be_visible()
    expect(page.get_by_test_id("stDataFrame").locator("canvas").first).to_be_visible()


def tick(page: Page, row: int, then: str) -> None:
    """Tick a row of the table, counted from the top, until the page offers what it should then.

    The table is a picture that comes late and takes no click before: one is repeated.
    """
    offered = page.get_by_role("button", name=then)
    for _ in range(10):
        page.wait_for_timeout(1500)
        page.get_by_test_id("stDataFrame").click(position={"x": 16, "y": HEAD + ROW * (row + 0.5)})
        try:
            offered.wait_for(timeout=4000)
            return
        except TimeoutError:
            continue
    expect(offered).to_be_visible()


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
    for _ in range(SLOW // 500):  # What was trained last is written when the disk has time.
        visitor.wait_for_timeout(500)
        if (before := saved(visitor)) == step(visitor):
            break
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


def test_runs_are_chosen_in_the_table_compared_deleted_and_brought_back(
    visitor: Page, dashboard: Server
):
    for title in ("A pair, first", "A pair, second"):
        assert train(dashboard, title, 300).wait(timeout=60) == 0
    find_runs(visitor, "A pair", 2)
    tick(visitor, 0, "Open")
    tick(visitor, 1, "Compare these 2 runs")
    press(visitor, "runs-compare")
    visitor.wait_for_url(re.compile(r"compare\?runs=\w+(%2C|,)\w+"))
    expect(visitor.locator(".plot .scatterlayer .trace").first).to_be_visible()
    find_runs(visitor, "A pair", 2)
    tick(visitor, 0, "Open")
    press(visitor, "runs-delete")
    expect(visitor.get_by_text("Deleted: A pair, second.")).to_be_visible()
    expect(visitor.get_by_text("1 run.")).to_be_visible()
    press(visitor, "undo")
    expect(visitor.get_by_text("Deleted: A pair, second.")).to_be_hidden()
    expect(visitor.get_by_text("2 runs.")).to_be_visible()


def test_a_run_is_saved_as_a_zip_and_taken_in_again(
    visitor: Page, dashboard: Server, tmp_path: Path
):
    assert train(dashboard, "To give away", 300).wait(timeout=60) == 0
    find_runs(visitor, "give away", 1)
    tick(visitor, 0, "Open")
    press(visitor, "runs-open")
    visitor.get_by_role("tab", name="Save or share").click()
    with visitor.expect_download() as download:
        visitor.get_by_role("button", name="Whole run as a zip").click()
    path = tmp_path / "run.zip"
    download.value.save_as(path)
    given = visitor.url
    find_runs(visitor, "give away", 1)
    visitor.get_by_text("Take in a run from a zip").click()
    visitor.locator("input[type=file]").set_input_files(path)
    press(visitor, "take-in")
    visitor.wait_for_url(re.compile(r"\?run="))
    assert visitor.url != given
    expect(visitor.locator(".chip")).to_have_attribute("data-state", "completed")
    find_runs(visitor, "give away", 2)


def test_a_run_of_the_command_line_is_watched_live(visitor: Page, dashboard: Server):
    process = train(dashboard, "Elsewhere", 1_000_000)
    try:
        visitor.wait_for_timeout(5000)
        find_runs(visitor, "Elsewhere", 1)
        tick(visitor, 0, "Open")
        press(visitor, "runs-open")
        state(visitor, "Training")
        expect(visitor.get_by_text("Another program trains this run")).to_be_visible()
        before = step(visitor)
        expect(visitor.locator(".way .words")).not_to_contain_text(f"Step {before:,} of")
    finally:
        process.terminate()
    assert process.wait(timeout=30) == 130
    state(visitor, "Stopped")
