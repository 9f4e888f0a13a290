"""Which commands there are, and their flags."""

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from ganlib.cli.tell import flag, program
from ganlib.config import RunConfig, aliases
from ganlib.data import ABOUT_FORM, ENCODINGS, FORM_CHOICES, PictureForm
from ganlib.export import EXPORTS
from ganlib.presets import DEFAULT_PRESET, PRESETS
from ganlib.settings import Setting, all_settings

EXAMPLES = """\
examples:
  {program} train --preset ring --total-steps 5000
  {program} train --config mine.json --lr-d 1e-3 --loss hinge
  {program} resume latest --total-steps 10000
  {program} export latest gif --out training.gif
  {program} train --help           every setting of the digits preset
  {program} train --preset ring --help    ... of another

A run is named by its id, by the beginning of it, or by "latest".
"""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command with its flags, and in `act` what carries it out.

    Raises:
        SystemExit: they are not understood (2), or help was asked for (0).
        ConfigError: the configuration to start from cannot be read.
    """
    return _parser(_base(arguments)).parse_args(arguments)


def _base(arguments: Sequence[str]) -> RunConfig:
    """The configuration that the flags start from; its parts decide which flags there are."""
    parser = argparse.ArgumentParser(prog=program(), add_help=False, allow_abbrev=False)
    _add_base(parser)
    known, _ = parser.parse_known_args(arguments)
    if known.config is None:
        return PRESETS[known.preset].config
    return RunConfig.from_json(Path(known.config).read_bytes())


def _add_base(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--preset",
        type=aliases.preset,
        choices=PRESETS,
        default=DEFAULT_PRESET,
        help="where to start",
    )
    parser.add_argument("--config", metavar="FILE", help="start from a configuration in JSON")


def _parser(base: RunConfig) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program(),
        description="Train generative models, and keep what they learnt.",
        epilog=EXAMPLES.format(program=program()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--runs", metavar="FOLDER", help="where runs are kept [MINIMAX_RUNS, runs]")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_training(commands, base)
    _add_managing(commands)
    _add_outputs(commands)
    _add_pictures(commands)
    _command(commands, "presets", "manage.presets", "list the presets")
    _command(commands, "data-sets", "manage.data_sets", "list the data sets")
    one = _command(commands, "bench", "bench.bench", "measure steps a second of presets here")
    one.add_argument(
        "presets",
        nargs="*",
        type=aliases.preset,
        choices=[*PRESETS, []],
        help="which; some by default",
    )
    one.add_argument("--seconds", type=float, default=5.0, help="for each measurement [5]")
    return parser


def _act(name: str) -> Callable[[argparse.Namespace], int]:
    """What carries out a command; its module, which may take torch to load, is imported then."""
    module, _, function = name.partition(".")

    def act(args: argparse.Namespace) -> int:
        status: int = getattr(import_module(f"ganlib.cli.{module}"), function)(args)
        return status

    return act


def _command(commands: Any, name: str, act: str, about: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=about, description=f"{about[0].upper()}{about[1:]}.", allow_abbrev=False
    )
    command.add_argument("--json", action="store_true", help="answer in JSON, for scripts")
    command.set_defaults(act=_act(act))
    return command


def _on_a_run(commands: Any, name: str, act: str, about: str) -> argparse.ArgumentParser:
    command = _command(commands, name, act, about)
    command.add_argument("run", metavar="RUN", help='an id, the beginning of one, or "latest"')
    return command


def _add_training(commands: Any, base: RunConfig) -> None:
    train = _command(commands, "train", "training.train", "train a new run, and keep it")
    _add_base(train)
    group = train.add_argument_group("settings of this configuration")
    for one in all_settings(base):
        if one.kind != "points":  # Drawn, or given in JSON.
            words = (*aliases.flags(one.name), one.name, one.address)
            names = dict.fromkeys(map(flag, words))
            group.add_argument(*names, **_argument(one))
    train.set_defaults(base=base)
    resume = _on_a_run(commands, "resume", "training.resume", "train a run on that is over")
    resume.add_argument(
        "--total-steps", type=int, metavar="INT", help="where it is to end [as it was set]"
    )


def _argument(one: Setting) -> dict[str, Any]:
    """What argparse needs; the bounds are checked with all else, by the configuration."""
    named = ", ".join(f"{key}: {entry.title}" for key, entry in one.entries.items())
    about = (f"{one.title}:", one.description, named, one.bounds, f"[{one.value}]")
    words = " ".join(filter(None, about))
    argument = {
        "dest": f"setting_{one.address}",
        "default": argparse.SUPPRESS,
        "help": words.replace("%", "%%"),
    }
    if one.kind == "bool":
        return argument | {"action": argparse.BooleanOptionalAction}
    if one.kind == "choice":
        return argument | {"type": type(one.value), "choices": one.choices}
    return argument | {"metavar": one.kind.upper()}


def _add_managing(commands: Any) -> None:
    listing = _command(commands, "list", "manage.show_all", "list the runs that are kept")
    listing.add_argument("--bin", action="store_true", help="those that were deleted")
    _on_a_run(commands, "show", "manage.show_one", "tell all about a run")
    deleting = _on_a_run(commands, "delete", "manage.delete", "put a run into the bin for a week")
    deleting.add_argument("--for-good", action="store_true", help="remove it and its files now")
    _on_a_run(commands, "restore", "manage.restore", "bring a deleted run back")
    importing = _command(
        commands, "import", "manage.import_zip", "take in a run that was saved as a zip"
    )
    importing.add_argument("file", metavar="FILE", help="the zip")


def _add_outputs(commands: Any) -> None:
    sampling = _on_a_run(
        commands, "sample", "outputs.sample", "draw samples of a run as one picture"
    )
    sampling.add_argument("--count", type=int, default=64, help="samples, up to 1,024 [64]")
    sampling.add_argument("--seed", type=int, default=0, help="of the latent vectors [0]")
    sampling.add_argument("--label", help="draw this class, where the run can be asked [in turns]")
    sampling.add_argument("--step", type=int, help="of a checkpoint [the newest]")
    sampling.add_argument("--out", metavar="FILE", help="a .png or .webp file [RUN-samples.png]")
    evaluating = _on_a_run(commands, "evaluate", "outputs.evaluate", "measure how good a run is")
    evaluating.add_argument("--step", type=int, help="of a checkpoint [the newest]")
    exporting = _on_a_run(commands, "export", "outputs.export", "save a run in another form")
    exporting.add_argument("form", choices=EXPORTS, help="which form")
    exporting.add_argument("--out", metavar="FILE", help="where to [named after the run]")


def _add_pictures(commands: Any) -> None:
    adding = _command(
        commands, "add-pictures", "manage.add_pictures", "keep pictures of your own to learn from"
    )
    adding.add_argument("folder", metavar="FOLDER", help="a folder of pictures, or a zip of one")
    adding.add_argument("--name", required=True, help="what the set is called from now on")
    adding.add_argument("--replace", action="store_true", help="let go of a set of that name")
    for name, choices in FORM_CHOICES.items():
        usual = getattr(PictureForm(), name)
        adding.add_argument(
            f"--{name}",
            type=type(choices[0]),
            choices=choices,
            default=usual,
            help=f"{ABOUT_FORM[name]} [{usual}]",
        )
    adding.add_argument(
        "--class-folder",
        type=int,
        metavar="N",
        help="which of the folders that tell pictures apart names their class: 1 for the outermost,"
        " 0 for no classes [guessed]",
    )
    adding.add_argument(
        "--names-in",
        choices=ENCODINGS,
        default="",
        help="how a zip's names are written where it does not say so [guessed]",
    )
