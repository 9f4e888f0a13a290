import weakref
from dataclasses import replace

import av
import numpy as np
import pytest
from PIL import Image

from ganlib.config import RunConfig
from ganlib.errors import ConfigError, RunError
from ganlib.events import FrameDrawn
from ganlib.export import animation, write_gif, write_mp4, write_walk

PLAIN = RunConfig()
WHITE = (255, 255, 255)
CENTRE = (120, 120)


def gif(snapshot, path, config=PLAIN, **query):
    """Durations and frames of the GIF, in RGB."""
    write_gif(snapshot, config, path / "training.gif", **query)
    found = []
    with Image.open(path / "training.gif") as film:
        for number in range(film.n_frames):
            film.seek(number)
            found.append((film.info["duration"], film.convert("RGB")))
    return [duration for duration, _ in found], [frame for _, frame in found]


def mp4(snapshot, path, config=PLAIN, **query):
    """Stream and frames of the film."""
    write_mp4(snapshot, config, path / "training.mp4", **query)
    with av.open(str(path / "training.mp4")) as film:
        stream = film.streams.video[0]
        frames = [frame.to_image() for frame in film.decode(stream)]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        return float(stream.average_rate), frames


def levels(frames, place=(20, 20)):
    return [frame.getpixel(place)[0] for frame in frames]


def ink(frame):
    """The darkest place of the strip below the pictures."""
    strip = frame.convert("L").crop((0, frame.height - 16, frame.width, frame.height))
    return np.asarray(strip).min()


def test_a_gif_shows_every_moment_in_order(draw, tmp_path):
    durations, frames = gif(draw(0, 50, 100, 250), tmp_path)
    assert levels(frames) == pytest.approx([0, 50, 100, 250], abs=2)
    assert durations == [50] * 4


def test_the_colours_of_a_gif_are_near_to_those_that_were_drawn(tmp_path):
    ramp = np.arange(256, dtype=np.uint8)
    grey = np.broadcast_to(ramp[:, None], (256, 256))
    across = np.stack([grey, grey.T, np.full_like(grey, 128)], axis=2)
    for wanted, most in ((grey, 2.5), (across, 32)):
        animation._gif([Image.fromarray(wanted)] * 2, tmp_path / "ramp.gif", 20)
        with Image.open(tmp_path / "ramp.gif") as film:
            film.seek(1)
            found = np.asarray(film.convert(Image.fromarray(wanted).mode), np.int16)
        assert np.abs(found - wanted).max() <= most


def test_a_gif_repeats(draw, tmp_path):
    write_gif(draw(0, 50), PLAIN, tmp_path / "training.gif")
    with Image.open(tmp_path / "training.gif") as film:
        assert film.info["loop"] == 0


def test_a_film_shows_every_moment_in_order(draw, tmp_path):
    rate, frames = mp4(draw(0, 50, 100, 250), tmp_path)
    assert levels(frames) == pytest.approx([0, 50, 100, 250], abs=6)
    assert rate == 20


@pytest.mark.parametrize("make", [gif, mp4])
def test_frames_follow_each_other_as_fast_as_asked(make, draw, tmp_path):
    pace, _ = make(draw(0, 1, 2), tmp_path, fps=10)
    assert pace in ([100] * 3, 10)


@pytest.mark.parametrize("make", [gif, mp4])
@pytest.mark.parametrize(("size", "count"), [(28, 64), (64, 64), (28, 5), (5, 1)])
def test_sides_are_even_and_no_longer_than_asked(make, size, count, draw, tmp_path):
    _, frames = make(draw(0, 1, size=size, count=count, channels=3), tmp_path, longest=200)
    for frame in frames:
        assert frame.width % 2 == frame.height % 2 == 0
        assert 100 <= max(frame.size) <= 200


@pytest.mark.parametrize("make", [gif, mp4])
def test_the_step_is_written_on_every_frame(make, draw, tmp_path):
    run = draw(200, 1_255, 65_535)
    _, frames = make(run, tmp_path)
    assert all(ink(frame) < 100 for frame in frames)
    strips = {frame.crop((0, frame.height - 16, *frame.size)).tobytes() for frame in frames}
    assert len(strips) == 3


