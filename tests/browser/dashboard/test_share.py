"""Every form of a run, saved by a person from the real server."""

import io
import json
import time
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pyarrow import parquet
from safetensors.numpy import load_file

from ganlib import EXPORTS
from tests.browser.person import start, state, stop

pytestmark = pytest.mark.browser


def open_share(page: Page) -> None:
    page.get_by_role("tab", name="Save or share").click()
    expect(page.locator("[class*=st-key-share] button")).to_have_count(len(EXPORTS))


def save(page: Page, name: str, folder: Path) -> Path:
    """Press the button of a form; the file that arrived."""
    with page.expect_download(timeout=120_000) as download:
        page.locator(f"[class*=st-key-share] button.{name}").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_run_is_saved_in_every_form_that_is_offered(visitor: Page, tmp_path: Path):
    run_id = start(visitor, "ring")
    state(visitor, "Training")
    visitor.wait_for_timeout(1500)
    stop(visitor)
    open_share(visitor)
    files = {name: save(visitor, name, tmp_path) for name in EXPORTS}
    stem = f"eight-points-on-a-ring-{run_id}"
    endings = {name: path.name.removeprefix(stem) for name, path in files.items()}
    assert endings == {name: export.ending for name, export in EXPORTS.items()}
    header, *rows = files["csv"].read_text().splitlines()
    assert header.startswith("step,")
    assert parquet.read_metadata(files["parquet"]).num_rows == len(rows) > 10
    with Image.open(files["gif"]) as gif, av.open(str(files["mp4"])) as film:
        assert gif.n_frames == film.streams.video[0].frames > 3
    assert "G_ema.0.weight" in load_file(files["weights"])
    assert files["onnx"].stat().st_size > 10_000
    compile(files["script"].read_text(), "run.py", "exec")
    assert b"brain.Event:2" in files["tensorboard"].read_bytes()[:64]


def test_what_a_run_lacks_is_not_offered_until_it_comes(visitor: Page):
    start(visitor, "digits")
    open_share(visitor)
    csv = visitor.locator("[class*=st-key-share] button.csv")
    expect(csv).to_be_enabled()
    stop(visitor)


def test_a_refusal_of_the_server_is_shown_in_its_words_and_the_button_comes_back(visitor: Page):
    start(visitor, "ring")
    state(visitor, "Training")
    stop(visitor)
    open_share(visitor)
    visitor.route(
        "**/export/gif",
        lambda route: route.fulfill(status=409, body=json.dumps({"error": "It cannot be."})),
    )
    visitor.route("**/export/mp4", lambda route: route.abort())
    for name, sentence in (("gif", "It cannot be."), ("mp4", "The server does not answer")):
        button = visitor.locator(f"[class*=st-key-share] button.{name}")
        button.click()
        about = visitor.locator(f"[class*=st-key-share] li:has(button.{name}) .about")
        expect(about).to_contain_text(sentence)
        expect(button).to_be_enabled()


def test_while_a_film_is_made_its_button_says_so(visitor: Page):
    start(visitor, "ring")
    state(visitor, "Training")
    stop(visitor)
    open_share(visitor)

    def later(route):
        time.sleep(1)
        route.continue_()

    visitor.route("**/export/gif", later)
    button = visitor.locator("[class*=st-key-share] button.gif")
    with visitor.expect_download():
        button.click()
        assert button.get_attribute("aria-busy") == "true"
        assert button.is_disabled()
    expect(button).to_have_attribute("aria-busy", "false")


def png(page: Page, selector: str, tmp_path: Path) -> tuple[str, np.ndarray]:
    """Press a button that saves a picture; its name and its pixels (H, W, 3)."""
    with page.expect_download() as download:
        page.locator(selector).click()
    data = Path(download.value.path()).read_bytes()
    assert data.startswith(b"\x89PNG")
    image = Image.open(io.BytesIO(data))
    return download.value.suggested_filename, np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_plane_and_measures_are_saved_as_they_look(visitor: Page, scheme: str, tmp_path: Path):
    visitor.emulate_media(color_scheme=scheme)
    start(visitor, "ring")
    state(visitor, "Training")
    stop(visitor)
    ground = (255, 255, 255) if scheme == "light" else (0x12, 0x15, 0x1C)
    expect(visitor.locator("[class*=st-key-measures] .strip")).to_be_visible()
    name, plane = png(visitor, "[class*=st-key-plane] button.save", tmp_path)
    assert name.startswith("plane-")
    assert plane.shape[0] == plane.shape[1] > 300
    assert (plane != plane[0, 0]).any(2).mean() > 0.01
    name, measures = png(visitor, "[class*=st-key-measures] [aria-label='Save as PNG']", tmp_path)
    assert name.startswith("measures-")
    assert measures.shape[1] > 900
    assert tuple(measures[0, 0]) == tuple(measures[-1, -1]) == ground
    assert (measures[-24:] == ground).all()  # nothing is cut off at the foot
    assert (measures != ground).any(2).mean() > 0.05
    with visitor.expect_download() as download:
        visitor.locator("[class*=st-key-measures] [aria-label='Save as SVG']").click()
    svg = Path(download.value.path()).read_text()
    assert svg.startswith("<svg xmlns")
    assert "sliced W1" in svg
    assert "<button" not in svg


def test_the_pictures_on_screen_are_saved_pixel_by_pixel(visitor: Page, tmp_path: Path):
    start(visitor, "digits")
    visitor.wait_for_selector(".fake img")
    stop(visitor)
    told = visitor.locator(".fake .step")
    shown = ""
    while (now := told.inner_text()) != shown:  # The last picture may come after the last word.
        shown = now
        visitor.wait_for_timeout(1000)
    name, pixels = png(visitor, "[class*=st-key-grid] button.save", tmp_path)
    step = name.removeprefix("samples-").removesuffix(".png")
    assert shown == f"Step {int(step):,}"
    assert pixels.shape == (224, 224, 3)
    assert pixels.std() > 0
