import gzip

import numpy as np
import plotly
import pytest
from starlette.applications import Starlette

from dashboard import routes, scripts
from dashboard.wire import encode
from tests.dashboard.asgi import Client, refused

IMMUTABLE = "public, max-age=31536000, immutable"


@pytest.mark.parametrize("name", ["modules.js", "plotly.min.js"])
def test_scripts_come_compressed_to_who_can_read_it_and_stay(client, name):
    plain = client.get(f"/{scripts.folder()}/{name}")
    packed = client.get(f"/{scripts.folder()}/{name}", headers={"Accept-Encoding": "gzip, br"})
    for answer in plain, packed:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["cache-control"] == IMMUTABLE
        assert answer.headers["vary"] == "Accept-Encoding"
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 3
    assert gzip.decompress(packed.content) == plain.content


def test_plotly_comes_from_its_wheel(client):
    answer = client.get(f"/{scripts.folder()}/plotly.min.js")
    assert plotly.offline.get_plotlyjs_version().encode() in answer.content[:200]


def test_scripts_of_another_version_are_not_given_away(client):
    text = refused(client.get("/minimax/browser/0123456789abcdef/modules.js"), 404)
    assert "reload the page" in text


@pytest.mark.parametrize(
    "name",
    [
        "nothing.js",
        "MODULES.JS",
        "modules.js%00",
        "live.js",
        "boot.js",
        "..%5Cwire.py",
        "%2E%2E",
        "..",
        "..%2Fwire.py",
        "..%2Froutes%2Fplane.py",
        "..%2F..%2Frequirements.txt",
        "%2Fetc%2Fpasswd",
        "....//wire.py",
        "*.js",
    ],
)
def test_no_other_file_is_given_away(client, name):
    answer = client.get(f"/{scripts.folder()}/{name}")
    assert answer.status_code == 404
    assert len(answer.content) < 100


def test_a_server_below_a_path_has_its_routes_there(trained):
    run = trained(1)
    client = Client(Starlette(routes=routes.routes_below("/class")))
    path = f"/minimax/runs/{run.run_id}"
    question = encode({}, {"z": np.zeros((1, 4), np.float32)})
    assert client.get(f"/class{path}/live").status_code == 200
    assert client.post(f"/class{path}/decode", body=[question]).status_code == 200
    assert client.get(f"/class{path}/decode").status_code == 405
    assert client.get(f"/class{path}/plane").status_code == 200
    assert client.get(f"/class{path}/measures").status_code == 200
    assert client.get(f"/class{path}/exports").status_code == 200
    assert client.get(f"/class{path}/export/csv").status_code == 200
    assert client.get(f"{path}/live").status_code == 404
