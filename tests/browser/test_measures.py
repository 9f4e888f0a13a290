import asyncio
import base64
import copy
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit
from playwright.sync_api import Locator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ganlib import COLOURS
from tests.browser.fake_server import FakeRun, read
from tests.browser.person import rest, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.hurried]

FONTS = Path(streamlit.__file__).parent / "static" / "static" / "media"
BALANCED = {"state": "balanced", "sentence": "Balanced: D is right in 63 of 100 cases."}
FIGURES: dict[str, Any] = {
    "step": 1200,
    "count": 2500,
    "value": -1.31,
    "optimal_value": -1.21,
    "jsd": 0.087,
    "jsd_floor": 0.0112,
    "modes": {
        "covered": 6,
        "of": 8,
        "shares": [0.13, 0.12, 0, 0.25, 0.05, 0, 0.11, 0.05],
        "low": 0.11,
        "high": 0.14,
        "high_quality": 0.71,
        "high_quality_real": 0.989,
        "kl": 0.2104,
        "kl_floor": 0.001,
    },
    "sliced_w1": 0.13,
    "sliced_w1_floor": 0.02,
    # Half of the reals score 0.775 and half 0.825; of the fakes 0.125 and 0.275.
    "scores": {
        "edges": np.linspace(0, 1, 21).round(2).tolist(),
        "real": [0] * 15 + [0.5, 0.5] + [0] * 3,
        "fake": [0, 0, 0.5, 0, 0, 0.5] + [0] * 14,
    },
    "balanced_accuracy": 0.63,
    "balanced_accuracy_error": 0.0097,
    "tv_bound": 0.26,
    "mean_force": 0.42,
    "words": BALANCED,
    "reading": read(),
    "pack": 1,
}


@dataclass
class Measured(FakeRun):
    """A run whose game is measured: `figures`, or a refusal where there are none."""

    metrics: dict[str, Any] | None = field(default_factory=lambda: copy.deepcopy(FIGURES))
    refusal: tuple[int, str] = (503, "The networks are not made yet.")
    steps_behind: int = 0
    patience: float = 0.0
    questions: list[float] = field(default_factory=list)
    measuring: int = 0
    most_measuring: int = 0

    async def measures(self, request: Request) -> Response:
        self.questions.append(time.monotonic())
        self.measuring += 1
        self.most_measuring = max(self.most_measuring, self.measuring)
        await asyncio.sleep(self.patience)
        self.measuring -= 1
        if self.metrics is not None:
            return JSONResponse(self.metrics | {"step": self.header["step"] - self.steps_behind})
        status, sentence = self.refusal
        return JSONResponse({"error": sentence}, status_code=status)

    def app(self) -> Starlette:
        app = super().app()
        app.router.routes.insert(0, Route("/minimax/runs/{run_id}/measures", self.measures))
        return app


@pytest.fixture
def run(page: Page, stage: Callable[[Measured], Measured]) -> Measured:
    page.emulate_media(reduced_motion="reduce")
    run = stage(Measured())
    run.header |= {"state": "paused", "step": 1200, "frames": [0]}
    return run


def mount(page: Page) -> None:
    page.evaluate("(data) => place('measures', data)", {"colours": COLOURS})


def start(page: Page, run: Measured, **metrics: Any) -> None:
    """Mount the panel of a paused run with these figures."""
    assert run.metrics is not None
    run.metrics |= metrics
    mount(page)
    expect(part(page, ".panel")).to_be_visible()


def part(page: Page, selector: str) -> Locator:
    return page.locator(f"#measures {selector}")


def plain(text: str | None) -> str:
    """Text with the usual space for a thin one, and the usual hyphen for a minus sign."""
    assert text is not None
    return text.replace("\u202f", " ").replace("\u2212", "-")


def words(page: Page, selector: str) -> str:
    return plain(part(page, selector).inner_text())


def label(page: Page, selector: str) -> str:
    return plain(part(page, selector).get_attribute("aria-label"))


