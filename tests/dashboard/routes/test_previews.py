import io

import pytest
from PIL import Image

from ganlib import PRESETS


@pytest.mark.parametrize("preset", [one for one in PRESETS if one != "sketch"])
def test_the_recorded_training_comes_with_all_its_pictures(client, preset):
    answer = client.request("GET", f"/minimax/previews/{preset}.webp")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.n_frames > 1


@pytest.mark.parametrize("name", ["sketch.webp", "ring.png", "__init__.py", "..%2f__init__.webp"])
def test_what_was_not_recorded_is_not_there(client, name):
    assert client.request("GET", f"/minimax/previews/{name}").status_code == 404
