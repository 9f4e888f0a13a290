"""list, show, delete, restore, import, presets, data-sets and pictures: what is kept."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ganlib import data
from ganlib.cli.tell import find, open_store, tell
from ganlib.errors import DataError
from ganlib.presets import PRESETS
from ganlib.registry import Entry
from ganlib.settings import all_settings
from ganlib.store import RunRow, StoredRun


def presets(args: argparse.Namespace) -> int:
    """List the presets."""
    facts = {
        name: {"title": one.title, "sees": one.sees, "takes": one.takes, "measured": one.measured}
        for name, one in PRESETS.items()
    }
    tell(args, facts, "\n".join(f"{k:17} {v['sees']} ({v['takes']})" for k, v in facts.items()))
    return 0


def data_sets(args: argparse.Namespace) -> int:
    """List the data sets."""
    kinds: Mapping[str, Mapping[str, Entry]] = {
        "toy2d": data.POINT_SETS,
        "images": data.PICTURE_SETS,
    }
    facts = {
        key: {"kind": kind, "title": one.title, "summary": one.summary}
        for kind, entries in kinds.items()
        for key, one in entries.items()
    }
    lines = (f"{key:17} {one['title']}: {one['summary']}" for key, one in facts.items())
    tell(args, facts, "\n".join(lines))
    return 0


def show_all(args: argparse.Namespace) -> int:
    """List the runs that are kept, the newest first."""
    rows = open_store().rows(args.bin)
    lines = [
        f"{row.run_id:10} {row.state:12} {row.step:>9,}  {row.title}"
        + (f"  [{', '.join(row.tags)}]" if row.tags else "")
        for row in rows
    ]
    tell(args, [_facts(row) for row in rows], "\n".join(lines) or "No run is kept here yet.")
    return 0


def show_one(args: argparse.Namespace) -> int:
    """Tell all about a run."""
    store = open_store()
    row = find(store, args.run)
    run = StoredRun(store, row)
    settings = {one.name: one.value for one in all_settings(run.config)}
    events = store.events(row.run_id)
    facts = _facts(row) | {
        "folder": str(store.folder / row.run_id),
        "checkpoints": [one.step for one in run.snapshot.checkpoints],
        "events": events,
        "trained_with": _versions(events),
        "config": run.config.model_dump(mode="json"),
    }
    shown = {name: facts[name] for name in _SHOWN} | settings
    tell(args, facts, "\n".join(f"{name:22} {value}" for name, value in shown.items()))
    return 0


def delete(args: argparse.Namespace) -> int:
    """Put a run into the bin, or remove it for good."""
    store = open_store()
    row = find(store, args.run)
    store.delete(row.run_id)
    if args.for_good:
        store.remove(row.run_id)
    words = "Removed for good" if args.for_good else "Put into the bin"
    tell(args, {"run_id": row.run_id}, f"{words}: {row.title} ({row.run_id}).")
    return 0


def restore(args: argparse.Namespace) -> int:
    """Bring a deleted run back."""
    store = open_store()
    row = find(store, args.run, deleted=True)
    store.restore(row.run_id)
    tell(args, {"run_id": row.run_id}, f"Brought back: {row.title} ({row.run_id}).")
    return 0


def import_zip(args: argparse.Namespace) -> int:
    """Take in a run that was saved as a zip."""
    with Path(args.file).open("rb") as file:
        run_id = open_store().import_zip(file)
    tell(args, {"run_id": run_id}, f"Taken in as {run_id}.")
    return 0


def add_pictures(args: argparse.Namespace) -> int:
    """Keep pictures of a folder to learn from."""
    form = data.PictureForm(args.size, args.colour, args.fit)
    pictures = data.read_folder(args.folder, form, encoding=args.names_in)
    if args.class_folder is not None:
        pictures = _classed(pictures, args.class_folder)
    own_set = data.keep_pictures(args.name, pictures, args.replace)
    for name, sentence in pictures.refused:
        print(f"ganlib: {name}: {sentence}", file=sys.stderr)
    for note in (*pictures.said, *_other_classes(pictures)):
        print(f"ganlib: {note}", file=sys.stderr)
    facts = asdict(own_set) | {"refused": dict(pictures.refused), "notes": pictures.notes}
    classes = ", ".join(f"{count:,} {name}" for name, count in own_set.classes)
    tell(
        args,
        facts,
        f"Kept {own_set.count:,} {'picture' if own_set.count == 1 else 'pictures'} as "
        f"{own_set.name}{f': {classes}' if classes else ''}.",
    )
    return 0


def _classed(pictures: "data.Pictures", number: int) -> "data.Pictures":
    """With the classes that a person wants.

    Raises:
        DataError: there are not so many folders that tell pictures apart.
    """
    if number == 0:
        return pictures.at(None)
    if not 1 <= number <= len(pictures.levels):
        raise DataError(
            f"--class-folder is {number}, and {len(pictures.levels)} folders tell these pictures "
            "apart, one below the other: choose one of them, or 0."
        )
    return pictures.at(pictures.levels[number - 1].depth)


def _other_classes(pictures: "data.Pictures") -> Iterator[str]:
    """What else could name the classes."""
    if any(one.depth != pictures.depth for one in pictures.levels):
        for number, one in enumerate(pictures.levels, 1):
            taken = " (taken)" if one.depth == pictures.depth else ""
            yield f"--class-folder {number}{taken}: {one.words}"


_SHOWN = (
    *("run_id", "title", "state", "message", "step", "saved_step", "elapsed", "folder"),
    "trained_with",
)


def _versions(events: Sequence[Mapping[str, Any]]) -> str:
    """What the process that trained the run last was made of; runs of old did not say."""
    last = next((one for one in reversed(events) if one["kind"] in ("started", "resumed")), None)
    return ", ".join(f"{name} {version}" for name, version in last["data"].items()) if last else ""


def _facts(row: RunRow) -> dict[str, Any]:
    left_out = {"config", "config_json", "outline"}
    return {name: value for name, value in asdict(row).items() if name not in left_out}
