"""The command line: python -m ganlib train --preset digits --lr-d 1e-3."""

import sys

import ganlib

if __name__ == "__main__":
    ganlib.set_up_process()
    sys.exit(ganlib.run_command())
