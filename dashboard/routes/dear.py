"""Dear questions, which may cost a core more than a tenth of a second: they take turns.

They have threads of their own, so that quick questions never wait for them. So many may wait, of
all askers together; what more come are told to ask again. Behind one address a whole class may
sit, so that a limit is one of the server, or of a single connection.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import Any, TypeVar

from starlette.requests import Request

from dashboard.routes.asking import LATER, HttpError
from ganlib import give_way

THREADS = 2
MOST = 40
"""Questions that are answered or wait, of the whole server: a class asks at the same moment."""
EVERY = 0.25
"""Seconds between two looks whether who asked is still there."""
BUSY = "The server is busy with other questions: ask again in some seconds."
ONE_AT_A_TIME = "Your last question is not answered yet: ask again when it is."

_POOL = ThreadPoolExecutor(THREADS, "dear", initializer=give_way)
_ROOM = threading.BoundedSemaphore(MOST)
_ASKING: set[Any] = set()
"""Connections, as the two ends of each, that wait for an answer."""

_Found = TypeVar("_Found")


async def dear(request: Request, work: Callable[..., _Found], *given: Any) -> _Found:
    """What the work gives, done in its turn; not begun for who has gone by then.

    Raises:
        HttpError: too many questions wait, or another of this connection, or nobody waits any more.
    """
    with ExitStack() as leaving:
        _enter(request, leaving)
        future: Future[_Found] = _POOL.submit(work, *given)
        # What has begun goes on to its end, also when nobody waits any more: until then it counts.
        future.add_done_callback(partial(_leave, leaving.pop_all()))
    waiting = asyncio.wrap_future(future)
    while not (await asyncio.wait([waiting], timeout=EVERY))[0]:
        if await request.is_disconnected():
            waiting.cancel()
            raise HttpError(499, "Who asked has gone.")
    return waiting.result()


def _enter(request: Request, leaving: ExitStack) -> None:
    if not _ROOM.acquire(blocking=False):
        raise HttpError(LATER, BUSY)
    leaving.callback(_ROOM.release)
    here, there = request.scope.get("server"), request.scope.get("client")
    if there and there[1]:  # A socket of the file system has no port.
        if (ends := (here, there)) in _ASKING:
            raise HttpError(429, ONE_AT_A_TIME)
        _ASKING.add(ends)
        leaving.callback(_ASKING.discard, ends)


def _leave(leaving: ExitStack, _: Future[Any]) -> None:
    leaving.close()
