"""Plain routes beside the pages: what refreshes by itself comes from here, without a rerun."""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute

from dashboard import scripts
from dashboard.glossary import glossary
from dashboard.previews import recorded
from dashboard.routes.asking import FOREVER, NEVER, HttpError, answer
from dashboard.routes.compare import comparison, frames
from dashboard.routes.finding import find, fit, held_out
from dashboard.routes.inside import back, density, drawn, encoded, saliency
from dashboard.routes.latent import decode, discriminate, explore, film, mix, nearest, spread
from dashboard.routes.plane import measures, plane
from dashboard.routes.quality import quality
from dashboard.routes.runs import curves, frame, live, real, thumbnail
from dashboard.routes.share import export, exports


@answer
def script(request: Request) -> Response:
    """The JavaScript of our own components, and Plotly's from its own wheel."""
    file = scripts.file(request.path_params["version"], request.path_params["name"])
    if file is None:
        raise HttpError(404, "There is no such script, or no longer: reload the page.")
    plain, compressed = file
    headers = FOREVER | {"Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        plain, headers = compressed, headers | {"Content-Encoding": "gzip"}
    return Response(plain, media_type="text/javascript", headers=headers)


@answer
def preview(request: Request) -> Response:
    """The recorded training of a preset, all its pictures."""
    path = recorded(request.path_params["preset"])
    if path is None:
        raise HttpError(404, "The training of this preset was not recorded.")
    return FileResponse(path, headers={"Cache-Control": "no-cache"})


@answer
def terms(request: Request) -> Response:
    """Every entry of the glossary, by its name."""
    return JSONResponse({name: asdict(term) for name, term in glossary().items()}, headers=NEVER)


ROUTES: list[Route | WebSocketRoute] = [
    Route("/minimax/runs/{run_id}/live", live),
    Route("/minimax/runs/{run_id}/curves", curves),
    Route("/minimax/runs/{run_id}/frames/{step}.webp", frame),
    Route("/minimax/runs/{run_id}/thumbnails/{step}.webp", thumbnail),
    Route("/minimax/runs/{run_id}/real.webp", real),
    Route("/minimax/runs/{run_id}/decode", decode, methods=["POST"]),
    Route("/minimax/runs/{run_id}/mix", mix, methods=["POST"]),
    Route("/minimax/runs/{run_id}/discriminate", discriminate, methods=["POST"]),
    Route("/minimax/runs/{run_id}/film/{kind}", film, methods=["POST"]),
    Route("/minimax/runs/{run_id}/nearest", nearest, methods=["POST"]),
    Route("/minimax/runs/{run_id}/spread", spread),
    WebSocketRoute("/minimax/runs/{run_id}/explore", explore),
    Route("/minimax/runs/{run_id}/pictures/{number}", held_out),
    Route("/minimax/runs/{run_id}/fit", fit, methods=["POST"]),
    WebSocketRoute("/minimax/runs/{run_id}/find", find),
    Route("/minimax/runs/{run_id}/inside/density", density),
    Route("/minimax/runs/{run_id}/inside/encoded", encoded),
    Route("/minimax/runs/{run_id}/inside/back", back),
    Route("/minimax/runs/{run_id}/inside/drawn", drawn),
    Route("/minimax/runs/{run_id}/inside/saliency", saliency, methods=["POST"]),
    Route("/minimax/runs/{run_id}/plane", plane),
    Route("/minimax/runs/{run_id}/measures", measures),
    Route("/minimax/runs/{run_id}/quality", quality),
    Route("/minimax/runs/{run_id}/exports", exports),
    Route("/minimax/runs/{run_id}/export/{name}", export),
    Route("/minimax/compare", comparison),
    Route("/minimax/compare/frames", frames),
    Route("/minimax/previews/{preset}.webp", preview),
    Route("/minimax/glossary", terms),
    Route("/minimax/browser/{version}/{name}", script),
]


def routes_below(base: str) -> list[Route | WebSocketRoute]:
    """The routes of a server whose every path begins with `base`, which is empty for most."""
    return [
        Route(base + one.path, one.endpoint, methods=one.methods)
        if isinstance(one, Route)
        else WebSocketRoute(base + one.path, one.endpoint)
        for one in ROUTES
    ]
