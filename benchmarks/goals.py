"""Whether a preset did what its card says: what is measured of its samples, and the bar."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.neighbors import KNeighborsClassifier

from ganlib import Decoder, Samples, seeded_z
from ganlib.config import ImageData
from ganlib.data import distribution, load_images
from ganlib.data.images import with_levels
from ganlib.events import HasLikelihood
from ganlib.metrics import likelihood_metrics
from ganlib.metrics.features import learn_features
from ganlib.metrics.toy import mode_coverage

Metrics = dict[str, float]

SAMPLES = 2500


@dataclass
class Watched:
    """What is left of a training to measure.

    Attributes:
        decoder: the averaged generator at the end.
        looks: how the game in the plane stood at each checkpoint, with its step.
    """

    decoder: Decoder
    looks: list[tuple[int, Mapping[str, Any]]]

    def samples(self) -> Samples:
        """2,500 samples from latent vectors that training never used."""
        return self.decoder.decode(seeded_z(12345, self.decoder.latent_dim, SAMPLES))


@dataclass(frozen=True)
class Goal:
    """What a preset is to do: in words, after how many steps, what is measured, and the bar."""

    words: str
    steps: int
    metrics: Callable[[Watched], Metrics]
    passed: Callable[[Metrics], bool]


def coverage(run: Watched) -> Metrics:
    """The protocol of the literature at the end, and the step at which every spot was reached."""
    modes = run.looks[-1][1]["modes"]
    full = (step for step, look in run.looks if look["modes"]["covered"] == modes["of"])
    return {
        "modes": modes["covered"],
        "high_quality": modes["high_quality"],
        "kl": modes["kl"],
        "all_at": next(full, math.inf),
    }


def hops(run: Watched) -> Metrics:
    """Mean share of the fullest spot, and in how many looks it is another than just before."""
    shares = [np.array(look["modes"]["nearest"]) for step, look in run.looks if step >= 200]
    fullest = [int(one.argmax()) for one in shares]
    changes = [a != b for a, b in pairwise(fullest)]
    return {
        "fullest": float(np.mean([one.max() for one in shares])),
        "hops": float(np.mean(changes)),
    }


def pushes(run: Watched) -> Metrics:
    """Median push on a fake, and how often D is right, from step 30 on."""
    looks = [look for step, look in run.looks if step >= 30]
    return {
        "push": float(np.median([look["mean_force"] for look in looks])),
        "right": float(np.median([look["balanced_accuracy"] for look in looks])),
        "jsd": looks[-1]["jsd"],
    }


def likeness(run: Watched) -> Metrics:
    """How unlike data and fakes are at step 5,000 and at the end, of at most 0.69."""
    (early,) = (look["jsd"] for step, look in run.looks if step == 5000)
    return {"jsd": run.looks[-1][1]["jsd"], "jsd_5000": early}


def moons(run: Watched) -> Metrics:
    """Share of points where the data are at least as dense as at 99 % of the data themselves."""
    curve = distribution("two-moons")
    real = curve.sample(20_000, torch.Generator().manual_seed(1))
    bar = curve.log_density(real).quantile(0.01)
    points = torch.as_tensor(run.samples())
    return {"near": (curve.log_density(points) >= bar).float().mean().item()}


def digits(run: Watched) -> Metrics:
    """Share on whose class the five nearest training digits agree, and the classes among those."""
    pictures = run.samples()
    return _agreement(pictures.reshape(len(pictures), -1), *_digits())


def shapes(run: Watched) -> Metrics:
    """Share of pictures that light up as much of the dark ground as the real ones do."""
    lit = _lit(run.samples())
    return {"blots": float(((lit > 0.02) & (lit < 0.3)).mean())}


def spots(run: Watched) -> Metrics:
    """The protocol of the literature on the ring, of samples where there is no game to look at."""
    modes = mode_coverage(distribution("ring"), torch.as_tensor(run.samples()))
    assert modes is not None
    return {"modes": modes["covered"], "high_quality": modes["high_quality"], "kl": modes["kl"]}


def nll_of(data: ImageData) -> Callable[[Watched], Metrics]:
    """What measures -log p(x) in nats, the mean of the first 500 held-out pictures."""

    def nll(run: Watched) -> Metrics:
        assert isinstance(run.decoder, HasLikelihood)
        pictures = with_levels(load_images(data), data.levels).held_out
        return {"nats": likelihood_metrics(run.decoder, pictures)[0].value}

    return nll


def classes_of(data: ImageData) -> Callable[[Watched], Metrics]:
    """What measures the share that the project's classifier takes for the class asked for."""
    return lambda run: {"asked": float(_confusion(run, data).trace())}


