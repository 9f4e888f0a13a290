"""How good the pictures of a run are, as far as that was measured."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dashboard.quality import quality as told
from dashboard.routes.asking import NEVER, absent, answer, run_of


@answer
def quality(request: Request) -> Response:
    """The newest figures of the pictures in words, and their curves, as JSON."""
    run = run_of(request)
    snapshot = run.snapshot
    if not snapshot.figures:
        raise absent(run, "A measurement of the pictures")
    return JSONResponse(told(run.config, snapshot), headers=NEVER)
