"""What watching costs training: steps a second with spectators over steps a second without.

    python -m benchmarks.spectators [--preset digits] [--seconds 15] [--rounds 3]

The dashboard trains in its own process. Each measurement with spectators stands between two
without, in the same run on the same machine; the median ratio of the rounds is printed. One tab is
a real Chromium on the same cores; five and twenty are sessions that ask as a page does.
"""

import argparse
import statistics

from benchmarks import serving


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="digits")
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    with serving.server() as (url, _), serving.open_chromium() as browser:
        page, run_id = serving.press_start(browser, url, wanted.preset)
        page.close()
        serving.rate(url, run_id, 5)
        for name, enter in spectators(url, run_id, browser).items():
            ratios, sizes = [], []
            for _ in range(wanted.rounds):
                alone = serving.rate(url, run_id, wanted.seconds)
                leave, sizes = enter()
                serving.rate(url, run_id, 3)
                watched = serving.rate(url, run_id, wanted.seconds)
                leave()
                after = serving.rate(url, run_id, wanted.seconds)
                ratios.append(2 * watched / (alone + after))
                print(f"  {name}: {alone:.1f} -> {watched:.1f} -> {after:.1f} steps/s", flush=True)
            largest = f", largest answer {max(sizes) / 1000:.1f} kB" if sizes else ""
            print(f"{wanted.preset}, {name}: {statistics.median(ratios):.0%} of the rate{largest}")


def spectators(url: str, run_id: str, browser: serving.Browser) -> dict:
    def tab() -> tuple:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{url}/?run={run_id}")
        page.wait_for_selector(".st-key-stop")
        return page.close, []

    def sessions(count: int) -> tuple:
        watching = serving.Spectators(url, run_id, count)
        return watching.leave, watching.sizes

    return {
        "one tab in Chromium": tab,
        "1 session": lambda: sessions(1),
        "5 sessions": lambda: sessions(5),
        "20 sessions": lambda: sessions(20),
    }


if __name__ == "__main__":
    main()