def digit_codes(run: Watched) -> Metrics:
    """Share of pictures that are the digit of their code, where each code has a digit of its own.

    Which for which is chosen so that the share is largest; chance, of ten digits equally frequent
    whatever the code, gives 0.1 and a little more.
    """
    shares = _confusion(run, ImageData(name="mnist-5k"))
    codes, digits = linear_sum_assignment(shares, maximize=True)
    return {"told": float(shares[codes, digits].sum())}


def sorted_by_code(run: Watched) -> Metrics:
    """Share of pictures whose code is that of the nearest of as many others, by their pixels."""
    pictures = run.samples().reshape(SAMPLES, -1).astype(np.float32)
    codes = np.arange(SAMPLES) % run.decoder.classes
    half = SAMPLES // 2
    classifier = KNeighborsClassifier(1).fit(pictures[:half], codes[:half])
    return {"told": float(classifier.score(pictures[half:], codes[half:]))}


def _confusion(run: Watched, data: ImageData) -> NDArray[np.float64]:
    """Shares (K, classes) of pictures asked for a class, taken for one by our own classifier."""
    pictures = torch.from_numpy(np.asarray(run.samples(), np.uint8)).permute(0, 3, 1, 2)
    taken_for = learn_features(load_images(data)).extract(pictures).shares.argmax(1).numpy()
    counts = np.zeros((run.decoder.classes, len(data.class_names)))
    # Unasked, what can be asked for takes turns.
    np.add.at(counts, (np.arange(len(taken_for)) % len(counts), taken_for), 1)
    return counts / len(taken_for)


def _agreement(
    features: NDArray[np.generic], classifier: KNeighborsClassifier, floor: float
) -> Metrics:
    votes = classifier.predict_proba(features)
    sure = votes.max(1) > 0.99
    classes = len(np.unique(votes[sure].argmax(1)))
    return {"clear": float(sure.mean()), "classes": classes, "real": floor}


@cache
def _digits() -> tuple[KNeighborsClassifier, float]:
    """The classifier, and the share of held-out reals on which its neighbours agree."""
    images = load_images(ImageData(name="mnist-5k"))
    train, held_out = (part.flatten(1).numpy() for part in (images.train, images.held_out))
    classifier = KNeighborsClassifier(5).fit(train, images.train_labels.numpy())
    return classifier, float((classifier.predict_proba(held_out).max(1) > 0.99).mean())


def _lit(pictures: Samples) -> NDArray[np.float64]:
    """Share of each picture's pixels that stand out from the drawn ground (24, 24, 24)."""
    return (np.abs(pictures.astype(int) - 24).max(3) > 60).mean((1, 2))


def _collapsed(metrics: Metrics) -> bool:
    return metrics["kl"] >= 0.5


def _spread(metrics: Metrics) -> bool:
    return metrics["kl"] <= 0.1


def _readable(steps: int, clear: float = 0.3) -> Goal:
    words = "digits clear, all ten"
    return Goal(words, steps, digits, lambda f: f["clear"] > clear and f["classes"] == 10)


def _obedient(data: ImageData, steps: int, noun: str) -> Goal:
    words = f"nine in ten are the {noun} asked for"
    return Goal(words, steps, classes_of(data), lambda f: f["asked"] >= 0.9)


def _cheap(data: ImageData, steps: int, most: float) -> Goal:
    words = f"held-out pictures at {most:g} nats or less"
    return Goal(words, steps, nll_of(data), lambda f: f["nats"] <= most)


