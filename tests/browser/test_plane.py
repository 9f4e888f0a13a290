import time
from itertools import groupby
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from ganlib import COLOURS
from tests.browser.fake_server import FakeRun, read
from tests.browser.person import hear, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.hurried]

PlaneView = dict[str, np.ndarray]
DATA = {
    "colours": COLOURS,
    "drawable": False,
    "lock": "",
    "strokes_taken": 0,
    "latent_dim": 2,
    "pack": 1,
    "reading": read(),
}
CENTRES = (np.arange(64) + 0.5) / 64 * 2.6 - 1.3
X, Y = np.meshgrid(CENTRES, CENTRES)
"""The places of a field's cells; row 0 is the lowest y."""
FAR = np.array([[-1.2, -1.2]])
"""Out of the way of the pixels that are looked at."""


def plain_snapshot(**arrays: np.ndarray) -> PlaneView:
    nothing = np.zeros((64, 64))
    fields = {"map": nothing, "optimal": nothing, "gradient": nothing}
    points = {"real": FAR, "fake": FAR, "forces": 0 * FAR, "z": 0 * FAR}
    return points | fields | {"warp": np.stack([X, Y], -1)[::3, ::3][:21, :21]} | arrays


def start(page: Page, run: FakeRun, plane_snapshot: PlaneView | None = None, **data: Any) -> None:
    """Mount the plane of a paused run, whose game is the same at every step."""
    run.header |= {"state": "paused", "frames": [0]}
    run.plane_snapshot = lambda step: plane_snapshot or plain_snapshot()
    page.evaluate("(data) => place('plane', data)", DATA | data)
    wait_for_step(page, run.header["step"])


def resume(page: Page, run: FakeRun) -> None:
    run.header["state"] = "running"
    wait_for(page, lambda: len(run.planes()) > 2)


def wait_for_step(page: Page, step: int) -> None:
    expect(page.locator("#plane .step")).to_have_text(f"Step {step:,}")


def word(page: Page, layer: str) -> Locator:
    return page.locator(f"#plane [data-layer={layer}]")


def button(page: Page, label: str) -> Locator:
    return page.locator("#plane").get_by_role("button", name=label, exact=True)


def triggers(page: Page) -> list[Any]:
    return page.evaluate("places.plane.triggers")


def pixel(page: Page, x: float, y: float) -> np.ndarray:
    """Red, green, blue of the screen at a place of the plane, on white."""
    values = page.evaluate(
        """async ([x, y]) => {
            await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
            const canvas = places.plane.host.shadowRoot.querySelector("canvas");
            const sheet = new OffscreenCanvas(canvas.width, canvas.width).getContext("2d");
            sheet.fillStyle = "white";
            sheet.fillRect(0, 0, canvas.width, canvas.width);
            sheet.drawImage(canvas, 0, 0);
            const at = (value) => Math.floor(((value / 1.3 + 1) / 2) * canvas.width);
            return [...sheet.getImageData(at(x), at(-y), 1, 1).data];
        }""",
        [x, y],
    )
    return np.array(values[:3])


def is_green(rgb: np.ndarray) -> bool:
    return bool(rgb[1] > rgb[0] + 40 and rgb[1] > rgb[2] + 10)


def is_purple(rgb: np.ndarray) -> bool:
    return bool(rgb[2] > rgb[1] + 20 and rgb[0] > rgb[1] + 10)


def is_orange(rgb: np.ndarray) -> bool:
    return bool(rgb[0] > rgb[2] + 90 and rgb[0] > rgb[1] + 40)


def is_orange_line(rgb: np.ndarray) -> bool:
    """Of a line as thin as a pixel, which may share its colour out to two of them."""
    return bool(rgb[0] > rgb[2] + 60 and rgb[0] > rgb[1] + 30)


def is_grey(rgb: np.ndarray) -> bool:
    return bool(np.ptp(rgb) < 12)


