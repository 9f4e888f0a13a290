import io
import json
from collections.abc import Sequence
from types import SimpleNamespace

import av
import numpy as np
import pytest
from PIL import Image

from dashboard.routes import latent
from dashboard.routes.asking import MOST_LETTERS
from ganlib import (
    DecoderPublished,
    FrameDrawn,
    Likeness,
    MeasureError,
    RunConfig,
    RunEnded,
    RunPrepared,
    changed,
    picture,
    saved_decoder,
    seeded_z,
    train,
)
from ganlib.latent import GeneratorDecoder
from tests.conftest import METRICS
from tests.dashboard.asgi import refused
from tests.dashboard.wire import unpack_body

GREY = np.arange(2 * 4 * 4, dtype=np.uint8).reshape(2, 4, 4, 1)
ASKING = ("decode", "judge", "nearest", "film/gif")


class Painter:
    """A decoder whose pictures are even, of the level that z begins with; D gives it a tenth."""

    latent_dim = 3
    classes = 2

    def decode(self, z, condition=None):
        if condition is not None:
            z = z + 100 * condition[:, 1:]
        return np.round(z[:, :1]).astype(np.uint8)[:, :, None, None] * np.ones((2, 2, 1), np.uint8)

    def judge(self, z, condition=None):
        return self.decode(z, condition), z[:, 0] / 10


@pytest.fixture
def painting(hold_run):
    """A run whose data and samples are grey pictures."""
    return hold_run(
        RunPrepared(GREY, "cpu", METRICS), FrameDrawn(0, GREY), DecoderPublished(4, Painter())
    )


def pixels(answer):
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB"))


def latents(*rows: Sequence[float]) -> bytes:
    return np.array(rows, "<f4").tobytes()


@pytest.mark.parametrize("path", ASKING)
def test_before_there_is_a_generator_nothing_is_made(ask, hold_run, path):
    assert "ask again in a moment" in refused(ask(hold_run(), path, body=bytes(16)), 503)
    over = hold_run(RunEnded(0, "stopped"))
    assert "is not kept, or its files are gone" in refused(ask(over, path, body=bytes(16)), 404)


def test_vectors_become_pictures_side_by_side(ask, painting):
    body = latents([10, 0, 0], [20, 0, 0], [30, 0, 0])
    answer = ask(painting, "decode", body=body)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-step"] == "4"
    row = [10, 10, 20, 20, 30, 30]
    assert pixels(answer)[..., 0].tolist() == [row, row]


@pytest.mark.parametrize(("columns", "shape"), [(1, (6, 2)), (2, (4, 4)), (3, (2, 6))])
def test_pictures_stand_in_as_many_columns_as_are_asked_for(ask, painting, columns, shape):
    body = latents([10, 0, 0], [20, 0, 0], [30, 0, 0])
    assert pixels(ask(painting, "decode", body=body, columns=columns)).shape[:2] == shape


def test_more_columns_than_pictures_are_not_drawn(ask, painting):
    body = latents([10, 0, 0], [20, 0, 0])
    assert pixels(ask(painting, "decode", body=body, columns=2**32 - 1)).shape[:2] == (2, 4)


@pytest.fixture
def made(monkeypatch):
    """What generators draw. Asked again, in another thread, they may differ in the last bits."""
    made, decode = [], GeneratorDecoder.decode

    def remembered(decoder, *asked):
        made.append(decode(decoder, *asked))
        return made[-1]

    monkeypatch.setattr(GeneratorDecoder, "decode", remembered)
    return made


def test_decoding_is_what_the_published_generator_makes(ask, hold_run, tiny, made):
    events = list(train(changed(tiny, {"total_steps": 3})))
    run = hold_run(*events)
    decoder, real = run.snapshot.published.decoder, run.snapshot.real
    z = seeded_z(1, 4, count=5)
    answer = ask(run, "decode", body=z.astype("<f4").tobytes())
    assert answer.headers["x-step"] == "3"
    shown = made[-1]
    assert answer.content == picture(shown, real)
    assert shown == pytest.approx(decoder.decode(z), abs=1e-5)


