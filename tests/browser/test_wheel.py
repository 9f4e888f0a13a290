"""What people install: the wheel, in an environment of its own, far from the clone."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ganlib import __version__
from tests.browser.person import start, state, stop
from tests.browser.real_server import ROOT, Server

pytestmark = [pytest.mark.browser, pytest.mark.extra]

ELSEWHERE = '[server]\naddress = "nowhere.invalid"\n'
"""Settings of somebody's own Streamlit application; with these a server could not even begin."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "-w", folder, ROOT], check=True)
    (found,) = folder.iterdir()
    return found


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the programs lie of an environment with the wheel, and what it needs lent by ours."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True, symlinks=True)
    found = folder / "bin"
    paths = {"base": str(folder), "platbase": str(folder)}
    lent = Path(sysconfig.get_path("purelib", "venv", vars=paths), "lent.pth")
    lent.write_text(sysconfig.get_path("purelib"))
    pip = [found / "python", "-m", "pip", "install", "-q", "--no-deps", "--no-index"]
    subprocess.run([*pip, wheel], check=True)
    return found


def test_one_package_is_put_beside_those_of_other_people(wheel: Path):
    with zipfile.ZipFile(wheel) as files:
        names = {name.split("/")[0] for name in files.namelist()}
    assert names == {"ganlib", f"ganlib-{__version__}.dist-info"}


def test_a_command_is_passed_on_to_the_command_line(programs: Path, tmp_path: Path):
    text = subprocess.run(
        [programs / "minimax", "--runs", "here", "list"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        text=True,
    )
    assert text.stdout == "No run is kept here yet.\n"
    assert (tmp_path / "here").is_dir()


def test_without_a_word_the_pages_open_and_train(programs: Path, tmp_path: Path, page: Page):
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "config.toml").write_text(ELSEWHERE)
    server = Server(tmp_path / "runs", command=[programs / "minimax"], folder=tmp_path)
    server.start()
    try:
        page.goto(server.url)
        preview = page.locator("img[src*='minimax/previews/']").first
        expect(preview).to_have_js_property("complete", True)
        assert preview.evaluate("image => image.naturalWidth") > 0
        start(page)
        state(page, "Training")
        expect(page.locator(".fake img").first).to_have_js_property("complete", True)
        stop(page)
    finally:
        server.stop()