def test_every_loss_reads_what_d_says_in_its_own_way(page: Page, fake_run: FakeRun):
    losses = ["ns", "hinge", "wgan", "rpgan", "ragan", "lsgan"]
    odds = page.evaluate(
        """async (readings) => {
            const { plane_snapshot: { readSnapshot }, wire: { Message } } = await modules;
            const arrays = new Map([
                ["real", { shape: [1, 2], values: Float32Array.of(0.5, 0) }],
                ["fake", { shape: [1, 2], values: Float32Array.of(-0.5, 0) }],
                ["map", { shape: [2, 2], values: Float32Array.of(0.25, 1, 0.25, 1) }],
            ]);
            return readings.map((reading) => {
                const { odds } = readSnapshot(new Message({ reach: 1, reading }, arrays));
                return [odds.values[1], odds.values[0]];
            });
        }""",
        [*(read(loss=loss) for loss in losses), read(loss="ns", label_smoothing=0.5)],
    )
    assert odds[0] == [1, 0.25]
    # From -1 to 1: at an end, and 5/8 of the way.
    assert odds[1] == pytest.approx([np.log(999), np.log(5 / 3)], abs=1e-3)
    # Half way between the reals' mean, 1, and the fakes', 0.25, they are undecided.
    assert odds[2:5] == [[0.375, -0.375]] * 3
    # The score is a probability itself, kept below 0.999.
    assert odds[5] == pytest.approx([np.log(999), -np.log(3)], abs=1e-3)
    # Undecided at 1/4, whose logit is -log 3.
    assert odds[6] == pytest.approx([1 + np.log(3), 0.25 + np.log(3)], abs=1e-3)


def test_the_best_d_of_a_loss_shows_no_difference_from_itself(page: Page, fake_run: FakeRun):
    # D is the best D of each loss, but for the constant that rpgan leaves free.
    cases = [
        (read(loss="ns"), [2, -3], 0),
        (read(loss="ns", label_smoothing=0.1), [2, -3], 0),
        (read(loss="hinge"), [1, -1], 0),
        (read(loss="lsgan"), [0.9, 0.2], 0),
        (read(loss="rpgan"), [2, -3], 5),
    ]
    fields = page.evaluate(
        """async (cases) => {
            const { plane_snapshot: { readSnapshot }, wire: { Message } } = await modules;
            const field = ([low, high], shift) => {
                const values = Float32Array.of(low, high, low, high).map((x) => x + shift);
                return { shape: [2, 2], values };
            };
            return cases.map(([reading, best, shift]) => {
                const arrays = new Map([
                    ["real", { shape: [2, 2], values: Float32Array.of(0.5, 0, 0.4, 0) }],
                    ["fake", { shape: [2, 2], values: Float32Array.of(-0.5, 0, 0.2, 0) }],
                    ["map", field(best, shift)],
                    ["optimal", field(best, 0)],
                ]);
                const { odds, optimal } = readSnapshot(new Message({ reach: 1, reading }, arrays));
                return [[...odds.values], [...optimal.values]];
            });
        }""",
        cases,
    )
    for odds, optimal in fields:
        assert odds == pytest.approx(optimal, abs=1e-5)


def test_words_of_the_legend_choose_what_is_asked_for(page: Page, fake_run: FakeRun):
    start(page, fake_run)
    assert fake_run.planes() == ["layers=forces,map"]
    word(page, "gradient").click()  # It takes the place of the map.
    wait_for(page, lambda: fake_run.planes()[-1] == "layers=forces,gradient")
    assert word(page, "map").get_attribute("aria-pressed") == "false"
    word(page, "forces").press("Enter")
    assert word(page, "forces").get_attribute("aria-pressed") == "false"
    word(page, "warp").press(" ")
    wait_for(page, lambda: fake_run.planes()[-1] == "layers=gradient,warp")
    word(page, "difference").click()
    wait_for(page, lambda: fake_run.planes()[-1] == "layers=map,optimal,warp")
    count = len(fake_run.planes())
    word(page, "map").click()  # Nothing new is needed.
    hear(page, fake_run)
    assert len(fake_run.planes()) == count


