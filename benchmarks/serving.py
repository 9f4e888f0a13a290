"""A dashboard server of its own for a benchmark, and ways to press its buttons and to watch it."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.common import rate_of
from dashboard.wire import decode
from ganlib import PRESET_GROUPS

ROOT = Path(__file__).parent.parent
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextlib.contextmanager
def server(settle: float = 10.0, log: IO[str] | None = None) -> Iterator[tuple[str, int]]:
    """The dashboard at an address of its own, after so many seconds: (url, process id).

    What it says of faults goes where ours goes, or into a file.
    """
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py"]
    options = ["--server.headless=true", f"--server.port={port}"]
    process = subprocess.Popen(command + options, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=log)
    url = f"http://localhost:{port}"
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{url}/_stcore/health").close()
                break
            time.sleep(0.2)
        time.sleep(settle)  # The warm-up ends.
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def browser_path() -> str | None:
    """Debian's Chromium, or the one that CHROMIUM names; None when there is neither."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


@contextlib.contextmanager
def open_chromium() -> Iterator[Browser]:
    """A real browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=CHROMIUM)
        yield browser
        browser.close()


def choose(page: Page, url: str, preset: str) -> None:
    """Open the home page and choose a preset as a person does."""
    page.goto(url)
    page.wait_for_selector(".st-key-start button")
    group = next(name for name, presets in PRESET_GROUPS.items() if preset in presets)
    page.get_by_role("tab", name=group, exact=True).click()
    if page.locator(f".st-key-choose-{preset} button").is_enabled():
        page.click(f".st-key-choose-{preset} button")
        page.wait_for_selector(f".st-key-choose-{preset} button[disabled]")


def press_start(
    browser: Browser, url: str, preset: str, total_steps: int | None = None
) -> tuple[Page, str]:
    """Choose a preset and start it as a person does; the page and the run_id."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    choose(page, url, preset)
    if total_steps is not None:
        page.get_by_text("Change settings before the start").click()
        steps = page.get_by_role("spinbutton", name="Training steps")
        steps.fill(str(total_steps))
        steps.press("Enter")
    page.click(".st-key-start button")
    page.wait_for_selector(".st-key-stop")
    return page, run_id(page)


def run_id(page: Page) -> str:
    """The run that a page watches."""
    return page.url.split("run=")[1].split("&")[0]


def ask(url: str, run_id: str, since: int = 0, points: int = 3) -> tuple[dict, int]:
    """One question of a spectator: the header of the answer, and its size in bytes."""
    address = f"{url}/minimax/runs/{run_id}/live?since={since}&points={points}"
    with urllib.request.urlopen(address) as answer:
        body = answer.read()
    return decode(body)[0], len(body)


def rate(url: str, run_id: str, seconds: float) -> float:
    """Steps a second over a while, asked for three times where all goes well."""
    return rate_of(lambda: int(ask(url, run_id)[0]["step"]), seconds)


class Spectators:
    """Sessions that ask as a page of a young run does: news once a second, every new frame once."""

    def __init__(self, url: str, run_id: str, count: int) -> None:
        self._end = threading.Event()
        self.sizes: list[int] = []
        self._threads = [
            threading.Thread(target=self._watch, args=(url, run_id, number / count))
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def _watch(self, url: str, run_id: str, delay: float) -> None:
        self._end.wait(delay)
        step, shown = 0, -1
        while not self._end.wait(1.0):
            header, size = ask(url, run_id, step, points=600)
            self.sizes.append(size)
            step, frames = header["step"], header["frames"]
            if frames and frames[-1] != shown:
                shown = frames[-1]
                urllib.request.urlopen(f"{url}/minimax/runs/{run_id}/frames/{shown}.webp").read()

    def leave(self) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()
