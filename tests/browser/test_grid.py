import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.fake_server import GRID, FakeRun
from tests.browser.person import rest, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.hurried]

WATCH_FOR_BLANKS = """() => {
    const picture = places.grid.host.shadowRoot.querySelector(".fake .picture");
    window.shown = [];
    window.blanks = 0;
    const look = () => {
        const image = picture.querySelector("img");
        if (!image?.complete || !image.naturalWidth) window.blanks += 1;
        else window.shown.push(Number(image.alt.match(/Step (\\d+)/)?.[1] ?? -1));
    };
    new MutationObserver(look).observe(picture, { childList: true });
}"""


def start(page: Page, run: FakeRun, frames: list[int]) -> None:
    run.header["frames"] = frames
    page.evaluate("(grid) => place('grid', grid)", GRID)
    wait_for_step(page, frames[-1])


def wait_for_step(page: Page, step: int) -> None:
    page.locator("#grid .step", has_text=f"Step {step}").wait_for()


def shown_level(page: Page) -> int:
    """The grey level of the picture on screen, which is its step."""
    return page.evaluate(
        """() => {
            const image = places.grid.host.shadowRoot.querySelector(".fake img");
            const canvas = new OffscreenCanvas(1, 1).getContext("2d");
            canvas.drawImage(image, 0, 0, 1, 1);
            return canvas.getImageData(0, 0, 1, 1).data[0];
        }"""
    )


def test_before_the_first_picture_it_says_what_goes_on(page: Page, fake_run: FakeRun):
    page.evaluate("(grid) => place('grid', grid)", GRID)
    page.locator("#grid .waiting", has_text="Waiting for the first picture").wait_for()
    fake_run.header["progress_text"] = "Reading 60,000 pictures"
    page.locator("#grid .waiting", has_text="Reading 60,000 pictures").wait_for()


def test_a_picture_that_is_damaged_is_said_in_its_place(page: Page, fake_run: FakeRun):
    fake_run.damaged = frozenset({"10"})
    start(page, fake_run, [0, 10])
    page.locator("#grid .waiting", has_text="Picture 10 is damaged.").wait_for()
    assert page.locator("#grid .fake img").count() == 0
    page.locator("#grid input").press("ArrowLeft")
    wait_for_step(page, 0)
    assert shown_level(page) == 0


def test_a_picture_that_a_busy_server_refuses_is_asked_for_again(page: Page, fake_run: FakeRun):
    start(page, fake_run, [0])
    fake_run.header |= {"state": "completed", "frames": [0, 10]}  # No news will come of it.
    fake_run.is_busy = True
    page.locator("#grid .problem", has_text="Busy: ask again. This page asks again").wait_for()
    assert shown_level(page) == 0
    fake_run.is_busy = False
    wait_for_step(page, 10)
    expect(page.locator("#grid .problem")).to_have_text("")


def test_a_picture_that_does_not_come_is_given_up_before_it_is_asked_for_again(
    page: Page, fake_run: FakeRun
):
    given_up = []

    def note(request: Request) -> None:
        given_up.append(request.url)

    page.on("requestfailed", note)
    fake_run.header["frames"] = [0]
    fake_run.pictures_held = True
    page.evaluate("(grid) => place('grid', grid)", GRID)
    wait_for(page, lambda: any("frames/0" in url for url in given_up))
    fake_run.pictures_held = False
    wait_for_step(page, 0)
    page.remove_listener("requestfailed", note)


def test_a_run_that_is_over_without_a_picture_waits_for_none(page: Page, fake_run: FakeRun):
    fake_run.header["state"] = "completed"
    page.evaluate("(grid) => place('grid', grid)", GRID)
    page.locator("#grid .waiting", has_text="No pictures of this run were kept.").wait_for()


def test_it_follows_the_newest_picture_with_caption_and_description(page: Page, fake_run: FakeRun):
    start(page, fake_run, [0, 10])
    assert page.locator("#grid .fake img").get_attribute("alt") == "Generated rings. Step 10."
    fake_run.header["frames"] = [0, 10, 20]
    wait_for_step(page, 20)
    assert shown_level(page) == 20


