import math
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ganlib import COLOURS
from tests.browser.fake_server import FakeRun

pytestmark = pytest.mark.browser

DATA = {"points": [], "colour": COLOURS["real"], "most": 2000}
REACH = 1.3


def mount(page: Page, **data: Any) -> None:
    page.evaluate("(data) => place('sketch', data)", DATA | data)
    expect(count(page)).not_to_be_empty()


def count(page: Page) -> Locator:
    return page.locator("#sketch .count")


def button(page: Page, label: str) -> Locator:
    return page.locator("#sketch").get_by_role("button", name=label)


def sent(page: Page) -> list[list[list[float]]]:
    """The points of every trigger so far."""
    triggers = page.evaluate("places.sketch.triggers")
    assert all(name == "points" for name, _ in triggers)
    return [points for _, points in triggers]


def point_at(page: Page, x: float, y: float) -> None:
    """Move the mouse to a place of the plane, in a single event."""
    box = page.locator("#sketch canvas").bounding_box()
    share_x, share_y = (x / REACH + 1) / 2, (1 - y / REACH) / 2
    page.mouse.move(box["x"] + share_x * box["width"], box["y"] + share_y * box["height"])


def drag(page: Page, *places: tuple[float, float]) -> None:
    point_at(page, *places[0])
    page.mouse.down()
    for place in places[1:]:
        point_at(page, *place)
    page.mouse.up()


def pixel(page: Page, x: float, y: float) -> list[int]:
    """Red, green, blue and opacity of the canvas at a place of the plane."""
    return page.evaluate(
        """async ([x, y]) => {
            await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
            const canvas = places.sketch.host.shadowRoot.querySelector("canvas");
            const at = (value) => Math.floor(((value / 1.3 + 1) / 2) * canvas.width);
            return [...canvas.getContext("2d").getImageData(at(x), at(-y), 1, 1).data];
        }""",
        [x, y],
    )


def test_a_drag_leaves_points_at_even_distances_where_it_went(page: Page, fake_run: FakeRun):
    mount(page)
    drag(page, (-0.5, 0.6), (0.1, 0.6), (0.1, 1.2))
    (points,) = sent(page)
    # 0.6 across and 0.6 up, a point each 0.03: the one where it began and 40 more, or one less
    # where the way was a fraction of a pixel short.
    assert 39 <= len(points) <= 41
    assert points[0] == pytest.approx([-0.5, 0.6], abs=0.01)
    assert points[10] == pytest.approx([-0.2, 0.6], abs=0.01)
    assert points[30] == pytest.approx([0.1, 0.9], abs=0.04)
    for one, other in pairwise(points):
        assert math.dist(one, other) <= 0.03 + 0.002
    assert all(round(value, 3) == value for point in points for value in point)
    assert count(page).inner_text() == f"{len(points)} of 2000 points"


def test_points_are_seen_while_the_pointer_is_down_and_sent_when_it_is_up(
    page: Page, fake_run: FakeRun
):
    mount(page)
    hint = page.locator("#sketch .waiting")
    expect(hint).to_be_visible()
    point_at(page, 0.5, -0.5)
    page.mouse.down()
    red, green, _, opacity = pixel(page, 0.5, -0.5)
    assert opacity > 200
    assert green > red + 40
    expect(hint).to_be_hidden()
    assert sent(page) == []
    page.mouse.up()
    assert len(sent(page)) == 1


def test_a_pointer_that_leaves_the_canvas_draws_on_when_it_comes_back(
    page: Page, fake_run: FakeRun
):
    mount(page)
    drag(page, (1.2, 0), (1.6, 0), (1.6, 0.3), (1.2, 0.3))
    (points,) = sent(page)
    assert all(abs(value) <= REACH for point in points for value in point)
    assert {round(y, 1) for _, y in points} == {0.0, 0.3}


def test_undo_takes_back_the_last_stroke_and_also_a_clear(page: Page, fake_run: FakeRun):
    mount(page)
    assert button(page, "Undo").is_disabled()
    assert button(page, "Clear").is_disabled()
    drag(page, (0, 0))
    drag(page, (0.5, 0.5))
    for press, length in [("Undo", 1), ("Clear", 0), ("Undo", 1), ("Undo", 0)]:
        button(page, press).click()
        assert len(sent(page)[-1]) == length
        assert count(page).inner_text() == f"{length} of 2000 points"
    assert sent(page)[2] == sent(page)[0] == sent(page)[4]
    assert button(page, "Undo").is_disabled()
    assert len(sent(page)) == 6


