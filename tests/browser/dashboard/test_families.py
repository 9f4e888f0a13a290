"""Models that know chances: what is inside of them, and three families side by side."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ganlib import RunConfig
from tests.browser.person import SLOW, wait_for
from tests.browser.real_server import train_into

pytestmark = pytest.mark.browser

PICTURES = {"kind": "images", "levels": 2}
POINTS = {"kind": "toy2d", "name": "two-moons"}
GAUSSIAN = {"likelihood": "gaussian"}
LITTLE = {
    "gan": {"network": {"architecture": "mlp"}},
    "vae": {"network": {"architecture": "vae-perceptron", "latent_dim": 3}},
    "autoregressive": {"network": {"architecture": "made", "width": 64}},
    "points": {"family": "vae", "objective": GAUSSIAN},
}


@pytest.fixture(scope="session")
def little_runs(runs: Path) -> dict[str, str]:
    """The run_id of one short run of each family on digits in black and white."""
    found = {}
    for family, parts in LITTLE.items():
        data = POINTS if family == "points" else PICTURES
        config = {"title": f"Little {family}", "total_steps": 40, "data": data}
        algorithm = {"family": family, **parts}
        found[family] = train_into(runs, RunConfig.parse(config | {"algorithm": algorithm}))
    return found


def shown(page: Page, selector: str) -> str:
    """What a canvas shows."""
    return page.locator(selector).evaluate("canvas => canvas.toDataURL()")


def test_a_picture_is_drawn_pixel_by_pixel_completed_and_asked_what_sways_it(
    visitor: Page, dashboard_url: str, little_runs
):
    visitor.goto(f"{dashboard_url}/?run={little_runs['autoregressive']}")
    words = visitor.get_by_text(re.compile(r"Pixel \d+ of 784"))
    words.wait_for(timeout=SLOW)
    pace = visitor.get_by_label("Pixels a second")
    pace.fill("0")
    visitor.get_by_role("button", name="From the start").click()
    visitor.locator(".autoregressive button", has_text="Pause").click()
    before = int(re.search(r"Pixel (\d+)", words.inner_text())[1])
    visitor.get_by_role("button", name="One pixel").click()
    expect(words).to_contain_text(f"Pixel {before + 1} of")
    pace.fill("11")
    expect(visitor.get_by_text("2,048 px/s")).to_be_visible()
    visitor.locator(".autoregressive button").first.click()
    expect(words).to_contain_text("Pixel 784 of")
    drawn = shown(visitor, "[aria-label^='The picture while']")
    visitor.get_by_role("button", name="Another picture").click()
    wait_for(visitor, lambda: shown(visitor, "[aria-label^='The picture while']") != drawn)

    visitor.get_by_label("Rows that are given").fill("14")
    expect(visitor.get_by_text("14 of 28")).to_be_visible()
    visitor.get_by_role("button", name="Another to complete").click()
    expected = visitor.locator("[aria-label^='What was expected']")
    expected.click(position={"x": 100, "y": 100})
    expect(
        visitor.get_by_text(re.compile(r"Row \d+, column \d+: .* none of those after"))
    ).to_be_visible()


def test_what_comes_back_of_pictures_and_the_density_of_points_are_shown(
    visitor: Page, dashboard_url: str, little_runs
):
    visitor.goto(f"{dashboard_url}/?run={little_runs['vae']}")
    expect(visitor.get_by_alt_text(re.compile("what comes back of each"))).to_be_visible()
    expect(
        visitor.get_by_role("img", name=re.compile("Scatter of z of 500 pictures"))
    ).to_be_visible()
    expect(visitor.get_by_label(re.compile(r"\d of 3 numbers of z are used"))).to_be_visible()
    visitor.goto(f"{dashboard_url}/?run={little_runs['points']}")
    words = visitor.get_by_text(
        re.compile(r"An arrow leads .* It shares [\d.]+ ± [\d.]+ % of its mass")
    )
    expect(words).to_be_visible()
    learnt = visitor.get_by_role("img", name=re.compile("Learnt density after step 40"))
    expect(learnt).to_be_visible()


def test_three_families_stand_side_by_side_and_are_told_apart(
    visitor: Page, dashboard_url: str, little_runs
):
    visitor.goto(f"{dashboard_url}/families")
    expect(visitor.locator(".fake img")).to_have_count(3)
    expect(visitor.get_by_text("cannot tell")).to_be_visible()
    visitor.get_by_role("tab", name="Quiz").click()
    expect(visitor.locator(".fake img")).to_have_count(0)  # Which would tell the answers.
    for letter in "ABC":
        group = visitor.locator(f".st-key-guess-{letter}-0")
        group.get_by_text("VAE", exact=True).click()
        expect(group.locator("button[aria-checked=true], button[kind$=Active]")).to_have_count(1)
    visitor.get_by_role("button", name="Tell me").click()
    expect(visitor.get_by_text("Right: VAE.")).to_be_visible()
    expect(visitor.get_by_text("So far 1 of 3 right")).to_be_visible()
    visitor.get_by_role("button", name="Another round").click()
    expect(visitor.get_by_text("Right: VAE.")).to_have_count(0)
