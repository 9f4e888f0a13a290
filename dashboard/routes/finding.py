"""The way back from a picture: bring one, search the z that draws it, watch the search."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard.routes.asking import (
    LATER,
    HttpError,
    answer,
    array,
    bounded_body,
    first_message,
    message,
    open_socket,
    opened,
    published_of,
    question,
    refused,
    whole,
)
from dashboard.routes.dear import BUSY, dear
from dashboard.routes.vectors import condition_of
from dashboard.services import explored
from dashboard.wire import encode
from ganlib import (
    DecoderPublished,
    GanlibError,
    Inversion,
    PictureError,
    PictureForm,
    Run,
    decode_picture,
    give_way,
    invert,
    paste,
    residual,
)

MOST_BYTES = 32 * 2**20
"""Of a file that is brought."""
MOST_HELD = 16 * MOST_BYTES
"""Bytes of all files at a time: they lie in memory as they come, and until they are read."""
LEAST_COUNTED = 2**22
"""Bytes that a file counts for at least, so that not too many come at a time."""
MOST_SEARCHES = 12
"""At a time: each gets so much less of the one thread."""
EVERY = 10
"""Steps between two words of a search."""
PRIOR = 3e-3
"""How much a likely z counts where a part is hidden: what is known may leave much open."""
CONTEXT = 0.5
"""How much of the weight lies around what is hidden, so that what is filled in goes with it."""

# One thread for all searches, below everything else: they take turns, and training goes on.
_SEARCHES = ThreadPoolExecutor(1, "search", initializer=give_way)
_ROOM = threading.BoundedSemaphore(MOST_SEARCHES)

Picture = NDArray[np.uint8]


class _Files:
    """The bytes in memory of all files that are brought; of the event loop, and so without lock."""

    free = MOST_HELD

    @contextmanager
    def another(self) -> Iterator[Callable[[int], None]]:
        """To be told how many bytes of one more file there are; refuses those without room."""
        counted = 0

        def count(size: int) -> None:
            nonlocal counted
            more = max(size, LEAST_COUNTED, counted) - counted
            if more > self.free:
                raise HttpError(LATER, BUSY)
            self.free -= more
            counted += more

        try:
            count(0)
            yield count
        finally:
            self.free += counted


_FILES = _Files()


@answer
async def held_out(request: Request) -> Response:
    """One picture of the data, held out from training where some are: `picture`, (H, W, C)."""
    run, number = await opened(request), whole("number", request.path_params["number"], lowest=0)
    return message({}, {"picture": await dear(request, _held_out, run, number)})


@answer
async def fit(request: Request) -> Response:
    """A file that a person brings, in the form of the pictures of the run: `picture`."""
    run = await opened(request)
    channels, side, _ = _shape(run)
    query: dict[str, Any] = {"size": side, "colour": "grey" if channels == 1 else "colour"}
    form = PictureForm(fit="pad", **query)
    with _FILES.another() as count:
        # Read as slowly as it comes before it takes one of the places of dear questions.
        body = await bounded_body(request, MOST_BYTES, count)
        try:
            picture = await dear(request, decode_picture, body, form)
        except PictureError as error:
            raise HttpError(400, str(error)) from error
    return message({}, {"picture": picture.transpose(1, 2, 0)})


async def find(socket: WebSocket) -> None:
    """Search for one picture, and tell every few steps how far the search is.

    The question has a `picture`, (H, W, C), and what is `known` of it, (H, W), where 0 hides a
    pixel; `condition` weighs the classes where there are any. Each word is a header (`step`,
    `steps`, the step of the `generator`, the `mse` and what is `left`, or `error` and `status`),
    the `z`, what it has `drawn`, and the picture with its hidden part `filled` in.
    """
    if (run := await open_socket(socket)) is None:
        return
    try:
        await _search(socket, run, await first_message(socket))
        await socket.close()
    except (WebSocketDisconnect, RuntimeError):  # Whoever hangs up ends the search.
        return


async def _search(socket: WebSocket, run: Run, query: bytes) -> None:
    loop = asyncio.get_running_loop()
    if not _ROOM.acquire(blocking=False):
        await socket.send_bytes(refused(HttpError(LATER, BUSY)))
        return
    try:
        search = await loop.run_in_executor(_SEARCHES, _begin, run, query)
        while (word := await loop.run_in_executor(_SEARCHES, next, search, None)) is not None:
            await socket.send_bytes(word)
    except (HttpError, GanlibError) as error:
        await socket.send_bytes(refused(error))
    finally:
        _ROOM.release()


def _begin(run: Run, query: bytes) -> Iterator[bytes]:
    published = published_of(run)
    decoder = published.decoder
    channels, height, width = _shape(run)
    header, arrays = question(query)
    picture = array(arrays, "picture", np.uint8, height, width, channels)[None]
    known = array(arrays, "known", np.uint8, height, width) > 0
    condition = condition_of(header, decoder.classes, 1)
    if not known.any():
        raise HttpError(400, "Everything is hidden: leave something that the picture is found by.")
    prior = 0.0 if known.all() else PRIOR
    inversion = invert(
        decoder, picture, 0, condition=condition, known=known, prior=prior, context=CONTEXT
    )
    return (
        _word(published, one, picture, known, condition)
        for one in inversion
        if one.step % EVERY == 0
    )


def _word(
    published: DecoderPublished,
    inversion: Inversion,
    picture: Picture,
    known: NDArray[np.bool_],
    condition: NDArray[np.float32] | None,
) -> bytes:
    drawn = np.asarray(published.decoder.decode(inversion.z, condition), np.uint8)
    header = {
        "step": inversion.step,
        "steps": inversion.steps,
        "generator": published.step,
        "mse": float(inversion.errors[0]),
        "left": float(residual(picture[:, known], drawn[:, known])[0]),
    }
    filled = paste(picture, drawn, known)
    return encode(header, {"z": inversion.z[0], "drawn": drawn[0], "filled": filled[0]})


def _held_out(run: Run, number: int) -> Picture:
    pictures = explored(run.config).pictures
    picture: Picture = pictures[number % len(pictures)]
    return picture


def _shape(run: Run) -> tuple[int, int, int]:
    shape = run.config.data.shape
    if len(shape) != 3:
        raise HttpError(409, "This run draws points: only pictures can be searched for.")
    return shape