def test_a_part_of_what_is_on_its_way_is_not_asked_for(page: Page, fake_run: FakeRun):
    start(page, fake_run)
    fake_run.plane_delay = 0.5
    word(page, "difference").click()
    wait_for(page, lambda: fake_run.planes()[-1] == "layers=forces,map,optimal")
    word(page, "map").click()
    count = len(fake_run.planes())
    wait_for(page, lambda: not fake_run.planes_at_once)
    hear(page, fake_run, 4)
    assert len(fake_run.planes()) == count


def test_on_a_phone_nothing_is_wider_than_its_place(page: Page, fake_run: FakeRun):
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("document.body.style.margin = '0 16px'")
    fake_run.saved = [0]
    start(page, fake_run, can_fork=True)
    expect(page.locator("#plane .fork")).to_be_visible()
    parts = page.locator("#plane .stage > *:visible")
    assert max(part.bounding_box()["width"] for part in parts.all()) <= 390 - 2 * 16


def test_the_choice_of_layers_is_remembered(page: Page, fake_run: FakeRun):
    start(page, fake_run)
    word(page, "optimal").click()
    page.reload()
    start(page, fake_run)
    wait_for(page, lambda: fake_run.planes()[-1] == "layers=forces,optimal")
    assert word(page, "optimal").get_attribute("aria-pressed") == "true"


def test_the_best_critic_of_wasserstein_is_not_promised(page: Page, fake_run: FakeRun):
    fake_run.header["reading"] = read(loss="wgan-gp")
    start(page, fake_run)
    assert word(page, "map").is_visible()
    assert word(page, "optimal").count() == word(page, "difference").count() == 0


def test_the_map_is_the_right_way_up(page: Page, fake_run: FakeRun):
    start(page, fake_run, plain_snapshot(map=np.where((X > 0) & (Y > 0), 5, -5)))
    assert is_green(pixel(page, 0.9, 0.9))
    for x, y in [(0.9, -0.4), (-0.9, 0.9), (-0.9, -0.9)]:
        assert is_purple(pixel(page, x, y))


def test_the_line_lies_where_d_cannot_tell(page: Page, fake_run: FakeRun):
    start(page, fake_run, plain_snapshot(map=0.2 * (X - 0.325)))
    for y in (-0.3, 0.4, 1.2):
        assert pixel(page, 0.325, y).max() < 140
        assert pixel(page, 0.2, y).min() > 200
        assert pixel(page, 0.45, y).min() > 200


def test_what_is_unknown_has_no_colour(page: Page, fake_run: FakeRun):
    optimal = np.where(X < 0, np.nan, np.where(Y > 0, 4, -4))
    start(page, fake_run, plain_snapshot(optimal=optimal))
    word(page, "optimal").click()
    wait_for(page, lambda: is_green(pixel(page, 0.9, 0.6)))
    assert is_purple(pixel(page, 0.9, -0.4))
    for x, y in [(-0.9, 0.6), (-0.4, 0.6), (-0.9, -0.4)]:
        assert is_grey(pixel(page, x, y))


def test_the_difference_is_that_of_two_probabilities(page: Page, fake_run: FakeRun):
    # D is sure of real everywhere; the best D agrees above, and says the contrary below.
    optimal = np.where(Y > 0, 12.0, -12.0)
    start(page, fake_run, plain_snapshot(map=np.full((64, 64), 12.0), optimal=optimal))
    word(page, "difference").click()
    wait_for(page, lambda: bool(np.ptp(pixel(page, 0.3, -0.6)) > 60))
    assert pixel(page, 0.3, 0.6).min() > 250


def test_arrows_point_where_the_force_does_and_have_a_longest(page: Page, fake_run: FakeRun):
    fake = np.array([[0.3, 0.0], [-0.8, -0.8]])
    forces = np.array([[0.0, 0.8], [100.0, 0.0]])
    start(page, fake_run, plain_snapshot(fake=fake, forces=forces))
    assert is_orange(pixel(page, 0.3, 0.22))  # 0.8 * 0.3 long
    assert not is_orange(pixel(page, 0.3, 0.26))
    assert not is_orange(pixel(page, 0.3, -0.1))
    assert is_orange(pixel(page, -0.48, -0.8))  # 0.35 long
    assert not is_orange(pixel(page, -0.42, -0.8))
    assert page.locator("#plane .push").inner_text() == "mean push 0.031"


