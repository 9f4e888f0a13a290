import io
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from dashboard.routes import asking, finding
from dashboard.routes.asking import MOST_BYTES
from dashboard.routes.dear import BUSY
from dashboard.wire import decode, encode
from ganlib import DataError, DecoderPublished, RunConfig, RunPrepared
from ganlib.latent import GeneratorDecoder
from tests.conftest import METRICS
from tests.dashboard.asgi import refused

SIDE = 28
SLOW = 30
"""Files that come slowly at a time, fewer than dear questions may wait."""


@pytest.fixture
def drawing(hold_run):
    """A run whose generator draws an even grey: the first number of z, between -1 and 1."""
    level = nn.Linear(2, 1, bias=False)
    with torch.no_grad():
        level.weight.copy_(torch.tensor([[1.0, 0.0]]))
    G = nn.Sequential(level, nn.Tanh(), nn.Unflatten(1, (1, 1, 1)), nn.Upsample(scale_factor=SIDE))
    config = RunConfig.parse({"algorithm": {"network": {"architecture": "mlp", "latent_dim": 2}}})
    real = np.zeros((1, SIDE, SIDE, 1), np.uint8)
    decoder = GeneratorDecoder(G, 2)
    return hold_run(RunPrepared(real, "cpu", METRICS), DecoderPublished(3, decoder), config=config)


@pytest.fixture
def search(client):
    """Ask for a search, and hear all of it."""

    def search(run, query, **headers):
        run_id = getattr(run, "run_id", run)
        header = client.converse(f"/minimax/runs/{run_id}/find", [query], headers)
        return header and [decode(one) for one in header]

    return search


def question(picture, known=None, **more):
    known = np.ones(picture.shape[:2], np.uint8) if known is None else known
    return encode(more, {"picture": picture, "known": known})


def grey(level):
    return np.full((SIDE, SIDE, 1), level, np.uint8)


def test_a_picture_that_can_be_drawn_is_found(search, drawing):
    header = search(drawing, question(grey(200)))
    headers = [header for header, _ in header]
    assert [header["step"] for header in headers] == list(range(10, 501, 10))
    assert {header["steps"] for header in headers} == {500}
    errors = [header["mse"] for header in headers]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 1e-4
    last, found = header[-1]
    assert found["drawn"].shape == found["filled"].shape == (SIDE, SIDE, 1)
    assert np.tanh(found["z"][0]) == pytest.approx(200 / 127.5 - 1, abs=0.02)
    assert np.abs(found["drawn"].astype(int) - 200).max() <= 2
    assert (found["filled"] == 200).all()  # All of it is known.
    assert last["left"] < 0.02


def test_what_is_hidden_is_filled_in(search, drawing):
    picture, known = grey(150), np.ones((SIDE, SIDE), np.uint8)
    picture[:10], known[:10] = 7, 0
    filled = search(drawing, question(picture, known))[-1][1]["filled"]
    assert (filled[10:] == 150).all()
    assert np.abs(filled[:10].astype(int) - 150).max() <= 20  # A likely z pulls a little.


def test_what_is_filled_in_goes_with_what_is_around_it(search, drawing):
    """Ten rows are hidden, three below them are lighter than all others; G draws one level."""
    picture, known = grey(50), np.ones((SIDE, SIDE), np.uint8)
    picture[10:13], known[:10] = 200, 0
    filled = search(drawing, question(picture, known))[-1][1]["filled"]
    even = (3 * 200 + (SIDE - 13) * 50) / (SIDE - 10)
    # Half of the weight is even, and half lies on the three rows.
    assert filled[:10] == pytest.approx((even + 200) / 2, abs=8)


def test_everything_hidden_is_refused(search, drawing):
    ((header, _),) = search(drawing, question(grey(1), np.zeros((SIDE, SIDE), np.uint8)))
    assert header["error"].startswith("Everything is hidden")


@pytest.mark.parametrize(
    "query",
    [
        b"",
        b"{}",
        encode({}),
        encode({}, {"picture": grey(0)}),
        question(grey(0).astype(np.float32)),
        question(np.zeros((3, 3, 1), np.uint8)),
        question(grey(0), np.ones((2, 2), np.uint8)),
        question(grey(0), condition=[1, 0]),
        question(grey(0), condition="x"),
        bytes(MOST_BYTES + 1),
    ],
    ids=range(10),
)
def test_what_is_no_picture_of_this_run_gets_a_sentence(search, drawing, query):
    ((header, arrays),) = search(drawing, query)
    assert set(header) == {"error", "status"}
    assert arrays == {}
    assert 10 < len(header["error"]) < 200


def test_points_cannot_be_searched_for(search, trained):
    ((header, _),) = search(trained(1), encode({}))
    assert "only pictures" in header["error"]


def test_a_model_that_draws_pixel_by_pixel_has_nothing_to_search_for(search, taught):
    picture = np.zeros((8, 8, 1), np.uint8)
    ((header, _),) = search(taught("autoregressive"), question(picture))
    assert "has no z to search for" in header["error"]


