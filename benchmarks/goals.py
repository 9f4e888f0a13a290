"""Whether a preset did what its card says: what is measured of its samples, and the bar."""

from collections.abc import Callable
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier

from ganlib import Decoder, Samples, seeded_z
from ganlib.config import ImageData
from ganlib.data import distribution, load_images

Figures = dict[str, float]
Goal = tuple[str, Callable[[Samples], Figures], Callable[[Figures], bool], int]
"""In words, what is measured, the bar, and after how many steps."""

SAMPLES = 2500


def samples(decoder: Decoder) -> Samples:
    """2,500 samples from latent vectors that training never used."""
    return decoder.decode(seeded_z(12345, decoder.latent_dim, SAMPLES))


def ring(points: Samples) -> Figures:
    """Modes with a sample within 3 sigma, and the share of samples that lie so near to one."""
    circle = distribution("ring")
    distances = torch.cdist(torch.as_tensor(points), circle.modes)
    nearest, mode = distances.min(1)
    near = nearest < 3 * circle.sigma
    return {"modes": len(mode[near].unique()), "near": near.float().mean().item()}


def moons(points: Samples) -> Figures:
    """Share of points where the data are at least as dense as at 99 % of the data themselves."""
    curve = distribution("two-moons")
    real = curve.sample(20_000, torch.Generator().manual_seed(1))
    bar = curve.log_density(real).quantile(0.01)
    return {"near": (curve.log_density(torch.as_tensor(points)) >= bar).float().mean().item()}


def digits(pictures: Samples) -> Figures:
    """Share on whose class the five nearest training digits agree, and the classes among those."""
    return _agreement(pictures.reshape(len(pictures), -1), *_digits())


def shapes(pictures: Samples) -> Figures:
    """Share of pictures that light up as much of the dark ground as the real ones do."""
    return {"blots": float(((_lit(pictures) > 0.02) & (_lit(pictures) < 0.3)).mean())}


def _agreement(
    features: NDArray[np.generic], classifier: KNeighborsClassifier, floor: float
) -> Figures:
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


GOALS: dict[str, Goal] = {
    "digits": (
        "digits clear, all ten",
        digits,
        lambda f: f["clear"] > 0.3 and f["classes"] == 10,
        400,
    ),
    "ring": ("on all 8 spots", ring, lambda f: f["modes"] == 8, 2000),
    "moons": ("three in four on the moons", moons, lambda f: f["near"] > 0.75, 1000),
    "shapes": ("blots of colour", shapes, lambda f: f["blots"] > 0.8, 300),
    "mlp": ("no clear digit yet", digits, lambda f: f["clear"] < 0.2, 500),
    "dense-spatial": (
        "digits clear, all ten",
        digits,
        lambda f: f["clear"] > 0.2 and f["classes"] == 10,
        500,
    ),
}
