"""How good pictures become, against the time they took: a search, a table, the curves of cards.

python -m benchmarks.quality search digits [--seconds 60] [--seeds 1] [--only name ...]
python -m benchmarks.quality table [--seconds 780]
python -m benchmarks.quality curve digits shapes [--seconds 120] [--seeds 5]

Only training counts: the clock stands while pictures are measured. A search runs two candidates at
a time, one thread each, and counts seconds of a core, which a busy machine does not change. Table
and curves count seconds of the clock, with the threads that a run gets on two cores.
"""

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ganlib import FRECHET, PRESETS, DecoderPublished, RunConfig, StepCompleted, changed, train
from ganlib.config import AnyData
from ganlib.metrics import Reals
from ganlib.runs.manager import is_small
from ganlib.runs.measurer import measure_decoder, open_reals

ENDLESS = 10_000_000

CANDIDATES: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "digits": {
        "as it is": {},
        "linear decay": {"lr_decay": "linear", "total_steps": 650},
        "rpgan, R1 and R2": {"loss": "rpgan", "r2_gamma": 1.0},
        "rpgan, R1 and R2 every update": {"loss": "rpgan", "r2_gamma": 1.0, "penalty_interval": 1},
        "batch 32": {"batch_size": 32},
        "batch 128": {"batch_size": 128},
        "width 24": {"width": 24},
        "width 16": {"width": 16},
        "z 32": {"latent_dim": 32},
        "averaged over 4,000": {"ema_half_life": 4000.0},
        "averaged over 25,000": {"ema_half_life": 25000.0},
        "lr 1e-3": {"lr_g": 1e-3, "lr_d": 1e-3},
        "lr 4e-3": {"lr_g": 4e-3, "lr_d": 4e-3},
        "lr_d 4e-3": {"lr_d": 4e-3},
        "lr_g 4e-3": {"lr_g": 4e-3},
        "augmented 0.2": {"augment_p": 0.2, "recolour": False, "cutout": False},
        "R1 0.3": {"r1_gamma": 0.3},
        "R1 3": {"r1_gamma": 3.0},
        "lsgan": {"loss": "lsgan"},
        "hinge": {"loss": "hinge"},
        "no norm in G": {"g_batch_norm": False},
        "style": {"network": {"architecture": "style", "width": 32}},
        "residual": {
            "network": {"architecture": "residual", "width": 16},
            "loss": "rpgan",
            "r2_gamma": 1.0,
            "lr_g": 1e-3,
            "lr_d": 1e-3,
        },
        "resnet": {"network": {"architecture": "resnet", "width": 16}},
        "batch 32, width 24": {"batch_size": 32, "width": 24},
        "batch 32, width 24, z 32": {"batch_size": 32, "width": 24, "latent_dim": 32},
        "batch 32, width 16": {"batch_size": 32, "width": 16},
        "batch 16, width 24": {"batch_size": 16, "width": 24},
        "batch 32, width 24, 1e-3": {"batch_size": 32, "width": 24, "lr_g": 1e-3, "lr_d": 1e-3},
        "batch 32, width 24, R1 0.3": {"batch_size": 32, "width": 24, "r1_gamma": 0.3},
        "batch 32, width 24, R1 3": {"batch_size": 32, "width": 24, "r1_gamma": 3.0},
        "batch 32, width 24, lsgan": {"batch_size": 32, "width": 24, "loss": "lsgan"},
        "batch 32, width 24, averaged over 4,000": {
            "batch_size": 32,
            "width": 24,
            "ema_half_life": 4000.0,
        },
        "batch 32, width 24, every 8th": {
            "batch_size": 32,
            "width": 24,
            "penalty_interval": 8,
        },
    },
    "shapes": {
        "as it is": {},
        "width 24": {"width": 24},
        "rpgan, R1 and R2": {"loss": "rpgan", "r2_gamma": 1.0},
        "lr 1e-3": {"lr_g": 1e-3, "lr_d": 1e-3},
        "lr 4e-3": {"lr_g": 4e-3, "lr_d": 4e-3},
        "batch 32": {"batch_size": 32},
        "R1 0.3": {"r1_gamma": 0.3},
        "R1 0.1": {"r1_gamma": 0.1},
        "style": {"network": {"architecture": "style", "width": 16}},
        "hinge": {"loss": "hinge"},
    },
}
"""What the search tries, as changes to the preset of that name; a network is named whole."""

TUTORIAL = {
    "width": 64,
    "latent_dim": 100,
    "d_batch_norm": True,
    "loss": "ns",
    "r1_gamma": 0.0,
    "batch_size": 128,
    "lr_g": 2e-4,
    "lr_d": 2e-4,
    "beta1": 0.5,
    "beta2": 0.999,
    "ema_half_life": 0.0,
}
"""A plain DCGAN as in the usual tutorial, as changes to the preset of digits."""


@dataclass(frozen=True)
class Look:
    """The pictures after so many seconds of training and so many steps."""

    seconds: float
    step: int
    distance: float
    error: float
    floor: float
    precision: float
    recall: float


