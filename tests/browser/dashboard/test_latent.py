"""The other views of latent space: the way from A to B, a sheet to pick from, the time machine."""

import re
from pathlib import Path

import av
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def look(visitor: Page, dashboard_url: str, digits_run: str):
    """Open one view of a run on digits that stands, by its link."""

    def open_view(tab: str) -> Page:
        visitor.goto(f"{dashboard_url}/latent?run={digits_run}&tab={tab}")
        expect(visitor.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
        return visitor

    return open_view


GREY_ON_THE_EASEL = (
    "[...document.querySelectorAll('*')].map(one => one.shadowRoot).filter(Boolean)"
    ".map(root => root.querySelector('.easel canvas')).find(Boolean)"
    ".getContext('2d').getImageData(9, 9, 1, 1).data[0]"
)


def source(page: Page, selector: str) -> str:
    """What a picture shows, once it is there."""
    image = page.locator(selector).first
    expect(image).to_have_attribute("src", re.compile("blob:"))
    return image.get_attribute("src")


def test_a_way_has_its_length_what_d_makes_of_it_films_and_a_link(look, tmp_path: Path):
    page = look("From A to B")
    before = source(page, "[data-way=slerp] img")
    source(page, "[data-way=lerp] img")
    expect(page.locator("[data-way=lerp] td")).to_have_count(18)
    lengths = [
        float(text.split()[1])
        for text in page.locator("[data-way=lerp] tr").first.locator("td").all_inner_texts()
    ]
    assert min(lengths) == lengths[4] < 0.8  # The straight line cuts through the middle.
    assert page.locator("[data-way=slerp] td").last.inner_text().startswith("D ")
    expect(page.locator("[data-way=slerp]")).to_contain_text("way through the pictures")
    films = {}
    for kind in ("gif", "mp4"):
        with page.expect_download() as saved:
            page.locator(f"[data-way=slerp] button.{kind}").click()
        films[kind] = tmp_path / saved.value.suggested_filename
        assert films[kind].suffix == f".{kind}"
        saved.value.save_as(films[kind])
    with Image.open(films["gif"]) as gif, av.open(str(films["mp4"])) as mp4:
        # 48 there, and 46 between on the way back.
        assert gif.n_frames == mp4.streams.video[0].frames == 94
    page.locator(".st-key-seed-a input").fill("9")
    page.locator(".st-key-seed-a input").press("Enter")
    expect(page.locator("[data-way=slerp] img")).not_to_have_attribute("src", before)
    page.wait_for_url(re.compile("seed-a=9"))


def test_samples_are_reckoned_with_and_become_a_direction_of_ones_own(look):
    page = look("Samples")
    source(page, ".sheet img")
    cells = page.locator(".cells button")
    expect(cells).to_have_count(32)
    for number, letter in ((0, "A"), (9, "B"), (18, "C")):
        cells.nth(number).click()
        expect(cells.nth(number)).to_have_text(letter)
    source(page, ".result img")
    expect(page.locator(".under")).to_contain_text("B + C")
    page.set_viewport_size({"width": 720, "height": 720})  # What stands beside it is taller now.
    sheet, over = (page.locator(one).bounding_box() for one in (".sheet img", ".cells"))
    assert over == pytest.approx(sheet, abs=0.5)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".result")).to_be_hidden()

    page.set_viewport_size({"width": 1280, "height": 720})
    page.get_by_role("button", name="What sets them apart").click()
    for number in (0, 1):
        cells.nth(number).click()
    for number in (5, 6):
        cells.nth(number).dblclick()
    expect(cells.nth(5)).to_have_text("no")
    source(page, ".result img")
    page.get_by_label("Its name").fill("slant")
    page.get_by_role("button", name="Save the direction").click()
    expect(page.get_by_role("combobox", name="Saved directions of this run")).to_have_value("slant")
    page.get_by_role("tab", name="Explore").click()
    page.get_by_text("My own", exact=True).click()
    slider = page.get_by_role("slider", name="slant", exact=True)
    expect(slider).to_be_visible()
    slider.focus()
    slider.press("ArrowRight")
    page.get_by_role("tab", name="Samples").click()
    page.locator(".st-key-remove-direction button").click()
    expect(page.locator(".st-key-kept")).to_have_count(0)


