import numpy as np
import pytest
from playwright.sync_api import Page, Request, expect

from ganlib import (
    COLOURS,
    FRECHET,
    ChangeSettings,
    CommandActed,
    Measured,
    Metric,
    MetricReport,
    RunEnded,
    RunPrepared,
    StepCompleted,
)
from tests.browser.person import rest
from tests.browser.real_routes import RealRoutes

pytestmark = [pytest.mark.browser, pytest.mark.hurried]

IN = "digit features 0a1b"
PREPARED = RunPrepared(np.zeros((1, 28, 28, 1), np.uint8), "cpu", ("d_loss",))


def measured(step: int, value: float, refused: tuple[str, ...] = ()) -> Measured:
    metrics = (
        Metric(FRECHET, value, 0.25, 0.125, 2000, IN),
        Metric("precision", 0.5, 0.01, 0.9, 2000, IN),
    )
    classes = (("zero", 0.75, 0.5), ("one", 0.25, 0.5))
    return Measured(step, 2.0, MetricReport(metrics, classes, refused))


def place(page: Page, run) -> None:
    data = {"run_id": run.run_id, "every": 20, "colours": dict(COLOURS)}
    page.evaluate("(data) => place('quality', data)", data)


def test_metrics_are_awaited_and_then_shown(page: Page, server: RealRoutes, hold_run):
    run = hold_run(PREPARED, StepCompleted(1, {"d_loss": 1.0}, 64))
    place(page, run)
    expect(page.locator(".waiting")).to_contain_text("the first metrics take half a minute")
    run._record.add(measured(1, 3.5))
    rows = page.locator("tbody tr")
    expect(rows).to_have_text(
        [
            f"in {IN}",
            f"{FRECHET}\t3.500 ± 0.250\t0.125\t2,000",
            "precision\t0.500 ± 0.010\t0.900\t2,000",
        ],
        use_inner_text=True,
    )
    expect(page.locator(".meaning p:first-child")).to_have_count(3)
    expect(page.locator(".waiting")).to_be_hidden()


def test_newer_metrics_take_the_place_of_older_ones(page: Page, server: RealRoutes, hold_run):
    run = hold_run(PREPARED, measured(1, 3.5))
    place(page, run)
    expect(page.locator("tbody td").first).to_contain_text("3.500")
    run._record.add(measured(9, 2.25))
    expect(page.locator("tbody td").first).to_contain_text("2.250")
    expect(page.locator(".words")).to_contain_text("Pictures of step 9.")


def test_metrics_stand_below_the_features_that_they_are_in(page: Page, server, hold_run):
    metrics = (
        Metric("recall", 0.5, 0.01, 0.9, 2000, IN),
        Metric("memorisation ratio", 1.5, 0.01, 1.0, 250, "pixels"),
        Metric("saturation", 0.7, 0.01, 0.8, 2000, "pixels"),
    )
    place(page, hold_run(PREPARED, Measured(1, 2.0, MetricReport(metrics))))
    expect(page.locator("tbody th")).to_have_text(
        [f"in {IN}", "recall", "in pixels", "memorisation ratio", "saturation"],
        use_inner_text=True,
    )


def test_a_figure_that_another_version_measured_has_no_entry(page: Page, server, hold_run):
    strange = Metric("warmth", 0.5, 0.01, 0.9, 250, "pixels", "In the evening.")
    place(page, hold_run(PREPARED, Measured(1, 2.0, MetricReport((strange,)))))
    page.get_by_role("button", name="warmth").click()
    expect(page.locator(".meaning:popover-open p")).to_have_text(
        ["This version has no entry for it.", "In the evening."]
    )


def test_curves_are_drawn_of_the_figures(page: Page, server: RealRoutes, hold_run):
    run = hold_run(PREPARED, measured(1, 3.5), measured(5, 2.0), StepCompleted(8, {"d_loss": 1}, 8))
    place(page, run)
    plots = "[...places.quality.host.shadowRoot.querySelectorAll('.plot')]"
    page.wait_for_function(f"{plots}[0]?.data?.[0].x.length === 2")
    assert page.evaluate(f"[...{plots}[0].data[0].y]") == [3.5, 2.0]
    titles = page.locator("figcaption b").all_inner_texts()
    assert titles == [f"{FRECHET}, {IN}", f"Quality and variety, {IN}"]


