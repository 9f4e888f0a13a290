"""What the duel on a plane costs: training and redrawing with one tab open, and all layers on.

python -m benchmarks.duel [--preset ring] [--rounds 3]

Rates with and without the tab are measured in turns, in one run on one server.
"""

import argparse
import statistics
import time

from playwright.sync_api import Page

from benchmarks import serving

SECONDS = 4.0
ENDLESS = 10_000_000


def main() -> None:
    """Print the rates of each round, and the medians of their ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="ring")
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    shares: dict[str, list[float]] = {"default layers": [], "all layers": []}
    with serving.server() as (url, _), serving.open_chromium() as browser:
        page, run_id = serving.press_start(browser, url, wanted.preset, ENDLESS)
        watched = page.url
        page.close()
        time.sleep(3)
        for _ in range(wanted.rounds):
            for words, share in shares.items():
                alone = serving.rate(url, run_id, SECONDS)
                page = browser.new_page(viewport={"width": 1280, "height": 720})
                page.add_init_script("performance.setResourceTimingBufferSize(1e6)")
                page.goto(watched)
                page.wait_for_selector("canvas")
                if words == "all layers":
                    _switch_on(page)
                page.wait_for_timeout(2000)
                drawn = _count(page)
                seen = serving.rate(url, run_id, SECONDS)
                share.append(seen / alone)
                print(
                    f"{words}: {alone:.0f} steps/s alone, {seen:.0f} with a tab "
                    f"({seen / alone:.0%}), {(_count(page) - drawn) / SECONDS:.1f} planes/s",
                    flush=True,
                )
                page.close()
    for words, share in shares.items():
        print(f"{words}: median {statistics.median(share):.0%}")


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