def rows(page: Page) -> list[list[str]]:
    found = page.evaluate(
        """() => [...places.measures.host.shadowRoot.querySelectorAll("tr:not([hidden])")].map(
            (row) => [...row.children].map((cell) => cell.innerText))"""
    )
    return [[plain(cell) for cell in row] for row in found]


def box(page: Page, selector: str, number: int = 0) -> dict[str, float]:
    found = part(page, selector).nth(number).bounding_box()
    assert found is not None
    return found


def centre(page: Page, selector: str) -> float:
    """How far along the axis of values the middle of something is, from 0 to 1."""
    axis, found = box(page, ".axis"), box(page, selector)
    return (found["x"] + found["width"] / 2 - axis["x"]) / axis["width"]


def font() -> str:
    """The style that makes the font of Streamlit known to a page."""
    (file,) = FONTS.glob("SourceSansVF-Upright*.woff2")
    data = f"data:font/woff2;base64,{base64.b64encode(file.read_bytes()).decode()}"
    return f"@font-face {{ font-family: 'Source Sans'; font-weight: 200 900; src: url({data}) }}"


def test_the_table_puts_every_figure_beside_its_floor(page: Page, run: Measured):
    start(page, run)
    assert rows(page) == [
        ["Step 1,200, N = 2,500", "fakes", "true sample"],
        ["on a spot (high quality)", "71.0 %", "98.9 %"],
        ["KL to uniform", "0.210", "0.001"],
        ["sliced W1", "0.130", "0.020"],
        ["JSD", "0.087", "0.011"],
        ["mean push", "0.420", ""],
    ]


@pytest.mark.parametrize("way", ["pointer", "touch", "keyboard"])
def test_a_term_says_what_it_means_however_it_is_reached(page: Page, run: Measured, way: str):
    start(page, run)
    word = part(page, ".term").get_by_text("KL to uniform", exact=True)
    meaning = part(page, ".meaning:popover-open")
    assert meaning.count() == 0
    match way:
        case "pointer":
            word.hover()
        case "touch":
            word.dispatch_event("pointerenter", {"pointerType": "touch"})
            assert meaning.count() == 0
            word.dispatch_event("click")
        case "keyboard":
            part(page, ".term").get_by_text("on a spot").focus()
            page.keyboard.press("Tab")
    expect(meaning).to_have_text(
        "How unevenly the fakes spread over the modes, in nats; 0 is evenly. It is the KL "
        "divergence of their shares from equal ones.Σ qᵢ log(qᵢ · n)"
        "Lin et al. 2018, arXiv 1712.04086"
    )
    box = meaning.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1280
    page.keyboard.press("Escape")
    expect(meaning).to_have_count(0)
    described = word.get_attribute("aria-describedby")
    expect(part(page, f"#{described}")).to_contain_text("How unevenly")


def test_every_term_has_its_entry(page: Page, run: Measured):
    start(page, run)
    expect(part(page, ".term")).to_have_count(7)
    expect(part(page, ".meaning p:first-child")).to_have_count(7)


def test_the_value_stands_between_guessing_and_the_best_d(page: Page, run: Measured):
    start(page, run)
    assert words(page, ".value .legend") == "V(D, G) -1.31\nV(D*, G) -1.21"
    assert words(page, ".caption") == "0.10 below the best D"
    # The axis goes from -1.6 to 0.
    assert centre(page, ".axis .dot") == pytest.approx(0.29 / 1.6, abs=0.005)
    assert centre(page, ".axis .ring") == pytest.approx(0.39 / 1.6, abs=0.005)
    assert centre(page, ".gap") == pytest.approx(0.34 / 1.6, abs=0.005)
    assert box(page, ".gap")["width"] == pytest.approx(box(page, ".axis")["width"] / 16, abs=1)
    assert label(page, ".axis") == (
        "Value of the game: V(D, G) -1.31, V(D*, G) -1.21. 0.10 below the best D. "
        "Guessing is -1.39, being sure and right is 0."
    )


