"""How soon a page answers while a run trains: Start, reload, Stop, in a real browser.

python -m benchmarks.latency [--preset digits] [--rounds 3] [--settle 5] [--quick]
"""

import argparse
import statistics
import time

from playwright.sync_api import Page

from benchmarks import serving
from benchmarks.common import arguments

ARRIVED = (".chip", ".fake img", ".plot .scatterlayer .trace")
"""The status line, the pictures and the curves."""


def main() -> None:
    """Print each metric of each round, and the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="digits")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--settle", type=float, default=5, help="seconds before it counts")
    wanted = arguments(parser, rounds=1, settle=0.2)
    results: dict[str, list[float]] = {"start": [], "reload": [], "stop": []}
    with serving.server(wanted.settle) as (url, _), serving.open_chromium() as browser:
        for _ in range(wanted.rounds):
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            results["start"].append(_start(page, url, wanted.preset))
            page.wait_for_timeout(1000 * wanted.settle)
            results["reload"] += [_reload(page) for _ in range(3)]
            page.wait_for_timeout(1000 * wanted.settle)
            results["stop"].append(_stop(page, url))
            page.close()
    for what, seconds in results.items():
        print(what, [round(one, 2) for one in seconds], "median", statistics.median(seconds))


def _start(page: Page, url: str, preset: str) -> float:
    """Seconds from Start to the first picture."""
    serving.choose(page, url, preset)
    begin = time.monotonic()
    page.click(".st-key-start button", no_wait_after=True)
    page.wait_for_selector(".fake img")
    return time.monotonic() - begin


def _reload(page: Page) -> float:
    """Seconds from reloading the page to status, pictures and curves."""
    begin = time.monotonic()
    page.reload(wait_until="commit")
    for selector in ARRIVED:
        page.wait_for_selector(selector)
    return time.monotonic() - begin


def _stop(page: Page, url: str) -> float:
    """Seconds from Stop to the end of the run, as another client sees it."""
    run_id = serving.run_id(page)
    begin = time.monotonic()
    page.click(".st-key-stop button", no_wait_after=True)
    while serving.ask(url, run_id)[0]["state"] != "stopped":
        time.sleep(0.01)
    return time.monotonic() - begin


if __name__ == "__main__":
    main()
