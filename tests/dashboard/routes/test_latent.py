import io
from collections.abc import Sequence
from types import SimpleNamespace

import av
import numpy as np
import pytest
from PIL import Image

from dashboard.routes import latent
from dashboard.routes.asking import MOST_BYTES
from dashboard.wire import decode, encode
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

GREY = np.arange(2 * 4 * 4, dtype=np.uint8).reshape(2, 4, 4, 1)
ASKING = ("decode", "discriminate", "nearest", "film/gif")


class Painter:
    """A decoder whose pictures are even, of the level that z begins with; D gives it a tenth."""

    latent_dim = 3
    classes = 2

    def decode(self, z, condition=None):
        if condition is not None:
            z = z + 100 * condition[:, 1:]
        return np.round(z[:, :1]).astype(np.uint8)[:, :, None, None] * np.ones((2, 2, 1), np.uint8)

    def decode_with_logits(self, z, condition=None):
        return self.decode(z, condition), z[:, 0] / 10


@pytest.fixture
def painting(hold_run):
    """A run whose data and samples are grey pictures."""
    return hold_run(
        RunPrepared(GREY, "cpu", METRICS), FrameDrawn(0, GREY), DecoderPublished(4, Painter())
    )


def webp(answer):
    """After which step a picture was made, and its bytes."""
    assert answer.status_code == 200
    header, arrays = decode(answer.content)
    return header["step"], arrays["webp"].tobytes()


def pixels(answer):
    return np.asarray(Image.open(io.BytesIO(webp(answer)[1])).convert("RGB"))


def latents(*rows: Sequence[float]) -> dict[str, np.ndarray]:
    return {"z": np.array(rows, np.float32)}


@pytest.mark.parametrize("path", ASKING)
def test_before_there_is_a_generator_nothing_is_made(ask, hold_run, path):
    body = latents([0] * 4)
    assert "ask again in a moment" in refused(ask(hold_run(), path, body=body), 503)
    over = hold_run(RunEnded(0, "stopped"))
    assert "is not kept, or its files are gone" in refused(ask(over, path, body=body), 404)


def test_vectors_become_pictures_side_by_side(ask, painting):
    body = latents([10, 0, 0], [20, 0, 0], [30, 0, 0])
    answer = ask(painting, "decode", body=body)
    assert answer.headers["cache-control"] == "no-store"
    assert webp(answer)[0] == 4
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

    def remembered(decoder, *query):
        made.append(decode(decoder, *query))
        return made[-1]

    monkeypatch.setattr(GeneratorDecoder, "decode", remembered)
    return made


def test_decoding_is_what_the_published_generator_makes(ask, hold_run, tiny, made):
    events = list(train(changed(tiny, {"total_steps": 3})))
    run = hold_run(*events)
    decoder, real = run.snapshot.published.decoder, run.snapshot.real
    z = seeded_z(1, 4, count=5)
    answer = ask(run, "decode", body={"z": z})
    shown = made[-1]
    assert webp(answer) == (3, picture(shown, real))
    assert shown == pytest.approx(decoder.decode(z), abs=1e-5)


def test_classes_are_asked_for_by_their_weights(ask, painting):
    body = latents([10, 0, 0], [20, 0, 0])
    levels = [
        pixels(ask(painting, "decode", body=body, condition=weights))[0, ::2, 0].tolist()
        for weights in ([1, 0], [0, 1], [0.5, 0.5])
    ]
    assert levels == [[10, 20], [110, 120], [60, 70]]


