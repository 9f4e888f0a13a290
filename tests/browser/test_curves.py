import io
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.fake_server import CHARTS, FakeRun
from tests.browser.person import wait_for as wait_for_event

pytestmark = [pytest.mark.browser, pytest.mark.hurried]

TWO_LABELS = """(place) => {
  const labels = [...places[place].host.shadowRoot.querySelectorAll(".annotation")];
  const boxes = labels.map((one) => one.getBoundingClientRect().toJSON());
  return boxes.length === 2 && boxes.every((one) => one.width > 0) ? boxes : null;
}"""
PLOTS = "[...places.curves.host.shadowRoot.querySelectorAll('.plot')]"


def start(page: Page, run: FakeRun, last: int) -> None:
    run.header["frames"] = [0]
    run.train(last)
    page.evaluate("(charts) => place('curves', { charts })", CHARTS)
    wait_for_step(page, last)


def plot(page: Page, expression: str, index: int = 0) -> Any:
    return page.evaluate(f"((plot) => {expression})({PLOTS}[{index}])")


def wait_for(page: Page, expression: str) -> None:
    page.wait_for_function(f"((plot) => {expression})({PLOTS}[0])")


def wait_for_step(page: Page, last: int) -> None:
    wait_for(page, f"plot.data?.[0].x.at(-1) === {last}")


def plane(page: Page, index: int = 0) -> tuple[float, float, float, float]:
    box = page.locator("#curves .plot").nth(index).locator(".nsewdrag").first.bounding_box()
    return box["x"], box["y"], box["width"], box["height"]


def drag(page: Page, first: float, last: float) -> None:
    """Zoom by dragging over these shares of the first chart's width."""
    x, y, width, height = plane(page)
    page.mouse.move(x + first * width, y + height / 2)
    page.mouse.down()
    page.mouse.move(x + last * width, y + height / 2, steps=5)
    page.mouse.up()


def test_labels_of_lines_that_are_close_stand_side_by_side(page: Page, fake_run: FakeRun):
    fake_run.train(50)
    for number, (other, apart) in enumerate([(1.5, True), (40.0, False)]):
        lines = [{"value": x, "label": f"line {x}", "colour": "#1f6feb"} for x in (1.386, other)]
        place = f"curves-{number}"
        page.evaluate(
            "([place_name, charts]) => place(place_name, { charts })",
            [place, [{**CHARTS[0], "lines": lines}]],
        )
        page.wait_for_function(TWO_LABELS, arg=place)
        boxes = page.evaluate(TWO_LABELS, place)
        assert (boxes[1]["x"] + boxes[1]["width"] <= boxes[0]["x"]) == apart
        assert apart or boxes[1]["y"] + boxes[1]["height"] <= boxes[0]["y"]


def test_curves_grow_by_what_is_new_in_the_same_drawing(page: Page, fake_run: FakeRun):
    start(page, fake_run, 50)
    page.evaluate(f"window.nodes = {PLOTS}.map((plot) => plot.querySelector('.main-svg'))")
    fake_run.train(80)
    wait_for_step(page, 80)
    steps, values = fake_run.series["d_loss"]
    assert plot(page, "[...plot.data[0].x]") == steps.tolist()
    assert plot(page, "[...plot.data[0].y]") == values.astype(np.float32).tolist()
    assert "since=50" in "".join(fake_run.lives())

    page.evaluate("(charts) => place('curves', { charts })", CHARTS)
    fake_run.reset = True
    fake_run.series["d_loss"] = (np.arange(10, 101, 10), np.ones(10))
    wait_for_step(page, 100)
    assert plot(page, "[...plot.data[0].x]") == list(range(10, 101, 10))
    assert page.evaluate(f"{PLOTS}.every((p, i) => p.querySelector('.main-svg') === nodes[i])")


def test_zoom_is_common_fetched_in_full_and_survives_refreshes(page: Page, fake_run: FakeRun):
    start(page, fake_run, 1000)
    drag(page, 0.2, 0.4)
    page.wait_for_function(f"{PLOTS}.every((plot) => plot.layout.xaxis.range[0] > 190)")
    wait_for(page, "plot.data[0].x[0] >= 199")  # only the zoomed range is drawn
    first, last = plot(page, "plot.layout.xaxis.range")
    assert (first, last) == pytest.approx((200, 400), abs=5)
    requests = next(url for url in fake_run.requests if "/curves" in url)
    assert re.search(rf"first={int(first)}&last={int(np.ceil(last))}&points=\d+$", requests)
    turn = plot(page, "plot.layout.xaxis.uirevision")
    for newest in (1050, 1100, 1150):
        fake_run.train(newest)
        # Drawn anew, with the same range.
        wait_for(page, f"plot.layout.xaxis.uirevision > {turn}")
        turn = plot(page, "plot.layout.xaxis.uirevision")
        assert plot(page, "plot.layout.xaxis.range", 0) == [first, last]
        assert plot(page, "plot.layout.xaxis.range", 1) == [first, last]
    x, y, width, height = plane(page, 1)
    page.mouse.dblclick(x + width / 2, y + height / 2)
    page.wait_for_function(f"{PLOTS}.every((plot) => plot.layout.xaxis.range[1] === 1150)")
    wait_for(page, "plot.data[0].x[0] === 1")


