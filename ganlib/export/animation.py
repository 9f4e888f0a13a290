"""The training as a moving picture: every saved frame, with its step written below it."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import GifImagePlugin, Image, ImageDraw, ImageFont

from ganlib.config import RunConfig
from ganlib.errors import ConfigError, RunError
from ganlib.events import FrameDrawn, Samples
from ganlib.pictures import in_columns, render

if TYPE_CHECKING:
    from ganlib.store import RunSnapshot

MOST_FRAMES = 500
"""Frames in a moving picture; of more, so many are taken at even distances."""
FPS = (1, 50)
"""Frames a second that may be asked for. Browsers slow a faster GIF down."""
LONGEST = (64, 1920)
"""Pixels of the longer side that may be asked for."""
_WALK = 256
"""Pixels of the side of a moving picture of one sample."""
GIF_COLOURS = 128
"""Colours of one frame of a GIF: more can hardly be told apart there, and weigh more."""

_SHADES = [round(round(level * 63 / 255) * 255 / 63) for level in range(256)]
"""The nearest of 64 greys to each of 256."""
_GROUND, _INK = "#ffffff", "#31333f"


def write_gif(
    snapshot: "RunSnapshot", config: RunConfig, path: Path, fps: int = 20, longest: int = 320
) -> None:
    """Write the saved frames of a run as a GIF that repeats, a frame at a time.

    Args:
        snapshot: of the run; its frames are read one at a time.
        config: what the run was asked for.
        path: of the file.
        fps: frames a second, 1 to 50.
        longest: pixels of the longer side at most, 64 to 1920.

    Raises:
        ConfigError: fps or longest is out of its bounds.
        RunError: nothing has been drawn yet.
    """
    _gif(_sheets(snapshot, config, fps, longest), path, fps)


def write_mp4(
    snapshot: "RunSnapshot", config: RunConfig, path: Path, fps: int = 20, longest: int = 640
) -> None:
    """Write the saved frames of a run as a film (H.264, yuv420p) that every browser plays.

    Args and errors are those of `write_gif`.
    """
    _mp4(_sheets(snapshot, config, fps, longest), path, fps)


def write_walk(samples: Samples, real: Samples | None, path: Path, fps: int = 16) -> None:
    """Write samples as a moving picture, one after another and back: a GIF, or an MP4 by its name.

    Args:
        samples: along a way in latent space.
        real: points of the data to draw under the fake ones; unused for pictures.
        path: of the file, ending in .gif or .mp4.
        fps: frames a second, 1 to 50.
    """
    there_and_back = np.concatenate([samples, samples[-2:0:-1]])
    sheets = (
        _cut_even(_fitted(render(one[None], real, side=_WALK), _WALK, _WALK))
        for one in there_and_back
    )
    (_mp4 if path.suffix == ".mp4" else _gif)(sheets, path, fps)


def _gif(sheets: Iterable[Image.Image], path: Path, fps: int) -> None:
    duration = round(1000 / fps)
    with path.open("wb") as file:
        for number, sheet in enumerate(sheets):
            # Not Image.save: that holds every frame in memory until the last one has come.
            frame = _with_few_colours(sheet)
            if number == 0:
                header, _ = GifImagePlugin.getheader(frame.copy(), info={"loop": 0})
                file.writelines(header)
            has_own_colours = frame.mode != "L"  # All greys are those of the header.
            data = GifImagePlugin.getdata(
                frame, (0, 0), duration=duration, include_color_table=has_own_colours
            )
            file.writelines(data)
        file.write(b";")


def _with_few_colours(sheet: Image.Image) -> Image.Image:
    """On pictures of runs as near as by median cut, Pillow's default, in a tenth of the time."""
    if sheet.mode == "L":
        return sheet.point(_SHADES)
    return sheet.quantize(GIF_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def _mp4(sheets: Iterable[Image.Image], path: Path, fps: int) -> None:
    import av  # Only who asks for this file waits for the import.

    # The index comes first, so that a browser plays what it has while it loads the rest.
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as film:
        stream = film.add_stream("libx264", rate=fps, options={"crf": "20", "preset": "veryfast"})
        stream.pix_fmt = "yuv420p"
        stream.codec_context.thread_count = 1  # The other cores belong to training.
        for number, sheet in enumerate(sheets):
            if number == 0:
                stream.width, stream.height = sheet.size
            pixels = np.asarray(sheet.convert("RGB"))
            film.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        film.mux(stream.encode())


def _sheets(
    snapshot: "RunSnapshot", config: RunConfig, fps: int, longest: int
) -> Iterator[Image.Image]:
    """The frames, one at a time and all of the same even size."""
    for name, value, (low, high) in (("fps", fps, FPS), ("longest", longest, LONGEST)):
        if not low <= value <= high:
            sentence = f"{name} is {value}: choose a whole number from {low} to {high}."
            raise ConfigError(((name, sentence),))
    if not snapshot.frames:
        when = "is kept" if snapshot.is_over else "has been drawn yet: ask again in a moment"
        raise RunError(f"No picture of this run {when}.")
    return (_sheet(frame, config, snapshot.real, longest) for frame in _frames(snapshot))


def _frames(snapshot: "RunSnapshot") -> Iterator[FrameDrawn]:
    frames = snapshot.frames
    places = np.linspace(0, len(frames) - 1, min(len(frames), MOST_FRAMES))
    for place in places.round().astype(int).tolist():
        yield frames[place]


def _sheet(frame: FrameDrawn, config: RunConfig, real: Samples | None, longest: int) -> Image.Image:
    """One frame over its step, at most `longest` pixels wide and high, in mode L or RGB."""
    size = max(10, longest // 26)
    line = 2 * size
    samples, columns = in_columns(config, frame.samples)
    drawn = render(samples, real, columns, side=longest - line)
    drawn = _fitted(drawn, longest, longest - line)
    sheet = Image.new(drawn.mode, _even(drawn.width, drawn.height + line), _GROUND)
    sheet.paste(drawn, ((sheet.width - drawn.width) // 2, 0))
    place = (sheet.width // 2, drawn.height + line // 2)
    ImageDraw.Draw(sheet).text(
        place, f"step {frame.step:,}", fill=_INK, font=_font(size), anchor="mm"
    )
    return sheet


def _fitted(image: Image.Image, width: int, height: int) -> Image.Image:
    """The picture on its ground, enlarged by a whole number or reduced so that it fits."""
    if image.mode == "RGBA":
        ground = Image.new("RGBA", image.size, _GROUND)
        return Image.alpha_composite(ground, image).convert("RGB")
    room = min(width / image.width, height / image.height)
    if room >= 1:
        times = int(room)
        large = (times * image.width, times * image.height)
        return image.resize(large, Image.Resampling.NEAREST)
    small = (max(1, int(room * image.width)), max(1, int(room * image.height)))
    return image.resize(small, Image.Resampling.BOX)


def _cut_even(image: Image.Image) -> Image.Image:
    return image.crop((0, 0, *_even(*image.size)))


def _even(width: int, height: int) -> tuple[int, int]:
    """The next smaller even lengths: the colours of H.264 stand in pairs of pixels."""
    return width - width % 2, height - height % 2


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
