"""How soon the picture follows the pointer on the explorer's pad, in a real browser.

python -m benchmarks.dragging [--preset digits] [--seconds 8] [--rounds 3] [--settle 5] [--quick]

The pointer moves with every frame of the browser, which is how it hands on the moves of a mouse,
while the run trains and while it stands. A move counts as answered when a sample that was asked for
at or after it is on the canvas.
"""

import argparse
import statistics

from playwright.sync_api import Page

from benchmarks import serving
from benchmarks.common import ENDLESS, arguments

WATCH = """
() => {
  const root = [...document.querySelectorAll("*")].map((one) => one.shadowRoot)
    .find((one) => one?.querySelector(".explorer")).querySelector(".root");
  const seen = { root, moves: [], answers: [] };
  window.seen = seen;
  new MutationObserver(() => {
    const sentAt = Number(root.dataset.sentAt);
    requestAnimationFrame((now) => seen.answers.push([now, sentAt]));
  }).observe(root, { attributes: true, attributeFilter: ["data-answers"] });
}
"""
DRAG = """
(seconds) => new Promise((done) => {
  const { root, moves } = window.seen;
  const pad = root.querySelector(".pad");
  const box = pad.getBoundingClientRect();
  const begin = performance.now();
  const move = () => {
    const now = (performance.now() - begin) / 1000;
    if (now > seconds) return setTimeout(done, 500);
    const place = 0.5 + 0.4 * (2 * Math.abs((now % 2) - 1) - 1);
    const to = { clientX: box.x + place * box.width, clientY: box.y + box.height / 2 };
    moves.push(performance.now());
    pad.dispatchEvent(new PointerEvent("pointermove", { pointerId: 1, bubbles: true, ...to }));
    requestAnimationFrame(move);
  };
  move();
})
"""


def main() -> None:
    """Print pictures a second, and milliseconds from a move to its picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="digits")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--settle", type=float, default=5, help="seconds before it counts")
    wanted = arguments(parser, seconds=1, rounds=1, settle=0.2)
    with serving.server(wanted.settle) as (url, _), serving.open_chromium() as browser:
        page, run_id = serving.press_start(browser, url, wanted.preset, ENDLESS)
        page.wait_for_selector(".fake img")  # Before that there is no generator to explore.
        _settle(page, wanted)
        page.get_by_role("link", name="Latent space").click()
        _drag("training", page, wanted)
        page.get_by_role("link", name="Train", exact=True).click()
        page.click(".st-key-stop button")
        _settle(page, wanted)
        page.goto(f"{url}/latent?run={run_id}")
        _drag("at rest", page, wanted)


def _drag(when: str, page: Page, wanted: argparse.Namespace) -> None:
    """Wait for a picture, and drag in rounds."""
    page.locator(".explorer .caption", has_text="after step").wait_for()
    _settle(page, wanted)
    page.evaluate(WATCH)
    for _ in range(wanted.rounds):
        _tell(when, page, wanted.seconds)


def _settle(page: Page, wanted: argparse.Namespace) -> None:
    page.wait_for_timeout(1000 * wanted.settle)


def _tell(when: str, page: Page, seconds: float) -> None:
    """Drag along a line and back, and print what came of it."""
    page.evaluate("() => Object.assign(window.seen, { moves: [], answers: [] })")
    box = page.locator(".pad").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    page.evaluate(DRAG, seconds)
    page.mouse.up()
    moves, answers = page.evaluate("() => [window.seen.moves, window.seen.answers]")
    # The time at which the sample was asked for tells which moves it already knows of.
    waits, number = list[float](), 0
    for shown, query in answers:
        while number < len(moves) and moves[number] <= query:
            waits.append(shown - moves[number])
            number += 1
    waits.sort()
    print(
        f"{when}: {len(moves) / seconds:.0f} moves and {len(answers) / seconds:.0f} pictures a "
        f"second; from a move to its picture {statistics.median(waits):.0f} ms, p95 "
        f"{waits[int(0.95 * len(waits))]:.0f} ms",
        flush=True,
    )


if __name__ == "__main__":
    main()