def test_real_and_fake_samples_have_their_colours_and_can_be_hidden(page: Page, fake_run: FakeRun):
    start(page, fake_run, plain_snapshot(real=np.array([[0.6, 0.5]]), fake=np.array([[-0.6, 0.5]])))
    assert is_green(pixel(page, 0.6, 0.5))
    assert is_purple(pixel(page, -0.6, 0.5))
    word(page, "real").click()
    assert is_grey(pixel(page, 0.6, 0.5))
    assert is_purple(pixel(page, -0.6, 0.5))


def test_the_lattice_of_many_numbers_is_called_a_slice(page: Page, fake_run: FakeRun):
    start(page, fake_run, latent_dim=16)
    note = page.locator("#plane .note")
    assert note.inner_text() == ""
    word(page, "warp").click()
    assert "its first two of 16 numbers" in note.inner_text()
    wait_for(page, lambda: is_orange_line(pixel(page, CENTRES[3], 0.3)))


def test_the_picture_is_described_in_words(page: Page, fake_run: FakeRun):
    fake_run.header["step"] = 1200
    # The logits of even odds and of 3 to 1: D says 1/2 and 3/4.
    logits = np.where(X > 0, np.log(3), 0)
    real, fake = np.array([[0.7, 0], [0.7, 0.5]]), np.array([[-0.7, 0.0]])
    start(page, fake_run, plain_snapshot(map=logits, real=real, fake=fake))
    assert page.locator("#plane canvas").get_attribute("aria-label") == (
        "The game at step 1,200: 2 real and 1 fake points. "
        "D gives the real ones 0.75 and the fake ones 0.50 on average."
    )


WATCH_EACH_FRAME = """(spots) => {
    const canvas = places.plane.host.shadowRoot.querySelector("canvas");
    const at = (value) => Math.floor(((value / 1.3 + 1) / 2) * canvas.width);
    window.seen = [];
    const look = () => {
        const sheet = canvas.getContext("2d");
        const one = ([x, y]) => [...sheet.getImageData(at(x), at(-y), 1, 1).data.slice(0, 3)];
        window.seen.push(spots.map(one));
        requestAnimationFrame(look);
    };
    look();
}"""


def test_replay_carries_the_noise_to_its_samples_once(page: Page, fake_run: FakeRun):
    start(page, fake_run, plain_snapshot(z=np.array([[0, 1.8]]), fake=np.array([[0.9, -0.9]])))
    page.evaluate(WATCH_EACH_FRAME, [[0, 0.6], [0.9, -0.9]])  # z / 3, and the sample
    button(page, "Replay noise to samples").click()

    def stays() -> list[tuple[bool, bool]]:
        """Where the dot stood, from frame to frame, without what lies between."""
        frames = [tuple(is_purple(one) for one in two) for two in page.evaluate("seen")]
        return [one for one, _ in groupby(one for one in frames if any(one))]

    at_noise, at_sample = (True, False), (False, True)
    whole = [at_sample, at_noise, at_sample]
    wait_for(page, lambda: len(stays()) >= len(whole))
    assert fake_run.planes()[-1] == "layers=forces,map,noise"
    count = page.evaluate("seen.length")
    page.wait_for_function(f"seen.length > {count + 20}")
    assert stays() == whole
    assert len(fake_run.planes()) == 2


def test_the_scrubber_asks_for_old_checkpoints_and_latest_goes_back(page: Page, fake_run: FakeRun):
    fake_run.saved = [0, 100, 200]
    fake_run.header["step"] = 250
    start(page, fake_run)
    scrubber = page.locator("#plane input")
    assert scrubber.get_attribute("max") == "3"
    scrubber.focus()
    for key, step in [("Home", 0), ("ArrowRight", 100), ("ArrowRight", 200), ("ArrowLeft", 100)]:
        page.keyboard.press(key)
        wait_for_step(page, step)
        assert fake_run.planes()[-1] == f"layers=forces,map&step={step}"
    assert scrubber.get_attribute("aria-valuetext") == "Step 100"
    fake_run.header["step"] = 260
    hear(page, fake_run)
    wait_for_step(page, 100)  # It does not follow.
    button(page, "Latest").click()
    wait_for_step(page, 260)
    assert fake_run.planes()[-1] == "layers=forces,map"


