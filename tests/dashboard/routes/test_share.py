import asyncio
import contextlib
import tempfile
import threading
from dataclasses import replace

import pytest

from dashboard.routes import share
from ganlib import EXPORTS, RunError, StoredRun
from tests.dashboard.asgi import refused


@pytest.fixture
def left_over(tmp_path, monkeypatch):
    """What lies in the folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return lambda: [path.name for path in tmp_path.glob("minimax-*")]


@pytest.fixture
def make(monkeypatch):
    """Let CSV be made in another way."""

    def make(write, **changes):
        csv = replace(EXPORTS["csv"], write=write, **changes)
        monkeypatch.setattr(share, "EXPORTS", {**EXPORTS, "csv": csv})

    return make


@pytest.fixture
def kept(trained):
    """A run that was trained and written down."""
    run = trained(20)
    run._writer.finish()
    return run


@pytest.mark.parametrize("name", EXPORTS)
def test_a_run_comes_as_a_file_with_a_name_of_its_own(ask, kept, name):
    answer = ask(kept, f"export/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == EXPORTS[name].media_type
    assert answer.headers["cache-control"] == "no-store"
    file = f'filename="tiny-ring-{kept.run_id}{EXPORTS[name].ending}"'
    assert answer.headers["content-disposition"] == f"attachment; {file}"
    assert len(answer.content) == int(answer.headers["content-length"]) > 300


def test_a_run_knows_when_it_was_made_here_and_from_the_store(kept, manager):
    row = manager.store.row(kept.run_id)
    assert kept.created == StoredRun(manager.store, row).created == row.created > 1e9


def test_the_csv_has_a_row_for_each_step(ask, trained):
    rows = ask(trained(8), "export/csv").content.split(b"\r\n")
    assert rows[0].startswith(b"step,images,seconds,d_loss")
    assert [row.partition(b",")[0] for row in rows[1:-1]] == [b"%d" % i for i in range(1, 9)]


def test_what_a_run_can_be_saved_as_is_listed(ask, kept):
    listed = ask(kept, "exports").json()
    assert [one["name"] for one in listed] == list(EXPORTS)
    assert {one["lack"] for one in listed} == {""}
    assert all(one["label"] and one["about"].endswith(".") for one in listed)


def test_what_a_run_lacks_is_listed_and_refused_in_the_same_words(ask, hold_run):
    run = hold_run()
    for one in ask(run, "exports").json():
        assert one["lack"].endswith(".")
        assert refused(ask(run, f"export/{one['name']}"), 409) == one["lack"]


@pytest.mark.parametrize("name", ["json", "CSV", "..", "csv%00"])
def test_another_form_is_refused_with_those_that_there_are(ask, trained, name):
    sentence = refused(ask(trained(), f"export/{name}"), 404)
    assert sentence.endswith(
        "ask for csv, parquet, gif, mp4, weights, onnx, script, zip, tensorboard."
    )


@pytest.mark.parametrize("what", ["exports", "export/csv"])
def test_runs_unknown_get_nothing(ask, what):
    refused(ask("unknown", what), 404)


def test_the_file_is_deleted_once_it_is_sent(ask, trained, left_over):
    assert ask(trained(), "export/csv").status_code == 200
    assert left_over() == []


def test_a_problem_is_told_as_a_sentence_and_leaves_no_file(ask, trained, left_over, make):
    def fail(run, path):
        path.write_text("half")
        assert len(left_over()) == 1
        raise RunError("It cannot be done.")

    make(fail)
    assert refused(ask(trained(), "export/csv"), 409) == "It cannot be done."
    assert left_over() == []


@pytest.mark.parametrize(
    ("is_slow", "patience", "met"), [(True, 0.3, []), (False, 30, [True, True])]
)
def test_only_slow_exports_wait_for_each_other(
    client, trained, make, monkeypatch, is_slow, patience, met
):
    monkeypatch.setattr(share, "_TURN", asyncio.Lock())
    run, both, found = trained(), threading.Barrier(2, timeout=patience), []

    def write(run, path):
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait()
            found.append(True)
        path.write_text("x")

    make(write, is_slow=is_slow)
    path = f"/minimax/runs/{run.run_id}/export/csv"

    async def twice():
        await asyncio.gather(*(send(client.app, path) for _ in range(2)))

    asyncio.run(twice())
    assert found == met


async def send(app, path):
    """One question to the application, whose answer is thrown away."""
    scope = {
        **{"type": "http", "method": "GET", "path": path, "raw_path": path.encode()},
        **{"query_string": b"", "headers": [(b"host", b"here")]},
    }

    async def receive():
        return await asyncio.Future()

    async def throw_away(message):
        pass

    await app(scope, receive, throw_away)
