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

from dashboard.routes.asking import LATER, Refusal
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


async def dear(asker: Request, work: Callable[..., _Found], *given: Any) -> _Found:
    """What the work gives, done in its turn; not begun for who has gone by then.

    Raises:
        Refusal: too many questions wait, or another of this connection, or nobody waits any more.
    """
    with ExitStack() as leaving:
        _enter(asker, leaving)
        future: Future[_Found] = _POOL.submit(work, *given)
        # What has begun goes on to its end, also when nobody waits any more: until then it counts.
        future.add_done_callback(partial(_leave, leaving.pop_all()))
    waiting = asyncio.wrap_future(future)
    while not (await asyncio.wait([waiting], timeout=EVERY))[0]:
        if await asker.is_disconnected():
            waiting.cancel()
            raise Refusal(499, "Who asked has gone.")
    return waiting.result()


def _enter(asker: Request, leaving: ExitStack) -> None:
    if not _ROOM.acquire(blocking=False):
        raise Refusal(LATER, BUSY)
    leaving.callback(_ROOM.release)
    here, there = asker.scope.get("server"), asker.scope.get("client")
    if there and there[1]:  # A socket of the file system has no port.
        if (ends := (here, there)) in _ASKING:
            raise Refusal(429, ONE_AT_A_TIME)
        _ASKING.add(ends)
        leaving.callback(_ASKING.discard, ends)


def _leave(leaving: ExitStack, _: Future[Any]) -> None:
    leaving.close()
