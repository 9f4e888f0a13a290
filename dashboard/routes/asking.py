"""Questions to the plain routes: each is checked before it is answered.

Who may ask at all is decided before, at the gate. Each route checks for itself that the question
names a run that exists, and is of bounded size.
"""

import asyncio
import functools
import inspect
import json
import math
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Any, TypeVar, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard.services import run_manager
from ganlib import (
    DecoderPublished,
    GanlibError,
    HeldStoreError,
    Run,
    RunError,
    StateSaved,
    UnknownRunError,
    UnwritableStoreError,
    saved_at,
)

FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
NEVER = {"Cache-Control": "no-store"}
BINARY = "application/octet-stream"
MOST_LETTERS = 2**20
"""Of one question on a socket."""
MOST_POINTS = 5000
"""Of a curve: more than a screen has pixels."""
LATER = 503
"""Status of what may be answered when it is asked again; any other refusal is the last word."""
PATIENCE = 10.0
"""Seconds that a question may be silent in the middle of a word."""
SLOWEST = 50_000
"""Bytes a second of the slowest network on which a long question still comes through."""
LONGEST = 60.0
"""Seconds that a question may take to come, however long it is."""

_Answer = TypeVar("_Answer")


class Refusal(Exception):  # noqa: N818 - an answer, not a fault of the server
    """A question that is not answered; becomes JSON with this status."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def answer(
    handler: Callable[[Request], Response] | Callable[[Request], Awaitable[Response]],
) -> Callable[..., Awaitable[Response]]:
    """Turn refusals into JSON; a handler that is a plain function is called in a thread.

    Runs are read from a disk, which may be slow: nothing of a run is looked at in the event loop.
    """

    @functools.wraps(handler)
    async def checked(request: Request) -> Response:
        try:
            if inspect.iscoroutinefunction(handler):
                return cast(Response, await handler(request))
            return await run_in_threadpool(cast(Callable[[Request], Response], handler), request)
        except Refusal as refusal:
            return _error(refusal.status, str(refusal))
        except UnknownRunError as error:
            return _error(404, str(error))
        except (HeldStoreError, UnwritableStoreError) as error:
            return _error(LATER, str(error))
        except GanlibError as error:  # What the question is about is damaged, or cannot be done.
            return _error(409, str(error))

    return checked


def once(most: int) -> Callable[[Callable[..., _Answer]], Callable[..., _Answer]]:
    """Keep so many answers, and let who asks the same at the same time wait for the one made."""

    def keep(see: Callable[..., _Answer]) -> Callable[..., _Answer]:
        kept: OrderedDict[tuple[Any, ...], Future[_Answer]] = OrderedDict()
        lock = threading.Lock()

        @functools.wraps(see)
        def seen(*asked: Any) -> _Answer:
            with lock:
                if (found := kept.get(asked)) is not None:
                    kept.move_to_end(asked)
                mine = kept.setdefault(asked, Future())
                while len(kept) > most:
                    kept.popitem(last=False)
            if found is not None:
                return found.result()
            try:
                mine.set_result(see(*asked))
            except BaseException as error:
                with lock:
                    if kept.get(asked) is mine:
                        del kept[asked]
                mine.set_exception(error)
            return mine.result()

        return seen

    return keep


def run_of(request: HTTPConnection) -> Run:
    """The run that the question names."""
    return run_manager().get(request.path_params["run_id"])


async def opened(request: HTTPConnection) -> Run:
    """The run that the question names, for what goes on in the event loop."""
    return await run_in_threadpool(run_of, request)


def published_of(run: Run) -> DecoderPublished:
    """The newest generator of a run."""
    published = run.snapshot.published
    if published is None:
        raise absent(run, "The generator")
    return published


def absent(run: Run, what: str) -> Refusal:
    """What is to be said of something that is not there yet, or not any more."""
    if run.snapshot.is_over:
        return Refusal(404, f"{what} of this run is not kept, or its files are gone.")
    return Refusal(LATER, f"{what} is not made yet: ask again in a moment.")


def moment_of(run: Run, step: int) -> StateSaved:
    """The saved moment of a run at this step."""
    try:
        return saved_at(run.snapshot, step)
    except RunError as error:
        raise Refusal(404, str(error)) from None


async def open_socket(socket: WebSocket) -> Run | None:
    """Let a page of this server talk about the run that it names; hang up, and None, on any other.

    Nothing else of the socket is touched: who opened it closes it.
    """
    try:
        run = await opened(socket)
    except (Refusal, RunError):
        await socket.close(1008)
        return None
    await socket.accept()
    return run


async def first_text(socket: WebSocket) -> str:
    """What a page says first on a socket that it has opened.

    Raises:
        WebSocketDisconnect: it hung up, or said nothing for so long that we did.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            return await next_text(socket)
    except TimeoutError:
        await socket.close(1008, "You said nothing.")
        raise WebSocketDisconnect(1008) from None