@pytest.mark.parametrize(
    "weights",
    [
        [],
        [1],
        [1, 0, 0],
        [1, 1],
        [-1, 2],
        ["a", "b"],
        [0, 0],
        [True, False],
        "1,0",
        1,
        {},
        [10**400, 0],
    ],
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


@pytest.mark.parametrize(
    "z", [np.zeros((1, 2), np.float32), np.zeros(3, np.float32), np.zeros((1, 3), np.uint32)]
)
def test_vectors_of_another_form_are_refused(ask, painting, z):
    text = refused(ask(painting, "decode", body={"z": z}), 400)
    assert text == "Send z: N x 3 numbers of float32."


def test_what_is_no_message_is_refused(ask, painting):
    assert "length of its header" in refused(ask(painting, "decode", body=bytes(12)), 400)
    assert "Send z" in refused(ask(painting, "decode", body={}), 400)


def test_at_most_sixty_four_vectors_are_decoded_at_once(ask, painting):
    assert ask(painting, "decode", body=latents(*[[0] * 3] * 64)).status_code == 200
    for count in (0, 65):
        body = {"z": np.zeros((count, 3), np.float32)}
        assert "between 1 and 64" in refused(ask(painting, "decode", body=body), 400)


def test_a_moment_of_the_past_is_asked_by_its_step(ask, trained, made):
    run = trained(8)
    z = seeded_z(0, 4, count=3)
    (step,) = (one for one in run.snapshot.checkpoints if one.step == 4)
    answer = ask(run, "decode", body={"z": z}, step=4)
    shown = made[-1]
    assert webp(answer) == (4, picture(shown, run.snapshot.real))
    assert shown == pytest.approx(saved_decoder(step.load()).decode(z), abs=1e-5)
    assert webp(answer)[1] != webp(ask(run, "decode", body={"z": z}))[1]


def test_a_moment_that_was_not_saved_is_not_found(ask, trained):
    text = refused(ask(trained(8), "decode", body=latents([0] * 4), step=5), 404)
    assert text.startswith("No checkpoint was kept at step 5")


def test_d_judges_along_a_way_and_the_way_has_a_length(ask, painting):
    answer = ask(painting, "discriminate", body=latents([10, 0, 0], [20, 0, 0], [60, 0, 0]))
    header, found = decode(answer.content)
    assert header == {"step": 4}
    assert found["logits"] == pytest.approx([1, 2, 6])
    # Two levels apart are so many parts of 127.5 apart in numbers from -1 to 1.
    assert found["path"] == pytest.approx([10 / 127.5, 40 / 127.5])


def test_where_d_judges_no_one_alone_there_are_no_logits(ask, painting, monkeypatch):
    monkeypatch.setattr(
        Painter, "decode_with_logits", lambda self, *header: (self.decode(*header), None)
    )
    _, found = decode(ask(painting, "discriminate", body=latents([10, 0, 0])).content)
    assert list(found) == ["path"]


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

    reals = SimpleNamespace(extractor=SimpleNamespace(name="grey features"))
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
    header, arrays = decode(ask(painting, "nearest", body=latents([40, 0, 0])).content)
    assert header["step"] == 4
    assert [one["ratios"] for one in header["spaces"]] == [[0.5, 2.0]] * 2
    assert {one["among"] for one in header["spaces"]} == {7}
    sheet = np.asarray(Image.open(io.BytesIO(arrays["webp"].tobytes())).convert("L"))
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


def question(*z, **more):
    return encode(more, latents(z))


@pytest.fixture
def talk(client):
    """Put questions to a run over a socket, one after another; the answers, each in two parts."""

    def talk(run, *questions, **headers):
        run_id = getattr(run, "run_id", run)
        header = client.converse(f"/minimax/runs/{run_id}/explore", questions, headers)
        return header and [decode(one) for one in header]

    return talk


def test_over_the_socket_each_vector_becomes_pixels(talk, painting):
    header = talk(painting, question(10, 0, 0), question(20, 0, 0, condition=[0, 1]))
    (first, grey), (second, light) = header
    assert (first, second) == ({"step": 4, "logit": 1.0}, {"step": 4, "logit": 2.0})
    for found, level in ((grey, 10), (light, 120)):
        assert found["sample"].tolist() == [[[level]] * 2] * 2


def test_over_the_socket_a_point_comes_as_two_numbers(talk, trained):
    run = trained(2)
    z = seeded_z(0, 4)
    ((header, found),) = talk(run, question(*z[0]))
    assert found["sample"] == pytest.approx(run.snapshot.published.decoder.decode(z)[0])
    assert header["logit"] == pytest.approx(
        run.snapshot.published.decoder.decode_with_logits(z)[1][0]
    )


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"{}",
        encode({}),
        question(1, 2),
        question(1, 2, np.nan),
        question(1, 2, np.inf),
        encode({}, latents([1, 2, 3], [4, 5, 6])),
        encode({}, {"z": np.zeros(3, np.float32)}),
        question(1, 2, 3, condition=[1]),
        question(1, 2, 3, condition="x"),
        question(1, 2, 3, step="x"),
        bytes(MOST_BYTES + 1),
    ],
    ids=range(12),
)
def test_what_is_no_question_gets_a_sentence_and_the_next_is_answered(talk, painting, wrong):
    (refusal, nothing), (_, found) = talk(painting, wrong, question(9, 0, 0))
    assert set(refusal) == {"error", "status"}
    assert 10 < len(refusal["error"]) < 200
    assert nothing == {}
    assert set(found["sample"].flat) == {9}


def test_a_text_ends_a_socket(talk, painting):
    assert talk(painting, "{}", question(9, 0, 0)) == []
    assert len(talk(painting, question(9, 0, 0), "{}")) == 1


def test_before_there_is_a_generator_the_socket_says_so(talk, hold_run):
    ((header, _),) = talk(hold_run(), question(0, 0, 0, 0))
    assert "ask again in a moment" in header["error"]
    assert header["status"] == 503


def test_a_socket_follows_a_run_that_is_trained_on(talk, trained, manager, monkeypatch):
    runs = [trained(1), trained(1), trained(2)]
    monkeypatch.setattr(manager, "get", lambda run_id: runs.pop(0))
    header = talk("a", question(0, 0, 0, 0), question(0, 0, 0, 0))
    assert [header["step"] for header, _ in header] == [1, 2]


def test_a_socket_to_an_unknown_run_is_closed(talk, manager):
    assert talk("nobody", question(0, 0, 0)) is None


@pytest.fixture
def tiny_pictures():
    """A run on drawn shapes whose networks normalise by their batches."""
    network = {"architecture": "dcgan", "width": 4, "latent_dim": 4, "d_batch_norm": True}
    data = {"kind": "images", "name": "shapes", "size": 8}
    return RunConfig.parse({"data": data, "algorithm": {"network": network}, "seed": 7})


@pytest.mark.parametrize("kind", ["tiny", "tiny_pictures"])
def test_looking_a_hundred_times_does_not_change_the_training(
    talk, manager, wait_for, kind, request
):
    config = request.getfixturevalue(kind)
    # How sums are split between threads, whose number follows the other runs, decides last bits.
    steady = {"total_steps": 100, "batch_size": 8, "frame_every": 10, "cpu_threads": 1}
    config = changed(config, steady)
    alone, watched = (manager.get(manager.start(config)) for _ in range(2))
    wait_for(lambda: watched.snapshot.published)
    looks = 0
    while not watched.snapshot.is_over or looks < 100:
        talk(watched, *(question(k / 9, 0, 0, 0) for k in range(20)))
        looks += 20
    wait_for(lambda: alone.snapshot.is_over)
    assert alone.snapshot.step == watched.snapshot.step == 100
    assert np.array_equal(alone.snapshot.metrics, watched.snapshot.metrics, equal_nan=True)
    a, b = (run.snapshot.checkpoints[-1].load().state for run in (alone, watched))
    assert set(a) == set(b)
    assert all(np.array_equal(a[name], b[name], equal_nan=True) for name in a)