def test_a_value_far_below_guessing_becomes_an_arrow_at_the_end(page: Page, run: Measured):
    start(page, run, value=-5.0, optimal_value=-0.2)
    expect(part(page, ".axis .dot.beyond")).to_be_visible()
    assert words(page, ".caption") == "Worse than guessing: 4.80 below the best D"
    # D may be right more often than not: V counts how sure it is where it is wrong.
    assert part(page, ".worse").get_attribute("title").startswith("Worse than guessing by V: ")
    assert box(page, ".axis .dot")["x"] == pytest.approx(box(page, ".axis")["x"], abs=1)
    text, axis = box(page, ".caption"), box(page, ".axis")
    assert text["x"] >= axis["x"]
    assert text["x"] + text["width"] <= axis["x"] + axis["width"]


def test_a_value_above_the_estimated_best_leaves_nothing_to_gain(page: Page, run: Measured):
    start(page, run, value=-0.001, optimal_value=-0.01)
    assert words(page, ".caption") == "As good as the best D"
    assert words(page, ".value .legend") == "V(D, G) 0.00\nV(D*, G) -0.01"
    assert not part(page, ".gap").is_visible()


def test_a_loss_without_a_value_shows_only_the_best(page: Page, run: Measured):
    edges = np.linspace(-3.2, 4.1, 21).tolist()
    scores = FIGURES["scores"] | {"edges": edges}
    start(page, run, value=None, scores=scores, reading=read(loss="wgan-gp"))
    assert words(page, ".caption") == "This loss has no V(D, G)"
    assert words(page, ".value .legend") == "V(D*, G) -1.21"
    for selector in [".axis .dot", ".gap", ".half"]:
        assert not part(page, selector).is_visible()
    assert words(page, ".scores .ticks").split("\n") == ["-3.2", "critic value", "4.1"]


def test_smoothed_labels_have_a_middle_and_a_best_of_their_own(page: Page, run: Measured):
    start(page, run, reading=read(label_smoothing=0.2))
    assert words(page, ".caption") == "0.10 below the best D without smoothing"
    assert part(page, ".half").evaluate("(line) => line.style.left") == "40%"


def test_each_spot_has_a_bar_as_high_as_its_share(page: Page, run: Measured):
    start(page, run)
    assert words(page, ".modes b") == "Spots covered 6 of 8"
    assert part(page, ".bar").count() == 8
    heights = [box(page, ".bar i", i)["height"] for i in (0, 3, 4)]
    # The highest share is twice the fair one, which is the top of the scale.
    assert heights[1] == pytest.approx(box(page, ".bars")["height"] - 1, abs=1)
    assert heights[0] == pytest.approx(0.13 / 0.25 * heights[1], abs=1)
    assert heights[2] == pytest.approx(0.05 / 0.25 * heights[1], abs=1)
    assert box(page, ".bars .band")["height"] == pytest.approx(0.03 / 0.25 * heights[1], abs=1)
    base = box(page, ".bars")["y"] + heights[1]
    assert base - box(page, ".bars .fair")["y"] == pytest.approx(heights[1] / 2, abs=2)
    empty = part(page, ".bar").evaluate_all(
        "(bars) => bars.flatMap((bar, i) => bar.classList.contains('empty') ? [i] : [])"
    )
    assert empty == [2, 5]
    assert part(page, ".bar").nth(3).get_attribute("title").startswith("Spot 4: 25.0")
    assert label(page, ".bars") == (
        "Shares of the fakes on the spots: 13.0 %, 12.0 %, 0.0 %, 25.0 %, 5.0 %, 0.0 %, 11.0 %, "
        "5.0 %. A true sample has 11.0 % to 14.0 % on each."
    )


