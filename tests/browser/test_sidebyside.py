"""Pictures side by side in a real Chromium, fed by the real routes."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.components.compare import looks_of
from ganlib import FrameDrawn, RunConfig, RunEnded, RunPrepared, RunThread, changed
from tests.browser.person import rest
from tests.conftest import METRICS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.hurried,
    pytest.mark.usefixtures("server"),
]

CONFIG = changed(RunConfig(), {"title": "Tiny digits", "batch_size": 2, "lr_d": 2e-4})
PREPARED = RunPrepared(np.zeros((1, 28, 28, 1), np.uint8), "cpu", METRICS)


def drawn(step: int) -> FrameDrawn:
    return FrameDrawn(step, np.full((4, 28, 28, 1), step, np.uint8))


@pytest.fixture
def run_of(hold_run):
    """A run with pictures at these steps."""

    def hold(*steps, over=True, **changes):
        frames = [drawn(step) for step in steps]
        ends = [RunEnded(max(steps, default=0), "completed")] if over else []
        return hold_run(PREPARED, *frames, *ends, config=CONFIG, **changes)

    return hold


def show(page: Page, *runs: RunThread) -> None:
    looks = looks_of(list(runs))
    page.evaluate("(runs) => place('sidebyside', { run_id: undefined, runs })", looks)


def column(page: Page, run: RunThread) -> Locator:
    return page.locator(f"#sidebyside [data-run='{run.run_id}']")


def shows(page: Page, run: RunThread, step: str) -> None:
    expect(column(page, run).locator("figcaption b")).to_have_text(f"Step {step}" if step else "")


def test_a_picture_that_is_gone_is_said_in_its_place(page, run_of, manager):
    one, other = run_of(4), run_of(4, lr_d=0.05)
    for run in one, other:
        run._writer.finish()
    (manager.store.folder / one.run_id / "frames" / "4.webp").unlink()
    show(page, one, other)
    shows(page, other, "4")
    expect(column(page, one).locator(".waiting")).to_contain_text("gone")
    shows(page, one, "4")


def test_a_picture_that_a_busy_server_refuses_is_asked_for_again(page, run_of):
    one, other = run_of(4), run_of(4, lr_d=0.05)
    refusal = json.dumps({"error": "Busy: ask again."})
    is_busy = True
    page.route(
        f"**/runs/{one.run_id}/frames/*",
        lambda route: route.fulfill(status=503, body=refusal) if is_busy else route.continue_(),
    )
    show(page, one, other)
    shows(page, other, "4")
    expect(column(page, one).locator(".problem")).to_have_text(
        "Busy: ask again. This page asks again by itself."
    )
    is_busy = False
    shows(page, one, "4")
    expect(column(page, one).locator(".problem")).to_have_text("")


def test_one_scrubber_moves_all_runs_to_the_same_moment(page, run_of):
    one, other = run_of(0, 1, 2, 4, 8), run_of(0, 2, 6, lr_d=0.05)
    show(page, one, other)
    shows(page, one, "8")
    shows(page, other, "6")
    scrubber = page.get_by_label("Saved frames")
    assert scrubber.get_attribute("max") == "6"  # 0, 1, 2, 4, 6, 8 and the newest
    scrubber.focus()
    for key, first, second in [
        ("Home", "0", "0"),
        ("ArrowRight", "1", "0"),
        ("ArrowRight", "2", "2"),
        ("ArrowRight", "4", "2"),
        ("ArrowRight", "4", "6"),
        ("ArrowLeft", "4", "2"),
        ("End", "8", "6"),
    ]:
        scrubber.press(key)
        shows(page, one, first)
        shows(page, other, second)
    picture = column(page, other).locator("img")
    assert picture.get_attribute("src").endswith(f"/{other.run_id}/frames/6.webp")
    assert picture.get_attribute("alt") == (
        "What the generator of Tiny digits · Learning rate of D 0.05 makes. Step 6."
    )


def test_playing_goes_through_every_moment_to_the_end(page, run_of):
    one, other = run_of(0, 1, 2, 4), run_of(0, 3, lr_d=0.05)
    show(page, one, other)
    shows(page, one, "4")
    seen = """(root) => { window.seen = []; new MutationObserver(() => seen.push(
        [...root.querySelectorAll('figcaption b')].map((one) => one.textContent).join()
    )).observe(root, { subtree: true, childList: true }); }"""
    page.locator("#sidebyside .columns").evaluate(seen)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("seen.includes('Step 0,Step 0') && seen.at(-1) === 'Step 4,Step 3'")
    assert {"Step 1,Step 0", "Step 2,Step 0", "Step 2,Step 3"} <= set(page.evaluate("seen"))
    expect(page.get_by_role("button", name="Latest")).to_have_attribute("aria-pressed", "true")


def test_runs_that_go_on_are_followed_at_the_moment_that_all_have_reached(page, run_of):
    quick, slow = run_of(0, 1, 2, 4, 8, over=False), run_of(0, 1, 2, over=False, lr_d=0.05)
    show(page, quick, slow)
    shows(page, quick, "2")
    shows(page, slow, "2")
    slow._record.add(drawn(4))
    shows(page, quick, "4")
    shows(page, slow, "4")


def test_a_run_without_pictures_says_so(page, run_of, hold_run):
    one, other = run_of(0, 1), hold_run(config=CONFIG, lr_d=0.05)
    show(page, one, other)
    shows(page, one, "1")
    expect(column(page, other)).to_contain_text("No picture yet")
    expect(column(page, other)).to_contain_text("In the queue")


def test_a_run_without_a_picture_at_a_step_says_so_and_shows_the_newest_again(page, run_of):
    one, other = run_of(0, 4), run_of(4, lr_d=0.05)
    show(page, one, other)
    shows(page, other, "4")
    scrubber = page.get_by_label("Saved frames")
    scrubber.press("Home")
    expect(column(page, other).locator(".waiting")).to_have_text("No picture at this step")
    shows(page, other, "")
    scrubber.press("End")
    shows(page, other, "4")
    expect(column(page, other).locator("img")).to_be_visible()


def test_only_what_differs_stands_over_each_column(page, run_of):
    one, other = run_of(0), run_of(0, lr_d=0.05, batch_size=8)
    show(page, one, other)
    text = column(page, other).locator("dl div")
    expect(text).to_have_text(
        [
            re.compile(r"Batch size \(N\) batch_size\s*8"),
            re.compile(r"rate of D \(η_D\) lr_d\s*0\.05"),
        ]
    )
    expect(column(page, one).locator("dd")).to_have_text(["2", "0.0002"])


def test_more_than_four_differences_unfold(page, run_of):
    changes = {"seed": 1, "batch_size": 8, "lr_d": 0.05, "lr_g": 0.05, "d_steps": 2, "beta1": 0}
    one, other = run_of(0), run_of(0, **changes)
    show(page, one, other)
    expect(column(page, other).locator("dl").first.locator("div")).to_have_count(4)
    last = column(page, other).get_by_text("Updates of D in a step")
    expect(last).to_be_hidden()
    column(page, other).get_by_text("and 2 more").click()
    expect(last).to_be_visible()


def test_the_plane_is_a_picture_too(page, trained):
    run = trained(4)
    show(page, run)
    shows(page, run, "4")
    assert page.locator("#sidebyside img").evaluate("(image) => image.naturalWidth") == 480


def test_what_is_over_is_asked_for_no_more(page, server, run_of):
    run = run_of(0, 1)
    show(page, run)
    shows(page, run, "1")
    requests = len(server.requests)
    rest(page, 6)
    assert len(server.requests) == requests == 1


def test_a_run_that_is_gone_gets_a_sentence_and_the_pictures_stay(page, run_of, remove_run):
    run = run_of(0, 1, over=False)
    show(page, run)
    shows(page, run, "1")
    remove_run(run.run_id)
    page.get_by_text(f"There is no run '{run.run_id}' here.").wait_for()
    shows(page, run, "1")