def course(config: RunConfig, marks: Sequence[float], clock: Callable[[], float]) -> Iterator[Look]:
    """Train, and measure the first picture after each mark, in seconds of the clock."""
    reals, waiting = _reals(config.data), list(marks)
    begin, step = clock(), 0
    for event in train(config):
        if isinstance(event, StepCompleted):
            step = event.step
        elif isinstance(event, DecoderPublished) and clock() - begin >= waiting[0]:
            seconds = clock() - begin
            yield _look(reals, event, seconds)
            begin = clock() - seconds
            while waiting and waiting[0] <= seconds:
                waiting.pop(0)
            if not waiting:
                return
    raise RuntimeError(f"The run ended at step {step} before its last mark.")


def _look(reals: Reals, published: DecoderPublished, seconds: float) -> Look:
    found = measure_decoder(reals, published.decoder, lambda text, share: None)
    named = {figure.name: figure for figure in found.figures}
    distance = named[FRECHET]
    return Look(
        seconds,
        published.step,
        distance.value,
        distance.error,
        distance.floor or 0.0,
        named["precision"].value,
        named["recall"].value,
    )


@cache
def _reals(data: AnyData) -> Reals:
    return open_reals(data, lambda text, share: None)


def search(wanted: argparse.Namespace) -> None:
    """Each candidate at a quarter, a half and the whole of the time; the best first."""
    (preset,) = wanted.presets
    names = wanted.only or list(CANDIDATES[preset])
    asked = [(name, seed) for name in names for seed in range(wanted.seeds)]
    tasks = [
        (_candidate(preset, CANDIDATES[preset][name], seed), wanted.seconds) for name, seed in asked
    ]
    _reals(PRESETS[preset].config.data)  # Both workers would train the classifier otherwise.
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for (name, seed), looks in zip(asked, pool.imap(_try, tasks), strict=True):
            told = "  ".join(f"{one.seconds:.0f} s {one.distance:.2f}" for one in looks)
            last = looks[-1]
            print(
                f"{told}  precision {last.precision:.2f} recall {last.recall:.2f} "
                f"({last.step} steps) {name}, seed {seed}",
                flush=True,
            )


def _try(task: tuple[RunConfig, float]) -> list[Look]:
    config, seconds = task
    return list(course(config, (seconds / 4, seconds / 2, seconds), time.thread_time))


def _candidate(preset: str, changes: Mapping[str, Any], seed: int) -> RunConfig:
    config = _with_network(PRESETS[preset].config, changes.get("network"))
    others = {name: value for name, value in changes.items() if name != "network"}
    return changed(config, {"total_steps": ENDLESS, **others, "seed": seed, "cpu_threads": 1})


def _with_network(config: RunConfig, network: Mapping[str, Any] | None) -> RunConfig:
    values = config.model_dump()
    if network:
        values["algorithm"]["network"] = dict(network)
    return RunConfig.parse(values)


def table(wanted: argparse.Namespace) -> None:
    """The reference networks, a tutorial's DCGAN and our preset, at equal times of the clock."""
    rows = {
        "mlp, its own settings": PRESETS["mlp"].config,
        "dense-spatial, its own settings": PRESETS["dense-spatial"].config,
        "tutorial DCGAN": changed(PRESETS["digits"].config, TUTORIAL),
        "digits preset": PRESETS["digits"].config,
    }
    marks = [wanted.seconds / 100, wanted.seconds / 10, wanted.seconds]
    for name, config in rows.items():
        looks = course(_endless(config, 0), marks, time.perf_counter)
        print(f"{name}: {_told(list(looks))}", flush=True)


def curve(wanted: argparse.Namespace) -> None:
    """The course of each preset over several seeds: medians, and the seeds at each mark."""
    marks = [wanted.seconds * share for share in (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1)]
    for name in wanted.presets:
        config = PRESETS[name].config
        found = [
            list(course(_endless(config, seed), marks, time.perf_counter))
            for seed in range(wanted.seeds)
        ]
        for looks in zip(*found, strict=True):
            distances = sorted(one.distance for one in looks)
            seconds = statistics.median(one.seconds for one in looks)
            step = statistics.median(one.step for one in looks)
            print(
                f"{name} {seconds:.0f} s, step {step:.0f}: "
                f"median {statistics.median(distances):.2f}, seeds "
                + ", ".join(f"{one:.2f}" for one in distances),
                flush=True,
            )


def _endless(config: RunConfig, seed: int) -> RunConfig:
    """The same without an end that the clock could outrun, with the threads it gets alone."""
    decays = config.algorithm.optimisation.decays != ("none", "none")
    total = config.total_steps if decays else ENDLESS
    threads = 1 if is_small(config) else 2
    return changed(config, {"seed": seed, "total_steps": total, "cpu_threads": threads})


def _told(looks: Sequence[Look]) -> str:
    return "; ".join(
        f"{one.seconds:.0f} s, step {one.step:,}: {one.distance:.2f} +- {one.error:.2f} "
        f"(floor {one.floor:.2f}), precision {one.precision:.2f}, recall {one.recall:.2f}"
        for one in looks
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("search", "table", "curve"))
    parser.add_argument("presets", nargs="*", default=["digits"])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--only", nargs="*")
    wanted = parser.parse_args()
    {"search": search, "table": table, "curve": curve}[wanted.what](wanted)


if __name__ == "__main__":
    main()
