"""A client that puts questions to an ASGI application without a socket."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from urllib.parse import unquote, urlencode

from starlette.types import ASGIApp, Message

HOST = "here:8501"


@dataclass
class Answer:
    """What came back."""

    status_code: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""

    def json(self) -> Any:
        return json.loads(self.content)


class Client:
    """A browser whose page comes from http://here:8501."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def request(self, method: str, path: str, *more: Any, **parameters: Any) -> Answer:
        """Send one request, and wait for its answer; see `ask`."""
        return asyncio.run(self.ask(method, path, *more, **parameters))

    async def ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        body: Iterable[bytes] = (),
        breaks_off: bool = False,
        **parameters: object,
    ) -> Answer:
        """Send one request; the parts of the body are sent as the application takes them.

        One that breaks off says that more comes, and nothing does.
        """
        scope = {
            "type": "http",
            "method": method,
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": urlencode(parameters).encode(),
            "headers": [
                (name.lower().encode(), value.encode())
                for name, value in ({"host": HOST} | (headers or {})).items()
            ],
        }
        answer, parts = Answer(), chain(body, [] if breaks_off else [None])

        async def receive() -> Message:
            for part in parts:
                return {"type": "http.request", "body": part or b"", "more_body": part is not None}
            # Nothing more comes from here: this browser never hangs up.
            return await asyncio.Future()

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status_code = message["status"]
                answer.headers = {name.decode(): text.decode() for name, text in message["headers"]}
            else:
                answer.content += message.get("body", b"")

        await self.app(scope, receive, send)
        return answer

    def listen(self, path: str) -> int:
        """Open a socket and say nothing; the code with which the application hangs up."""
        coming, text = iter([{"type": "websocket.connect"}]), []
        headers = [(b"host", HOST.encode())]
        scope = {"type": "websocket", "path": path, "query_string": b"", "headers": headers}

        async def receive() -> Message:
            for message in coming:
                return message
            return await asyncio.Future()

        async def send(message: Message) -> None:
            text.append(message)

        asyncio.run(self.app(scope, receive, send))
        assert [one["type"] for one in text] == ["websocket.accept", "websocket.close"]
        return int(text[-1]["code"])

    def converse(
        self, path: str, texts: Iterable[str | bytes], headers: dict[str, str]
    ) -> list[bytes] | None:
        """Open a socket, send one thing after another, hang up; the answers, or None if refused."""
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "headers": [
                (name.lower().encode(), value.encode())
                for name, value in ({"host": HOST} | headers).items()
            ],
        }
        sentence = [
            {"type": "websocket.receive", "text" if isinstance(text, str) else "bytes": text}
            for text in texts
        ]
        coming = iter(
            [
                {"type": "websocket.connect"},
                *sentence,
                {"type": "websocket.disconnect", "code": 1000},
            ]
        )
        answers: list[bytes] = []
        accepted = False

        async def receive() -> Message:
            return next(coming)

        async def send(message: Message) -> None:
            nonlocal accepted
            accepted |= message["type"] == "websocket.accept"
            if message["type"] == "websocket.send":
                answers.append(message["bytes"])

        asyncio.run(self.app(scope, receive, send))
        return answers if accepted else None

    def get(self, path: str, **more: Any) -> Answer:
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> Answer:
        return self.request("POST", path, **more)


def refused(answer: Answer, status: int) -> str:
    """The sentence of a refusal."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert set(answer.json()) == {"error"}
    return answer.json()["error"]