def test_a_zoom_that_reaches_into_the_future_goes_on_growing(page: Page, fake_run: FakeRun):
    start(page, fake_run, 1000)
    drag(page, 0.5, 1.1)
    wait_for(page, "plot.data[0].x[0] > 400 && plot.data[0].x.at(-1) === 1000")
    page.mouse.move(0, 0)
    x, y, width, height = plane(page)
    page.keyboard.down("Shift")
    page.mouse.move(x + 0.6 * width, y + height / 2)
    page.mouse.down()
    page.mouse.move(x + 0.3 * width, y + height / 2, steps=5)
    page.mouse.up()
    page.keyboard.up("Shift")
    wait_for(page, "plot.layout.xaxis.range[1] > 1050")
    fake_run.train(1040)
    wait_for(page, "plot.data[0].x[0] > 500 && plot.data[0].x.at(-1) === 1040")


def test_a_hidden_line_stays_hidden(page: Page, fake_run: FakeRun):
    start(page, fake_run, 50)
    page.locator("#curves .plot").first.locator(".legendtoggle").first.click()
    wait_for(page, "plot._fullData[0].visible === 'legendonly'")
    for last in (60, 70):
        fake_run.train(last)
        wait_for_step(page, last)
        assert plot(page, "plot._fullData.map((line) => line.visible)")[:2] == ["legendonly", True]


def test_a_drag_is_not_interrupted_by_new_points(page: Page, fake_run: FakeRun):
    start(page, fake_run, 1000)
    x, y, width, height = plane(page)
    page.keyboard.down("Shift")  # with Shift a drag moves the range
    page.mouse.move(x + 0.8 * width, y + height / 2)
    page.mouse.down()
    for i in range(1, 11):
        page.mouse.move(x + (0.8 - 0.05 * i) * width, y + height / 2)
        fake_run.train(1000 + 10 * i)
        outcome = len(fake_run.lives())
        wait_for_event(page, lambda outcome=outcome: len(fake_run.lives()) >= outcome + 2)
        wait_for(page, f"Math.abs(plot._fullLayout.xaxis.range[0] - {50 * i}) < 5")
    page.mouse.up()
    page.keyboard.up("Shift")
    wait_for(page, "plot.data[0].x[0] > 400")


def test_a_touch_that_scrolls_on_over_a_chart_leaves_it_alive(page: Page, fake_run: FakeRun):
    start(page, fake_run, 1000)
    down = "new PointerEvent('pointerdown', { bubbles: true, composed: true })"
    for last, end in ((1010, "pointerup"), (1020, "pointercancel")):
        plot(page, f"plot.dispatchEvent({down})")
        page.evaluate(f"window.dispatchEvent(new PointerEvent('{end}'))")
        fake_run.train(last)
        wait_for_step(page, last)


def test_the_same_zoom_after_none_is_fetched_in_full_again(page: Page, fake_run: FakeRun):
    start(page, fake_run, 1000)
    zoom = "Plotly.relayout(plot, { 'xaxis.range[0]': 100, 'xaxis.range[1]': 200 })"
    for count in (1, 2):
        plot(page, f"void {zoom}")
        wait_for_event(
            page, lambda n=count: sum("/curves" in url for url in fake_run.requests) == n
        )
        plot(page, "void Plotly.relayout(plot, { 'xaxis.autorange': true })")
        outcome = len(fake_run.lives())
        wait_for_event(page, lambda n=outcome: len(fake_run.lives()) > n + 1)


def test_marks_and_reference_lines_are_drawn_with_their_labels(page: Page, fake_run: FakeRun):
    fake_run.header["marks"] = [
        {"step": 20, "label": "Learning rate of D 0.0004"},
        {"step": 40, "label": "Updates of D 2"},
        {"step": 41, "label": "Updates of D 1"},
    ]
    start(page, fake_run, 50)
    first = page.locator("#curves .plot").first
    assert first.locator(".layer-below .shapelayer path").count() == 4
    labels = first.locator(".annotation-text")
    assert labels.all_text_contents() == [
        "2 ln 2",
        "Learning rate of D 0.0004",
        "▾",
        "Updates of D 1",
    ]
    box = labels.nth(2).bounding_box()  # the crowded one speaks on hover
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    first.locator(".hoverlayer", has_text="Step 40: Updates of D 2").wait_for()

    # On a log axis a line stands at its value as well.
    line = plot(page, "plot.querySelector('.layer-below .shapelayer path').getBBox().y", 1)
    axis = plot(page, "plot._fullLayout.yaxis._offset + plot._fullLayout.yaxis.d2p(0.5)", 1)
    assert line == pytest.approx(axis, abs=1)
    boxes = "plot.querySelector('.{}').getBoundingClientRect()"
    foot = f"{boxes.format('annotation-text')}.bottom - {boxes.format('main-svg')}.top"
    assert 0 < line - plot(page, foot, 1) < 6  # below the middle, the label stands on its line