GOALS: dict[str, Goal] = {
    "digits": _readable(600),
    "shapes": Goal("blots of colour", 500, shapes, lambda f: f["blots"] > 0.8),
    "digits-conditional": _obedient(ImageData(), 600, "digit"),
    "digits-auxiliary": _obedient(ImageData(), 400, "digit"),
    "shapes-conditional": _obedient(ImageData(name="shapes", size=28), 2400, "shape"),
    "digits-codes": Goal(
        "half are the digit of their code",
        600,
        digit_codes,
        lambda f: f["told"] >= 0.5,
    ),
    "shapes-codes": Goal(
        "nearest pictures are of one code, 95 in 100",
        800,
        sorted_by_code,
        lambda f: f["told"] >= 0.95,
    ),
    "digits-styles": _readable(1000),
    "mlp": Goal("no clear digit yet", 500, digits, lambda f: f["clear"] < 0.2),
    "dense-spatial": _readable(500, clear=0.2),
    "ring": Goal(
        "8 spots, high quality 85 %, KL 0.01",
        15_000,
        coverage,
        lambda f: f["modes"] == 8 and f["high_quality"] >= 0.85 and f["kl"] <= 0.01,
    ),
    "grid": Goal(
        "25 spots, high quality 75 %, KL 0.02",
        15_000,
        coverage,
        lambda f: f["modes"] == 25 and f["high_quality"] >= 0.75 and f["kl"] <= 0.02,
    ),
    "moons": Goal("three in four on the moons", 1000, moons, lambda f: f["near"] > 0.75),
    "sketch": Goal("JSD under 0.15", 12_000, likeness, lambda f: f["jsd"] < 0.15),
    "collapse": Goal("KL to uniform 0.5 or more", 3000, coverage, _collapsed),
    "collapse-penalty": Goal("KL to uniform 0.1 or less", 3000, coverage, _spread),
    "collapse-pack": Goal("KL to uniform 0.1 or less", 3000, coverage, _spread),
    "collapse-stddev": Goal("KL to uniform 0.1 or less", 3000, coverage, _spread),
    "hunt": Goal(
        "over 60 % on one spot, another at every second look",
        1500,
        hops,
        lambda f: f["fullest"] > 0.6 and f["hops"] > 0.5,
    ),
    "hunt-cured": Goal("under 40 % on the fullest spot", 1500, hops, lambda f: f["fullest"] < 0.4),
    "hunt-unrolled": Goal(
        "under 40 % on the fullest spot", 800, hops, lambda f: f["fullest"] < 0.4
    ),
    "vanishing": Goal("median push under 0.01", 200, pushes, lambda f: f["push"] < 0.01),
    "vanishing-cured": Goal("median push over 0.1", 200, pushes, lambda f: f["push"] > 0.1),
    "clipping": Goal(
        "push under 0.01, JSD over 0.5",
        2000,
        pushes,
        lambda f: f["push"] < 0.01 and f["jsd"] > 0.5,
    ),
    "vae-digits": _cheap(ImageData(levels=2), 600, 110),
    "vae-map": _cheap(ImageData(levels=2), 1000, 165),
    "vae-ring": Goal(
        "8 spots, high quality 35 %",
        6000,
        spots,
        lambda f: f["modes"] == 8 and f["high_quality"] >= 0.35,
    ),
    "vae-shapes": Goal("blots of colour", 800, shapes, lambda f: f["blots"] > 0.8),
    "made-ring": Goal(
        "8 spots, high quality 95 %, KL 0.01",
        1000,
        spots,
        lambda f: f["modes"] == 8 and f["high_quality"] >= 0.95 and f["kl"] <= 0.01,
    ),
    "made-small": _cheap(ImageData(size=8, levels=4), 600, 25),
    "made-digits": _cheap(ImageData(levels=2), 800, 130),
    "pixelcnn-digits": _cheap(ImageData(levels=2), 200, 85),
    "pixelcnn-shapes": _cheap(ImageData(name="shapes", size=32, levels=2), 200, 65),
}
