import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

import dashboard.app
from dashboard import scripts
from ganlib import RunError

ROOT = Path(dashboard.app.__file__).parent.parent
MINIMAX = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from dashboard.cli import main; main()"
COMMANDS = {
    # As `streamlit` alone would: -P leaves the folder it is called in off the path.
    "streamlit": [sys.executable, "-P", "-m", "streamlit", "run", "dashboard/app.py"],
    "minimax": [sys.executable, "-c", MINIMAX],
}
PATIENCE = 60


@pytest.fixture
def warmed(monkeypatch):
    """Where a warm-up is noted instead of done."""
    warmed = []
    monkeypatch.setattr(dashboard.app, "warm_up", lambda: warmed.append(True))
    return warmed


def test_the_server_warms_up_and_stops_every_run_when_it_goes(manager, tiny, warmed):
    run = manager.get(manager.start(tiny))

    async def serve():
        async with dashboard.app.lifespan(dashboard.app.app):
            assert not run.snapshot.is_over

    asyncio.run(serve())
    assert warmed == [True]
    assert run.snapshot.state == "stopped"
    with pytest.raises(RunError, match="shutting down"):
        manager.start(tiny)


def test_a_visitor_need_not_wait_for_the_warm_up(manager, monkeypatch):
    order = []
    monkeypatch.setattr(dashboard.app, "warm_up", lambda: (time.sleep(0.2), order.append("warm")))

    async def serve():
        async with dashboard.app.lifespan(dashboard.app.app):
            order.append("open")

    asyncio.run(serve())
    assert order == ["open", "warm"]


def test_the_folder_of_the_project_is_on_the_path():
    assert str(ROOT) in sys.path


def free_port():
    with socket.socket() as free:
        free.bind(("localhost", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    """The documented commands, all at once, for their start takes seconds: (process, URL) each.

    Of these, minimax may be called anywhere: here beside settings of somebody's own application,
    with which no server could begin.
    """
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / ".streamlit").mkdir()
    settings = elsewhere / ".streamlit" / "config.toml"
    settings.write_text('[server]\naddress = "nowhere.invalid"\n')
    running = {}
    for name, command in COMMANDS.items():
        port = free_port()
        options = ["--server.headless", "true", "--server.port", str(port)]
        folder = elsewhere if name == "minimax" else ROOT
        process = subprocess.Popen([*command, *options], cwd=folder)
        running[name] = (process, f"http://localhost:{port}")
    yield running
    for process, _ in running.values():
        process.kill()
        process.wait()


def fetch(url):
    """Status, headers and body; asks until the server is there."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.headers, answer.read()
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_documented_command_serves_the_pages_and_the_routes(servers, name):
    _, url = servers[name]
    status, headers, body = fetch(url)
    assert status == 200
    assert headers.get_content_type() == "text/html"
    assert b"<title>" in body
    status, headers, body = fetch(f"{url}/minimax/runs/none/live")
    assert status == 404
    assert headers.get_content_type() == "application/json"
    assert "There is no run 'none' here." in json.loads(body)["error"]


UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "MTIzNDU2Nzg5MDEyMzQ1Ng==",
}


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/", {}),
        ("/_stcore/health", {}),
        ("/_stcore/upload_file/a/b", {}),
        ("/_stcore/stream", UPGRADE),
        ("/minimax/runs/none/live", {}),
        ("/minimax/runs/none/explore", UPGRADE),
        (f"/{scripts.folder()}/modules.js", {}),
    ],
)
def test_nothing_is_answered_to_a_strangers_name_or_page(servers, path, more):
    _, url = servers["streamlit"]
    fetch(url)
    for strange in ({"Host": "rebound.example"}, {"Origin": "http://rebound.example"}):
        with pytest.raises(urllib.error.HTTPError, match="403") as refused:
            urllib.request.urlopen(urllib.request.Request(url + path, headers=more | strange))
        with refused.value as answer:
            assert "rebound.example" in json.loads(answer.read())["error"]


def test_the_server_goes_in_peace(servers):
    process, url = servers["streamlit"]
    fetch(url)
    process.terminate()
    # A thread of torch that outlives the interpreter would abort it (-SIGABRT).
    assert process.wait(timeout=PATIENCE) in (0, -signal.SIGTERM)
