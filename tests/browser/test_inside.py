"""What is inside of a model, in a real Chromium."""

import io
import json

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from dashboard.routes.asking import message
from ganlib import COLOURS
from tests.browser.fake_server import FakeRun

pytestmark = [pytest.mark.browser, pytest.mark.hurried]


def webp() -> np.ndarray:
    buffer = io.BytesIO()
    Image.new("L", (8, 8)).save(buffer, "WEBP")
    return np.frombuffer(buffer.getvalue(), np.uint8)


def answer(page: Page, path: str, header: dict, **arrays: np.ndarray) -> None:
    body = bytes(message(header, arrays).body)
    page.route(f"**/inside/{path}", lambda route: route.fulfill(body=body))


@pytest.mark.parametrize(
    ("are_held_out", "first", "alt"),
    [(True, "Pictures that no run learnt from", "held-out"), (False, "Training", "training")],
)
def test_pictures_with_what_comes_back_are_named_as_what_they_are(
    page: Page, fake_run: FakeRun, are_held_out: bool, first: str, alt: str
):
    fake_run.header |= {"state": "completed", "frames": [1]}
    answer(page, "back", {"step": 1, "are_held_out": are_held_out}, webp=webp())
    arrays = {"mean": np.zeros((2, 3), "f4"), "labels": np.zeros(2, "f4"), "kl": np.ones(3, "f4")}
    answer(page, "encoded", {"step": 1, "classes": []}, **arrays)
    page.evaluate("(colours) => place('encoder', { colours })", dict(COLOURS))
    expect(page.get_by_alt_text(f"First row: {alt} pictures.")).to_be_visible()
    expect(page.locator("#encoder .part").first.locator("p").first).to_contain_text(first)


def test_a_pixel_that_is_answered_takes_the_complaint_of_one_before_away(
    page: Page, fake_run: FakeRun
):
    fake_run.header |= {"state": "completed", "frames": [1]}
    square = np.zeros((1, 2, 2, 1), np.uint8)
    entropy = np.ones((1, 2, 2), "f4")
    answer(page, "drawn?*", {"step": 1}, samples=square, expected=square, entropy=entropy)
    sizes = bytes(message({"place": 3}, {"saliency": np.ones((2, 2), "f4")}).body)
    is_busy = True

    def answer_later(route: Route) -> None:
        if is_busy:
            route.fulfill(status=503, body=json.dumps({"error": "Busy: ask again."}))
        else:
            route.fulfill(body=sizes)

    page.route("**/inside/saliency", answer_later)
    page.evaluate("(colours) => place('autoregressive', { colours, label: null })", dict(COLOURS))
    expect(page.get_by_text("Pixel 4 of 4")).to_be_visible()
    pixel, problem = (
        page.locator("#autoregressive canvas.chosen"),
        page.locator("#autoregressive .problem"),
    )
    pixel.click()
    expect(problem).to_have_text("Busy: ask again.")
    is_busy = False
    pixel.click()
    expect(page.get_by_text("Row 2, column 2")).to_be_visible()
    expect(problem).to_have_text("")
