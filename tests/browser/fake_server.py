"""A small server that speaks the wire format of the live routes, about one run that tests shape."""

import asyncio
import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import uvicorn
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from dashboard import scripts
from dashboard.routes import script, terms
from dashboard.routes.asking import message
from ganlib import RunConfig

THEMES = {
    "light": {
        "background-color": "#ffffff",
        "secondary-background-color": "#f0f2f6",
        "text-color": "#31333f",
        "border-color": "rgba(49, 51, 63, 0.2)",
        "primary-color": "#3b5bdb",
    },
    "dark": {
        "background-color": "#0e1117",
        "secondary-background-color": "#262730",
        "text-color": "#fafafa",
        "border-color": "rgba(250, 250, 250, 0.2)",
        "primary-color": "#8da2fb",
    },
}
TINTS = {
    "red": ("#bd4043", "#ff6c6c", "rgba(255, 43, 43, 0.12)"),
    "green": ("#158237", "#5ce488", "rgba(33, 195, 84, 0.14)"),
    "blue": ("#0054a3", "#3d9df3", "rgba(28, 131, 225, 0.12)"),
    "orange": ("#b35900", "#ffbd45", "rgba(255, 164, 33, 0.14)"),
    "gray": ("#555867", "#a3a8b4", "rgba(128, 132, 149, 0.16)"),
}


def read(**objective: Any) -> dict[str, Any]:
    """How D is read under such an objective, as the server tells the browser."""
    config = RunConfig.parse({"algorithm": {"objective": objective}})
    return config.gan.objective.loss_spec.as_json()


LINES = [
    {"name": "d_loss", "label": "Discriminator", "colour": "#1f6feb"},
    {"name": "g_loss", "label": "Generator", "colour": "#d9730d"},
    {"name": "d_r1", "label": "R1", "colour": "#888888", "dash": "dash"},
]
CHARTS = [
    {
        "id": "loss",
        "title": "Losses",
        "y_title": "loss",
        "log": False,
        "alt": "Losses against step.",
        "series": LINES,
        "lines": [{"value": 1.386, "label": "2 ln 2", "colour": "#1f6feb"}],
    },
    {
        "id": "distance",
        "title": "Distance",
        "y_title": "JSD (bits)",
        "log": True,
        "alt": "Distance against step.",
        "series": [{"name": "g_loss", "label": "JSD", "colour": "#8250df"}],
        "lines": [{"value": 0.5, "label": "real against real", "colour": "#2da44e"}],
    },
]
GRID = {
    "alt": "Generated rings.",
    "fake_caption": "Generated",
    "real_caption": "Real rings",
    "with_real": True,
}
PAGE = """<!doctype html><meta charset="utf-8"><title>Live components</title>
<style>:root {{ {variables} }} .place {{ margin-bottom: 1rem; }}
body {{ margin: 1.5rem 4rem; background: var(--st-background-color); font-family: var(--st-font); }}
</style>
<script>
{{ const wait = setTimeout; window.setTimeout = (act, ms) => wait(act, ms / {pace}); }}
const places = {{}};
const modules = import("/{folder}/modules.js");
async function place(name, data) {{
  if (!places[name]) {{
    const host = document.createElement("div");
    host.className = "place";
    host.id = name;
    host.attachShadow({{ mode: "open" }}).innerHTML = '<div class="root"></div>';
    document.body.append(host);
    places[name] = {{ host, triggers: [] }};
  }}
  const here = places[name];
  here.cleanup = (await modules)[name.split("-")[0]].mount({{
    data: {{ run_id: "r1", ...data }},
    parentElement: here.host.shadowRoot,
    setStateValue: () => {{}},
    setTriggerValue: (key, value) => here.triggers.push([key, value]),
  }});
}}
</script>"""


