"""What watching costs training: steps a second with spectators over steps a second without.

    python -m benchmarks.spectators [--preset digits] [--pairs 40] [--seconds 2.5] [--only N ...]

The dashboard trains in its own process. Short turns with and without spectators alternate, so that
both meet the same moods of a machine that others use too. One tab is a real Chromium on the same
cores, at rest while it is hidden; one, five and twenty are sessions that ask once a second.
"""

import argparse
import contextlib
import statistics
import time
from collections.abc import Iterator

from benchmarks import serving
from benchmarks.common import ENDLESS, arguments, share_of, turns

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
    parser.add_argument("--settle", type=float, default=60, help="seconds before it counts")
    wanted = arguments(parser, pairs=2, seconds=0.2, only=[0, 1], settle=0)
    with serving.server() as (url, _), serving.open_chromium() as browser:
        page, run_id = serving.press_start(browser, url, wanted.preset, ENDLESS)
        time.sleep(wanted.settle)  # A run is young for a minute: pages ask more often then.
        page.evaluate(HIDE, True)
        for count in wanted.only:
            sizes = list[int]()
            rates: dict[bool, list[float]] = {False: [], True: []}
            for is_watched in turns(wanted.pairs):
                watching = sessions(url, run_id, count, sizes) if count else shown(page)
                with watching if is_watched else contextlib.nullcontext():
                    time.sleep(SETTLING)
                    rates[is_watched].append(serving.rate(url, run_id, wanted.seconds))
            name = f"{count} sessions" if count else "one tab in Chromium"
            tell(name, rates[False], rates[True], sizes)


@contextlib.contextmanager
def shown(page: serving.Page) -> Iterator[None]:
    """The tab, which is hidden otherwise."""
    page.evaluate(HIDE, False)
    yield
    page.evaluate(HIDE, True)


@contextlib.contextmanager
def sessions(url: str, run_id: str, count: int, sizes: list[int]) -> Iterator[None]:
    """So many sessions; the sizes of what they are sent are added to `sizes`."""
    watching = serving.Spectators(url, run_id, count)
    yield
    watching.leave()
    sizes += watching.sizes


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