def test_classes_are_asked_for_by_their_weights(ask, painting):
    body = latents([10, 0, 0], [20, 0, 0])
    levels = [
        pixels(ask(painting, "decode", body=body, condition=weights))[0, ::2, 0].tolist()
        for weights in ("1,0", "0,1", "0.5,0.5")
    ]
    assert levels == [[10, 20], [110, 120], [60, 70]]


@pytest.mark.parametrize(
    "weights", ["", "1", "1,0,0", "1,1", "-1,2", "nan,1", "inf,0", "a,b", "0,0", "1,0" * 9999]
)
def test_weights_that_are_none_are_refused(ask, painting, weights):
    answer = ask(painting, "decode", body=latents([10, 0, 0]), condition=weights)
    assert "condition must" in refused(answer, 400)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_vectors_must_be_numbers(ask, painting, number):
    assert "finite" in refused(ask(painting, "decode", body=latents([0, number, 0])), 400)


def test_the_largest_numbers_are_decoded(ask, hold_run, tiny):
    run = hold_run(*train(changed(tiny, {"total_steps": 1})))
    body = latents([3e38, -3e38, 3e38, -3e38])
    assert ask(run, "decode", body=body).status_code == 200


@pytest.mark.parametrize("length", [0, 1, 11, 13, 4])
def test_a_question_of_another_length_is_refused(ask, painting, length):
    assert "vectors of 12 bytes" in refused(ask(painting, "decode", body=bytes(length)), 400)


def test_at_most_sixty_four_vectors_are_decoded_at_once(ask, painting):
    assert ask(painting, "decode", body=bytes(64 * 12)).status_code == 200
    assert "at most 768 bytes" in refused(ask(painting, "decode", body=bytes(65 * 12)), 413)


def test_a_moment_of_the_past_is_asked_by_its_step(ask, trained, made):
    run = trained(8)
    z = seeded_z(0, 4, count=3)
    (moment,) = (one for one in run.snapshot.states if one.step == 4)
    answer = ask(run, "decode", body=z.astype("<f4").tobytes(), step=4)
    assert answer.headers["x-step"] == "4"
    shown = made[-1]
    assert answer.content == picture(shown, run.snapshot.real)
    assert shown == pytest.approx(saved_decoder(moment.load()).decode(z), abs=1e-5)
    assert answer.content != ask(run, "decode", body=z.astype("<f4").tobytes()).content


def test_a_moment_that_was_not_saved_is_not_found(ask, trained):
    said = refused(ask(trained(8), "decode", body=bytes(16), step=5), 404)
    assert said.startswith("No moment was kept at step 5")


def test_d_judges_along_a_way_and_the_way_has_a_length(ask, painting):
    found = ask(painting, "judge", body=latents([10, 0, 0], [20, 0, 0], [60, 0, 0])).json()
    assert found["step"] == 4
    assert found["logits"] == pytest.approx([1, 2, 6])
    # Two levels apart are so many parts of 127.5 apart in numbers from -1 to 1.
    assert found["path"] == pytest.approx([10 / 127.5, 40 / 127.5])


def test_where_d_judges_no_one_alone_there_are_no_logits(ask, painting, monkeypatch):
    monkeypatch.setattr(Painter, "judge", lambda self, *told: (self.decode(*told), None))
    assert ask(painting, "judge", body=latents([10, 0, 0])).json()["logits"] is None


def test_a_logit_that_is_no_number_is_left_open(ask, painting, monkeypatch):
    monkeypatch.setattr(Painter, "judge", lambda self, *told: (self.decode(*told), [np.inf]))
    assert ask(painting, "judge", body=latents([10, 0, 0])).json()["logits"] == [None]


def test_a_way_is_saved_as_a_gif_that_goes_there_and_back(ask, painting):
    answer = ask(painting, "film/gif", body=latents([10, 0, 0], [90, 0, 0], [200, 0, 0]))
    assert answer.headers["content-type"] == "image/gif"
    with Image.open(io.BytesIO(answer.content)) as film:
        assert film.n_frames == 4


