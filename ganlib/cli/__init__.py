"""The command line: what the pages do, for scripts and for those who like to type.

Exit status: 0 when all went well; 1 when a run ended otherwise than it should; 2 for a request that
cannot be met, with one sentence on stderr; 3 when the end of a run could not be saved, however it
ended; 130 after Ctrl-C, when everything has been saved.
"""

import os
import sys
from collections.abc import Sequence

from ganlib.cli.parser import parse
from ganlib.errors import GanlibError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; see above."""
    try:
        args = parse(list(sys.argv[1:] if arguments is None else arguments))
        if args.runs is not None:
            os.environ["MINIMAX_RUNS"] = args.runs
        status: int = args.act(args)
    except (GanlibError, OSError) as error:
        print(f"ganlib: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("ganlib: ended by Ctrl-C, before all was done.", file=sys.stderr)
        return 130
    return status
