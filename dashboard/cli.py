"""minimax: opens the dashboard, or passes a command on to ganlib's command line.

minimax [--runs FOLDER] [--server.port 8502 ...]     every option of `streamlit run` has a dot
minimax train --preset ring                          as python -m ganlib train --preset ring
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import ganlib

APP = Path(__file__).with_name("app.py")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until the server is told to end, or carry out a command; the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--runs", default=None)
    own, options = parser.parse_known_args(given)
    if options and not re.match(r"--\w+\.", options[0]):
        if options[0] in ("-h", "--help"):
            print(__doc__)
        ganlib.set_up_process()
        return ganlib.run_command(given)
    return serve(options, [] if own.runs is None else ["--runs", own.runs])


def serve(options: Sequence[str], arguments: Sequence[str]) -> int:
    """Start the dashboard as `streamlit run` does, with the config.toml that lies beside it."""
    try:
        from streamlit.web import cli as streamlit
    except ModuleNotFoundError:
        print("minimax: the pages need more: pip install 'ganlib[dashboard]'.", file=sys.stderr)
        return 2
    streamlit.main(["run", str(APP), *options, "--", *arguments], prog_name="minimax")
    return 0