@pytest.mark.parametrize("make", [gif, mp4])
def test_a_class_that_can_be_asked_for_has_a_column(make, in_classes, tmp_path):
    run, config = in_classes
    _, (frame,) = make(run, tmp_path, config, longest=640)
    side = frame.width // 10
    for row in range(6):
        centres = [
            frame.getpixel((side * k + side // 2, side * row + side // 2)) for k in range(10)
        ]
        assert [level for level, *_ in centres] == pytest.approx(range(0, 200, 20), abs=6)


@pytest.mark.parametrize("make", [gif, mp4])
def test_points_of_the_plane_lie_real_under_fake_on_a_white_ground(make, snapshot, tmp_path):
    fake, real = np.array([[[0.65, 0]], [[-0.65, 0]]], np.float32)
    run = replace(snapshot, frames=(FrameDrawn(0, fake), FrameDrawn(1, fake)), real=real)
    _, (frame, _) = make(run, tmp_path, longest=640)
    middle = (frame.height - 48) // 2
    assert frame.getpixel((2, 2)) == pytest.approx(WHITE, abs=3)
    red, green, blue = np.asarray(frame)[middle - 3 : middle + 3].min(axis=0).T
    assert green[: frame.width // 2].min() > red[: frame.width // 2].min() + 20
    assert blue[frame.width // 2 :].min() > green[frame.width // 2 :].min() + 20


@pytest.mark.parametrize("make", [gif, mp4])
def test_of_too_many_frames_as_many_as_allowed_are_shown_with_first_and_last(
    make, draw, tmp_path, monkeypatch
):
    monkeypatch.setattr(animation, "MOST_FRAMES", 3)
    _, frames = make(draw(0, 20, 40, 60, 80, 100, 120), tmp_path)
    assert levels(frames) == pytest.approx([0, 60, 120], abs=6)


@pytest.mark.parametrize("write", [write_gif, write_mp4])
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"fps": 0}, "fps is 0: choose a whole number from 1 to 50."),
        ({"fps": 51}, "fps is 51: choose a whole number from 1 to 50."),
        ({"longest": 63}, "longest is 63: choose a whole number from 64 to 1920."),
        ({"longest": 1921}, "longest is 1921: choose a whole number from 64 to 1920."),
    ],
)
def test_what_is_out_of_bounds_is_refused_before_a_file_is_made(
    write, query, sentence, draw, tmp_path
):
    with pytest.raises(ConfigError) as refusal:
        write(draw(0), PLAIN, tmp_path / "film", **query)
    assert str(refusal.value) == sentence
    assert not (tmp_path / "film").exists()


@pytest.mark.parametrize("write", [write_gif, write_mp4])
def test_a_run_without_frames_says_so(write, snapshot, tmp_path):
    with pytest.raises(RunError, match="No picture of this run has been drawn yet"):
        write(snapshot, PLAIN, tmp_path / "film")
    over = replace(snapshot, state="completed")
    with pytest.raises(RunError, match="No picture of this run is kept"):
        write(over, PLAIN, tmp_path / "film")


class Counted(np.ndarray):
    """Samples that can be watched being let go."""


class Light:
    """A frame that reads its samples when asked, and notes how many are held then."""

    def __init__(self, step, held):
        self.step, self.held = step, held

    @property
    def samples(self):
        samples = np.zeros((4, 28, 28, 1), np.uint8).view(Counted)
        self.held.append(weakref.ref(samples))
        self.most = sum(one() is not None for one in self.held)
        return samples


@pytest.mark.parametrize("write", [write_gif, write_mp4])
def test_the_samples_of_one_moment_are_held_at_a_time(write, snapshot, tmp_path):
    held = []
    frames = tuple(Light(step, held) for step in range(20))
    write(replace(snapshot, frames=frames), PLAIN, tmp_path / "film")
    assert len(held) == 20
    assert max(frame.most for frame in frames) <= 2


def grey_pictures(*levels):
    return np.array(levels, np.uint8)[:, None, None, None] * np.ones((8, 8, 1), np.uint8)


def test_a_walk_goes_there_and_back(tmp_path):
    write_walk(grey_pictures(0, 80, 160, 240), None, tmp_path / "walk.gif", fps=10)
    with Image.open(tmp_path / "walk.gif") as film:
        assert film.n_frames == 6
        assert film.info["duration"] == 100
        assert film.size == (256, 256)
        found = []
        for number in range(6):
            film.seek(number)
            found.append(film.convert("RGB").getpixel(CENTRE)[0])
    assert found == pytest.approx([0, 80, 160, 240, 160, 80], abs=2)


def test_a_walk_is_a_film_by_its_name(tmp_path):
    write_walk(grey_pictures(0, 200), None, tmp_path / "walk.mp4")
    with av.open(str(tmp_path / "walk.mp4")) as film:
        frames = [frame.to_image() for frame in film.decode(film.streams.video[0])]
    assert levels(frames, CENTRE) == pytest.approx([0, 200], abs=6)


def test_points_walk_over_the_real_ones(tmp_path):
    points = np.array([[0, 0], [1, 1]], np.float32)
    write_walk(points, points, tmp_path / "walk.gif")
    with Image.open(tmp_path / "walk.gif") as film:
        assert film.n_frames == 2
