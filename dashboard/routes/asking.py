"""Questions to the plain routes: each is checked before it is answered.

Who may ask at all is decided before, at the gate. Each route checks for itself that the question
names a run that exists, and is of bounded size.
"""

import asyncio
import functools
import inspect
import math
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard.services import run_manager
from dashboard.wire import Arrays, WireError, decode, encode
from ganlib import (
    CheckpointSaved,
    DecoderPublished,
    GanlibError,
    HeldStoreError,
    Run,
    RunError,
    UnknownRunError,
    UnwritableStoreError,
    checkpoint_at,
)

FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
NEVER = {"Cache-Control": "no-store"}
MOST_BYTES = 2**19
"""Of one question: 64 latent vectors with their styles, or one picture, are less."""
MOST_POINTS = 5000
"""Of a curve: more than a screen has pixels."""
LATER = 503
"""Status of what may be answered when it is asked again, as 408, 429 and 499 are (`browser/http.js`
knows them); any other refusal is the last word."""
PATIENCE = 10.0
"""Seconds that a question may be silent in the middle of a word."""
SLOWEST = 50_000
"""Bytes a second of the slowest network on which a long question still comes through."""
LONGEST = 60.0
"""Seconds that a question may take to come, however long it is."""

_Answer = TypeVar("_Answer")


class HttpError(Exception):
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
        except (HttpError, GanlibError) as error:
            return JSONResponse({"error": str(error)}, status_code=_status(error), headers=NEVER)

    return checked


def once(most: int) -> Callable[[Callable[..., _Answer]], Callable[..., _Answer]]:
    """Keep so many answers, and let who asks the same at the same time wait for the one made."""

    def keep(make: Callable[..., _Answer]) -> Callable[..., _Answer]:
        made: OrderedDict[tuple[Any, ...], Future[_Answer]] = OrderedDict()
        lock = threading.Lock()

        @functools.wraps(make)
        def once_made(*key: Any) -> _Answer:
            with lock:
                if (known := made.get(key)) is not None:
                    made.move_to_end(key)
                mine = made.setdefault(key, Future())
                while len(made) > most:
                    made.popitem(last=False)
            if known is not None:
                return known.result()
            try:
                mine.set_result(make(*key))
            except BaseException as error:
                with lock:
                    if made.get(key) is mine:
                        del made[key]
                mine.set_exception(error)
            return mine.result()

        return once_made

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


def absent(run: Run, what: str) -> HttpError:
    """What is to be said of something that is not there yet, or not any more."""
    if run.snapshot.is_over:
        return HttpError(404, f"{what} of this run is not kept, or its files are gone.")
    return HttpError(LATER, f"{what} is not made yet: ask again in a moment.")


def checkpoint_of(run: Run, step: int) -> CheckpointSaved:
    """The checkpoint of a run at this step."""
    try:
        return checkpoint_at(run.snapshot, step)
    except RunError as error:
        raise HttpError(404, str(error)) from None


async def open_socket(socket: WebSocket) -> Run | None:
    """Let a page of this server talk about the run that it names; hang up, and None, on any other.

    Nothing else of the socket is touched: who opened it closes it.
    """
    try:
        run = await opened(socket)
    except (HttpError, RunError):
        await socket.close(1008)
        return None
    await socket.accept()
    return run


async def first_message(socket: WebSocket) -> bytes:
    """What a page says first on a socket that it has opened.

    Raises:
        WebSocketDisconnect: it hung up, or said nothing for so long that we did.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            return await next_message(socket)
    except TimeoutError:
        await socket.close(1008, "You said nothing.")
        raise WebSocketDisconnect(1008) from None


async def next_message(socket: WebSocket) -> bytes:
    """What a page says next on a socket.

    Raises:
        WebSocketDisconnect: it hung up, or sent a text, at which we did.
    """
    try:
        return await socket.receive_bytes()
    except KeyError:  # Starlette looks for bytes in whatever comes.
        await socket.close(1003, "Send bytes.")
        raise WebSocketDisconnect(1003) from None


def question(message: bytes) -> tuple[dict[str, Any], Arrays]:
    """The header and the arrays of a message from a page."""
    if len(message) > MOST_BYTES:
        raise HttpError(413, f"The question is too long: send at most {MOST_BYTES} bytes.")
    try:
        return decode(message)
    except WireError as error:
        raise HttpError(400, str(error)) from error


def array(arrays: Arrays, name: str, kind: type[np.generic], *shape: int) -> NDArray[Any]:
    """An array of the question, of this type and shape; -1 is any length."""
    values = arrays.get(name)
    if (
        values is None
        or values.dtype != kind
        or len(values.shape) != len(shape)
        or any(want not in (-1, has) for want, has in zip(shape, values.shape, strict=True))
    ):
        form = " x ".join("N" if one < 0 else str(one) for one in shape)
        raise HttpError(400, f"Send {name}: {form} numbers of {kind.__name__}.")
    return values


def number(values: Mapping[str, Any], name: str, default: int, lowest: int) -> int:
    """A whole number of a query or a header, or the default when it has none of that name."""
    return default if values.get(name) is None else whole(name, values[name], lowest)


def points_of(request: Request, default: int) -> int:
    """How many points of a curve are asked for."""
    return min(number(request.query_params, "points", default, lowest=3), MOST_POINTS)


def whole(name: str, value: Any, lowest: int) -> int:
    """The number that the value is or says, between `lowest` and 2**32."""
    text = str(value)
    is_short = text.isascii() and text.isdecimal() and len(text) <= 10
    if not is_short or not lowest <= int(text) < 2**32:
        raise HttpError(400, f"{name} is {text[:40]!r}: send a whole number, at least {lowest}.")
    return int(text)


def decimal(
    values: Mapping[str, Any], name: str, default: float, highest: float = math.inf
) -> float:
    """A number of a query or a header from 0 to `highest`; the default when it has none so named.

    `highest` itself is taken unless it is infinite.
    """
    if values.get(name) is None:
        return default
    text = str(values[name])
    try:
        value = float(text[:40])
    except ValueError:
        value = math.nan
    if not (0 <= value <= highest and math.isfinite(value)):
        most = f"from 0 to {highest:g}" if math.isfinite(highest) else "at least 0"
        raise HttpError(400, f"{name} is {text[:40]!r}: send a number, {most}.")
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
                    raise HttpError(413, f"The question is too long: send at most {most} bytes.")
                count(len(body))
                limit.reschedule(began + min(PATIENCE + len(body) / SLOWEST, LONGEST))
    except TimeoutError:
        raise HttpError(408, "The rest of the question did not come: ask again.") from None
    except ClientDisconnect:
        raise HttpError(499, "Who asked has gone.") from None
    return bytes(body)


def message(
    header: Mapping[str, Any], arrays: Arrays | None = None, scales: Mapping[str, int] | None = None
) -> Response:
    """An answer with arrays, which no cache keeps."""
    body = encode(header, arrays or {}, scales or {})
    return Response(body, media_type="application/octet-stream", headers=NEVER)


def refused(error: HttpError | GanlibError) -> bytes:
    """What a socket says instead of an answer."""
    return encode({"error": str(error), "status": _status(error)})


def _status(error: HttpError | GanlibError) -> int:
    match error:
        case HttpError():
            return error.status
        case UnknownRunError():
            return 404
        case HeldStoreError() | UnwritableStoreError():
            return LATER
        case _:  # What the question is about is damaged, or cannot be done.
            return 409