def test_a_way_is_saved_as_a_film(ask, painting):
    answer = ask(painting, "film/mp4", body=latents([10, 0, 0], [90, 0, 0]))
    assert answer.headers["content-type"] == "video/mp4"
    with av.open(io.BytesIO(answer.content)) as film:
        assert film.streams.video[0].frames == 2


def test_no_other_film_is_made(ask, painting):
    assert refused(ask(painting, "film/exe", body=latents([10, 0, 0])), 404) == "Choose gif or mp4."


class Data:
    """What is known of the pictures of a run."""

    reals = SimpleNamespace(viewer=SimpleNamespace(name="grey features"))
    floor = SimpleNamespace(precision=0.9, recall=0.8)
    compared = 500

    def likenesses(self, sample, k):
        pictures, ratios = np.stack([sample, sample]), np.array([0.5, 2.0])
        return (
            Likeness("pixels", pictures, ratios, 7),
            Likeness("grey features", pictures, ratios, 7),
        )

    def spread(self, decoder, psi):
        return SimpleNamespace(precision=psi / 10, recall=0.25)


@pytest.fixture
def known(monkeypatch):
    monkeypatch.setattr(latent, "explored", lambda config: Data())


@pytest.mark.usefixtures("known")
def test_the_nearest_training_pictures_come_with_their_distances(ask, painting):
    header, body = unpack_body(ask(painting, "nearest", body=latents([40, 0, 0])).content)
    assert header["step"] == 4
    assert [one["ratios"] for one in header["spaces"]] == [[0.5, 2.0]] * 2
    assert {one["among"] for one in header["spaces"]} == {7}
    sheet = np.asarray(Image.open(io.BytesIO(body)).convert("L"))
    assert sheet.shape == (4, 4)
    assert set(sheet.flat) == {40}


@pytest.mark.usefixtures("known")
def test_truncation_is_weighed_once_for_all_who_ask(ask, painting, monkeypatch):
    found = ask(painting, "spread", psi=0.5).json()
    monkeypatch.setattr(latent, "explored", lambda config: pytest.fail("it was weighed again"))
    assert ask(painting, "spread", psi=0.501).json() == found
    assert found == {
        "step": 4,
        "precision": 0.05,
        "recall": 0.25,
        "precision_floor": 0.9,
        "recall_floor": 0.8,
        "n": 500,
        "features": "grey features",
    }


@pytest.mark.parametrize("psi", ["-1", "3", "nan", "x"])
def test_a_truncation_out_of_bounds_is_refused(ask, painting, psi):
    assert refused(ask(painting, "spread", psi=psi), 400).startswith("psi is ")


@pytest.mark.parametrize("path", ["nearest", "spread"])
def test_pictures_that_cannot_be_opened_are_told_of(ask, painting, path, monkeypatch):
    def fail(config):
        raise MeasureError("They are gone.")

    monkeypatch.setattr(latent, "explored", fail)
    assert refused(ask(painting, path, body=latents([40, 0, 0])), 409) == "They are gone."


def question(number, z, **more):
    return json.dumps({"id": number, "z": z, **more})


@pytest.fixture
def talk(client):
    """Put questions to a run over a socket, one after another."""

    def talk(run, *texts, **headers):
        run_id = getattr(run, "run_id", run)
        return client.converse(f"/minimax/runs/{run_id}/explore", texts, headers)

    return talk


def test_over_the_socket_each_vector_becomes_pixels(talk, painting):
    told = talk(painting, question(7, [10, 0, 0]), question(8, [20, 0, 0], condition=[0, 1]))
    (first, grey), (second, light) = map(unpack_body, told)
    assert first == {"id": 7, "step": 4, "shape": [2, 2, 1], "logit": 1.0}
    assert second["id"] == 8
    assert (list(grey), list(light)) == ([10] * 4, [120] * 4)


