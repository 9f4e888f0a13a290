"""The command line: python -m ganlib train --preset digits --lr-d 1e-3."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ganlib.config import RunConfig
from ganlib.errors import GanlibError
from ganlib.events import RunEnded, StepCompleted
from ganlib.presets import DEFAULT_PRESET, PRESETS
from ganlib.settings import Setting, all_settings, changed
from ganlib.trainer import train

PROGRAM = "python -m ganlib"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0, 1 for a failed run, 2 for a bad request."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        base = _base(arguments)
        asked = vars(_parser(base).parse_args(arguments))
        if asked.pop("command") == "presets":
            for name, preset in PRESETS.items():
                print(f"{name:17} {preset.sees} ({preset.takes})")
            return 0
        asked.pop("preset"), asked.pop("config")
        return _train(changed(base, asked))
    except (GanlibError, OSError) as error:
        print(f"ganlib: {error}", file=sys.stderr)
        return 2


def _base(arguments: Sequence[str]) -> RunConfig:
    """The configuration that the flags start from; its parts decide which flags there are."""
    parser = argparse.ArgumentParser(prog=PROGRAM, add_help=False, allow_abbrev=False)
    _add_base(parser)
    known, _ = parser.parse_known_args(arguments)
    if known.config is None:
        return PRESETS[known.preset].config
    return RunConfig.from_json(Path(known.config).read_bytes())


def _add_base(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--preset", choices=PRESETS, default=DEFAULT_PRESET, help="where to start")
    parser.add_argument("--config", metavar="FILE", help="start from a configuration in JSON")


def _parser(base: RunConfig) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=PROGRAM, description="Train and watch GANs.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("presets", help="list the presets").set_defaults(preset=None, config=None)
    training = commands.add_parser("train", help="train, and print the losses", allow_abbrev=False)
    _add_base(training)
    group = training.add_argument_group("settings of this configuration")
    for one in all_settings(base):
        if one.kind == "points":  # Drawn, or given in JSON.
            continue
        group.add_argument(f"--{one.name.replace('_', '-')}", **_flag(one))
    return parser


def _flag(one: Setting) -> dict[str, Any]:
    """What argparse needs; the bounds are checked with all else, by the configuration."""
    about = {
        "dest": one.name,
        "default": argparse.SUPPRESS,
        "help": f"{one.description} [{one.value}]".replace("%", "%%"),
    }
    if one.kind == "bool":
        return about | {"action": argparse.BooleanOptionalAction}
    if one.kind == "choice":
        return about | {"type": type(one.value), "choices": one.choices}
    return about | {"metavar": one.kind.upper()}


def _train(config: RunConfig) -> int:
    """Train to the end, with one line that counts the steps and shows the losses."""
    for event in train(config):
        match event:
            case StepCompleted(step, metrics):
                losses = "  ".join(
                    f"{name} {value:.4f}" for name, value in metrics.items() if value == value
                )
                print(f"\rstep {step}/{config.total_steps}  {losses}", end="", flush=True)
            case RunEnded(step, outcome, message):
                print(f"\n{outcome} after {step} steps. {message}")
                return 0 if outcome == "completed" else 1
    return 1


if __name__ == "__main__":
    sys.exit(main())
