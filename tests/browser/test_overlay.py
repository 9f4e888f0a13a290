"""The overlay in a real Chromium, fed by the real routes about runs that the test shapes."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from dashboard.components.compare import looks_of
from ganlib import ChangeSettings, CommandActed, RunEnded, RunPrepared, RunThread
from tests.browser.person import rest
from tests.browser.person import wait_for as wait_until
from tests.conftest import METRICS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.hurried,
    pytest.mark.usefixtures("server"),
]

PREPARED = RunPrepared(np.zeros((1, 2), np.float32), "cpu", METRICS)
PLOTS = "[...places.overlay.host.shadowRoot.querySelectorAll('.plot')]"


@pytest.fixture
def run_of(hold_run: Any, step: Any) -> Callable[..., RunThread]:
    """A run over whose steps D's and G's losses had these values."""

    def hold(losses: Any, *events: Any, over: bool = True, **changes: Any) -> RunThread:
        rows = [step(i, d_loss=loss, g_loss=2 * loss) for i, loss in enumerate(losses, start=1)]
        ends = [RunEnded(len(losses), "completed")] if over else []
        return hold_run(PREPARED, *rows, *events, *ends, **changes)

    return hold


def show(page: Page, *runs: RunThread) -> None:
    looks = looks_of(list(runs))
    page.evaluate("(runs) => place('overlay', { run_id: undefined, runs })", looks)
    wait_for(page, "plot?.data?.length > 0")


def wait_for(page: Page, expression: str, index: int = 0) -> None:
    page.wait_for_function(f"((plot) => {expression})({PLOTS}[{index}])")


def plot(page: Page, expression: str, index: int = 0) -> Any:
    return page.evaluate(f"((plot) => {expression})({PLOTS}[{index}])")


def lines(page: Page, index: int = 0) -> list[dict]:
    outcome = "({ name: t.name, y: [...t.y], x: [...t.x], opacity: t.opacity, dash: t.line.dash })"
    return plot(page, f"plot.data.map((t) => {outcome})", index)


def box(page: Page, index: int) -> tuple[float, float, float, float]:
    found = page.locator("#overlay .plot").nth(index).locator(".nsewdrag").first.bounding_box()
    return found["x"], found["y"], found["width"], found["height"]


def drag(page: Page, first: float, last: float) -> None:
    x, y, width, height = box(page, 0)
    page.mouse.move(x + first * width, y + height / 2)
    page.mouse.down()
    page.mouse.move(x + last * width, y + height / 2, steps=5)
    page.mouse.up()


def slide(page: Page, position: int) -> None:
    page.get_by_label("Smoothing").evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }",
        str(position),
    )


def test_raw_values_lie_faintly_under_the_smoothed_line(page, run_of):
    show(page, run_of([3, 1, 2]), run_of([5, 5], lr_d=0.05))
    slide(page, 6)  # 1 - 10^(-6/20) = 0.4988
    weight = 1 - 10**-0.3
    expected = (weight * 3 + 1) / (weight + 1)
    page.wait_for_function(f"Math.abs({PLOTS}[0].data.at(-1).y[1] - {expected}) < 1e-3")
    other_raw, other, raw, smooth = lines(page)
    assert (raw["y"], raw["opacity"]) == ([3, 1, 2], 0.3)
    assert (smooth["name"], other["name"]) == (
        "Tiny ring · Learning rate of D 0.0002",
        "Tiny ring · Learning rate of D 0.05",
    )
    assert other_raw["y"] == [5, 5]
    slide(page, 0)
    wait_for(page, "plot.data.length === 2 && plot.data[1].opacity === undefined")
    assert page.locator("#overlay output").text_content() == "none"


def test_the_slider_answers_while_it_is_dragged(page, run_of):
    show(page, run_of([3, 1, 2, 4] * 50))
    handle = page.get_by_label("Smoothing").bounding_box()
    middle = handle["y"] + handle["height"] / 2
    page.mouse.move(handle["x"] + 3, middle)
    page.mouse.down()
    for i in range(2, 6):
        before = plot(page, "plot.data.at(-1).y.at(-1)")
        page.mouse.move(handle["x"] + i * handle["width"] / 6, middle)
        wait_for(page, f"plot.data.at(-1).y.at(-1) !== {before}")
    page.mouse.up()


def test_zoom_is_common_to_all_charts_and_asks_for_detail(page, server, run_of):
    show(page, run_of(np.sin(np.arange(3000) / 9)))
    assert plot(page, "plot.data[0].x.length") <= 200
    drag(page, 0.2, 0.3)
    page.wait_for_function(f"{PLOTS}.every((plot) => plot.layout.xaxis.range[0] > 550)")
    wait_for(page, "plot.data[0].x.length > 250")
    first, last = plot(page, "plot.layout.xaxis.range", 1)
    assert (first, last) == pytest.approx((600, 900), abs=20)
    assert re.search(r"first=6\d\d", server.requests[-1])
    x, y, width, height = box(page, 1)
    page.mouse.dblclick(x + width / 2, y + height / 2)
    page.wait_for_function(f"{PLOTS}.every((plot) => plot.layout.xaxis.range[1] === 3000)")


def test_new_points_change_no_old_one_and_leave_the_zoom_alone(page, server, run_of, step):
    run = run_of([1.0] * 100, over=False)
    show(page, run)
    drag(page, 0.5, 0.9)
    wait_for(page, "plot.layout.xaxis.range[0] > 45 && plot.data[0].x[0] > 40")
    before, zoom = lines(page)[-1], plot(page, "plot.layout.xaxis.range")
    requests = len(server.requests)
    for number in range(101, 131):
        run._record.add(step(number, d_loss=9.0))
    wait_until(page, lambda: len(server.requests) >= requests + 3)
    assert plot(page, "plot.layout.xaxis.range") == zoom
    assert lines(page)[-1]["y"][:40] == before["y"][:40]
    x, y, width, height = box(page, 0)
    page.mouse.dblclick(x + width / 2, y + height / 2)
    wait_for(page, "plot.layout.xaxis.range[1] === 130 && plot.data[0].y.at(-1) === 9")


def test_the_axes_are_switched_and_say_what_they_cannot_show(page, run_of):
    show(page, run_of([1, 2, 3]))
    page.get_by_role("button", name="Samples").click()
    wait_for(page, "plot.data[0].x.at(-1) === 6")  # two images a step
    assert plot(page, "plot.layout.xaxis.title.text") == "samples seen"
    page.get_by_role("button", name="Wall time").click()
    wait_for(page, "plot.layout.xaxis.title.text === 'seconds of training'")
    page.get_by_role("button", name="Step").click()
    wait_for(page, "plot.layout.xaxis.title.text === 'step'")

    show(page, run_of([1, -1, 100]))
    page.get_by_label("Log axis").check()
    wait_for(page, "plot._fullLayout.yaxis.type === 'log'")
    note = page.locator("#overlay figcaption", has_text="no place on a log axis")
    note.first.wait_for()
    page.get_by_label("Log axis").uncheck()

    spiky = np.ones(400)
    spiky[7] = 1e6
    show(page, run_of(spiky))
    wait_for(page, "plot._fullLayout.yaxis.range[1] > 1e5")
    page.get_by_label("Hide outliers").check()
    wait_for(page, "plot._fullLayout.yaxis.range[1] < 2")
    page.get_by_label("Hide outliers").uncheck()
    wait_for(page, "plot._fullLayout.yaxis.range[1] > 1e5")


def test_settings_survive_a_reload_and_colours_follow_the_theme(page, server, run_of):
    run = run_of([1, 2, 3])
    show(page, run)
    page.get_by_role("button", name="Samples").click()
    page.get_by_label("Log axis").check()
    slide(page, 40)
    page.goto(f"{server.url}?theme=dark")
    show(page, run)
    wait_for(page, "plot.layout.xaxis.title.text === 'samples seen'")
    assert plot(page, "plot._fullLayout.font.color") == "#fafafa"
    assert page.get_by_label("Log axis").is_checked()
    assert "smooth=0.9900" in server.requests[-1]
    assert "over about 100 steps" in page.locator("#overlay output").text_content()


def test_runs_over_seeds_become_a_band_and_others_are_hidden_by_their_name(page, run_of):
    slow = run_of([5.0] * 3, lr_d=0.05)
    show(page, run_of([1.0] * 3, seed=1), slow, run_of([3.0] * 3, seed=2))
    page.get_by_label("Bands over seeds").check()
    name = "Tiny ring, mean of 2 seeds"
    wait_for(page, f"plot.data.at(-1).name === '{name}'")
    low, high, mean = lines(page)[-3:]
    assert (low["y"], high["y"], mean["y"]) == ([1] * 3, [3] * 3, [2] * 3)
    assert plot(page, "plot.data.at(-2).fill") == "tonexty"
    chips = page.locator("#overlay .legend button").all_text_contents()
    assert chips[0] == "Tiny ring: mean and extremes of 2 seeds"
    assert len(chips) == 2

    show(page, run_of([7.0, 8.0]), run_of([3.0, 4.0], lr_d=0.05))  # in the place of those before
    wait_for(page, "plot.data.length === 4 && plot.data.at(-1).y[0] === 7")
    assert page.locator("#overlay .legend button").count() == 2
    assert not page.get_by_label("Bands over seeds").is_visible()
    page.get_by_role("button", name="Learning rate of D 0.05").click()
    page.wait_for_function(f"{PLOTS}.every((plot) => plot.data.length === 2)")
    assert all(line["name"] == "Tiny ring · Learning rate of D 0.0002" for line in lines(page))
    page.get_by_role("button", name="Learning rate of D 0.05").click()
    page.wait_for_function(f"{PLOTS}.every((plot) => plot.data.length === 4)")


def test_a_live_change_has_the_colour_of_its_run_and_the_newest_values_are_told(page, run_of):
    other = run_of([1.0] * 10, CommandActed(4, ChangeSettings({"lr_d": 0.1})), lr_d=0.05)
    show(page, run_of([2.0] * 10), other)
    wait_for(page, "plot.ariaLabel")
    assert plot(page, "plot.ariaLabel") == (
        "Loss of the discriminator against step. "
        "Latest values: Tiny ring · Learning rate of D 0.0002 2; "
        "Tiny ring · Learning rate of D 0.05 1."
    )
    mark = page.locator("#overlay .plot").first.locator(".annotation-text")
    assert mark.all_text_contents() == ["Learning rate of D 0.1"]
    assert plot(page, "plot.layout.shapes.map((one) => [one.x0, one.line.color])") == [
        [4, looks_of([other, other])[1]["colour"]]
    ]


def test_what_is_over_is_asked_for_no_more(page, server, run_of):
    show(page, run_of([1.0, 2.0]))
    # The first answer makes the charts; those in sight are asked for once more.
    wait_until(page, lambda: any("metric=" in one for one in server.requests))
    requests = len(server.requests)
    rest(page, 6)
    assert len(server.requests) == requests


def test_a_live_run_is_asked_about_by_its_new_rows(page, server, run_of, step):
    run = run_of([1.0, 2.0], over=False)
    show(page, run)
    wait_until(page, lambda: any("have=2" in requests for requests in server.requests))
    run._record.add(step(3, d_loss=5.0))
    wait_for(page, "plot.data[0].y.at(-1) === 5")
    run._record.add(RunEnded(3, "completed"))


def test_a_run_that_is_gone_gets_a_sentence_and_the_curves_stay(page, run_of, remove_run):
    run = run_of([1.0, 2.0], over=False)
    show(page, run)
    remove_run(run.run_id)
    page.get_by_text(f"There is no run '{run.run_id}' here.").wait_for()
    assert lines(page)[0]["y"] == [1, 2]
