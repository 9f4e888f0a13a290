"""How likely MADE, PixelCNN and the VAE take held-out digits to be, and how fast they draw.

python -m benchmarks.likelihood search [model ...] [--only name ...]
python -m benchmarks.likelihood table [model ...]
python -m benchmarks.likelihood sampling [--count 64]

With --quick one model takes some steps.

Digits of two levels, one thread; seconds are those of a core, of training alone. search measures
the likelihood of each candidate on 500 of the 4,500 training digits that it was not trained on, so
that the held-out ones decide nothing. table trains what was chosen there on all 4,500, and measures
that of the 500 held-out digits after the last step, whatever came before. sampling sets drawing
with kept activations against a full pass for every pixel: the same chances, the same pictures.
"""

import argparse
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor

from benchmarks.common import arguments
from ganlib import PRESETS, Metric, RunConfig, changed
from ganlib.algorithms import Algorithm, make_algorithm
from ganlib.algorithms.single_network import SingleNetworkAlgorithm
from ganlib.config import ImageData
from ganlib.data import ImageSet, load_images
from ganlib.data.batches import ImageBatches
from ganlib.data.images import with_levels
from ganlib.events import HasLikelihood
from ganlib.latent import terms
from ganlib.latent.vae import DRAWS
from ganlib.metrics import likelihood_metrics
from ganlib.models import AutoregressiveModel, Choose, Vae
from ganlib.runtime import make_rng, use_threads
from ganlib.streams import Stream

DIGITS = ImageData(levels=2)
SET_ASIDE = 500
"""Training digits by which settings are chosen."""
LOOKS = 4
"""Times that a candidate is priced, after even parts of its steps."""

CHOSEN: Mapping[str, RunConfig] = {
    "made": PRESETS["made-digits"].config,
    "pixelcnn": PRESETS["pixelcnn-digits"].config,
    "vae": changed(PRESETS["vae-digits"].config, {"total_steps": 6000}),
}
"""What the search chose."""

_SHORT = {"total_steps": 800, "lr_decay": "none"}

CANDIDATES: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "made": {
        "two layers": {"depth": 2, **_SHORT},
        "two layers, width 256": {"depth": 2, "width": 256, **_SHORT},
        "one layer": _SHORT,
        "learning rate 3e-3, decay to step 1,200": {
            "lr": 3e-3,
            "lr_decay": "cosine",
            "ema_half_life": 2000.0,
            "total_steps": 1200,
        },
    },
    "pixelcnn": {
        "reach 2, learning rate 1e-3": {"reach": 2, "lr": 1e-3, **_SHORT},
        "reach 2": {"reach": 2, **_SHORT},
        "reach 3": _SHORT,
    },
    "vae": {
        "width 24, learning rate 1e-3": {"width": 24, "lr": 1e-3, **_SHORT},
        "width 24": {"width": 24, **_SHORT},
    },
}
"""What the search tries, as changes to what it chose."""


@dataclass(frozen=True)
class Course:
    """How far a training is.

    Attributes:
        seconds: of one core, of the steps alone.
    """

    step: int
    seconds: float
    algorithm: Algorithm


def trained(config: RunConfig, images: ImageSet) -> Iterator[Course]:
    """Train on the training part, to the last step of the configuration."""
    algorithm = make_algorithm(config, config.data.shape, torch.device("cpu"))
    rng = make_rng(config.seed, Stream.BATCHES)
    batches = ImageBatches(images.train, images.train_labels, config.batch_size, rng)
    seconds = 0.0
    for step in range(1, config.total_steps + 1):
        begin = time.thread_time()
        algorithm.train_step(batches)
        seconds += time.thread_time() - begin
        yield Course(step, seconds, algorithm)


def two_levels() -> ImageSet:
    """The digits in black and white."""
    return with_levels(load_images(DIGITS), DIGITS.levels)


def search(wanted: argparse.Namespace) -> None:
    """Each candidate after parts of its steps, on digits set aside from the training part."""
    digits = two_levels()
    order = torch.randperm(len(digits.train), generator=torch.Generator().manual_seed(0))
    aside, rest = order[:SET_ASIDE], order[SET_ASIDE:]
    part = replace(digits, train=digits.train[rest], train_labels=digits.train_labels[rest])
    for model in wanted.models:
        for name, changes in {"as chosen": {}, **CANDIDATES[model]}.items():
            if not wanted.only or name in wanted.only:
                config = _shortened(changed(CHOSEN[model], changes), wanted)
                texts = _priced(config, part, digits.train[aside])
                print(f"{model}, {name}: {'  '.join(texts)}", flush=True)