def test_without_spots_the_histogram_takes_their_room(page: Page, run: Measured):
    start(page, run)
    before, room = box(page, ".plot"), box(page, ".modes")
    run.metrics |= {"modes": None}
    run.header["step"] = 1300
    expect(part(page, ".modes")).to_be_hidden()
    after = box(page, ".plot")
    assert after["x"] == room["x"]
    assert after["height"] > 1.5 * before["height"]
    assert [row[0] for row in rows(page)] == [
        "Step 1,300, N = 2,500",
        "sliced W1",
        "JSD",
        "mean push",
    ]


def test_scores_are_drawn_one_over_the_other_with_what_follows(page: Page, run: Measured):
    start(page, run)
    assert words(page, ".scores .words") == (
        "Right in 63 ± 1 % of cases, so their total variation is at least 0.26 (two standard "
        "errors taken off)."
    )
    assert label(page, ".plot") == (
        "Scores of D: mean 0.80 for reals, 0.20 for fakes. " + words(page, ".scores .words")
    )
    # In units of bins and of the top of the scale, 0.6; y points down.
    path = part(page, "path.fake").get_attribute("d")
    assert path is not None
    assert path.startswith(f"M0 1V1H1V1H2V{1 - 0.5 / 0.6}H3V1H4")
    assert path.endswith("V1H20V1")


def test_an_accuracy_of_one_half_proves_no_difference(page: Page, run: Measured):
    start(page, run, balanced_accuracy=0.494, tv_bound=0.0)
    assert words(page, ".scores .words") == (
        "Right in 49 ± 1 % of cases: these verdicts show no difference."
    )


def test_what_is_of_packs_is_called_so(page: Page, run: Measured):
    start(page, run, pack=4)
    assert words(page, ".scores .words").startswith("Right in 63 ± 1 % of cases (packs of 4), so")
    assert words(page, ".value .caption") == "Not to compare: D classifies packs of 4"
    assert ", of single points" in words(page, ".value .legend")


def test_degenerate_metrics_are_shown_as_they_are(page: Page, run: Measured):
    modes = FIGURES["modes"] | {"covered": 0, "shares": [0] * 8, "high_quality": 0}
    everything = {"edges": FIGURES["scores"]["edges"], "real": [0] * 19 + [1], "fake": [0] * 20}
    start(
        page,
        run,
        modes=modes,
        scores=everything,
        value=-1e9,
        mean_force=1234567.0,
        sliced_w1=33.21,
        balanced_accuracy=1.0,
        balanced_accuracy_error=0.0,
        tv_bound=1.0,
    )
    assert part(page, ".bar.empty").count() == 8
    assert words(page, ".value .legend").startswith("V(D, G) -1.0e+9")
    assert [row[1] for row in rows(page)][1:] == ["0.0 %", "0.210", "33.2", "0.087", "1.2e+6"]
    assert words(page, ".scores .words").startswith("Right in 100 ± 0 % of cases, so")
    for selector in [".bars .band", ".bars .fair", ".axis .ring", ".caption"]:
        assert box(page, selector)["x"] >= box(page, "figure")["x"]
    assert "NaN" not in part(page, ".root").inner_html()


def test_the_panel_fits_beside_the_plane(page: Page, run: Measured):
    page.add_style_tag(content=font())
    page.evaluate("document.fonts.load('1em \"Source Sans\"')")
    page.add_style_tag(content=".place { width: 620px }")
    start(page, run, words=BALANCED | {"sentence": "Two lines of a verdict. " * 6})
    assert box(page, ".root")["height"] <= 330
    for selector in ["figcaption", "table", ".caption", ".words"]:
        for found in part(page, selector).all():
            assert found.evaluate("(one) => one.scrollWidth <= one.clientWidth + 1")


