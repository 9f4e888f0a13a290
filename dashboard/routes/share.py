"""A run in every form that it can be saved as, made when it is asked for."""

import asyncio
import contextlib
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from dashboard.routes.asking import NEVER, HttpError, answer, opened, run_of
from dashboard.routes.dear import dear
from ganlib import EXPORTS, GanlibError

_TURN = asyncio.Lock()
"""Slow exports are made one after another: together they would take training's cores."""


@answer
def exports(request: Request) -> Response:
    """What the run can be saved as now, and what it lacks for the rest."""
    run = run_of(request)
    listed = [
        {
            "name": name,
            "label": export.label,
            "about": export.about,
            "is_slow": export.is_slow,
            "lack": export.lack(run),
        }
        for name, export in EXPORTS.items()
    ]
    return JSONResponse(listed, headers=NEVER)


@answer
async def export(request: Request) -> Response:
    """The run as a file, which is deleted on the server once it is sent."""
    run, wanted = await opened(request), EXPORTS.get(request.path_params["name"])
    if wanted is None:
        raise HttpError(404, f"A run cannot be saved so: ask for {', '.join(EXPORTS)}.")
    if lack := await run_in_threadpool(wanted.lack, run):
        raise HttpError(409, lack)
    with contextlib.ExitStack() as stack:
        # Where the asker goes, what has begun still writes there while it is removed.
        place = TemporaryDirectory(prefix="minimax-", ignore_cleanup_errors=True)
        folder = Path(stack.enter_context(place))
        path = folder / wanted.file_name(run)
        try:
            async with _TURN if wanted.is_slow else contextlib.nullcontext():
                await dear(request, wanted.save, run, path)
        except GanlibError as error:
            raise HttpError(409, str(error)) from None
        sent = BackgroundTask(stack.pop_all().close)
    return FileResponse(
        path, media_type=wanted.media_type, filename=path.name, headers=NEVER, background=sent
    )
