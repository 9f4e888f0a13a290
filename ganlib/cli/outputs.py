"""sample, evaluate and export: what can be made of a run that is kept."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganlib.algorithms import saved_decoder, saved_plane
from ganlib.analysis import diagnose_run, measure_decoder, open_reference_set, point_metrics
from ganlib.cli.tell import find, open_store, tell
from ganlib.config import RunConfig, Toy2dData
from ganlib.data.cache import ignore_progress
from ganlib.errors import ConfigError, RunError
from ganlib.events import CheckpointSaved, Metric
from ganlib.export import EXPORTS
from ganlib.latent import one_class, seeded_z
from ganlib.pictures import class_columns, render
from ganlib.store import StoredRun, checkpoint_at, last_good_checkpoint

MOST_SAMPLES = 1024


def sample(args: argparse.Namespace) -> int:
    """Draw samples of a run as one picture."""
    if not 1 <= args.count <= MOST_SAMPLES:
        raise ConfigError((("count", f"--count is {args.count}: 1 to {MOST_SAMPLES:,} samples."),))
    if not 0 <= args.seed < 2**32:
        raise ConfigError((("seed", f"--seed is {args.seed}: choose one from 0 to {2**32 - 1}."),))
    run, saved = _saved(args)
    latent_dim = run.config.latent_dim
    z = np.concatenate([seeded_z(args.seed + i, latent_dim) for i in range(args.count)])
    samples = saved_decoder(saved).decode(z, _condition(run.config, args.label, len(z)))
    image = render(samples, run.snapshot.real, class_columns(run.config))
    path = Path(args.out or f"{run.run_id}-samples.png")
    if path.suffix not in (".png", ".webp"):
        raise ConfigError((("out", f"{path.name} must end in .png or .webp."),))
    image.save(path)
    facts = {"file": str(path), "run_id": run.run_id, "step": saved.step, "count": args.count}
    tell(args, facts, f"{args.count} samples of step {saved.step:,} in {path}.")
    return 0


def _condition(config: RunConfig, label: str | None, count: int) -> NDArray[np.float32] | None:
    """One class for so many samples; None where the classes take turns or there are none.

    Raises:
        ConfigError: the run cannot be asked for this class.
    """
    if label is None:
        return None
    classes = config.condition_labels
    if label not in classes:
        allowed = f"choose one of {', '.join(classes)}" if classes else "leave --label away"
        raise ConfigError((("label", f"This run cannot be asked for {label!r}: {allowed}."),))
    return one_class(classes.index(label), len(classes), count)


def evaluate(args: argparse.Namespace) -> int:
    """Measure how good a run is."""
    run, saved = _saved(args)
    plane = saved_plane(saved)
    facts = {"run_id": run.run_id, "step": saved.step}
    if plane is None and isinstance(saved.config.data, Toy2dData):
        return _evaluate_points(args, saved, saved.config.data, facts)
    if plane is None:
        return _evaluate_pictures(args, run, saved, facts)
    measured = dict(plane.measure())
    facts |= measured
    shown = {name: value for name, value in measured.items() if isinstance(value, int | float)}
    modes = measured["modes"] or {}
    shown |= {name: modes[name] for name in ("covered", "of", "high_quality", "kl") if modes}
    lines = (f"{name:24} {_short(value)}" for name, value in shown.items())
    tell(args, facts, f"{measured['words']['sentence']}\n" + "\n".join(lines))
    return 0


def _evaluate_points(
    args: argparse.Namespace, saved: CheckpointSaved, data: Toy2dData, facts: dict[str, Any]
) -> int:
    """What can be said of a model of points without a game."""
    report = point_metrics(data, saved_decoder(saved))
    rows = [asdict(one) for one in report.metrics]
    tell(args, facts | {"metrics": rows}, "\n".join(map(_line, report.metrics)))
    return 0


def _evaluate_pictures(
    args: argparse.Namespace, run: StoredRun, saved: CheckpointSaved, facts: dict[str, Any]
) -> int:
    reals = open_reference_set(saved.config.data, ignore_progress)
    report = measure_decoder(reals, saved_decoder(saved), ignore_progress)
    words = diagnose_run(run.config, run.snapshot, saved.step, report)
    lines = [_line(one) for one in report.metrics]
    diagnosis = [f"{words['sentence']}{_advice(words)}"] if words else []
    tell(
        args,
        facts | asdict(report) | {"words": words},
        "\n".join((*diagnosis, *lines, *report.refused)),
    )
    return 0


def _advice(words: dict[str, str]) -> str:
    return f" Try {words['advice']}." if words["advice"] else ""


def _line(one: Metric) -> str:
    return f"{one.title:48} {one.value:9.4g} +- {one.error:<9.2g} {_floor(one.floor)} N = {one.n:,}"


def _floor(value: float | None) -> str:
    return f"reals get {value:<9.4g}" if value is not None else " " * 19


def export(args: argparse.Namespace) -> int:
    """Save a run in another form."""
    store = open_store()
    run = StoredRun(store, find(store, args.run))
    form = EXPORTS[args.form]
    if lack := form.lack(run):
        raise RunError(lack)
    path = Path(args.out or form.file_name(run))
    form.save(run, path)
    facts = {"file": str(path), "run_id": run.run_id, "bytes": path.stat().st_size}
    tell(args, facts, f"{path}: {path.stat().st_size:,} bytes.")
    return 0


def _saved(args: argparse.Namespace) -> tuple[StoredRun, CheckpointSaved]:
    """The run, and the checkpoint that is wanted of it."""
    store = open_store()
    run = StoredRun(store, find(store, args.run))
    if args.step is None:
        return run, last_good_checkpoint(run.snapshot)[0]
    return run, checkpoint_at(run.snapshot, args.step)


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else f"{value:,}"