def test_over_the_socket_a_point_comes_as_two_numbers(talk, trained):
    run = trained(2)
    z = seeded_z(0, 4)
    ((header, body),) = map(unpack_body, talk(run, question(1, z[0].tolist())))
    assert header["shape"] == [2]
    assert np.frombuffer(body, "<f4") == pytest.approx(run.snapshot.published.decoder.decode(z)[0])
    assert header["logit"] == pytest.approx(run.snapshot.published.decoder.judge(z)[1][0])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        json.dumps({"id": 3}),
        question(3, [1, 2]),
        question(3, [1, 2, None]),
        question(3, "abc"),
        question(3, [[1, 2, 3]]),
        question(3, {"a": 1}),
        question(3, [1, 2, 3], condition=[1]),
        question(3, [1, 2, 3], condition="x"),
        '{"id": 3, "z": [1, 2, NaN]}',
        '{"id": 3, "z": [1, 2, 1e999]}',
        "[" * 100_000,
        " " * (MOST_LETTERS + 1),
    ],
    ids=range(16),
)
def test_what_is_no_question_gets_a_sentence_and_the_next_is_answered(talk, painting, text):
    (wrong, nothing), (right, body) = map(unpack_body, talk(painting, text, question(4, [9, 0, 0])))
    assert set(wrong) == {"id", "error"}
    assert 10 < len(wrong["error"]) < 200
    assert nothing == b""
    assert right["id"] == 4
    assert list(body) == [9] * 4


def test_bytes_end_a_socket(talk, painting):
    assert talk(painting, b"{}", question(1, [9, 0, 0])) == []
    ((first, _),) = map(unpack_body, talk(painting, question(1, [9, 0, 0]), b"{}"))
    assert first["id"] == 1


def test_before_there_is_a_generator_the_socket_says_so(talk, hold_run):
    ((header, _),) = map(unpack_body, talk(hold_run(), question(1, [0, 0, 0, 0])))
    assert "ask again in a moment" in header["error"]


def test_a_socket_follows_a_run_that_is_trained_on(talk, trained, manager, monkeypatch):
    runs = [trained(1), trained(1), trained(2)]
    monkeypatch.setattr(manager, "get", lambda run_id: runs.pop(0))
    told = talk("a", question(1, [0, 0, 0, 0]), question(2, [0, 0, 0, 0]))
    assert [unpack_body(one)[0]["step"] for one in told] == [1, 2]


def test_a_socket_to_an_unknown_run_is_closed(talk, manager):
    assert talk("nobody", question(1, [0, 0, 0])) is None


@pytest.fixture
def tiny_pictures():
    """A run on drawn shapes whose networks normalise by their batches."""
    network = {"architecture": "dcgan", "width": 4, "latent_dim": 4, "d_batch_norm": True}
    data = {"kind": "images", "name": "shapes", "size": 32}
    return RunConfig.parse({"data": data, "algorithm": {"network": network}, "seed": 7})


@pytest.mark.parametrize("kind", ["tiny", "tiny_pictures"])
def test_looking_a_hundred_times_does_not_change_the_training(
    talk, manager, wait_for, kind, request
):
    config = request.getfixturevalue(kind)
    # How sums are split between threads, whose number follows the other runs, decides last bits.
    steady = {"total_steps": 150, "batch_size": 8, "frame_every": 10, "cpu_threads": 1}
    config = changed(config, steady)
    alone, watched = (manager.get(manager.start(config)) for _ in range(2))
    wait_for(lambda: watched.snapshot.published)
    looks = 0
    while not watched.snapshot.is_over or looks < 100:
        talk(watched, *(question(k, [k / 9, 0, 0, 0]) for k in range(20)))
        looks += 20
    wait_for(lambda: alone.snapshot.is_over)
    assert alone.snapshot.step == watched.snapshot.step == 150
    assert np.array_equal(alone.snapshot.metrics, watched.snapshot.metrics, equal_nan=True)
    a, b = (run.snapshot.states[-1].load().state for run in (alone, watched))
    assert set(a) == set(b)
    assert all(np.array_equal(a[name], b[name], equal_nan=True) for name in a)