def test_hover_and_toolbar_work_in_the_shadow_root(page: Page, fake_run: FakeRun):
    start(page, fake_run, 50)
    x, y, width, height = plane(page)
    page.mouse.move(x + width / 2, y + height / 2)
    first = page.locator("#curves .plot").first
    first.locator(".hoverlayer", has_text="step 25Discriminator").wait_for()
    fake_run.train(60)
    wait_for_step(page, 60)
    # The pointer rests, and is now over the middle of 60 steps.
    first.locator(".hoverlayer", has_text="step 30Discriminator").wait_for()
    with page.expect_download() as download:
        first.locator("[data-title='Save as PNG']").click()
    assert download.value.suggested_filename == "loss.png"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chart_is_saved_as_png_and_as_svg_with_title_and_ground(
    page: Page, fake_run: FakeRun, theme: str
):
    page.goto(f"{fake_run.url}?theme={theme}")
    start(page, fake_run, 50)
    first = page.locator("#curves .plot").first
    first.hover()
    files = {}
    for form in ("PNG", "SVG"):
        with page.expect_download() as download:
            first.locator(f"[data-title='Save as {form}']").click()
        assert download.value.suggested_filename == f"loss.{form.lower()}"
        files[form] = Path(download.value.path()).read_bytes()
    svg = ElementTree.fromstring(files["SVG"])
    width, height = int(svg.get("width")), int(svg.get("height"))
    texts = [text.text for text in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert "Losses" in texts
    assert "Discriminator" in texts
    picture = Image.open(io.BytesIO(files["PNG"])).convert("RGB")
    assert picture.size == (2 * width, 2 * height)
    assert picture.getpixel((1, 1)) == ((255, 255, 255) if theme == "light" else (14, 17, 23))

    colour = "#31333f" if theme == "light" else "#fafafa"
    assert plot(page, "plot._fullLayout.font.color") == colour
    if theme == "dark":
        page.evaluate("document.documentElement.style.setProperty('--st-text-color', '#112233')")
        page.evaluate("(charts) => place('curves', { charts })", CHARTS)
        wait_for(page, "plot._fullLayout.font.color === '#112233'")


def test_the_legend_has_what_has_points_and_the_newest_are_told_in_words(
    page: Page, fake_run: FakeRun
):
    fake_run.series["d_loss"] = (np.array([1]), np.array([0.125]))
    start(page, fake_run, 50)
    page.wait_for_function(f"{PLOTS}[0].hasAttribute('aria-label')")
    values = [float(fake_run.series[name][1][-1]) for name in ("d_loss", "g_loss")]
    words = f"Discriminator {values[0]:.3g}, Generator {values[1]:.3g}"
    assert plot(page, "plot.ariaLabel") == f"Losses against step. Latest values: {words}."
    entries = page.locator("#curves .plot").first.locator(".legendtext")
    assert entries.all_text_contents() == ["Discriminator", "Generator"]
    fake_run.series["d_r1"] = (np.array([60]), np.array([0.5]))
    fake_run.header["step"] = 60
    page.locator("#curves .legendtext", has_text="R1").wait_for()


def test_charts_stand_side_by_side_where_there_is_room(page: Page, fake_run: FakeRun):
    start(page, fake_run, 50)
    assert plane(page, 0)[0] < plane(page, 1)[0]
    assert plane(page, 0)[1] == plane(page, 1)[1]
    page.set_viewport_size({"width": 640, "height": 720})
    wait_for(page, "plot._fullLayout.width === 512")  # without the margins of the page
    wait_for_event(page, lambda: plane(page, 0)[0] == plane(page, 1)[0])


def test_each_chart_says_up_to_which_step_it_is_drawn(page: Page, fake_run: FakeRun):
    start(page, fake_run, 167)
    fake_run.header["step"] = 309  # The status line is ahead of what has been drawn.
    page.locator("#curves figcaption span", has_text="Step 167").first.wait_for()
    assert page.locator("#curves figcaption span").all_inner_texts() == ["Step 167"] * 2
