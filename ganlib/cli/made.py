"""sample, evaluate and export: what can be made of a run that is kept."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganlib.algorithms import saved_decoder, saved_game
from ganlib.analysis import diagnose_run, measure_decoder, open_reals, point_figures
from ganlib.cli.tell import find, open_store, tell
from ganlib.config import PlaneData, RunConfig
from ganlib.data.cache import ignore_progress
from ganlib.errors import ConfigError, RunError
from ganlib.events import Figure, StateSaved
from ganlib.export import EXPORTS
from ganlib.latent import one_class, seeded_z
from ganlib.pictures import class_columns, drawing
from ganlib.store import StoredRun, last_good, saved_at

MOST_SAMPLES = 1024


def sample(asked: argparse.Namespace) -> int:
    """Draw samples of a run as one picture."""
    if not 1 <= asked.count <= MOST_SAMPLES:
        raise ConfigError((("count", f"--count is {asked.count}: 1 to {MOST_SAMPLES:,} samples."),))
    if not 0 <= asked.seed < 2**32:
        raise ConfigError((("seed", f"--seed is {asked.seed}: choose one from 0 to {2**32 - 1}."),))
    run, saved = _saved(asked)
    latent_dim = run.config.latent_dim
    z = np.concatenate([seeded_z(asked.seed + i, latent_dim) for i in range(asked.count)])
    samples = saved_decoder(saved).decode(z, _condition(run.config, asked.label, len(z)))
    image = drawing(samples, run.snapshot.real, class_columns(run.config))
    path = Path(asked.out or f"{run.run_id}-samples.png")
    if path.suffix not in (".png", ".webp"):
        raise ConfigError((("out", f"{path.name} must end in .png or .webp."),))
    image.save(path)
    facts = {"file": str(path), "run_id": run.run_id, "step": saved.step, "count": asked.count}
    tell(asked, facts, f"{asked.count} samples of step {saved.step:,} in {path}.")
    return 0


def _condition(config: RunConfig, label: str | None, count: int) -> NDArray[np.float32] | None:
    """One class for so many samples; None where the classes take turns or there are none.

    Raises:
        ConfigError: the run cannot be asked for this class.
    """
    if label is None:
        return None
    classes = config.asked_classes
    if label not in classes:
        allowed = f"choose one of {', '.join(classes)}" if classes else "leave --label away"
        raise ConfigError((("label", f"This run cannot be asked for {label!r}: {allowed}."),))
    return one_class(classes.index(label), len(classes), count)


def evaluate(asked: argparse.Namespace) -> int:
    """Measure how good a run is."""
    run, saved = _saved(asked)
    game = saved_game(saved)
    facts = {"run_id": run.run_id, "step": saved.step}
    if game is None and isinstance(saved.config.data, PlaneData):
        return _evaluate_points(asked, saved, saved.config.data, facts)
    if game is None:
        return _evaluate_pictures(asked, run, saved, facts)
    measured = dict(game.measure())
    facts |= measured
    shown = {name: value for name, value in measured.items() if isinstance(value, int | float)}
    modes = measured["modes"] or {}
    shown |= {name: modes[name] for name in ("covered", "of", "high_quality", "kl") if modes}
    lines = (f"{name:24} {_short(value)}" for name, value in shown.items())
    tell(asked, facts, f"{measured['words']['sentence']}\n" + "\n".join(lines))
    return 0


def _evaluate_points(
    asked: argparse.Namespace, saved: StateSaved, data: PlaneData, facts: dict[str, Any]
) -> int:
    """What can be said of a model of points without a game."""
    found = point_figures(data, saved_decoder(saved))
    figures = [asdict(one) for one in found.figures]
    tell(asked, facts | {"figures": figures}, "\n".join(map(_line, found.figures)))
    return 0


def _evaluate_pictures(
    asked: argparse.Namespace, run: StoredRun, saved: StateSaved, facts: dict[str, Any]
) -> int:
    reals = open_reals(saved.config.data, ignore_progress)
    found = measure_decoder(reals, saved_decoder(saved), ignore_progress)
    words = diagnose_run(run.config, run.snapshot, saved.step, found)
    lines = [_line(one) for one in found.figures]
    said = [f"{words['sentence']}{_advice(words)}"] if words else []
    tell(
        asked, facts | asdict(found) | {"words": words}, "\n".join((*said, *lines, *found.refused))
    )
    return 0


def _advice(words: dict[str, str]) -> str:
    return f" Try {words['advice']}." if words["advice"] else ""


def _line(one: Figure) -> str:
    return f"{one.title:48} {one.value:9.4g} +- {one.error:<9.2g} {_floor(one.floor)} N = {one.n:,}"


def _floor(value: float | None) -> str:
    return f"reals get {value:<9.4g}" if value is not None else " " * 19


def export(asked: argparse.Namespace) -> int:
    """Save a run in another form."""
    store = open_store()
    run = StoredRun(store, find(store, asked.run))
    form = EXPORTS[asked.form]
    if lack := form.lack(run):
        raise RunError(lack)
    path = Path(asked.out or form.file_name(run))
    form.save(run, path)
    facts = {"file": str(path), "run_id": run.run_id, "bytes": path.stat().st_size}
    tell(asked, facts, f"{path}: {path.stat().st_size:,} bytes.")
    return 0


def _saved(asked: argparse.Namespace) -> tuple[StoredRun, StateSaved]:
    """The run, and the saved moment that is wanted of it."""
    store = open_store()
    run = StoredRun(store, find(store, asked.run))
    if asked.step is None:
        return run, last_good(run.snapshot)[0]
    return run, saved_at(run.snapshot, asked.step)


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else f"{value:,}"
