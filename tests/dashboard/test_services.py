import gc
import os
import sys
import threading
from types import SimpleNamespace

import pytest

from dashboard import services
from ganlib import PRESETS, RunManager


def test_the_server_has_one_run_manager(manager):
    assert services.run_manager() is manager
    assert isinstance(manager, RunManager)


def test_the_folder_of_the_runs_may_be_named_at_the_start(monkeypatch):
    monkeypatch.setenv("MINIMAX_RUNS", "before")
    services.take_options([])
    assert os.environ["MINIMAX_RUNS"] == "before"
    services.take_options(["--runs", "elsewhere"])
    assert os.environ["MINIMAX_RUNS"] == "elsewhere"


def test_an_unknown_option_ends_the_start_with_a_sentence(capsys):
    with pytest.raises(SystemExit):
        services.take_options(["--run-folder", "x"])
    assert "unrecognized arguments: --run-folder x" in capsys.readouterr().err


def test_the_end_of_a_run_that_is_not_saved_is_in_the_log(monkeypatch, caplog):
    outcome = SimpleNamespace(close=lambda: None, unsaved=lambda: ("Run a is not saved.",))
    monkeypatch.setattr(services, "run_manager", lambda: outcome)
    services.shut_down()
    assert caplog.messages == ["Run a is not saved."]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((256, -1), (8192, -1)),
        ((256, 4096), (4096, 4096)),
        ((10_000, 20_000), (10_000, 20_000)),
        ((-1, -1), (-1, -1)),
    ],
)
def test_the_server_may_open_as_many_files_as_it_is_let(monkeypatch, before, after):
    limits = [before]
    system = SimpleNamespace(
        RLIMIT_NOFILE=7,
        RLIM_INFINITY=-1,
        getrlimit=lambda which: limits[-1],
        setrlimit=lambda which, both: limits.append(both),
    )
    monkeypatch.setattr(services, "resource", system)
    services.allow_many_files()
    assert limits[-1] == after
    monkeypatch.setattr(services, "resource", None)
    services.allow_many_files()


def test_a_server_that_has_nearly_all_its_files_open_says_so(monkeypatch):
    assert services.cautions() == []
    opened = services._open_files()
    assert 3 <= opened < sys.maxsize
    limits = {"RLIMIT_NOFILE": 7, "RLIM_INFINITY": -1, "getrlimit": lambda which: (opened, opened)}
    monkeypatch.setattr(services, "resource", SimpleNamespace(**limits))
    (outcome,) = services.cautions()
    assert outcome.startswith(f"This server may hold {opened} files open, and nearly all are: ")


def test_warming_up_takes_two_steps_of_the_default_preset(monkeypatch):
    trained = []

    def train(config):
        yield from range(config.total_steps)
        trained.append(config)

    monkeypatch.setattr(services, "train", train)
    services.warm_up()
    gc.unfreeze()
    (config,) = trained
    default = PRESETS["digits"].config
    assert config.total_steps == 2
    assert (config.data, config.algorithm) == (default.data, default.algorithm)


def test_warming_up_leaves_the_imports_out_of_every_collection(monkeypatch):
    monkeypatch.setattr(services, "train", lambda config: ())
    gc.unfreeze()
    services.warm_up()
    frozen = gc.get_freeze_count()
    gc.unfreeze()
    assert frozen > 10_000


@pytest.mark.parametrize(
    ("option", "path"), [("", ""), ("/", ""), ("class", "/class"), ("/a/b/", "/a/b")]
)
def test_the_path_of_the_server_begins_with_a_slash_or_is_empty(monkeypatch, option, path):
    monkeypatch.setattr(services.st, "get_option", {"server.baseUrlPath": option}.get)
    assert services.base_path() == path


OPTIONS = {
    "server.address": "localhost",
    "server.allowedHosts": [],
    "server.corsAllowedOrigins": [],
    "server.enableCORS": True,
    "server.baseUrlPath": "class",
    "browser.serverAddress": "localhost",
}


@pytest.fixture
def allowed_with(monkeypatch):
    """What is let in with these options of Streamlit, on a machine called PC12.lab.example."""
    emptied = {}
    monkeypatch.setattr(services.options, "set_option", emptied.__setitem__)
    monkeypatch.setattr(services.socket, "gethostname", lambda: "PC12")
    monkeypatch.setattr(services.socket, "getfqdn", lambda: "PC12.lab.example")

    def allowed(**changes):
        changed = {name.replace("_", "."): value for name, value in changes.items()}
        monkeypatch.setattr(services.st, "get_option", (OPTIONS | changed).get)
        found = services.allowed()
        assert emptied == {"server.allowedHosts": []}
        return found

    return allowed


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "::1"])
def test_a_server_for_this_machine_alone_has_no_other_name(allowed_with, address):
    found = allowed_with(server_address=address)
    assert (found.hosts, found.origins, found.base) == ({"localhost"}, frozenset(), "/class")
    assert found.pages == {"train", "latent", "runs", "compare", "families", "data", "glossary"}


@pytest.mark.parametrize("address", [None, "0.0.0.0", "::", "192.0.2.7", "pc12.lab.example"])
def test_a_server_that_is_open_to_others_has_the_names_of_its_machine(allowed_with, address):
    hosts = allowed_with(server_address=address).hosts
    assert hosts >= {"pc12", "pc12.local", "pc12.lab.example", "localhost"}


def test_a_network_that_knows_no_names_does_not_hold_up_the_start(allowed_with, monkeypatch):
    query = threading.Event()
    monkeypatch.setattr(services, "NAME_SECONDS", 0)
    monkeypatch.setattr(services.socket, "getfqdn", lambda: str(query.wait(30)))
    assert {"pc12", "pc12.local"} <= allowed_with(server_address="0.0.0.0").hosts
    query.set()


def test_more_names_and_pages_are_let_in_as_streamlit_is_told(allowed_with):
    found = allowed_with(
        server_allowedHosts=["Class.example.", "*.a.org"],
        server_corsAllowedOrigins=["https://LMS.example/", "http://b.org:8080"],
        browser_serverAddress="c.org",
    )
    assert found.hosts == {"class.example", "*.a.org", "lms.example", "b.org", "c.org"}
    assert found.origins == {"https://lms.example", "http://b.org:8080"}
    assert allowed_with(server_enableCORS=False).origins == {"*"}