def test_before_there_is_a_generator_it_is_said(search, hold_run):
    ((header, _),) = search(hold_run(), encode({}))
    assert "ask again in a moment" in header["error"]


def test_only_in_a_run_that_there_is_may_one_search(search):
    assert search("nobody", encode({})) is None


def file(image, form="PNG", **options):
    data = io.BytesIO()
    image.save(data, form, **options)
    return data.getvalue()


def test_a_file_comes_in_the_form_of_the_run(ask, drawing):
    _, arrays = decode(
        ask(drawing, "fit", body=file(Image.new("RGB", (300, 100), "#808080"))).content
    )
    pixels = arrays["picture"]
    assert pixels.shape == (SIDE, SIDE, 1)
    assert pixels[14, 14] == 128
    assert pixels[0, 0] == 255  # Padded with white.


GREY = Image.new("L", (20, 20), 77)
FILES = {
    "CMYK": file(Image.new("CMYK", (20, 20), (0, 0, 0, 128)), "JPEG"),
    "16 bits": file(Image.fromarray(np.full((20, 20), 30_000, np.uint16))),
    "transparent": file(Image.new("RGBA", (20, 20), (10, 20, 30, 100))),
}
REFUSED = {
    "empty": b"",
    "text": b"This is a text, named picture.png.",
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "cut off": file(Image.effect_noise((200, 200), 90), "JPEG")[:2000],
    "100 megapixels": file(Image.new("1", (10_000, 10_000))),
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_unusual_pictures_are_taken(ask, drawing, data):
    assert ask(drawing, "fit", body=data).status_code == 200


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_what_is_no_usable_picture_gets_a_sentence(ask, drawing, data):
    text = refused(ask(drawing, "fit", body=data), 400)
    assert 15 < len(text) < 200
    assert "Error" not in text


def test_a_file_that_is_too_large_is_cut_short(client, drawing):
    parts = iter([bytes(2**20)] * 100)
    assert refused(client.post(f"/minimax/runs/{drawing.run_id}/fit", body=parts), 413)
    assert len(list(parts)) == 67


def test_pictures_of_the_data_come_in_turn(ask, drawing, monkeypatch):
    pictures = np.stack([grey(10), grey(20)])
    monkeypatch.setattr(finding, "explored", lambda config: SimpleNamespace(pictures=pictures))
    found = [decode(ask(drawing, f"pictures/{number}").content)[1] for number in (0, 1, 2)]
    assert [one["picture"][0, 0, 0] for one in found] == [10, 20, 10]
    assert found[0]["picture"].shape == (SIDE, SIDE, 1)


def test_data_that_cannot_be_opened_are_told_of(ask, drawing, monkeypatch):
    def fail(config):
        raise DataError("They are gone.")

    monkeypatch.setattr(finding, "explored", fail)
    assert refused(ask(drawing, "pictures/0"), 409) == "They are gone."
    assert refused(ask(drawing, "pictures/x"), 400).startswith("number is")


def test_where_too_many_search_or_bring_pictures_the_next_is_told(
    ask, search, drawing, monkeypatch
):
    monkeypatch.setattr(finding, "_ROOM", threading.Semaphore(0))
    monkeypatch.setattr(finding._FILES, "free", finding.LEAST_COUNTED - 1)
    assert refused(ask(drawing, "fit", body=b"a picture"), 503) == BUSY
    ((header, _),) = search(drawing, question(grey(0)))
    assert header == {"error": BUSY, "status": 503}
    monkeypatch.undo()
    assert "This file is empty." in refused(ask(drawing, "fit"), 400)
    assert finding._FILES.free == finding.MOST_HELD


def test_files_that_come_slowly_keep_nobody_from_bringing_one(ask, client, drawing, monkeypatch):
    monkeypatch.setattr(asking, "PATIENCE", 600.0)
    monkeypatch.setattr(asking, "LONGEST", 600.0)
    begun, go_on = threading.Semaphore(0), threading.Event()

    def slow():
        yield b"half"
        begun.release()
        assert go_on.wait(60)

    def bring(_):
        return client.post(f"/minimax/runs/{drawing.run_id}/fit", body=slow()).status_code

    with ThreadPoolExecutor(SLOW) as pool:
        coming = [pool.submit(bring, n) for n in range(SLOW)]
        for _ in coming:
            begun.acquire()
        answers = [ask(drawing, "fit", body=next(iter(FILES.values()))) for _ in range(3)]
        go_on.set()
        assert {one.result() for one in coming} == {400}  # A half picture.
    assert [one.status_code for one in answers] == [200] * 3


def test_of_too_many_bytes_in_memory_the_last_that_come_are_refused(client, drawing, monkeypatch):
    monkeypatch.setattr(finding._FILES, "free", finding.LEAST_COUNTED + 10)
    parts = iter([bytes(2**20)] * 8)
    text = refused(client.post(f"/minimax/runs/{drawing.run_id}/fit", body=parts), 503)
    assert text == BUSY
    assert len(list(parts)) == 3
    assert finding._FILES.free == finding.LEAST_COUNTED + 10