def test_a_zoom_asks_for_no_curves_of_the_losses(page: Page, server: RealRoutes, hold_run):
    run = hold_run(PREPARED, measured(1, 3.5), measured(5, 2.0), StepCompleted(8, {"d_loss": 1}, 8))
    requests = []

    def note(request: Request) -> None:
        requests.append(request.url)

    page.on("request", note)
    place(page, run)
    plot = "places.quality.host.shadowRoot.querySelector('.plot')"
    page.wait_for_function(f"{plot}?.data?.[0].x.length === 2")
    page.evaluate(f"void Plotly.relayout({plot}, {{ 'xaxis.range[0]': 1, 'xaxis.range[1]': 3 }})")
    page.wait_for_function(f"{plot}.layout.xaxis.range[1] === 3")
    rest(page, 3)
    assert not any("/curves" in url for url in requests)
    page.remove_listener("request", note)


def test_classes_are_bars_in_words_too(page: Page, server: RealRoutes, hold_run):
    place(page, hold_run(PREPARED, measured(1, 3.5)))
    expect(page.get_by_role("img", name="zero 75\u202f%, one 25\u202f%")).to_be_visible()
    title = page.locator(".bar").first.get_attribute("title")
    assert title == "zero: 75\u202f% of the fakes, 50\u202f% of the data"


def test_what_was_refused_is_told(page: Page, server: RealRoutes, hold_run):
    place(page, hold_run(PREPARED, measured(1, 3.5, refused=("Too few for the rest.",))))
    expect(page.locator(".refused")).to_have_text("Too few for the rest.")


def test_the_verdict_stands_above_with_its_measurement(page: Page, server: RealRoutes, hold_run):
    place(page, hold_run(PREPARED, measured(1, 3.5)))
    expect(page.locator(".verdict")).to_have_attribute("data-state", "searching")
    expect(page.locator(".verdict")).to_have_text(
        "At step 1: no fault found, still far from real pictures (Fréchet distance 3.5 against "
        "0.12)."
    )


def test_a_verdict_fades_as_soon_as_a_setting_is_changed(page: Page, server: RealRoutes, hold_run):
    run = hold_run(PREPARED, measured(1, 0.1))
    place(page, run)
    expect(page.locator(".verdict")).to_have_attribute("data-state", "solved")
    run._record.add(CommandActed(1, ChangeSettings({"lr_g": 0.1})))
    expect(page.locator(".verdict")).to_have_attribute("data-state", "outdated")
    expect(page.locator(".verdict")).to_contain_text("At step 1, before the change at step 1: no")


def test_a_run_that_diverges_afterwards_says_so_and_what_to_try(
    page: Page, server: RealRoutes, hold_run
):
    run = hold_run(PREPARED, measured(1, 3.5))
    place(page, run)
    expect(page.locator(".verdict")).to_have_attribute("data-state", "searching")
    run._record.add(RunEnded(1, "diverged", "The loss is not finite."))
    expect(page.locator(".verdict")).to_have_attribute("data-state", "diverging")
    expect(page.locator(".verdict")).to_contain_text("Try a lower Learning rate of G (η_G)")
    expect(page.get_by_role("status")).to_contain_text("The run diverged")


def test_without_a_verdict_there_is_no_strip(page: Page, server: RealRoutes, hold_run):
    nothing = MetricReport((), refused=("Too few pictures.",))
    place(page, hold_run(PREPARED, Measured(1, 2.0, nothing)))
    expect(page.locator(".refused")).to_have_text("Too few pictures.")
    expect(page.locator(".verdict")).to_be_hidden()


def test_a_run_that_was_over_before_says_so(page: Page, server: RealRoutes, hold_run):
    place(page, hold_run(PREPARED, RunEnded(0, "stopped")))
    expect(page.locator(".waiting")).to_contain_text("were not measured: it was over before")