def test_playing_shows_every_moment_and_ends_at_the_latest(page: Page, fake_run: FakeRun):
    fake_run.saved = [0, 100, 200]
    fake_run.header["step"] = 250
    start(page, fake_run)
    button(page, "Play").click()
    every = ["", "0", "100", "200", ""]
    requests = "&step="
    wait_for(page, lambda: [one.partition(requests)[2] for one in fake_run.planes()] == every)
    expect(button(page, "Play")).to_be_visible()
    wait_for_step(page, 250)
    assert button(page, "Latest").get_attribute("aria-pressed") == "true"


def test_a_moment_that_was_dropped_gives_way_to_the_latest(page: Page, fake_run: FakeRun):
    fake_run.saved = [0, 100, 200]
    fake_run.header["step"] = 250
    start(page, fake_run)
    fake_run.saved = [200]
    page.locator("#plane input").fill("1")
    requests = ["layers=forces,map&step=100", "layers=forces,map"]
    wait_for(page, lambda: fake_run.planes()[-2:] == requests)
    expect(page.locator("#plane input")).to_have_attribute("max", "1")
    wait_for_step(page, 250)


def test_run_on_tells_the_page_the_step(page: Page, fake_run: FakeRun):
    fake_run.saved = [0, 100]
    start(page, fake_run)
    run_on = button(page, "Run on from here")
    assert run_on.is_disabled()
    page.locator("#plane input").fill("1")
    wait_for_step(page, 100)
    run_on.click()
    assert triggers(page) == [["checkpoint", 100]]


def test_run_on_is_hidden_where_nothing_is_saved(page: Page, fake_run: FakeRun):
    start(page, fake_run)
    assert not button(page, "Run on from here").is_visible()


def test_dragging_in_draw_mode_sends_points_with_y_upwards(page: Page, fake_run: FakeRun):
    start(page, fake_run, drawable=True)
    box = page.locator("#plane canvas").bounding_box()

    def move(x: float, y: float) -> None:
        unit = box["width"] / 2.6
        page.mouse.move(box["x"] + (x + 1.3) * unit, box["y"] + (1.3 - y) * unit)

    def drag() -> None:
        move(0.5, 0.7)
        page.mouse.down()
        move(0.5, 1.0)
        page.mouse.up()

    drag()
    assert triggers(page) == []
    button(page, "Draw").click()
    drag()
    ((name, outcome),) = triggers(page)
    assert name == "drawn"
    assert outcome["before"] == 0
    places = np.array(outcome["strokes"][0])
    assert places[:, 0] == pytest.approx(0.5, abs=0.01)
    assert places[0, 1] == pytest.approx(0.7, abs=0.01)
    assert np.diff(places[:, 1]) == pytest.approx(0.03, abs=0.002)
    assert len(places) in (10, 11)
    assert (places == places.round(3)).all()
    move(-1.2, 1.2)
    page.mouse.down()
    for x, y in [(1.2, -1.2), (-1.2, -1.2), (1.2, 1.2)]:  # 9.2 units in all
        move(x, y)
    page.mouse.up()
    assert [len(stroke) for stroke in triggers(page)[-1][1]["strokes"]] == [len(places), 200]


def test_strokes_are_told_again_until_the_page_has_counted_them(page: Page, fake_run: FakeRun):
    start(page, fake_run, drawable=True, strokes_taken=7)
    button(page, "Draw").click()
    calls = []
    for x, taken in [(100, 7), (150, 8), (200, 10), (250, 10)]:
        page.locator("#plane canvas").click(position={"x": x, "y": 100})
        page.evaluate(
            "(data) => place('plane', data)", DATA | {"drawable": True, "strokes_taken": taken}
        )
        calls.append(triggers(page)[-1][1])
    firsts = [[stroke[0][0] for stroke in one["strokes"]] for one in calls]
    a, b, c, d = firsts[0][0], firsts[1][1], firsts[2][-1], firsts[3][-1]
    assert a < b < c < d
    assert [one["before"] for one in calls] == [7, 7, 8, 10]
    assert firsts == [[a], [a, b], [b, c], [d]]


