"""How good pictures become, against the time they took: a search, a table, the curves of cards.

python -m benchmarks.quality search digits [--seconds 11 22 44] [--seeds 1] [--only name ...]
python -m benchmarks.quality table [--seconds 8 16 40 80 200 400 800] [--only row ...]
python -m benchmarks.quality curve digits shapes [--seconds 4 8 15 30 60] [--seeds 5]

With --quick each trains for a moment.

Pictures are measured after so many seconds each. Two trainings go on at a time, one thread each,
and time is that of a core: a busy machine changes nothing. Only training counts: the clock stands
while pictures are measured. On two quiet cores a convolutional preset is half as fast again by the
clock on the wall: 44, 176 and 880 s of a core are 30 s, 2 and 10 minutes.
"""

import argparse
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from benchmarks.common import ENDLESS, arguments, side_by_side
from ganlib import FRECHET, PRESETS, DecoderPublished, RunConfig, changed, train
from ganlib.analysis.measured import measure_decoder, open_reference_set
from ganlib.config import AnyData
from ganlib.metrics import ReferenceSet

_SLOW_G = {"lr_g": 5e-4, "lr_d": 1e-3}
_LR_1E3 = {"lr_g": 1e-3, "lr_d": 1e-3}
_SHIFTED = {"augment_p": 1.0, "recolour": False}
_FIFTH_SHIFTED = {"augment_p": 0.2, "recolour": False, "cutout": False}


def _decay(last: int) -> dict[str, Any]:
    """Learning rates that fall to nothing, and the step at which they do."""
    return {"lr_decay": "linear", "total_steps": last}


