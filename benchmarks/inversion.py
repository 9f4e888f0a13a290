"""How well pictures are found again, filled in, and told from strange ones.

python -m benchmarks.inversion recover [--count 20]
python -m benchmarks.inversion complete [--count 100] [--mask square] [--hole 14]
python -m benchmarks.inversion strange [--count 500]

One thread; seconds are those of a core. recover: pictures that presets draw themselves, after so
many steps. complete: held-out digits, of which a square in the middle, 14 pixels wide or --hole,
or the lower half, or 80 % of all pixels are hidden, filled in by the digits preset. strange: for
each digit a generator that never saw it, and how well scores tell it from held-out digits of the
other nine. With --quick trainings and searches end at once.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from benchmarks.common import arguments
from ganlib import PRESETS
from ganlib.algorithms import make_algorithm
from ganlib.data import ImageSet, load_images
from ganlib.data.batches import ImageBatches
from ganlib.latent import GeneratorDecoder, invert, one_class, residual, seeded_z
from ganlib.latent.inversion import STEPS
from ganlib.metrics.features import learn_features
from ganlib.runtime import make_rng, use_threads
from ganlib.streams import Stream

FOUND = 1e-3
"""Mean squared error at which a picture counts as found again."""
PART = 50
"""Pictures that are searched for at a time."""
ANSWERS = 8
"""Searches from other draws whose pictures are averaged."""
TERMS = ((0.0, 0.0), (1e-3, 0.0), (3e-3, 0.0), (3e-3, 0.5), (3e-3, 1.0))
"""Priors and contexts that pictures are completed by."""

PIXELS = 0.25
"""Weight of the residual of pixels beside that of features."""

Bytes = NDArray[np.uint8]
Values = NDArray[np.float32]


def recover(wanted: argparse.Namespace) -> None:
    for preset, usual in (
        ("mlp", 500),
        ("mlp", 2000),
        ("digits", 600),
        ("digits-conditional", 600),
    ):
        steps = wanted.steps or usual
        decoder = _trained(preset, _images(), steps)
        z = seeded_z(777, decoder.latent_dim, wanted.count or 20)
        # Unasked, the classes take turns.
        conditions = [
            one_class(number % decoder.classes, decoder.classes, 1) if decoder.classes else None
            for number in range(len(z))
        ]
        courses = [
            _course(decoder, picture[None], condition, wanted.search)
            for picture, condition in zip(decoder.decode(z), conditions, strict=True)
        ]
        ends = [course[-1][1] for course in courses]
        results = [
            next((seconds for seconds, error in course if error <= FOUND), float("inf"))
            for course in courses
        ]
        print(
            f"{preset}, step {steps}: {sum(one <= 3 for one in results)} of {len(results)} within "
            f"3 s, {statistics.median(results):.2f} s in the median; in the end error "
            f"{statistics.median(ends):.1e} in the median, {max(ends):.1e} at worst, after "
            f"{statistics.median(course[-1][0] for course in courses):.2f} s",
            flush=True,
        )


def _course(
    decoder: GeneratorDecoder, picture: Bytes, condition: Values | None, steps: int
) -> list[tuple[float, float]]:
    """Seconds and error after each step."""
    begin = time.thread_time()
    return [
        (time.thread_time() - begin, float(progress.errors[0]))
        for progress in invert(decoder, picture, 0, condition=condition, steps=steps)
    ]


def _square(side: int, hole: int) -> NDArray[np.bool_]:
    first = (side - hole) // 2
    places = np.arange(side)
    inside = (places >= first) & (places < first + hole)
    return ~(inside[:, None] & inside)


def _upper_half(side: int, hole: int) -> NDArray[np.bool_]:
    return np.arange(side)[:, None].repeat(side, 1) < side // 2


def _one_in_five(side: int, hole: int) -> NDArray[np.bool_]:
    return np.random.default_rng(0).random((side, side)) < 0.2


MASKS: Mapping[str, Callable[[int, int], NDArray[np.bool_]]] = {
    "square": _square,
    "half": _upper_half,
    "pixels": _one_in_five,
}
"""What is known, by the shape of what is hidden, for pictures of a side and a hole."""


def complete(wanted: argparse.Namespace) -> None:
    images = _images()
    decoder = _trained("digits", images, wanted.steps or 2000)
    pictures, _ = _some_held_out(images, wanted.count or 100)
    known = MASKS[wanted.mask](len(pictures[0]), wanted.hole)
    hole = _values(pictures)[:, ~known]
    mean = _values(_channel_last(images.train)).mean(0)[~known]
    usual = np.square(mean - hole).mean()
    print(f"error of the mean picture: {usual:.3f}", flush=True)
    for prior, context in TERMS:
        options = {"known": known, "prior": prior, "context": context, **_briefly(wanted)}
        drawn = np.array(
            [
                _values(_drawn(decoder, pictures, options, seed))[:, ~known]
                for seed in range(ANSWERS)
            ]
        )
        one, many = (np.square(some - hole).mean() for some in (drawn, drawn.mean(0)))
        print(
            f"prior {prior:g}, context {context:g}: {one:.3f} of one answer, {usual / one:.2f} "
            f"times better; {many:.3f} of the mean of {ANSWERS}, {usual / many:.2f} times",
            flush=True,
        )


def strange(wanted: argparse.Namespace) -> None:
    images, results = _images(), list[Mapping[str, float]]()
    pictures, labels = _some_held_out(images, wanted.count or 500)
    for digit in wanted.digits:
        views = images.train_labels != digit
        others = replace(images, train=images.train[views], train_labels=images.train_labels[views])
        decoder = _trained("digits", others, wanted.steps or 600)
        drawn = _drawn(decoder, pictures, {"prior": 1e-2, **_briefly(wanted)}, 0)
        scores = _scores(others, pictures, drawn)
        results.append(
            {name: float(roc_auc_score(labels == digit, one)) for name, one in scores.items()}
        )
        print(f"{digit}: {_line(results[-1])}", flush=True)
    means = {name: statistics.mean(one[name] for one in results) for name in results[0]}
    print(f"mean: {_line(means)}")


def _briefly(wanted: argparse.Namespace) -> Mapping[str, int]:
    """Searches for many pictures at once."""
    return {"starts": 2, "steps": min(80, wanted.search)}


def _scores(images: ImageSet, pictures: Bytes, drawn: Bytes) -> Mapping[str, Values]:
    """What tells each picture from the one that was found for it; doubt is without a generator."""
    classifier = learn_features(images)
    views, results = (
        classifier.extract(torch.from_numpy(one).permute(0, 3, 1, 2)) for one in (pictures, drawn)
    )
    pixels = residual(pictures, drawn)
    features = residual(views.features.numpy(), results.features.numpy())
    return {
        "squared error": np.square(_values(pictures) - _values(drawn)).mean((1, 2, 3)),
        "pixels": pixels,
        "features": features,
        "both": features + PIXELS * pixels,
        "doubt": 1 - views.shares.amax(1).numpy(),
    }


def _trained(preset: str, images: ImageSet, steps: int) -> GeneratorDecoder:
    """The averaged generator after so many steps on these pictures."""
    config = PRESETS[preset].config
    algorithm = make_algorithm(config, tuple(images.train.shape[1:]), torch.device("cpu"))
    batches = ImageBatches(
        images.train, images.train_labels, config.batch_size, make_rng(config.seed, Stream.BATCHES)
    )
    for _ in range(steps):
        algorithm.train_step(batches)
    decoder = algorithm.publish()
    assert isinstance(decoder, GeneratorDecoder)
    return decoder


def _drawn(
    decoder: GeneratorDecoder, pictures: Bytes, options: Mapping[str, Any], seed: int
) -> Bytes:
    """What the generator draws in the end of the search for each picture."""
    parts = list[Bytes]()
    for begin in range(0, len(pictures), PART):
        *_, end = invert(decoder, pictures[begin : begin + PART], seed, **options)
        parts.append(decoder.decode(end.z).astype(np.uint8))
    return np.concatenate(parts)


def _images() -> ImageSet:
    data = PRESETS["digits"].config.data
    assert data.kind == "images"
    return load_images(data)


def _some_held_out(images: ImageSet, count: int) -> tuple[Bytes, NDArray[np.int64]]:
    """So many (N, H, W, C) held-out pictures and their labels, always the same."""
    chosen = np.random.default_rng(0).permutation(len(images.held_out))[:count]
    return _channel_last(images.held_out)[chosen], images.held_out_labels.numpy()[chosen]


def _channel_last(pictures: torch.Tensor) -> Bytes:
    return pictures.permute(0, 2, 3, 1).numpy()


def _values(pictures: Bytes) -> Values:
    """In [-1, 1]."""
    return pictures.astype(np.float32) / 127.5 - 1


def _line(metrics: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {metric:.2f}" for name, metric in metrics.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("recover", "complete", "strange"))
    parser.add_argument("--mask", choices=MASKS, default="square")
    parser.add_argument("--hole", type=int, default=14)
    parser.add_argument("--count", type=int)
    parser.add_argument("--digits", type=int, nargs="+", default=range(10))
    parser.add_argument("--steps", type=int, help="of training, instead of the usual ones")
    parser.add_argument("--search", type=int, default=STEPS, help="steps of a search, at most")
    wanted = arguments(parser, count=20, digits=[0], steps=3, search=2)
    use_threads(1)
    {"recover": recover, "complete": complete, "strange": strange}[wanted.what](wanted)


if __name__ == "__main__":
    main()