def test_without_drawable_data_nothing_can_be_drawn(page: Page, fake_run: FakeRun):
    start(page, fake_run)
    assert not button(page, "Draw").is_visible()


def test_slow_motion_tells_ten_stages_around_two_real_steps(page: Page, fake_run: FakeRun):
    fake_run.header["step"] = 40
    start(page, fake_run)
    resume(page, fake_run)
    button(page, "Slow motion").click()
    button(page, "Auto").click()
    wait_for(page, lambda: triggers(page) == [["slow", "pause"]])
    fake_run.header["state"] = "paused"
    # D gives the reals 2/3 once it has moved; G's fakes get it once G has moved.
    levels = {40: (0.0, 0.0), 41: (np.log(2), 0.0), 42: (np.log(2), np.log(2))}
    fake_run.plane_snapshot = lambda step: plain_snapshot(
        map=np.where(X > 0, levels[step][0], levels[step][1]),
        real=np.array([[0.7, 0.0]]),
        fake=np.array([[-0.7, 0.01 * step]]),
    )
    sentence, onward = page.locator("#plane .sentence"), button(page, "Next")
    expect(sentence).to_contain_text("1. Noise is drawn")
    for start_of_stage in ("2. G turns", "3. Real samples", "4. D looks at both."):
        onward.click()
        expect(sentence).to_contain_text(start_of_stage)
    assert "the reals 0.500 and the fakes 0.500" in sentence.inner_text()
    onward.click()
    wait_for(page, lambda: triggers(page)[1:] == [["slow", "d"]])
    expect(onward).to_be_disabled()
    expect(sentence).to_contain_text("4. ")
    fake_run.header["step"] = 41
    expect(sentence).to_contain_text("5. D has learnt.")
    # Its belief rose by 1/6 where x > 0; enlarged to no more than 1/2, that makes 2 times.
    assert page.locator("#plane .detail").inner_text() == (
        "Reals: 0.500 → 0.667, fakes: 0.500 → 0.500. The colours show the change, enlarged 2 times."
    )
    wait_for_step(page, 41)
    for start_of_stage in ("6. New noise", "7. G turns", "8. D classifies", "9. Each fake"):
        onward.click()
        expect(sentence).to_contain_text(start_of_stage)
    assert "0.0314" in page.locator("#plane .detail").inner_text()
    onward.click()
    wait_for(page, lambda: triggers(page)[2:] == [["slow", "g"]])
    fake_run.header["step"] = 42
    expect(sentence).to_contain_text("10. G has learnt.")
    # The fakes moved by 0.01; enlarged to no more than 0.08 that makes 5 times.
    assert page.locator("#plane .detail").inner_text() == (
        "Fakes: 0.500 → 0.667. The arrows show how they moved, enlarged 5 times."
    )
    assert page.locator("#plane li.done").count() == 9
    button(page, "Close and go on").click()
    assert triggers(page)[3:] == [["slow", "resume"]]
    assert word(page, "map").is_visible()


def test_slow_motion_goes_on_by_itself_and_ends_when_it_is_closed(page: Page, fake_run: FakeRun):
    start(page, fake_run)
    button(page, "Slow motion").click()
    sentence = page.locator("#plane .sentence")
    # Every two seconds to the next stage, until D is to move.
    wait_for(page, lambda: triggers(page) == [["slow", "pause"], ["slow", "d"]])
    expect(sentence).to_contain_text("4. ")
    button(page, "Close").click()
    assert not sentence.is_visible()
    assert len(triggers(page)) == 2
    assert is_grey(pixel(page, 0, 0))


def test_slow_motion_says_so_when_the_run_ends_meanwhile(page: Page, fake_run: FakeRun):
    start(page, fake_run)
    resume(page, fake_run)
    button(page, "Slow motion").click()
    fake_run.header["state"] = "completed"
    expect(page.locator("#plane .sentence")).to_have_text("The run is over: no step follows.")
    button(page, "Close").click()
    expect(button(page, "Slow motion")).to_be_disabled()


