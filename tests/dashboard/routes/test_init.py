import plotly
import pytest
from starlette.applications import Starlette

from dashboard import routes
from tests.dashboard.asgi import Client

IMMUTABLE = "public, max-age=31536000, immutable"


@pytest.mark.parametrize("name", sorted(path.name for path in routes.BROWSER.glob("*.js")))
def test_our_scripts_are_asked_for_anew(client, name):
    answer = client.get(f"/minimax/browser/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.content == (routes.BROWSER / name).read_bytes()


def test_plotly_comes_from_its_wheel_and_stays(client):
    answer = client.get("/minimax/browser/plotly.min.js")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == IMMUTABLE
    assert plotly.offline.get_plotlyjs_version().encode() in answer.content[:200]


@pytest.mark.parametrize(
    "name",
    [
        "nothing.js",
        "LIVE.JS",
        "live.js%00",
        "..%5Cframes.py",
        "%2E%2E",
        "..",
        "..%2Fframes.py",
        "..%2Froutes%2Fplane.py",
        "..%2F..%2Frequirements.txt",
        "%2Fetc%2Fpasswd",
        "....//frames.py",
        "*.js",
    ],
)
def test_no_other_file_is_given_away(client, name):
    answer = client.get(f"/minimax/browser/{name}")
    assert answer.status_code == 404
    assert len(answer.content) < 100


def test_a_server_below_a_path_has_its_routes_there(trained):
    run = trained(1)
    client = Client(Starlette(routes=routes.routes_below("/class")))
    path = f"/minimax/runs/{run.run_id}"
    assert client.get(f"/class{path}/live").status_code == 200
    assert client.post(f"/class{path}/decode", body=[bytes(4 * 4)]).status_code == 200
    assert client.get(f"/class{path}/decode").status_code == 405
    assert client.get(f"/class{path}/plane").status_code == 200
    assert client.get(f"/class{path}/measures").status_code == 200
    assert client.get(f"/class{path}/exports").status_code == 200
    assert client.get(f"/class{path}/export/csv").status_code == 200
    assert client.get(f"{path}/live").status_code == 404
