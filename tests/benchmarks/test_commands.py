"""Every command that a figure is quoted from can be given, and still measures something."""

import argparse
import importlib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = (ROOT / "README.md", ROOT / "benchmarks" / "results.md", *(ROOT / "docs").glob("*.md"))
COMMAND = re.compile(r"python -m (benchmarks\.[^`]*)`")

HERE = (
    *("speed", "looking", "presets", "protocol", "store overhead", "damage"),
    *("likelihood search", "likelihood table", "likelihood sampling"),
    *("inversion strange", "quality table", "calibration"),
)
"""What takes a second or two in this process."""
LONGER = (
    *("families", "exports", "quality search", "quality curve"),
    *("inversion recover", "inversion complete"),
)
ALONE = (f"beside {ROOT}", "kills", "fuzz", "compare", "store hour")
IN_BROWSER = ("latency", "dragging", "plane_view", "spectators", "soak", "store page")
SEVERAL = ("likelihood", "inversion", "quality", "store")


class Understood(Exception):  # noqa: N818
    """A command line was read to its end."""


def documented() -> set[str]:
    """The commands of all documents, each in one line."""
    commands = (found for path in DOCUMENTS for found in COMMAND.findall(path.read_text("utf-8")))
    return {" ".join(command.split()).removeprefix("benchmarks.") for command in commands}


def name(command: str) -> str:
    """Module, and what it is to do where it can do several things."""
    module, *what = command.split()[:2]
    return " ".join((module, *(word for word in what if word.isalpha() and module in SEVERAL)))


def test_every_command_that_is_named_is_understood(monkeypatch):
    read = argparse.ArgumentParser.parse_args

    def read_only(parser, *given):
        read(parser, *given)
        raise Understood

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", read_only)
    for command in documented():
        module, *options = shlex.split(command)
        monkeypatch.setattr(sys, "argv", [module, *options])
        with pytest.raises(Understood):
            importlib.import_module(f"benchmarks.{module}").main()


def test_every_command_that_is_named_is_tried_below():
    tried = {name(command) for command in (*HERE, *LONGER, *ALONE, *IN_BROWSER)}
    assert {name(command) for command in documented()} <= tried


@pytest.mark.parametrize(
    "command", [*HERE, *(pytest.param(one, marks=pytest.mark.extra) for one in LONGER)]
)
def test_it_still_measures(command, brief_features, monkeypatch, capsys):
    monkeypatch.setattr("ganlib.analysis.measured.FAKES", 300)
    module, *options = command.split()
    monkeypatch.setattr(sys, "argv", [module, *options, "--quick"])
    threads = torch.get_num_threads()
    importlib.import_module(f"benchmarks.{module}").main()
    torch.set_num_threads(threads)
    assert re.search(r"\d", capsys.readouterr().out)


@pytest.mark.extra
@pytest.mark.parametrize(
    "command", [*ALONE, *(pytest.param(one, marks=pytest.mark.browser) for one in IN_BROWSER)]
)
def test_it_still_measures_with_processes_of_its_own(command, tmp_path):
    module, *options = command.split()
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{module}", *options, "--quick"],
        cwd=ROOT,
        env=os.environ | {"MINIMAX_RUNS": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"\d", done.stdout)