def test_a_run_that_cannot_be_steered_from_here_has_no_slow_motion_and_says_why(
    page: Page, fake_run: FakeRun
):
    start(page, fake_run, lock="It is steered elsewhere.")
    expect(button(page, "Slow motion")).to_be_disabled()
    assert button(page, "Slow motion").get_attribute("title") == "It is steered elsewhere."
    page.evaluate("(data) => place('plane', data)", DATA)
    expect(button(page, "Slow motion")).to_be_enabled()


def test_before_the_first_game_it_says_calmly_what_goes_on(page: Page, fake_run: FakeRun):
    fake_run.header |= {"state": "preparing", "progress_text": "Reading the points"}
    page.evaluate("(data) => place('plane', data)", DATA)
    waiting = page.locator("#plane .waiting")
    expect(waiting).to_have_text("Reading the points")
    fake_run.header |= {"state": "running", "progress_text": ""}
    expect(waiting).to_have_text(
        "This moment is not there: ask again in a moment. This page asks again by itself."
    )
    fake_run.plane_snapshot = lambda step: plain_snapshot()
    wait_for_step(page, 0)
    assert not waiting.is_visible()


def test_after_the_first_game_a_refusal_is_said_below_it_until_another_comes(
    page: Page, fake_run: FakeRun
):
    start(page, fake_run)
    problem = page.locator("#plane .problem")
    plane_snapshot, fake_run.plane_snapshot = fake_run.plane_snapshot, None
    fake_run.header |= {"state": "running", "step": 7}
    expect(problem).to_have_text(
        "This moment is not there: ask again in a moment. This page asks again by itself."
    )
    expect(problem).to_be_visible()
    assert not page.locator("#plane .waiting").is_visible()
    fake_run.plane_snapshot = plane_snapshot
    wait_for_step(page, 7)
    expect(problem).to_have_text("")


def test_a_running_game_is_followed_one_question_at_a_time(page: Page, fake_run: FakeRun):
    start(page, fake_run)
    resume(page, fake_run)
    before, begin = len(fake_run.planes()), time.monotonic()
    wait_for(page, lambda: len(fake_run.planes()) >= before + 6)
    assert time.monotonic() - begin > 5 * 0.01  # never closer than 100 ms, ten times as soon
    fake_run.plane_delay = 0.2
    for layer in ("gradient", "map", "optimal", "warp", "map", "forces"):
        word(page, layer).click()
    wait_for(page, lambda: fake_run.planes()[-1] == "layers=map,warp")
    fake_run.header["step"] = 77
    wait_for_step(page, 77)
    assert fake_run.most_planes_at_once == 1


def test_a_paused_run_is_asked_again_only_after_a_step(page: Page, fake_run: FakeRun):
    start(page, fake_run)
    hear(page, fake_run)
    assert len(fake_run.planes()) == 1
    fake_run.header["step"] = 1
    wait_for_step(page, 1)
    assert len(fake_run.planes()) == 2


def test_a_game_that_comes_after_its_step_is_asked_for_again(page: Page, fake_run: FakeRun):
    start(page, fake_run)
    fake_run.plane_late = 1
    fake_run.header["step"] = 8
    wait_for_step(page, 7)
    fake_run.plane_late = 0
    wait_for_step(page, 8)
    assert len(fake_run.planes()) <= 2 + 7


def test_out_of_sight_nothing_is_asked(page: Page, fake_run: FakeRun):
    start(page, fake_run)
    resume(page, fake_run)
    page.evaluate(
        """() => new Promise((left) => {
            document.body.style.paddingTop = '3000px';
            const watch = ([{ isIntersecting }]) => isIntersecting || left();
            new IntersectionObserver(watch).observe(places.plane.host);
        })"""
    )
    hear(page, fake_run)  # What was under way has its answer.
    before = len(fake_run.planes())
    hear(page, fake_run)
    assert len(fake_run.planes()) == before
    page.evaluate("document.body.style.paddingTop = ''")
    wait_for(page, lambda: len(fake_run.planes()) > before)
