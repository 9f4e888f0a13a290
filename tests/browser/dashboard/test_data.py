"""Own pictures as a person brings them: dropped, looked at, kept, learnt."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import press, state
from tests.ganlib.data.bringing import noise_jpeg, png, zipped

pytestmark = pytest.mark.browser


@pytest.fixture
def data_page(visitor: Page, dashboard_url: str) -> Page:
    visitor.goto(f"{dashboard_url}/data")
    expect(visitor.get_by_role("heading", name="Your own pictures")).to_be_visible()
    return visitor


def bring(page: Page, path: Path) -> None:
    page.locator("input[type=file]").first.set_input_files(path)


def keep_as(page: Page, name: str) -> None:
    box = page.locator(".st-key-own-name input")
    box.fill(name)
    box.press("Tab")
    press(page, "keep")
    expect(page.locator(f".st-key-train-{name} button")).to_be_visible()


def test_pictures_in_a_zip_are_seen_kept_and_learnt(data_page: Page, tmp_path: Path):
    (tmp_path / "drawing.svg").write_bytes(b"<svg></svg>")
    bring(data_page, tmp_path / "drawing.svg")
    expect(data_page.get_by_text("There is no picture here that can be used.")).to_be_visible()
    expect(data_page.locator("[data-testid=stException]")).to_have_count(0)

    good = [
        (f"{name}/{seed}.jpg", noise_jpeg(seed)) for name in ("cats", "dogs") for seed in (1, 2)
    ]
    bad = [("../evil.png", png()), ("notes.txt", b"words"), ("short.jpg", noise_jpeg()[:300])]
    (tmp_path / "pets.zip").write_bytes(zipped(good + bad).getvalue())
    data_page.reload()
    bring(data_page, tmp_path / "pets.zip")
    expect(data_page.get_by_text("4 pictures, as the networks will see them")).to_be_visible()
    expect(data_page.get_by_text("cats: 2 pictures")).to_be_visible()
    expect(data_page.get_by_alt_text("Pictures of the class cats.")).to_be_visible()
    expect(data_page.get_by_text("3 files left out")).to_be_visible()
    keep_as(data_page, "pets")
    expect(data_page.get_by_alt_text("Some of the pictures called pets.")).to_be_visible()
    press(data_page, "train-pets")
    state(data_page, "Training")
    expect(data_page.get_by_text("Own pictures: pets")).to_be_visible()
    expect(data_page.locator(".fake img")).to_be_visible()
    assert "run=" in data_page.url


def test_a_folder_names_its_classes_and_a_set_is_deleted_after_a_second_question(
    data_page: Page, tmp_path: Path
):
    for name in ("cats", "dogs"):
        (tmp_path / "two" / name).mkdir(parents=True)
        (tmp_path / "two" / name / "1.png").write_bytes(png())
    data_page.get_by_text("A folder", exact=True).click()
    expect(data_page.locator("input[type=file][webkitdirectory]")).to_be_attached()
    bring(data_page, tmp_path / "two")
    expect(data_page.get_by_text("cats: 1 picture")).to_be_visible()
    expect(data_page.get_by_text("dogs: 1 picture")).to_be_visible()
    keep_as(data_page, "two")
    press(data_page, "ask-two")
    expect(data_page.get_by_text("Delete two for everyone?")).to_be_visible()
    press(data_page, "delete-two")
    expect(data_page.locator(".st-key-train-two")).to_have_count(0)