async def next_text(socket: WebSocket) -> str:
    """What a page says next on a socket.

    Raises:
        WebSocketDisconnect: it hung up, or sent bytes, at which we did.
    """
    try:
        return await socket.receive_text()
    except KeyError:  # Starlette looks for a text in whatever comes.
        await socket.close(1003, "Send texts.")
        raise WebSocketDisconnect(1003) from None


def question(text: str) -> Any:
    """What a text on a socket says.

    Raises:
        ValueError, RecursionError: it is no JSON.
    """
    if len(text) > MOST_LETTERS:
        raise Refusal(413, "The question is too long.")
    return json.loads(text)


def number(request: Request, name: str, default: int, lowest: int) -> int:
    """A whole number of the question, or the default when it has none of that name."""
    text = request.query_params.get(name)
    return default if text is None else whole(name, text, lowest)


def points_of(request: Request, default: int) -> int:
    """How many points of a curve are asked for."""
    return min(number(request, "points", default, lowest=3), MOST_POINTS)


def whole(name: str, text: str, lowest: int) -> int:
    """The number that the text says, between `lowest` and 2**32."""
    is_short = text.isascii() and text.isdecimal() and len(text) <= 10
    if not is_short or not lowest <= int(text) < 2**32:
        raise Refusal(400, f"{name} is {text[:40]!r}: send a whole number, at least {lowest}.")
    return int(text)


def decimal(request: Request, name: str, default: float, highest: float = math.inf) -> float:
    """A number of the question from 0 to `highest`, or the default when it has none of that name.

    `highest` itself is taken unless it is infinite.
    """
    text = request.query_params.get(name)
    if text is None:
        return default
    try:
        value = float(text[:40])
    except ValueError:
        value = math.nan
    if not (0 <= value <= highest and math.isfinite(value)):
        most = f"from 0 to {highest:g}" if math.isfinite(highest) else "at least 0"
        raise Refusal(400, f"{name} is {text[:40]!r}: send a number, {most}.")
    return value


async def bounded_body(
    request: Request, most: int, count: Callable[[int], None] = lambda size: None
) -> bytes:
    """The body of the question, of at most so many bytes, which come at a decent pace.

    `count` is told how many there are, each time that more have come, and may refuse them.
    """
    body = bytearray()
    began = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout(PATIENCE) as limit:
            async for part in request.stream():
                body += part
                if len(body) > most:
                    raise Refusal(413, f"The question is too long: send at most {most} bytes.")
                count(len(body))
                limit.reschedule(began + min(PATIENCE + len(body) / SLOWEST, LONGEST))
    except TimeoutError:
        raise Refusal(408, "The rest of the question did not come: ask again.") from None
    except ClientDisconnect:
        raise Refusal(499, "Who asked has gone.") from None
    return bytes(body)


def _error(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status, headers=NEVER)