def test_real_samples_appear_when_there_are_some(page: Page, fake_run: FakeRun):
    start(page, fake_run, [0])
    assert not page.locator("#grid .real").is_visible()
    fake_run.header["has_real"] = True
    page.locator("#grid .real img").wait_for()
    assert page.locator("#grid .real figcaption").inner_text() == "Real rings"


def test_pictures_are_enlarged_without_smoothing_and_keep_their_proportions(
    page: Page, fake_run: FakeRun
):
    start(page, fake_run, [0])
    box = page.locator("#grid .fake img").bounding_box()
    assert box["width"] == pytest.approx(box["height"], abs=1)
    assert box["width"] > 400
    style = "getComputedStyle(places.grid.host.shadowRoot.querySelector('img')).imageRendering"
    assert page.evaluate(style) == "pixelated"


def test_keys_and_buttons_choose_the_picture(page: Page, fake_run: FakeRun):
    start(page, fake_run, [0, 10, 20, 30])
    scrubber, latest = page.locator("#grid input"), page.locator("#grid .latest")
    scrubber.focus()
    for key, step in [("Home", 0), ("ArrowRight", 10), ("ArrowRight", 20), ("ArrowLeft", 10)]:
        page.keyboard.press(key)
        wait_for_step(page, step)
        assert shown_level(page) == step
    assert latest.get_attribute("aria-pressed") == "false"
    fake_run.header["frames"] = [0, 10, 20, 30, 40]
    page.wait_for_function("places.grid.host.shadowRoot.querySelector('input').max === '4'")
    wait_for_step(page, 10)  # it does not follow
    page.keyboard.press("End")
    wait_for_step(page, 40)
    scrubber.fill("2")
    wait_for_step(page, 20)
    assert scrubber.get_attribute("aria-valuetext") == "Step 20"
    latest.click()
    wait_for_step(page, 40)
    fake_run.header["frames"] = [0, 10, 20, 30, 40, 50]
    wait_for_step(page, 50)


def test_playing_shows_every_picture_and_ends_at_the_newest(page: Page, fake_run: FakeRun):
    fake_run.picture_delay = 0.03
    start(page, fake_run, [0, 10, 20, 30])
    page.evaluate(WATCH_FOR_BLANKS)
    page.locator("#grid input").focus()
    page.keyboard.press(" ")
    assert page.locator("#grid .play").get_attribute("aria-label") == "Pause"
    page.wait_for_function("shown.length >= 4")
    page.locator("#grid .play[aria-label=Play]").wait_for()
    assert page.locator("#grid .latest").get_attribute("aria-pressed") == "true"
    assert page.evaluate("blanks") == 0
    assert shown_level(page) == 30


def test_pause_stops_the_animation(page: Page, fake_run: FakeRun):
    start(page, fake_run, [0, 10, 20, 30])
    fake_run.pictures_held = True
    play = page.locator("#grid .play")
    for word in ("Pause", "Play"):
        play.click()
        expect(play).to_have_attribute("aria-label", word)
    fake_run.pictures_held = False
    wait_for_step(page, 0)
    rest(page, 5)
    wait_for_step(page, 0)


def test_fast_scrubbing_ends_at_the_last_wish_and_never_shows_a_blank(
    page: Page, fake_run: FakeRun
):
    start(page, fake_run, list(range(0, 200, 10)))
    fake_run.pictures_held = True
    page.evaluate(WATCH_FOR_BLANKS)
    page.locator("#grid input").focus()
    page.keyboard.press("Home")
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    fake_run.pictures_held = False
    wait_for_step(page, 120)
    assert page.evaluate("blanks") == 0
    assert page.evaluate("shown") == [0, 120]  # the wishes in between are dropped
    assert shown_level(page) == 120


def test_a_picture_that_the_server_dropped_gives_way_to_the_one_before(
    page: Page, fake_run: FakeRun
):
    start(page, fake_run, [0, 10, 20, 30])
    page.locator("#grid input").fill("1")
    wait_for_step(page, 10)
    fake_run.header["frames"] = [0, 20, 40]
    wait_for_step(page, 0)
