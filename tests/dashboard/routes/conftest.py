"""A page of the server that puts questions to the plain routes."""

from collections.abc import Callable

import pytest
from starlette.applications import Starlette

from dashboard import routes
from dashboard.wire import encode
from ganlib import RunManager
from tests.dashboard.asgi import Answer, Client

ASKED = (
    "decode",
    "discriminate",
    "mix",
    "nearest",
    "film/gif",
    "film/mp4",
    "film/exe",
    "inside/saliency",
)
"""What is asked by a message."""


@pytest.fixture
def client(manager: RunManager) -> Client:
    """A page of the server, which has no runs yet."""
    return Client(Starlette(routes=routes.ROUTES))


@pytest.fixture
def ask(client: Client) -> Callable[..., Answer]:
    """Ask about a run: (run, what to know, headers, body, parameters) -> answer.

    Where a message is sent, `body` has its arrays, and the parameters are its header.
    """

    def ask(run, what, headers=None, body=b"", **parameters):
        run_id = getattr(run, "run_id", run)
        url = f"/minimax/runs/{run_id}/{what}"
        if what in ASKED:
            body = encode(parameters, body) if isinstance(body, dict) else body
            return client.request("POST", url, headers, [body])
        method = "POST" if what == "fit" else "GET"
        return client.request(method, url, headers, [body], **parameters)

    return ask
