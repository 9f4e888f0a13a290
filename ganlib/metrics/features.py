"""A small classifier of a set of pictures: what it makes of them is what metrics are measured in.

An Inception network has seen photographs, and says little about digits of 28 pixels. This one is
trained once on the very pictures that a run learns from, in seconds on one CPU thread, and kept.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganlib.data import PICTURE_SETS, ImageSet
from ganlib.data.cache import Arrays, Progress, cache_folder, cached, ignore_progress
from ganlib.models.init import fan_in_uniform
from ganlib.runtime import own_threads

DIMENSIONS = 64
"""Features of a picture."""
VERSION = 1
"""Of the recipe below: another one keeps its classifiers under other names."""

_WIDTH = 32
"""Channels of the last map; half as many with every doubling of its size."""
_UPDATES, _BATCH, _RATE = 500, 64, 5e-3
_ROUGH = 4
"""Side of the rough picture that the features are to tell too, so that they know of colour and
place, which the classes of drawn shapes do not."""
_CHUNK = 256
_SEED = 5
_LEARNING = Lock()
"""Two runs may ask for one classifier in the same instant."""


@dataclass(frozen=True)
class ExtractedFeatures:
    """What the classifier makes of N pictures.

    Attributes:
        features: (N, DIMENSIONS) float64, of mean 0 and variance 1 over the training pictures.
        shares: (N, K) float64, probabilities of the classes.
    """

    features: Tensor
    shares: Tensor


class Features:
    """A trained classifier, which any thread may ask.

    Attributes:
        name: "digit features 3f2a": the pictures, and the beginning of the digest of its weights.
        class_names: what the K classes mean; empty where the pictures have none.
        accuracy: share of the held-out pictures whose class it finds; None where there are none.
    """

    def __init__(
        self, classifier: "_Classifier", words: str, class_names: tuple[str, ...], known: str
    ) -> None:
        self._classifier = classifier.eval().requires_grad_(False)
        self.name = f"{words} features {_digest(classifier.state_dict())[:4]}"
        self.class_names = class_names
        self.accuracy = float(known) if known else None

    @torch.inference_mode()
    def extract(self, pictures: Tensor) -> ExtractedFeatures:
        """Look at (N, C, S, S) uint8 pictures, some at a time so that memory stays bounded.

        Raises:
            ValueError: they are no uint8 pictures: values in [-1, 1] would be taken for black.
        """
        if pictures.dtype != torch.uint8 or pictures.ndim != 4:
            raise ValueError(
                f"Pictures must be (N, C, S, S) uint8, not {tuple(pictures.shape)} {pictures.dtype}"
            )
        with own_threads(1):
            parts = [self._classifier(part) for part in pictures.split(_CHUNK)]
        features, logits = (torch.cat(one).double() for one in zip(*parts, strict=True))
        return ExtractedFeatures(features, logits.softmax(1))


def learn_features(
    images: ImageSet, progress: Progress = ignore_progress, folder: Path | None = None
) -> Features:
    """The classifier of these pictures, trained when it is not in the cache.

    The same pictures give the same weights on one machine: it is trained by one thread, and with
    random numbers of its own.

    Args:
        images: it is trained on the training part, and tested on the held-out one.
        progress: hears how far it is; others who want one at the same time wait.
        folder: where it is kept, by default `cache_folder()`.
    """
    size = images.train.shape[-1]
    pictures = _digest({"train": images.train, "labels": images.train_labels})[:16]
    key = f"features-{VERSION}-{images.name}-{size}-{pictures}"
    while not _LEARNING.acquire(timeout=0.5):
        progress("Waiting for another classifier to be trained", None)
    try:
        with own_threads(1):
            arrays = cached(
                key, lambda: _learn(images, progress), progress, folder or cache_folder()
            )
    finally:
        _LEARNING.release()
    classifier = _laid_out(images)
    classifier.load_state_dict(dict(arrays.tensors), assign=True)
    return Features(classifier, _words(images.name), images.class_names, arrays.texts["accuracy"])


def _words(name: str) -> str:
    """What its samples are called where that tells a data set from others, else its name."""
    known = PICTURE_SETS.get(name)
    return known.sample if known and known.sample != "picture" else name


class _Classifier(nn.Module):
    """Convolutions that halve the picture to 7 or 8 pixels, 64 features, and what they tell."""

    def __init__(self, images: ImageSet) -> None:
        super().__init__()
        channels, size = images.train.shape[1], images.train.shape[-1]
        layers, wide = list[nn.Module](), _WIDTH // max(1, size // 14)
        if size == 8:  # Nothing to halve, but more than its own channels to see.
            layers += [nn.Conv2d(channels, wide, 3, 1, 1), nn.ReLU()]
            channels = wide
        while size > 8:
            layers += [nn.Conv2d(channels, wide, 4, 2, 1), nn.ReLU()]
            channels, size, wide = wide, size // 2, 2 * wide
        layers += [nn.Conv2d(channels, channels, 3, 1, 1), nn.ReLU()]
        layers += [nn.AvgPool2d(2, ceil_mode=True), nn.Flatten()]
        layers += [nn.Linear(channels * _ROUGH**2, DIMENSIONS)]
        self.body = nn.Sequential(*layers)
        self.scale = nn.BatchNorm1d(DIMENSIONS, affine=False)
        self.head = nn.Linear(DIMENSIONS, max(1, len(images.class_names)))
        self.rough = nn.Linear(DIMENSIONS, images.train.shape[1] * _ROUGH**2)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """(N, DIMENSIONS) features, and (N, K) logits."""
        features = self.scale(self.body(_scaled(pictures)))
        return features, self.head(features.relu())


def _laid_out(images: ImageSet) -> _Classifier:
    """A classifier without numbers: layers draw theirs from the global generator otherwise."""
    with torch.device("meta"):
        return _Classifier(images)


def _learn(images: ImageSet, progress: Progress) -> Arrays:
    rng = torch.Generator().manual_seed(_SEED)
    classifier = _laid_out(images)
    classifier.to_empty(device="cpu")
    classifier.scale.reset_running_stats()
    for layer in classifier.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            fan_in_uniform(layer.weight, layer.bias, rng)
    optimiser = torch.optim.Adam(classifier.parameters(), lr=_RATE)
    for update in range(_UPDATES):
        if update % 25 == 0:
            progress(f"Training the classifier of {images.name}", update / _UPDATES)
        optimiser.param_groups[0]["lr"] = _RATE * (1 - update / _UPDATES)
        chosen = torch.randint(len(images.train), (_BATCH,), generator=rng)
        optimiser.zero_grad()
        _loss(classifier, images.train[chosen], images.train_labels[chosen]).backward()
        optimiser.step()
    _standardise(classifier, images.train)
    return Arrays(classifier.state_dict(), {"accuracy": _accuracy(classifier, images)})


def _loss(classifier: _Classifier, pictures: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy of the class, and the squared error of the rough picture."""
    features, logits = classifier(pictures)
    rough = functional.adaptive_avg_pool2d(_scaled(pictures), _ROUGH).flatten(1)
    error = functional.mse_loss(classifier.rough(features), rough)
    return functional.cross_entropy(logits, labels) + error


@torch.no_grad()
def _standardise(classifier: _Classifier, pictures: Tensor) -> None:
    """Bring every feature to mean 0 and variance 1 over the training pictures."""
    bodies = [classifier.body(_scaled(part)) for part in pictures.split(_CHUNK)]
    variance, mean = torch.var_mean(torch.cat(bodies), 0)
    classifier.scale.load_state_dict({"running_mean": mean, "running_var": variance}, strict=False)
    classifier.eval()


@torch.no_grad()
def _accuracy(classifier: _Classifier, images: ImageSet) -> str:
    if not images.class_names or not len(images.held_out):
        return ""
    logits = torch.cat([classifier(part)[1] for part in images.held_out.split(_CHUNK)])
    return str(float((logits.argmax(1) == images.held_out_labels).float().mean()))


def _scaled(pictures: Tensor) -> Tensor:
    return pictures.float() / 127.5 - 1


def _digest(tensors: dict[str, Tensor]) -> str:
    sha = hashlib.sha256()
    for name in sorted(tensors):
        array = tensors[name].contiguous().numpy()
        sha.update(f"{name} {array.dtype} {array.shape}".encode())
        sha.update(array.data)
    return sha.hexdigest()
