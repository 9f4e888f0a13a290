"""A page of the server that puts questions to the plain routes."""

from collections.abc import Callable

import pytest
from starlette.applications import Starlette

from dashboard import routes
from ganlib import RunManager
from tests.dashboard.asgi import Answer, Client

POSTED = ("decode", "judge", "mix", "nearest", "fit", "inside/sight")


@pytest.fixture
def client(manager: RunManager) -> Client:
    """A page of the server, which has no runs yet."""
    return Client(Starlette(routes=routes.ROUTES))


@pytest.fixture
def ask(client: Client) -> Callable[..., Answer]:
    """Ask about a run: (run, what to know, headers, body, parameters) -> answer."""

    def ask(run, what, headers=None, body=b"", **parameters):
        run_id = getattr(run, "run_id", run)
        method = "POST" if what in POSTED or what.startswith("film/") else "GET"
        url = f"/minimax/runs/{run_id}/{what}"
        return client.request(method, url, headers, [body], **parameters)

    return ask