@dataclass
class FakeRun:
    """What the server says, and what it was asked."""

    header: dict[str, Any] = field(
        default_factory=lambda: {
            "run_id": "r1",
            "title": "Ring of Gaussians",
            "state": "running",
            "message": "",
            "step": 0,
            "total_steps": 3000,
            "images_seen": 0,
            "sample": "picture",
            "steps_per_second": 28.4,
            "seconds_left": 101.2,
            "elapsed": 12.3,
            "device": "cpu",
            "threads": 1,
            "queue": None,
            "progress_text": "",
            "progress_share": None,
            "frames": [],
            "has_real": False,
            "marks": [],
            "changes": 0,
            "problem": "",
            "saved_step": None,
        }
    )
    series: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    url: str = ""
    hurried: bool = False
    """Whether what the scripts wait for by the clock comes ten times as soon."""
    delay: float = 0.0
    picture_delay: float = 0.0
    damaged: frozenset[str] = frozenset()
    is_busy: bool = False
    pictures_held: bool = False
    answers: bool = True
    reset: bool = False
    requests: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    plane_snapshot: Callable[[int], dict[str, np.ndarray]] | None = None
    saved: list[int] = field(default_factory=list)
    plane_late: int = 0
    """So many steps the newest game is behind the step that was told."""
    plane_delay: float = 0.0
    planes_at_once: int = 0
    most_planes_at_once: int = 0

    def train(self, last: int, names: tuple[str, ...] = ("d_loss", "g_loss")) -> None:
        """Let every series have a value at each step from 1 to `last`."""
        steps = np.arange(1, last + 1)
        for i, name in enumerate(names):
            values = 0.7 + 0.5 * i + np.sin(steps / (20 + 9 * i)) * 40 / (40 + steps)
            self.series[name] = (steps, values)
        self.header |= {"step": last, "images_seen": 64 * last}

    def lives(self) -> list[str]:
        """The requests for news so far."""
        return [requests for requests in self.requests if "/live" in requests]

    def planes(self) -> list[str]:
        """The questions for the plane so far, from `layers=` on."""
        return [requests.partition("?")[2] for requests in self.requests if "/plane" in requests]

    def pack(self, header: dict[str, Any], first: int, last: int) -> Response:
        """The points with first <= step <= last."""
        arrays = {}
        for name, (steps, values) in self.series.items():
            kept = (steps >= first) & (steps <= last)
            arrays[f"{name}/steps"] = steps[kept].astype(np.uint32)
            arrays[f"{name}/values"] = values[kept].astype(np.float32)
        return message(header, arrays)

    async def live(self, request: Request) -> Response:
        self.requests.append(str(request.url))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.delay)
        self.at_once -= 1
        if not self.answers:
            return Response(status_code=502)
        if request.path_params["run_id"] != "r1":
            return JSONResponse({"error": "There is no run of this name."}, status_code=404)
        since = int(request.query_params["since"])
        reset = self.reset or since == 0
        header = self.header | {"reset": reset}
        return self.pack(header, 0 if reset else since + 1, 2**31)

    async def curves(self, request: Request) -> Response:
        self.requests.append(str(request.url))
        query = request.query_params
        return self.pack({}, int(query["first"]), int(query["last"]))

    async def plane(self, request: Request) -> Response:
        """The arrays of `game` at a step that the layers ask for: fields as int16, else float32."""
        self.requests.append(str(request.url))
        self.planes_at_once += 1
        self.most_planes_at_once = max(self.most_planes_at_once, self.planes_at_once)
        await asyncio.sleep(self.plane_delay)
        self.planes_at_once -= 1
        newest = self.header["step"]
        step = int(request.query_params.get("step", newest))
        if self.plane_snapshot is None or (step != newest and step not in self.saved):
            sentence = "This moment is not there: ask again in a moment."
            status = 503 if step == newest else 404
            return JSONResponse({"error": sentence}, status_code=status)
        sources = {"noise": ["z"], "warp": ["warp", "warp_density"]}
        names = ["real", "fake"]
        for layer in filter(None, request.query_params["layers"].split(",")):
            names += sources.get(layer, [layer])
        plane_snapshot = self.plane_snapshot(step)
        header = {"step": step - self.plane_late, "saved": self.saved, "reach": 1.3}
        header["mean_force"] = 0.0314
        header["reading"] = self.header.get("reading", read())
        scales = dict.fromkeys(("map", "optimal", "gradient"), 1000)
        return message(
            header, {name: plane_snapshot[name] for name in names if name in plane_snapshot}, scales
        )

    async def picture(self, request: Request) -> Response:
        """Plain grey that tells the step: `frames/40.webp` has level 40 everywhere."""
        self.requests.append(str(request.url))
        await asyncio.sleep(self.picture_delay)
        while self.pictures_held:
            await asyncio.sleep(0.005)
        name = request.path_params["name"]
        if name in self.damaged:
            return JSONResponse({"error": f"Picture {name} is damaged."}, status_code=409)
        if self.is_busy:
            return JSONResponse({"error": "Busy: ask again."}, status_code=503)
        level = int(name) % 256 if name.isdigit() else 255
        buffer = io.BytesIO()
        Image.fromarray(self.pixels(level)).save(buffer, "WEBP", lossless=True)
        # The next run has other pictures at the same addresses.
        headers = {"Cache-Control": "no-store"}
        return Response(buffer.getvalue(), media_type="image/webp", headers=headers)

    def pixels(self, level: int) -> np.ndarray:
        return np.full((64, 64, 3), level, np.uint8)

    async def page(self, request: Request) -> Response:
        theme = request.query_params.get("theme", "light")
        values = THEMES[theme] | {"font": '"Source Sans", sans-serif', "base-radius": "0.5rem"}
        for name, (light, dark, behind) in TINTS.items():
            values[f"{name}-text-color"] = light if theme == "light" else dark
            values[f"{name}-background-color"] = behind
        variables = "".join(f"--st-{name}: {value};" for name, value in values.items())
        pace = 10 if self.hurried else 1
        page = PAGE.format(variables=variables, pace=pace, folder=scripts.folder())
        return HTMLResponse(page)

    def app(self) -> Starlette:
        run = "/minimax/runs/{run_id}"
        return Starlette(
            routes=[
                Route("/", self.page),
                Route(run + "/live", self.live),
                Route(run + "/curves", self.curves),
                Route(run + "/plane", self.plane),
                Route(run + "/frames/{name}.webp", self.picture),
                Route(run + "/{name}.webp", self.picture),
                Route("/minimax/glossary", terms),
                Route("/minimax/browser/{version}/{name}", script),
            ]
        )


@contextmanager
def serve(run: FakeRun) -> Iterator[FakeRun]:
    """Serve the run on a free port of this machine, in a thread, until the block ends."""
    config = uvicorn.Config(run.app(), port=0, log_level="error", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    run.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield run
    finally:
        server.should_exit = server.force_exit = True
        thread.join()