def test_one_vector_is_seen_through_the_life_of_a_run(look):
    page = look("Time machine")
    first = page.locator(".strip button").first
    expect(first).to_have_text("0")
    source(page, ".strip img")
    newest = source(page, "figure img")
    first.click()
    expect(page.locator("figcaption")).to_contain_text("Step 0")
    expect(page.locator("figure img")).not_to_have_attribute("src", newest)
    scrubber = page.get_by_label("Saved frames")
    scrubber.focus()
    scrubber.press("ArrowRight")
    expect(page.locator("figcaption")).not_to_contain_text("Step 0")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Latest")).to_have_attribute("aria-pressed", "true")


def levels(page: Page, canvas: int) -> list[int]:
    """The grey of each pixel of one of the canvases in sight."""
    return (
        page.locator(".finder canvas.sample")
        .nth(canvas)
        .evaluate(
            "canvas => Array.from(canvas.getContext('2d')"
            ".getImageData(0, 0, canvas.width, canvas.height).data).filter((_, i) => i % 4 === 0)"
        )
    )


def hidden(page: Page) -> float:
    """The share of the pixels that the veil lies over."""
    return (
        page.locator(".easel canvas")
        .nth(1)
        .evaluate(
            "canvas => Array.from(canvas.getContext('2d').getImageData(0, 0, 28, 28).data)"
            ".filter((level, i) => i % 4 === 3 && level > 0).length / 784"
        )
    )


def test_a_picture_is_found_and_its_hidden_part_filled_in(look):
    page = look("Find a picture")
    text, find = page.locator(".status"), page.get_by_role("button", name="Find it")
    filled = page.get_by_text("Hidden part filled in")
    easel = page.locator(".easel")
    page.get_by_role("button", name="Hide 80 %").click()
    expect(filled).to_be_visible()
    # Seven standard deviations of 784 throws.
    assert hidden(page) == pytest.approx(0.8, abs=0.1)
    page.get_by_role("button", name="Uncover all").click()
    expect(filled).to_be_hidden()
    assert hidden(page) == 0

    page.get_by_role("button", name="Empty").click()
    easel.focus()
    easel.press("ArrowUp")
    easel.press(" ")
    find.click()
    expect(text).to_contain_text("of 500")
    page.get_by_role("button", name="Stop").click()
    expect(find).to_be_visible()
    page.get_by_role("button", name="Light for dark").click()
    expect(text).to_be_empty()

    page.get_by_role("button", name="Another from the data").click()
    page.get_by_role("button", name="Hide", exact=True).click()
    box = easel.bounding_box()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    expect(filled).to_be_visible()
    find.click()
    expect(text).to_contain_text("Step 500 of 500")
    expect(text).to_contain_text("In the hidden part, error")
    assert max(levels(page, 0)) > 100
    assert levels(page, 1)[:28] == page.locator(".easel canvas").first.evaluate(
        "canvas => Array.from(canvas.getContext('2d').getImageData(0, 0, 28, 1).data)"
        ".filter((_, i) => i % 4 === 0)"
    )


def test_what_was_brought_is_neither_a_text_nor_replaced_by_what_comes_late(look, tmp_path: Path):
    page = look("Find a picture")
    find = page.get_by_role("button", name="Find it")
    expect(find).to_be_enabled()
    Image.new("L", (90, 90), 200).save(tmp_path / "grey.png")
    (tmp_path / "text.png").write_text("not a picture")
    chooser = page.locator(".finder input[type=file]")
    held = []
    page.route(re.compile("/pictures/"), lambda route: held.append(route))
    page.get_by_role("button", name="Another from the data").click()
    with page.expect_event("requestfailed") as given_up:
        chooser.set_input_files(tmp_path / "grey.png")
    page.wait_for_function(f"() => {GREY_ON_THE_EASEL} === 200")
    assert [one.request for one in held] == [given_up.value]
    find.click()
    expect(page.locator(".status")).to_contain_text("of 500")
    assert page.evaluate(GREY_ON_THE_EASEL) == 200
    chooser.set_input_files(tmp_path / "text.png")
    expect(page.get_by_role("alert").filter(has_text="picture")).to_be_visible()
