"""What the whole server shares: the run manager, and where it stands."""

import argparse
import logging
import os
import socket
import sys
import threading
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from streamlit import config as options

from dashboard.gate import Allowed
from ganlib import (
    DEFAULT_PRESET,
    PRESETS,
    Explored,
    HeldOut,
    RunConfig,
    RunManager,
    changed,
    set_up_process,
    train,
)

log = logging.getLogger(__name__)

try:
    import resource
except ImportError:  # Windows has no such limit.
    resource = None  # type: ignore[assignment]

ENOUGH_FILES = 8192
"""That the server may hold open: a page holds some, and those of a closed one for two minutes."""
NEARLY_ALL = 0.8
"""Of the files that may be open."""
SWITCH_SECONDS = 0.0005
"""How long a thread of the server may keep the others from Python. Training asks for its turn after
every operation of torch; with Python's own 5 ms each question of a page costs it as much."""
PAGES = Path(__file__).parent / "app_pages"
NAME_SECONDS = 2.0
"""How long the start waits for the network to tell this machine's full name."""


@st.cache_resource(show_spinner=False)
def run_manager() -> RunManager:
    """The one manager of this server process."""
    return RunManager()


def explored(config: RunConfig) -> Explored:
    """The pictures that runs of such settings learn from, opened for questions.

    Raises:
        DataError: they cannot be used.
        MeasureError: they are 2-D points.
    """
    return _explored(config.data.model_dump_json(), config)


@st.cache_resource(show_spinner=False, max_entries=2)
def _explored(data: str, _config: RunConfig) -> Explored:
    return Explored.open(_config.data)


def held_out(config: RunConfig) -> HeldOut:
    """Samples that runs of such settings did not learn from, if there are such.

    Raises:
        DataError: the data cannot be used.
    """
    return _held_out(config.data.model_dump_json(), config)


@st.cache_resource(show_spinner=False, max_entries=4)
def _held_out(data: str, _config: RunConfig) -> HeldOut:
    return HeldOut.open(_config.data)


def take_options(arguments: list[str]) -> None:
    """Heed what stands after `--` in `streamlit run dashboard/app.py -- --runs FOLDER`."""
    parser = argparse.ArgumentParser(prog="streamlit run dashboard/app.py --")
    parser.add_argument("--runs", metavar="FOLDER", help="where runs are kept [MINIMAX_RUNS, runs]")
    if folder := parser.parse_args(arguments).runs:
        os.environ["MINIMAX_RUNS"] = folder


def allow_many_files() -> None:
    """Take what the system lets a process have; a Mac starts with 256, which 80 visits use up."""
    if resource is not None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = ENOUGH_FILES if hard == resource.RLIM_INFINITY else min(ENOUGH_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def cautions() -> list[str]:
    """What everybody should know of this server now, as sentences; mostly nothing."""
    sentences = list(filter(None, [run_manager().store.caution]))
    if resource is not None:
        most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if most != resource.RLIM_INFINITY and _open_files() > NEARLY_ALL * most:
            sentences.append(
                f"This server may hold {most:,} files open, and nearly all are: close pages that "
                "nobody needs. What they hold is free two minutes later."
            )
    return sentences


def _open_files() -> int:
    with suppress(OSError):  # At the very limit it cannot even be counted.
        return len(list(Path("/dev/fd").iterdir()))
    return sys.maxsize


def base_path() -> str:
    """What every path of this server begins with, such as "/class"; empty for most."""
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    return f"/{base}" if base else ""


def allowed() -> Allowed:
    """Whom this server answers, as Streamlit was told: by which names, and pages from where.

    Streamlit's own list of hosts, which guards its socket alone, is taken over and emptied: beside
    the gate it would refuse who was let in.
    """
    address = str(st.get_option("server.address") or "")
    origins = {
        one.strip().lower().rstrip("/") for one in st.get_option("server.corsAllowedOrigins")
    }
    names = {*st.get_option("server.allowedHosts"), st.get_option("browser.serverAddress")}
    names |= {urlsplit(one).hostname for one in origins}
    options.set_option("server.allowedHosts", [])
    hosts = {str(one).strip().lower().rstrip(".") for one in names if one}
    return Allowed(
        frozenset(hosts if is_loopback(address) else hosts | {address} | machine_names()),
        frozenset(origins if st.get_option("server.enableCORS") else {"*"}),
        base_path(),
        frozenset(page.stem for page in PAGES.glob("[!_]*.py")),
    )


def is_open_to_others() -> bool:
    """Whether other machines reach this server; through a proxy they may in any case."""
    return not is_loopback(str(st.get_option("server.address") or ""))


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches a server at such an address."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def machine_names() -> set[str]:
    """What others call this machine: its name, the same on the local network, its full name."""
    name = socket.gethostname().lower()
    first = name.partition(".")[0]
    names = {name, first, f"{first}.local"}

    def ask() -> None:
        names.add(socket.getfqdn().lower())

    # Where no network answers, the question hangs for many seconds.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(NAME_SECONDS)
    return set(names)


def shut_down() -> None:
    """Stop every run; the log says which end could not be saved."""
    run_manager().close()
    for sentence in run_manager().unsaved():
        log.warning(sentence)


def warm_up() -> None:
    """Read the default data and take two steps, so that the first Start is answered at once."""
    for _ in train(changed(PRESETS[DEFAULT_PRESET].config, {"total_steps": 2})):
        pass
    set_up_process()
    sys.setswitchinterval(SWITCH_SECONDS)
