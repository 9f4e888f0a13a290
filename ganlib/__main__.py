"""The command line: python -m ganlib train --preset digits --lr-d 1e-3."""

import sys

from ganlib.cli import main

if __name__ == "__main__":
    sys.exit(main())
