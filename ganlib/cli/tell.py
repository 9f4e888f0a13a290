"""How commands answer, and how a person names a run."""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from ganlib.config import RunConfig, aliases
from ganlib.errors import UnknownRunError
from ganlib.settings import all_settings
from ganlib.store import RunRow, RunStore


def program() -> str:
    """How this command line is called, for sentences that say what to type."""
    return "minimax" if Path(sys.argv[0]).stem == "minimax" else "python -m ganlib"


def tell(args: argparse.Namespace, facts: Any, words: str) -> None:
    """Print the facts as JSON where that was asked for, and the words otherwise.

    A title may come from anywhere: what would steer the terminal is shown as a question mark.
    """
    if args.json:
        print(json.dumps(facts, indent=2, default=str))
    else:
        print("".join(sign if sign.isprintable() or sign == "\n" else "?" for sign in words))


def flag(name: str) -> str:
    """The flag of a setting by its name or address."""
    return f"--{name.replace('_', '-')}"


def with_flags(sentence: str, config: RunConfig) -> str:
    """A sentence with the flag behind each setting that it names: "Pack size (m) [--pack]"."""
    flags = {
        one.title: flag(next(iter(aliases.flags(one.name)), one.name))
        for one in all_settings(config)
    }
    longest_first = sorted(flags, key=len, reverse=True)
    named = rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)"
    return re.sub(named, lambda match: f"{match[0]} [{flags[match[0]]}]", sentence)


def open_store() -> RunStore:
    """The store, and on stderr what was repaired in it, or why nothing new is kept."""
    store = RunStore()
    for sentence in filter(None, (store.notice, store.caution)):
        print(f"ganlib: {sentence}", file=sys.stderr)
    return store


def find(store: RunStore, name: str, deleted: bool = False) -> RunRow:
    """The run that a person means: an id, the beginning of just one, or "latest".

    Raises:
        UnknownRunError: it is none, or not just one.
    """
    rows = store.rows(deleted)
    if name == "latest" and rows:
        return rows[0]
    candidates = [row for row in rows if row.run_id == name] or [
        row for row in rows if name and row.run_id.startswith(name)
    ]
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        ids = ", ".join(row.run_id for row in candidates[:5])
        raise UnknownRunError(f"{name!r} may be any of {ids}: give more of the id.")
    where = "in the bin" if deleted else f"in {store.folder}"
    raise UnknownRunError(f"There is no run {name!r} {where}: `list` tells which there are.")
