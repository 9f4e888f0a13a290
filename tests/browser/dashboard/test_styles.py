"""A generator that is steered by styles: a direction in some of its layers, and mixtures."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from ganlib import changed, seeded_z
from tests.browser.dashboard.test_explorer import answered, answers, pixels, wait_for_answers
from tests.browser.dashboard.test_latent import source
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

    def open_view(**asked: str) -> Page:
        words = "&".join(f"{name}={value}" for name, value in asked.items())
        visitor.goto(f"{dashboard_url}/latent?run={styled_run}&{words}")
        return visitor

    return open_view


def switch(page: Page, number: int):
    return page.get_by_role("group", name="Layers").get_by_role("button").nth(number)


def moved(page: Page) -> np.ndarray:
    """The picture once what was just changed has come."""
    wait_for_answers(page, answers(page) + 1)
    page.wait_for_timeout(300)
    return pixels(page)


def test_a_direction_reaches_the_chosen_layers_alone(look):
    page = look(tab="Explore")
    answered(page)
    still = pixels(page)
    first = page.get_by_role("slider", name="PC 1", exact=True)
    first.focus()
    first.press("End")
    everywhere = moved(page)
    assert not np.array_equal(everywhere, still)
    for number in range(LAYERS):
        expect(switch(page, number)).to_have_attribute("aria-pressed", "true")
        switch(page, number).click()
        expect(switch(page, number)).to_have_attribute("aria-pressed", "false")
    nowhere = moved(page)
    assert np.array_equal(nowhere, still)
    page.wait_for_url(re.compile(r"view=1~0(,|%2C)1~~4~0(,|%2C)0(,|%2C)0(,|%2C)0(,|%2C)0"))
    page.reload()
    answered(page)
    assert np.array_equal(pixels(page), still)
    for number in range(LAYERS):
        switch(page, number).click()
    assert np.array_equal(moved(page), everywhere)


def test_other_directions_have_no_layers(look):
    page = look(tab="Explore")
    answered(page)
    page.get_by_text("Random", exact=True).click()
    expect(page.get_by_role("slider", name="random 1", exact=True)).to_be_visible()
    expect(page.get_by_role("group", name="Layers")).to_be_hidden()


@pytest.mark.parametrize("directions", ["Main directions", "Random"])
def test_truncation_0_is_the_mean_style_for_every_seed(look, directions):
    means = []
    for seed in ("0", "7"):
        page = look(tab="Explore", seed=seed, **{"from": directions})
        answered(page)
        slider = page.get_by_role("slider", name="Truncation ψ")
        slider.focus()
        count = answers(page)
        slider.press("Home")
        wait_for_answers(page, count + 1)
        page.wait_for_timeout(300)
        means.append(pixels(page))
    assert np.array_equal(*means)


def test_the_map_and_the_neighbours_know_the_layers(look):
    page = look(tab="Explore")
    before = source(page, ".pad img")
    switch(page, 0).click()
    expect(page.locator(".pad img")).not_to_have_attribute("src", before)
    page.get_by_text("New, or remembered?").click()
    expect(page.get_by_text(re.compile("In pixels: the nearest of"))).to_be_visible()


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


@pytest.mark.parametrize(("key", "side"), [("seed-coarse", "coarse"), ("seed-fine", "fine")])
def test_a_seed_draws_other_samples_of_its_side(look, key, side):
    page = look(tab="Mix styles")
    before = sheet(page, side)
    shown = source(page, f"img.{side}")
    page.locator(f".st-key-{key} input").fill("9")
    page.locator(f".st-key-{key} input").press("Enter")
    page.wait_for_url(re.compile(f"{key}=9"))
    expect(page.locator(f"img.{side}")).not_to_have_attribute("src", shown)
    assert not np.array_equal(sheet(page, side), before)


def test_mixtures_and_their_vectors_are_saved(look):
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