def test_a_new_state_is_announced_once_and_its_metrics_are_not(page: Page, run: Measured):
    start(page, run)
    spoken = part(page, ".spoken")
    expect(spoken).to_have_text(BALANCED["sentence"])
    page.evaluate(
        """() => {
            window.spoken = [];
            const region = places.measures.host.shadowRoot.querySelector(".spoken");
            new MutationObserver(() => spoken.push(region.textContent))
                .observe(region, { childList: true, characterData: true, subtree: true });
        }"""
    )
    collapse = "The generator covers 1 of 8 spots."
    for step, state, sentence in [
        (1300, "balanced", "Balanced: D is right in 64 of 100 cases."),
        (1400, "collapsing", collapse),
        (1500, "collapsing", "The generator covers 2 of 8 spots."),
    ]:
        run.metrics |= {"words": {"state": state, "sentence": sentence}}
        run.header["step"] = step
        expect(part(page, ".verdict .sentence")).to_have_text(sentence)
    assert page.evaluate("spoken") == [collapse]
    assert part(page, ".verdict").get_attribute("data-state") == "collapsing"


def test_states_differ_by_drawing_and_colour_also_unknown_ones(page: Page, run: Measured):
    start(page, run)
    looks = []
    for step, state in enumerate(["balanced", "d_winning", "d_lagging", "never_heard_of"]):
        run.metrics |= {"words": {"state": state, "sentence": state}}
        run.header["step"] = step
        expect(part(page, ".verdict")).to_have_attribute("data-state", state)
        style = part(page, ".verdict").get_attribute("style")
        looks.append((part(page, ".verdict path").first.get_attribute("d"), style))
    assert len({drawing for drawing, _ in looks}) == len({colour for _, colour in looks}) == 4


def test_before_the_first_game_it_waits_and_asks_again(page: Page, run: Measured):
    metrics, run.metrics = run.metrics, None
    mount(page)
    expect(part(page, ".waiting")).to_have_text(
        "The networks are not made yet. This page asks again by itself."
    )
    assert not part(page, ".panel").is_visible()
    run.metrics = metrics
    expect(part(page, ".panel")).to_be_visible()
    assert not part(page, ".waiting").is_visible()


def test_metrics_that_can_no_longer_be_had_fade_and_the_reason_is_said(page: Page, run: Measured):
    start(page, run)
    run.metrics, run.refusal = None, (409, "A logit is no longer a finite number.")
    run.header |= {"state": "diverged", "step": 1300}
    expect(part(page, ".panel.stale")).to_be_visible()
    expect(part(page, ".spoken")).to_have_text("A logit is no longer a finite number.")
    requests = len(run.questions)
    rest(page, 4)
    assert len(run.questions) == requests  # the run is over: nothing else would be said


def test_a_running_run_is_measured_once_a_second_and_never_twice_at_once(page: Page, run: Measured):
    run.header["state"] = "running"
    run.patience = 0.03
    start(page, run)
    while len(run.questions) < 5:
        run.header["step"] += 10
        page.wait_for_timeout(10)
    assert np.diff(run.questions[1:]).min() > 0.03 + 0.1  # its second lasts 0.1 s
    assert run.most_measuring == 1


def test_without_a_new_step_it_asks_no_more_and_once_more_when_paused(page: Page, run: Measured):
    run.header["state"] = "running"
    start(page, run)
    rest(page, 4)
    assert len(run.questions) == 1
    run.header["state"] = "paused"
    wait_for(page, lambda: len(run.questions) == 2)
    rest(page, 4)
    assert len(run.questions) == 2


def test_metrics_of_an_older_step_are_asked_for_once_again(page: Page, run: Measured):
    run.steps_behind = 1
    start(page, run)
    wait_for(page, lambda: len(run.questions) == 2)
    rest(page, 4)
    assert len(run.questions) == 2


def test_nobody_asks_for_a_page_that_is_not_seen(page: Page, run: Measured):
    start(page, run)
    page.evaluate(
        "Object.defineProperty(document, 'hidden', { get: () => true, configurable: true })"
    )
    run.header |= {"state": "completed", "step": 3000}
    rest(page, 4)
    assert len(run.questions) == 1
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    wait_for(page, lambda: len(run.questions) == 2)
