"""How good the pictures of a run are, as far as that was measured."""

from starlette.requests import Request
from starlette.responses import Response

from dashboard.quality import courses
from dashboard.quality import quality as report
from dashboard.routes.asking import absent, answer, message, run_of


@answer
def quality(request: Request) -> Response:
    """The newest metrics of the pictures in words, and their curves."""
    run = run_of(request)
    snapshot = run.snapshot
    if not snapshot.measurements:
        raise absent(run, "A measurement of the pictures")
    return message(report(run.config, snapshot), courses(snapshot))
