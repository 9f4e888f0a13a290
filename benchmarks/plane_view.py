"""What the view of the plane costs: training and redrawing with one tab open, and all layers on.

python -m benchmarks.plane_view [--preset ring] [--rounds 7] [--seconds 4] [--settle 3] [--quick]

Rates with and without the tab are measured in turns, in one run on one server.
"""

import argparse
import os
import statistics
import time

from playwright.sync_api import Page

from benchmarks import serving
from benchmarks.common import ENDLESS, arguments


def main() -> None:
    """Print the rates of each round, and their medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="ring")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=4, help="of a turn")
    parser.add_argument("--settle", type=float, default=3, help="seconds before it counts")
    wanted = arguments(parser, rounds=1, seconds=0.5, settle=0.2)
    results: dict[str, list[tuple[float, float, float]]] = {"default layers": [], "all layers": []}
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
    with serving.server(wanted.settle) as (url, _), serving.open_chromium() as browser:
        page, run_id = serving.press_start(browser, url, wanted.preset, ENDLESS)
        watched = page.url
        page.close()
        time.sleep(wanted.settle)
        for _ in range(wanted.rounds):
            for words, rows in results.items():
                before = serving.rate(url, run_id, wanted.seconds / 2)
                page = browser.new_page(viewport={"width": 1280, "height": 720})
                page.add_init_script("performance.setResourceTimingBufferSize(1e6)")
                page.goto(watched)
                page.wait_for_selector("canvas")
                if words == "all layers":
                    _switch_on(page)
                page.wait_for_timeout(1000 * wanted.settle)
                drawn = _count(page)
                views = serving.rate(url, run_id, wanted.seconds)
                planes = (_count(page) - drawn) / wanted.seconds
                page.close()
                time.sleep(0.5)
                alone = (before + serving.rate(url, run_id, wanted.seconds / 2)) / 2
                rows.append((alone, views, planes))
                print(f"{words}: {alone:.0f} steps/s alone, {views:.0f} with a tab", flush=True)
    for words, rows in results.items():
        alone, views, planes = (statistics.median(column) for column in zip(*rows, strict=True))
        shares = sorted(views / alone for alone, views, _ in rows)
        print(
            f"{words}, medians: {alone:.0f} steps/s alone, {views:.0f} with a tab, share "
            f"{statistics.median(shares):.0%} ({shares[0]:.0%} to {shares[-1]:.0%}), "
            f"{planes:.1f} planes/s"
        )


def _switch_on(page: Page) -> None:
    """Show what costs most together: the map, the forces and the warped noise."""
    page.locator("canvas").first.wait_for()
    for word in page.locator("[data-layer=warp][aria-pressed=false]").all():
        word.click()


def _count(page: Page) -> int:
    """Planes that the page has fetched so far."""
    return int(
        page.evaluate(
            "performance.getEntriesByType('resource').filter(one => one.name.includes('/plane?'))"
            ".length"
        )
    )


if __name__ == "__main__":
    main()
