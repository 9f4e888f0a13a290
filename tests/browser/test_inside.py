"""What is inside of a model, in a real Chromium."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

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