def _priced(config: RunConfig, part: ImageSet, aside: Tensor) -> Iterator[str]:
    for course in trained(config, part):
        if course.step % (config.total_steps // LOOKS) == 0:
            nll, _ = _figures(course.algorithm, aside)
            yield f"{course.step:,} ({course.seconds:.0f} s) {nll.value:.2f}"


def table(wanted: argparse.Namespace) -> None:
    """What was chosen, trained on all training digits and priced on the held-out ones."""
    digits = two_levels()
    print("| model | weights | steps | seconds | nats | bits per dimension | ELBO |")
    for model in wanted.models:
        (last,) = deque(trained(_shortened(CHOSEN[model], wanted), digits), maxlen=1)
        assert isinstance(last.algorithm, SingleNetworkAlgorithm)
        averaged = last.algorithm.average.module
        nll, bits = _figures(last.algorithm, digits.held_out)
        elbo = f"{_elbo(averaged, digits.held_out):.2f}" if isinstance(averaged, Vae) else ""
        weights = sum(one.numel() for one in averaged.parameters())
        print(
            f"| {model} | {weights:,} | {last.step:,} | {last.seconds:.0f} | {nll.value:.2f} +- "
            f"{nll.error:.2f} | {bits.value:.4f} | {elbo} |",
            flush=True,
        )


def _shortened(config: RunConfig, wanted: argparse.Namespace) -> RunConfig:
    return changed(config, {"total_steps": wanted.steps}) if wanted.steps else config


def _figures(algorithm: Algorithm, pictures: Tensor) -> tuple[Metric, Metric]:
    decoder = algorithm.publish()
    assert isinstance(decoder, HasLikelihood)
    nll, bits = likelihood_metrics(decoder, pictures)
    return nll, bits


@torch.inference_mode()
def _elbo(vae: Vae, pictures: Tensor) -> float:
    """Mean of -ELBO in nats, over as many draws of z as the bound has."""
    x, rng = pictures.float() / 127.5 - 1, torch.Generator().manual_seed(1)
    mean, _ = vae.encode(x)
    results = []
    for _ in range(DRAWS):
        likelihood, kl = terms(vae, x, torch.randn(mean.shape, generator=rng))
        results.append((kl.sum(1) - likelihood).mean())
    return torch.stack(results).mean().item()


@torch.inference_mode()
def sampling(wanted: argparse.Namespace) -> None:
    """Seconds of a core to draw pictures, with kept activations and without."""
    for model in (one for one in wanted.models if one != "vae"):
        algorithm = make_algorithm(CHOSEN[model], DIGITS.shape, torch.device("cpu"))
        assert isinstance(algorithm, SingleNetworkAlgorithm)
        network = algorithm.network
        assert isinstance(network, AutoregressiveModel)
        rng = torch.Generator().manual_seed(0)
        chances = torch.rand(wanted.count, network.length, generator=rng)

        choose = partial(_chosen, chances)
        kept, took = _timed(network.draw, wanted.count, choose)
        naive, slow = _timed(partial(_drawn_naively, network), wanted.count, choose)
        same = (kept == naive).all(1).sum().item()
        print(
            f"{model}: {wanted.count} pictures in {took:.2f} s, and in {slow:.1f} s with a full "
            f"pass for every pixel: {slow / took:.0f} times faster; {same} the same",
            flush=True,
        )


def _chosen(chances: Tensor, place: int, logits: Tensor) -> Tensor:
    """The value at which the chances of the values, added up, pass a number in 0..1."""
    reached = logits.double().softmax(1).cumsum(1)[:, :-1]
    return (reached <= chances[:, place : place + 1]).sum(1)


def _drawn_naively(model: AutoregressiveModel, count: int, choose: Choose) -> Tensor:
    codes = torch.zeros(count, model.length, dtype=torch.int64)
    for place in range(model.length):
        codes[:, place] = choose(place, model(codes)[:, place])
    return codes


def _timed(
    draw: Callable[[int, Choose], Tensor], count: int, choose: Choose
) -> tuple[Tensor, float]:
    begin = time.thread_time()
    codes = draw(count, choose)
    return codes, time.thread_time() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("search", "table", "sampling"))
    parser.add_argument("models", nargs="*", default=list(CHOSEN))
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--count", type=int, default=64)
    parser.add_argument("--steps", type=int, help="instead of those of the candidates")
    wanted = arguments(parser, models=["made"], only=["one layer"], count=1, steps=4)
    use_threads(1)
    {"search": search, "table": table, "sampling": sampling}[wanted.what](wanted)


if __name__ == "__main__":
    main()
