"""Whether memory stays flat: resident megabytes of the server while a run goes on, watched.

python -m benchmarks.soak [--minutes 20] [--preset digits] [--spectators 3] [--quick]
"""

import argparse
import time
from pathlib import Path

from benchmarks import serving
from benchmarks.common import ENDLESS, arguments


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--preset", default="digits")
    parser.add_argument("--spectators", type=int, default=3)
    parser.add_argument("--every", type=float, default=60, help="seconds")
    wanted = arguments(parser, minutes=0.02, spectators=1, every=1)
    with serving.server() as (url, pid), serving.open_chromium() as browser:
        page, run_id = serving.press_start(browser, url, wanted.preset, ENDLESS)
        watching = serving.Spectators(url, run_id, wanted.spectators)
        begin = time.monotonic()
        while (minutes := (time.monotonic() - begin) / 60) <= wanted.minutes:
            header, size = serving.ask(url, run_id, points=600)
            print(
                f"{minutes:5.1f} min  step {header['step']:7}  {resident(pid):7.1f} MB  "
                f"{header['steps_per_second']:6.1f} steps/s  whole view {size / 1000:.1f} kB  "
                f"{header['state']}",
                flush=True,
            )
            time.sleep(wanted.every)
        watching.leave()
        page.close()


def resident(pid: int) -> float:
    """Megabytes of a process that lie in memory (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 1e6


if __name__ == "__main__":
    main()
