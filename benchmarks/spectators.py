"""What watching costs training: steps a second with spectators over steps a second without.

    python -m benchmarks.spectators [--preset digits] [--pairs 40] [--seconds 2.5] [--only N ...]

The dashboard trains in its own process. Short turns with and without spectators alternate, so that
both meet the same moods of a machine that others use too. One tab is a real Chromium on the same
cores, at rest while it is hidden; one, five and twenty are sessions that ask as a page does.
"""

import argparse
import functools
import statistics
import time
from collections.abc import Callable

from benchmarks import serving
from benchmarks.common import share_of

ENDLESS = 10_000_000
SETTLING = 1.0
"""Seconds after spectators come or go that are not counted."""
HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="digits")
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=2.5)
    parser.add_argument("--only", nargs="*", type=int, default=[0, 1, 5, 20], help="0: the tab")
    wanted = parser.parse_args()
    with serving.server() as (url, _), serving.open_chromium() as browser:
        page, run_id = serving.press_start(browser, url, wanted.preset, ENDLESS)

        def tab() -> Callable[[], list[int]]:
            page.evaluate(HIDE, False)
            return lambda: page.evaluate(HIDE, True) or []

        def sessions(count: int) -> Callable[[], list[int]]:
            watching = serving.Spectators(url, run_id, count)
            return lambda: watching.leave() or watching.sizes

        time.sleep(60)  # A run is young for a minute: pages ask more often then.
        page.evaluate(HIDE, True)
        for count in wanted.only:
            enter = (lambda count=count: sessions(count)) if count else tab
            name = f"{count} sessions" if count else "one tab in Chromium"
            rate = functools.partial(serving.rate, url, run_id, wanted.seconds)
            tell(name, *measure(enter, rate, wanted.pairs))


def measure(
    enter: Callable[[], Callable[[], list[int]]], rate: Callable[[], float], pairs: int
) -> tuple[list[float], list[float], list[int]]:
    """Rates without and with spectators, and the sizes of what they were sent."""
    alone: list[float] = []
    watched: list[float] = []
    sizes: list[int] = []
    for pair in range(pairs):
        # Who begins changes too: a drift then favours neither.
        for is_watched in (pair % 2 == 0, pair % 2 == 1):
            leave = enter() if is_watched else list
            time.sleep(SETTLING)
            (watched if is_watched else alone).append(rate())
            sizes += leave()
    return alone, watched, sizes


def tell(name: str, alone: list[float], watched: list[float], sizes: list[int]) -> None:
    middle, error, low, high = share_of(watched, alone)
    largest = f"; largest answer {max(sizes) / 1000:.1f} kB" if sizes else ""
    print(
        f"{name}: {middle:.1%} +- {error:.1%} (half of the pairs {low:.0%} to {high:.0%}) "
        f"of {statistics.median(alone):.1f} steps/s{largest}",
        flush=True,
    )


if __name__ == "__main__":
    main()
