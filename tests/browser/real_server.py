"""The dashboard as the documented command starts it, and runs that it finds in its folder."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from ganlib import RunConfig, RunManager, RunStore

ROOT = Path(__file__).parent.parent.parent
DOCUMENTED = (sys.executable, "-m", "streamlit", "run", "dashboard/app.py")
CALM = (sys.executable, "-m", "tests.browser.calm", "run", "dashboard/app.py")


def free_port() -> int:
    """A port that nobody listens to now."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        return free.getsockname()[1]


class Server:
    """The documented command on a port of its own, over one folder of runs, started and ended.

    Args:
        runs: the folder of runs.
        base: what the paths of its pages begin with.
        command: another that serves.
        folder: where it is called.
    """

    def __init__(
        self,
        runs: Path,
        base: str = "",
        command: Sequence[str | Path] = DOCUMENTED,
        folder: Path = ROOT,
    ) -> None:
        self._port = free_port()
        self._base = base
        self.url = f"http://localhost:{self._port}{base}"
        self.runs = runs
        self._environment = {**os.environ, "MINIMAX_RUNS": str(runs)}
        self._command, self._folder = command, folder

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                *self._command,
                *("--server.headless=true", f"--server.port={self._port}"),
                f"--server.baseUrlPath={self._base}",
            ],
            cwd=self._folder,
            env=self._environment,
        )
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/_stcore/health").close()
                break
            time.sleep(0.1)

    def stop(self) -> None:
        self._process.terminate()
        # Runs go on, and torch aborts (-SIGABRT) if one of their threads outlives the interpreter.
        assert self._process.wait(timeout=30) in (0, -signal.SIGTERM)

    def end_runs(self) -> None:
        """Stop what trains, without a page that asks for it; `CALM` alone knows the signal."""
        self._process.send_signal(signal.SIGUSR1)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(timeout=30)


def train_into(folder: Path, config: RunConfig) -> str:
    """Train a run to its end in this process, and keep it in a server's folder; its run_id."""
    manager = RunManager(RunStore(folder))
    run_id = manager.start(config)
    manager.get(run_id).join(120)
    assert manager.get(run_id).snapshot.state == "completed"
    manager.close()
    return run_id
