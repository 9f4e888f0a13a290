"""Latent space under the fingers of a person: pad, sliders, map, links, files."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from ganlib import seeded_z
from tests.browser.person import wait_for

pytestmark = pytest.mark.browser


@pytest.fixture
def explorer(visitor: Page, dashboard_url: str, digits_run: str) -> Page:
    """The explorer of a run on digits that has learnt for some steps and stands."""
    visitor.goto(f"{dashboard_url}/latent?run={digits_run}")
    answered(visitor)
    return visitor


def answered(page: Page) -> None:
    """Wait until a picture has come."""
    expect(page.locator(".explorer .caption")).to_have_text(re.compile("after step"))


def pixels(page: Page) -> np.ndarray:
    """The canvas as it is."""
    return np.array(
        page.locator("canvas.sample").evaluate(
            "canvas => Array.from(canvas.getContext('2d')"
            ".getImageData(0, 0, canvas.width, canvas.height).data)"
        )
    )


def outputs(page: Page) -> list[str]:
    return page.locator(".sliders .slider output").all_inner_texts()


def after(page: Page, act: Callable[[], None]) -> np.ndarray:
    """The picture of the place where this has led."""
    act()
    expect(page.locator("canvas.sample")).to_have_attribute("aria-busy", "false")
    return pixels(page)


def press_on(page: Page, slider: str, key: str) -> np.ndarray:
    """The picture after a key on a slider."""
    handle = page.get_by_role("slider", name=slider, exact=True)
    handle.focus()
    return after(page, lambda: handle.press(key))


def drag(page: Page, x: float, y: float, moves: int = 20) -> None:
    """Drag from the middle of the pad to a place on it, in shares of its side."""
    box = page.locator(".pad").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=moves)


def test_the_pad_is_dragged_obeys_keys_and_makes_a_link(explorer: Page):
    before = pixels(explorer)
    after(explorer, lambda: drag(explorer, 0.9, 0.2))
    wait_for(explorer, lambda: not np.array_equal(pixels(explorer), before))  # Still held.
    explorer.mouse.up()
    # From -3.5 to 3.5 over the side: 0.9 of it is 2.8, and 0.2 from above 2.1.
    assert outputs(explorer)[:2] == ["2.80", "2.10"]
    explorer.wait_for_url(re.compile(r"view=1~0(,|%2C)1~~2\.8(,|%2C)2\.1"))
    pad = explorer.locator(".pad")
    pad.focus()
    pad.press("Home")
    assert outputs(explorer)[:2] == ["0.00", "0.00"]
    pad.press("ArrowRight")
    pad.press("Shift+ArrowUp")
    expect(pad).to_have_attribute("aria-valuetext", "PC 1 0.1, PC 2 0.5")
    shown = press_on(explorer, "PC 3", "ArrowLeft")
    explorer.wait_for_url(re.compile(r"view=1~0(,|%2C)1~~0\.1(,|%2C)0\.5(,|%2C)-0\.05"))
    explorer.reload()
    answered(explorer)
    assert outputs(explorer)[:3] == ["0.10", "0.50", "-0.05"]
    wait_for(explorer, lambda: np.array_equal(pixels(explorer), shown))


def test_a_lost_connection_is_mended_and_other_directions_lie_on_the_pad_and_the_next_page(
    visitor: Page, dashboard_url: str, digits_run: str
):
    is_up = False
    visitor.route_web_socket(
        re.compile("/explore$"),
        lambda socket: socket.connect_to_server() if is_up else socket.close(),
    )
    visitor.goto(f"{dashboard_url}/latent?run={digits_run}")
    expect(visitor.get_by_text("Connection lost, trying again")).to_be_visible()
    is_up = True
    answered(visitor)
    expect(visitor.get_by_text("Connection lost, trying again")).to_be_hidden()

    visitor.get_by_label("Left and right", exact=True).select_option("PC 5")
    drag(visitor, 0.9, 0.5)
    visitor.mouse.up()
    outcome = outputs(visitor)
    assert (outcome[0], outcome[4]) == ("0.00", "2.80")
    visitor.get_by_role("button", name="Back to the start").click()
    assert set(outputs(visitor)) == {"0.00"}
    visitor.get_by_role("button", name="Next").click()
    names = visitor.locator(".sliders .slider .name").all_inner_texts()
    assert names[0].startswith("PC 9")
    expect(visitor.get_by_text("9 to 16 of 16")).to_be_visible()


def test_a_sample_is_saved_compared_and_at_truncation_0_the_same_for_every_seed(
    explorer: Page,
):
    with explorer.expect_download() as saved:
        explorer.get_by_role("button", name="Save picture").click()
    with Image.open(io.BytesIO(Path(saved.value.path()).read_bytes())) as image:
        assert image.size == (8 * 28, 8 * 28)
        shown = pixels(explorer).reshape(28, 28, 4)[..., 0]
        assert np.array_equal(np.asarray(image.convert("L"))[4::8, 4::8], shown)
    with explorer.expect_download() as saved:
        explorer.get_by_role("button", name="Save z").click()
    assert np.array_equal(np.load(saved.value.path()), seeded_z(0, 32))

    at_zero = press_on(explorer, "Truncation ψ", "Home")
    far = press_on(explorer, "Truncation ψ", "End")
    assert not np.array_equal(far, at_zero)
    explorer.locator(".st-key-seed input").fill("7")
    explorer.locator(".st-key-seed input").press("Enter")
    explorer.wait_for_url(re.compile("seed=7"))
    wait_for(explorer, lambda: not np.array_equal(pixels(explorer), far))
    assert np.array_equal(press_on(explorer, "Truncation ψ", "Home"), at_zero)

    explorer.get_by_text("New, or remembered?").click()
    expect(explorer.get_by_text(re.compile("In pixels: the nearest of 4,500"))).to_be_visible()
    expect(explorer.locator(".neighbours img")).to_be_visible()
    explorer.get_by_text("What truncation costs").click()
    expect(explorer.get_by_text(re.compile("500 fakes and as many reals"))).to_be_visible()
    fits_a_phone(explorer)


def fits_a_phone(page: Page) -> None:
    """Pad and picture are seen together, sliders can be dragged, and no choice is cut off."""
    page.set_viewport_size({"width": 390, "height": 844})
    slider = page.locator(".slider input").first
    wait_for(page, lambda: 150 < slider.bounding_box()["width"] < 200)
    pad = page.locator(".pad").bounding_box()
    picture = page.locator(".result canvas, .part > div > canvas").first.bounding_box()
    assert abs(pad["y"] - picture["y"]) < 2
    assert picture["x"] >= pad["x"] + pad["width"]
    for choice in page.locator(".st-key-from button").all():
        box = choice.bounding_box()
        assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") == 390
