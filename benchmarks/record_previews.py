"""Record the moving pictures that the gallery shows before any run: one training per preset.

python -m benchmarks.record_previews [--seconds 60] [preset ...]
"""

import argparse
import time
from pathlib import Path

from PIL import Image

from dashboard.previews import FOLDER
from ganlib import (
    PRESETS,
    Controls,
    FrameDrawn,
    RunPrepared,
    Stop,
    changed,
    in_columns,
    render,
    train,
)
from ganlib.pictures import PLANE_SIDE

MOST_FRAMES = 24
FRAME_MS = 180
SIDE = 256


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="*", default=list(PRESETS))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--threads", type=int, default=2)
    wanted = parser.parse_args()
    for name in wanted.presets:
        frames = record(name, wanted.seconds, wanted.threads)
        save(FOLDER / f"{name}.webp", frames)


def record(name: str, seconds: float, threads: int) -> list[Image.Image]:
    config = changed(PRESETS[name].config, {"cpu_threads": threads})
    controls, frames, real, begin = Controls(config), [], None, time.monotonic()
    for event in train(config, controls):
        if isinstance(event, RunPrepared):
            real, begin = event.real, time.monotonic()
        elif isinstance(event, FrameDrawn):
            samples, columns = in_columns(config, event.samples)
            frames.append(render(samples, real, columns).convert("RGBA"))
        if time.monotonic() - begin > seconds:
            controls.send(Stop())
    print(f"{name}: {len(frames)} frames in {seconds:g} s")
    return frames


def save(path: Path, frames: list[Image.Image]) -> None:
    """Frames at even distances, the last one held for two seconds."""
    stride = max(1, len(frames) / MOST_FRAMES)
    chosen = [frames[int(i * stride)] for i in range(min(len(frames), MOST_FRAMES))] + frames[-1:]
    pixelated = frames[0].width < PLANE_SIDE
    filter_ = Image.Resampling.NEAREST if pixelated else Image.Resampling.LANCZOS
    size = SIDE, SIDE * frames[0].height // frames[0].width
    chosen = [frame.resize(size, filter_) for frame in chosen]
    durations = [FRAME_MS] * (len(chosen) - 1) + [2000]
    path.parent.mkdir(exist_ok=True)
    chosen[0].save(
        path, save_all=True, append_images=chosen[1:], duration=durations, loop=0, quality=40
    )
    print(f"{path}: {path.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
