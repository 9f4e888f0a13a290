"""Every form of a run, saved by a person from the real server."""

import io
import json
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pyarrow import parquet
from safetensors.numpy import load_file

from ganlib import EXPORTS, PRESETS, changed
from tests.browser.person import wait_for
from tests.browser.real_server import train_into

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


@pytest.fixture(scope="session")
def ring_run(runs: Path) -> str:
    """The run_id of a run on the ring that has learnt for some steps and stands."""
    return train_into(runs, changed(PRESETS["ring"].config, {"total_steps": 60}))


def test_a_run_is_saved_in_every_form_a_busy_button_says_so_and_a_refusal_is_shown(
    visitor: Page, dashboard_url: str, ring_run: str, tmp_path: Path
):
    visitor.goto(f"{dashboard_url}/?run={ring_run}")
    open_share(visitor)
    part = visitor.locator("[class*=st-key-share]")
    files = {name: save(visitor, name, tmp_path) for name in EXPORTS if name != "gif"}
    held = []
    visitor.route("**/export/gif", lambda route: held.append(route))
    button = part.locator("button.gif")
    with visitor.expect_download() as download:
        button.click()
        expect(button).to_have_attribute("aria-busy", "true")
        assert button.is_disabled()
        wait_for(visitor, lambda: len(held) == 1)
        held.pop().continue_()
    expect(button).to_have_attribute("aria-busy", "false")
    files["gif"] = tmp_path / download.value.suggested_filename
    download.value.save_as(files["gif"])
    stem = f"eight-points-on-a-ring-{ring_run}"
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

    refusal = json.dumps({"error": "It cannot be."})
    visitor.route("**/export/csv", lambda route: route.fulfill(status=409, body=refusal))
    visitor.route("**/export/mp4", lambda route: route.abort())
    for name, sentence in (("csv", "It cannot be."), ("mp4", "The server does not answer")):
        part.locator(f"button.{name}").click()
        expect(part.locator(f"li:has(button.{name}) .about")).to_contain_text(sentence)
        expect(part.locator(f"button.{name}")).to_be_enabled()


def png(page: Page, selector: str, tmp_path: Path) -> tuple[str, np.ndarray]:
    """Press a button that saves a picture; its name and its pixels (H, W, 3)."""
    with page.expect_download() as download:
        page.locator(selector).click()
    data = Path(download.value.path()).read_bytes()
    assert data.startswith(b"\x89PNG")
    image = Image.open(io.BytesIO(data))
    return download.value.suggested_filename, np.asarray(image.convert("RGB"))


def test_plane_and_measures_are_saved_as_they_look(
    visitor: Page, dashboard_url: str, ring_run: str, tmp_path: Path
):
    for scheme, ground in (("light", (255, 255, 255)), ("dark", (0x12, 0x15, 0x1C))):
        visitor.emulate_media(color_scheme=scheme)
        visitor.goto(f"{dashboard_url}/?run={ring_run}")
        expect(visitor.locator("[class*=st-key-measures] .verdict")).to_be_visible()
        name, plane = png(visitor, "[class*=st-key-plane] button.save", tmp_path)
        assert name.startswith("plane-")
        assert plane.shape[0] == plane.shape[1] > 300
        assert (plane != plane[0, 0]).any(2).mean() > 0.01
        as_png = "[class*=st-key-measures] [aria-label='Save as PNG']"
        name, measures = png(visitor, as_png, tmp_path)
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


def test_the_pictures_on_screen_are_saved_pixel_by_pixel(
    visitor: Page, dashboard_url: str, digits_run: str, tmp_path: Path
):
    visitor.goto(f"{dashboard_url}/?run={digits_run}")
    expect(visitor.locator(".fake .step")).to_have_text("Step 50")
    name, pixels = png(visitor, "[class*=st-key-grid] button.save", tmp_path)
    assert name == "samples-50.png"
    assert pixels.shape == (224, 224, 3)
    assert pixels.std() > 0