CANDIDATES: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "digits": {
        "as it is": {},
        "batch 16": {"batch_size": 16},
        "batch 64": {"batch_size": 64},
        "width 16": {"width": 16},
        "width 32": {"width": 32},
        "lr 1e-3": _LR_1E3,
        "lr 4e-3": {"lr_g": 4e-3, "lr_d": 4e-3},
        "R1 0.3": {"r1_gamma": 0.3},
        "R1 every 8th": {"penalty_interval": 8},
        "rpgan, R1 and R2": {"loss": "rpgan", "r2_gamma": 1.0},
        "hinge": {"loss": "hinge"},
        "lsgan": {"loss": "lsgan"},
        "no norm in G": {"g_batch_norm": False},
        "style": {"network": {"architecture": "style", "width": 16, "latent_dim": 32}},
        "resnet": {"network": {"architecture": "resnet", "width": 16, "latent_dim": 32}},
        "residual": {
            "network": {"architecture": "residual", "width": 16, "latent_dim": 32},
            "loss": "rpgan",
            "r2_gamma": 1.0,
            "lr_g": 1e-3,
            "lr_d": 1e-3,
        },
        "augmented 0.2": _FIFTH_SHIFTED,
        "augmented by ADA": {"ada_target": 0.6, "recolour": False, "cutout": False},
        "averaged over 25,000": {"ema_half_life": 25_000.0},
        "averaged over 100,000": {"ema_half_life": 100_000.0},
        "linear decay to step 1,300": _decay(1300),
        "linear decay to step 5,000": _decay(5000),
        "linear decay to step 6,000": _decay(6000),
        "linear decay to step 10,000": _decay(10_000),
        "linear decay to step 50,000": _decay(50_000),
        "linear decay to step 5,000, augmented 0.2": _decay(5000) | _FIFTH_SHIFTED,
        "width 32, augmented 0.2": {"width": 32} | _FIFTH_SHIFTED,
        "linear decay to step 20,000, width 32, augmented 0.2": _decay(20_000)
        | {"width": 32}
        | _FIFTH_SHIFTED,
    },
    "shapes": {
        "as it is": {},
        "width 24": {"width": 24},
        "rpgan, R1 and R2": {"loss": "rpgan", "r2_gamma": 1.0},
        "lr 1e-3": _LR_1E3,
        "lr 4e-3": {"lr_g": 4e-3, "lr_d": 4e-3},
        "batch 32": {"batch_size": 32},
        "R1 0.3": {"r1_gamma": 0.3},
        "R1 0.1": {"r1_gamma": 0.1},
        "one layer from z to w": {"mapping_depth": 1},
        "R1 3": {"r1_gamma": 3.0},
        "D at 4e-3": {"lr_d": 4e-3},
        "dcgan": {"network": {"architecture": "dcgan", "width": 16, "latent_dim": 64}},
        "hinge": {"loss": "hinge"},
        "averaged over 100,000": {"ema_half_life": 100_000.0},
        "linear decay to step 5,000": _decay(5000),
        "G 5e-4, D 1e-3": _SLOW_G,
        "augmented": _SHIFTED,
        "augmented, G 5e-4, D 1e-3": _SHIFTED | _SLOW_G,
        "augmented, G 5e-4, D 1e-3, width 32, batch 32": _SHIFTED
        | _SLOW_G
        | {"width": 32, "batch_size": 32},
        "G 5e-4, D 1e-3, width 32, batch 32": _SLOW_G | {"width": 32, "batch_size": 32},
    },
    "digits-conditional": {
        "as it is": {},
        "concat": {"condition": "concat"},
        "auxiliary": {"condition": "auxiliary"},
        "auxiliary, by reals alone": {"condition": "auxiliary", "auxiliary_fakes": False},
        "width 32": {"width": 32},
        "lr 1e-3": _LR_1E3,
        "lr 1e-3, width 32": _LR_1E3 | {"width": 32},
        "lr 1e-3, averaged over 100,000": _LR_1E3 | {"ema_half_life": 100_000.0},
        "averaged over 100,000": {"ema_half_life": 100_000.0},
        "linear decay to step 5,000": _decay(5000),
        "linear decay to step 6,000": _decay(6000),
        "linear decay to step 10,000": _decay(10_000),
        "linear decay to step 50,000": _decay(50_000),
        "augmented 0.2": _FIFTH_SHIFTED,
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

MARKS = (4, 8, 15, 30, 60)
"""Seconds of a core after which the cards of the presets show a metric."""


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


def course(config: RunConfig, marks: list[float]) -> Iterator[Look]:
    """Train, and measure the first pictures after each mark, in seconds of this thread on a core.

    A run that is not endless goes on to its last step, and is measured there too.
    """
    reals, begin = _reals(config.data), time.thread_time()
    marks = sorted(marks)
    for event in train(config):
        seconds = time.thread_time() - begin
        if not isinstance(event, DecoderPublished):
            continue
        if event.step == config.total_steps or (marks and seconds >= marks[0]):
            yield _look(reals, event, seconds)
            begin = time.thread_time() - seconds
            marks = [mark for mark in marks if mark > seconds]
        if not marks and config.total_steps == ENDLESS:
            return


def _look(reals: ReferenceSet, published: DecoderPublished, seconds: float) -> Look:
    results = measure_decoder(reals, published.decoder, lambda text, share: None)
    named = {metric.name: metric for metric in results.metrics}
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
def _reals(data: AnyData) -> ReferenceSet:
    return open_reference_set(data, lambda text, share: None)


def search(wanted: argparse.Namespace) -> None:
    """Each candidate at each mark."""
    for preset in wanted.presets:
        query = {
            f"{name}, seed {seed}": _candidate(preset, changes, seed)
            for name, changes in CANDIDATES[preset].items()
            for seed in range(wanted.seeds)
            if not wanted.only or name in wanted.only
        }
        for name, looks in _courses(query, wanted, [11, 22, 44]):
            print(f"{preset}, {name}: {_summary(looks)}", flush=True)


def table(wanted: argparse.Namespace) -> None:
    """The reference networks, a tutorial's DCGAN and our preset, at equal times.

    The first of them goes on to the end that it is known for.
    """
    digits = PRESETS["digits"].config
    rows = {
        "mlp": PRESETS["mlp"].config,
        "digits": changed(digits, {"total_steps": ENDLESS}),
        "dense-spatial": changed(PRESETS["dense-spatial"].config, {"total_steps": ENDLESS}),
        "tutorial DCGAN": changed(digits, TUTORIAL | {"total_steps": ENDLESS}),
    }
    query = {
        name: changed(config, {"cpu_threads": 1})
        for name, config in rows.items()
        if not wanted.only or name in wanted.only
    }
    for name, looks in _courses(query, wanted, [8, 16, 40, 80, 200, 400, 800]):
        print(f"{name}: {_summary(looks)}", flush=True)


def curve(wanted: argparse.Namespace) -> None:
    """The course of each preset over several seeds: lowest, median and highest at each mark."""
    for preset in wanted.presets:
        query = {str(seed): _candidate(preset, {}, seed) for seed in range(wanted.seeds)}
        for looks in zip(*(results for _, results in _courses(query, wanted, MARKS)), strict=True):
            distances = sorted(one.distance for one in looks)
            seconds = statistics.median(one.seconds for one in looks)
            step = statistics.median(one.step for one in looks)
            print(
                f"{preset} {seconds:.0f} s, step {step:.0f}: {distances[0]:.2f}, "
                f"{statistics.median(distances):.2f}, {distances[-1]:.2f}",
                flush=True,
            )


def _courses(
    configs: Mapping[str, RunConfig], wanted: argparse.Namespace, usual: Sequence[float]
) -> Iterator[tuple[str, list[Look]]]:
    """Train two at a time; each with its looks, in the order in which they were asked for."""
    for data in {config.data for config in configs.values()}:
        _reals(data)  # Both workers would train the classifier otherwise.
    tasks = [(config, list(wanted.seconds or usual)) for config in configs.values()]
    yield from zip(configs, side_by_side(_look_on, tasks, wanted.workers), strict=True)


def _look_on(task: tuple[RunConfig, list[float]]) -> list[Look]:
    return list(course(*task))


def _candidate(preset: str, changes: Mapping[str, Any], seed: int) -> RunConfig:
    """A preset with changes; a network is named whole. It does not end before it is measured."""
    values = PRESETS[preset].config.model_dump()
    if "network" in changes:
        values["algorithm"]["network"] = dict(changes["network"])
    others = {name: value for name, value in changes.items() if name != "network"}
    endless = {"total_steps": ENDLESS, **others, "seed": seed, "cpu_threads": 1}
    return changed(RunConfig.parse(values), endless)


def _summary(looks: Sequence[Look]) -> str:
    last = looks[-1]
    course = "  ".join(f"{one.seconds:.0f} s {one.distance:.2f}" for one in looks)
    return (
        f"{course} +- {last.error:.2f} (floor {last.floor:.2f}), precision {last.precision:.2f}, "
        f"recall {last.recall:.2f}, step {last.step:,}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("search", "table", "curve"))
    parser.add_argument("presets", nargs="*", default=["digits"])
    parser.add_argument("--seconds", type=float, nargs="+")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--workers", type=int, default=2)
    quick = {"seconds": [0.1], "seeds": 1, "workers": 1, "only": ["digits", "as it is"]}
    wanted = arguments(parser, **quick)
    {"search": search, "table": table, "curve": curve}[wanted.what](wanted)


if __name__ == "__main__":
    main()
