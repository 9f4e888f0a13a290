"""A generator that is steered by styles: a direction in some of its layers, and mixtures."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from ganlib import changed, seeded_z
from tests.browser.dashboard.test_explorer import after, answered, pixels, press_on
from tests.browser.dashboard.test_latent import source
from tests.browser.person import wait_for
from tests.browser.real_server import train_into
from tests.dashboard.latent import styled_config

pytestmark = pytest.mark.browser
LAYERS = 5
LATENT = 4


@pytest.fixture(scope="session")
def styled_run(runs: Path) -> str:
    """The run_id of a run on shapes, with styles for five layers, that has learnt for 20 steps."""
    small = {"width": 4, "total_steps": 20, "batch_size": 8, "frame_every": 10}
    return train_into(runs, changed(styled_config(), small))


@pytest.fixture
def look(visitor: Page, dashboard_url: str, styled_run: str):
    """Open a view of the run by its link."""

    def open_view(**requests: str) -> Page:
        words = "&".join(f"{name}={value}" for name, value in requests.items())
        visitor.goto(f"{dashboard_url}/latent?run={styled_run}&{words}")
        return visitor

    return open_view


def switch(page: Page, number: int):
    return page.get_by_role("group", name="Layers").get_by_role("button").nth(number)


def test_a_direction_reaches_the_chosen_layers_alone(look):
    page = look(tab="Explore")
    answered(page)
    still = pixels(page)
    everywhere = press_on(page, "PC 1", "End")
    assert not np.array_equal(everywhere, still)
    before = source(page, ".pad img")
    for number in range(LAYERS):
        expect(switch(page, number)).to_have_attribute("aria-pressed", "true")
        nowhere = after(page, switch(page, number).click)
        expect(switch(page, number)).to_have_attribute("aria-pressed", "false")
    assert np.array_equal(nowhere, still)
    expect(page.locator(".pad img")).not_to_have_attribute("src", before)
    page.wait_for_url(re.compile(r"view=1~0(,|%2C)1~~4~0(,|%2C)0(,|%2C)0(,|%2C)0(,|%2C)0"))
    page.reload()
    answered(page)
    wait_for(page, lambda: np.array_equal(pixels(page), still))
    for number in range(LAYERS):
        again = after(page, switch(page, number).click)
    assert np.array_equal(again, everywhere)
    page.get_by_text("New, or remembered?").click()
    expect(page.get_by_text(re.compile("In pixels: the nearest of"))).to_be_visible()


def test_truncation_0_is_the_mean_style_for_every_seed_and_direction(look):
    means = []
    for seed, directions in (("0", "Main directions"), ("7", "Random")):
        page = look(tab="Explore", seed=seed, **{"from": directions})
        answered(page)
        means.append(press_on(page, "Truncation ψ", "Home"))
    assert np.array_equal(*means)
    expect(page.get_by_role("slider", name="random 1", exact=True)).to_be_visible()
    expect(page.get_by_role("group", name="Layers")).to_be_hidden()


def sheet(page: Page, kind: str) -> np.ndarray:
    """The red of each pixel of one of the sheets."""
    source(page, f"img.{kind}")
    levels, width = page.locator(f"img.{kind}").evaluate(
        "async image => { await image.decode(); const canvas = document.createElement('canvas');"
        "canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;"
        "const pen = canvas.getContext('2d'); pen.drawImage(image, 0, 0);"
        "return [Array.from(pen.getImageData(0, 0, canvas.width, canvas.height).data)"
        ".filter((_, i) => i % 4 === 0), canvas.width]; }"
    )
    return np.array(levels).reshape(-1, width)


def cross(page: Page, key: str) -> np.ndarray:
    """The mixtures after a key on the slider."""
    slider = page.get_by_role("slider", name="Layers from A")
    before = source(page, "img.mixed")
    slider.focus()
    slider.press(key)
    expect(page.locator("img.mixed")).not_to_have_attribute("src", before)
    return sheet(page, "mixed")


def test_the_slider_goes_from_one_sample_to_the_other(look):
    page = look(tab="Mix styles")
    left, above = sheet(page, "coarse"), sheet(page, "fine")
    assert (left.shape, above.shape) == ((4 * 32, 32), (32, 6 * 32))
    between = sheet(page, "mixed")
    assert np.array_equal(cross(page, "Home"), np.tile(above, (4, 1)))
    expect(page.locator("li b")).to_have_text(["B"] * LAYERS)
    assert np.array_equal(cross(page, "End"), np.tile(left, (1, 6)))
    expect(page.locator("li b")).to_have_text(["A"] * LAYERS)
    page.wait_for_url(re.compile("crossover=5"))
    page.reload()
    assert np.array_equal(sheet(page, "mixed"), np.tile(left, (1, 6)))
    for _ in range(3):
        again = cross(page, "ArrowLeft")
    assert np.array_equal(again, between)


def test_mixtures_and_their_vectors_are_saved_and_each_side_has_its_seed(look):
    page = look(tab="Mix styles")
    mixed = sheet(page, "mixed")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save picture").click()
    with Image.open(Path(saved.value.path())) as image:
        assert image.size == (4 * (7 * 32 + 4), 4 * (5 * 32 + 4))
        reds = np.asarray(image.convert("RGB"))[2::4, 2::4, 0]
    assert np.array_equal(reds[-4 * 32 :, -6 * 32 :], mixed)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save z").click()
    z = np.load(saved.value.path())
    assert np.array_equal(z, np.concatenate([seeded_z(1, LATENT, 4), seeded_z(2, LATENT, 6)]))
    for side in ("coarse", "fine"):
        before, shown = sheet(page, side), source(page, f"img.{side}")
        page.locator(f".st-key-seed-{side} input").fill("9")
        page.locator(f".st-key-seed-{side} input").press("Enter")
        page.wait_for_url(re.compile(f"seed-{side}=9"))
        expect(page.locator(f"img.{side}")).not_to_have_attribute("src", shown)
        assert not np.array_equal(sheet(page, side), before)