def test_the_keys_move_a_cursor_and_leave_a_point_under_it(page: Page, fake_run: FakeRun):
    mount(page)
    page.keyboard.press("Tab")
    canvas = page.locator("#sketch canvas")
    expect(canvas).to_be_focused()
    assert "arrow keys" in canvas.get_attribute("aria-label")
    for key in ["ArrowRight", "ArrowRight", "ArrowUp", " ", "ArrowLeft", "ArrowDown", "ArrowDown"]:
        page.keyboard.press(key)
    expect(page.locator("#sketch .spoken")).to_have_text("x 0.05, y -0.05")
    page.keyboard.press(" ")
    assert sent(page) == [[[0.1, 0.05]], [[0.1, 0.05], [0.05, -0.05]]]
    expect(page.locator("#sketch .spoken")).to_have_text("2 of 2000 points")
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    assert sent(page)[-1][-1] == [REACH, -0.05]


def test_the_cursor_is_seen_only_by_who_uses_the_keys(page: Page, fake_run: FakeRun):
    mount(page)
    aside = (0.03, 0.05)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    assert pixel(page, *aside)[3] > 100
    drag(page, (1, 1))
    assert pixel(page, *aside)[3] == 0


def test_there_are_never_more_points_than_allowed(page: Page, fake_run: FakeRun):
    mount(page, most=12)
    drag(page, (-1, 0), (1, 0))
    drag(page, (-1, 1), (1, 1))
    page.locator("#sketch canvas").focus()
    page.keyboard.press(" ")
    assert [len(points) for points in sent(page)] == [12]
    assert count(page).inner_text() == "12 of 12 points"
    button(page, "Undo").click()
    assert sent(page)[-1] == []


def test_what_is_drawn_stays_when_it_is_mounted_again_with_the_same_data(
    page: Page, fake_run: FakeRun
):
    given = [[0.25, 0.5]]
    mount(page, points=given)
    drag(page, (-1, -1))
    mount(page, points=given)  # for example another theme
    expect(count(page)).to_have_text("2 of 2000 points")
    page.evaluate("places.sketch.cleanup()")
    assert page.locator("#sketch .count").count() == 0
    mount(page, points=given)
    expect(count(page)).to_have_text("2 of 2000 points")
    assert button(page, "Undo").is_enabled()


def test_an_answer_that_newer_strokes_have_overtaken_changes_nothing(page: Page, fake_run: FakeRun):
    mount(page)
    drag(page, (-1, -1))
    drag(page, (1, 1))
    for points in sent(page):
        mount(page, points=points)
        assert count(page).inner_text() == "2 of 2000 points"
    button(page, "Undo").click()
    assert len(sent(page)[-1]) == 1


def test_other_points_of_the_page_are_taken_over(page: Page, fake_run: FakeRun):
    mount(page)
    drag(page, (-1, -1))
    mount(page, points=sent(page)[0])
    mount(page, points=[[0.5, 0.5], [0.5, -0.5], [0, 0]])
    assert count(page).inner_text() == "3 of 2000 points"
    assert pixel(page, 0.5, -0.5)[3] > 200
    assert pixel(page, -1, -1)[3] == 0
    assert button(page, "Undo").is_disabled()
    drag(page, (-1, 1))
    assert sent(page)[-1][:3] == [[0.5, 0.5], [0.5, -0.5], [0, 0]]


def test_a_late_cleanup_of_an_overtaken_mount_changes_nothing(page: Page, fake_run: FakeRun):
    mount(page)
    page.evaluate("window.late = places.sketch.cleanup")
    mount(page)
    page.evaluate("late()")
    drag(page, (0, 0))
    assert len(sent(page)) == 1


def test_a_finger_draws_and_a_second_one_does_not(page: Page, fake_run: FakeRun):
    mount(page)
    page.evaluate(
        """() => {
            const canvas = places.sketch.host.shadowRoot.querySelector("canvas");
            canvas.setPointerCapture = () => {};
            const box = canvas.getBoundingClientRect();
            const touch = (type, pointerId, x, y) => canvas.dispatchEvent(new PointerEvent(type, {
                pointerId, pointerType: "touch", button: type === "pointermove" ? -1 : 0,
                clientX: box.left + (x / 1.3 + 1) / 2 * box.width,
                clientY: box.top + (1 - y / 1.3) / 2 * box.height,
            }));
            touch("pointerdown", 5, 0, 0.5);
            touch("pointerdown", 6, 0, -0.5);
            touch("pointermove", 6, 0.5, -0.5);
            touch("pointerup", 6, 0.5, -0.5);
            touch("pointermove", 5, 0.07, 0.5);
            touch("pointerup", 5, 0.07, 0.5);
        }"""
    )
    assert sent(page) == [[[0, 0.5], [0.03, 0.5], [0.06, 0.5]]]
    style = "getComputedStyle(places.sketch.host.shadowRoot.querySelector('canvas')).touchAction"
    assert page.evaluate(style) == "none"
