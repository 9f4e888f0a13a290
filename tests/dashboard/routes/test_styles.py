"""Questions to a generator that is steered by styles: ways in chosen layers, and mixtures."""

import io

import numpy as np
import pytest
from PIL import Image

from dashboard.wire import decode, encode
from ganlib import DecoderPublished, FrameDrawn, RunPrepared
from tests.conftest import METRICS
from tests.dashboard.asgi import refused

GREY = np.zeros((2, 3, 3, 1), np.uint8)


class Styled:
    """w is ten times the first number of z; the pixel of each of its 3 layers is its style."""

    latent_dim, classes, style_shape = 2, 0, (3, 1)

    def features(self, z, condition=None):
        return 10 * z[:, :1]

    def decode(self, z, condition=None):
        styles = z if z.ndim == 3 else np.repeat(self.features(z)[:, None], 3, axis=1)
        return np.round(styles).astype(np.uint8)[:, None]

    def truncated(self, z, psi):
        """The mean style is 20."""
        return np.repeat(20 + psi * (self.features(z)[:, None] - 20), 3, axis=1)

    def decode_with_logits(self, z, condition=None):
        return self.decode(z), None


@pytest.fixture
def painting(hold_run):
    """A run whose pictures are a row of three pixels, one for each layer."""
    return hold_run(
        RunPrepared(GREY, "cpu", METRICS), FrameDrawn(0, GREY), DecoderPublished(4, Styled())
    )


def vectors(*rows):
    return np.array(rows, np.float32)


def levels(answer):
    assert answer.status_code == 200
    _, arrays = decode(answer.content)
    return np.asarray(Image.open(io.BytesIO(arrays["webp"].tobytes())).convert("L")).tolist()


@pytest.mark.parametrize(
    ("layers", "row"),
    [([], [50, 50, 50]), ([1], [50, 57, 50]), ([0, 2], [57, 50, 57]), ([0, 1, 2], [57, 57, 57])],
)
def test_a_way_behind_z_is_added_to_its_style_in_the_chosen_layers(ask, painting, layers, row):
    body = {"z": vectors([5, 9, 7])}
    assert levels(ask(painting, "decode", body=body, layers=layers)) == [row]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ({"psi": 0}, [20, 20, 20]),
        ({"psi": 0.5}, [35, 35, 35]),
        ({"psi": 1}, [50, 50, 50]),
        ({"psi": 0.5, "layers": [0, 2]}, [42, 35, 42]),
    ],
)
def test_psi_draws_w_towards_the_mean_style(ask, painting, header, row):
    body = {"z": vectors([5, 9, 7] if "layers" in header else [5, 9])}
    assert levels(ask(painting, "decode", body=body, **header)) == [row]


def test_without_layers_z_stands_alone(ask, painting):
    assert levels(ask(painting, "decode", body={"z": vectors([5, 9])})) == [[50, 50, 50]]


@pytest.mark.parametrize(
    "layers", [[3], [-1], [0, 9], "0", [1.5], [None], ["0"], [[0]], [True], 5, {}]
)
def test_layers_that_are_none_are_refused(ask, painting, layers):
    body = {"z": vectors([5, 9, 7])}
    text = refused(ask(painting, "decode", body=body, layers=layers), 400)
    assert text.startswith("layers must be numbers")


def test_with_layers_a_vector_has_its_way_behind_it(ask, painting):
    text = refused(ask(painting, "decode", body={"z": vectors([5, 9])}, layers=[0]), 400)
    assert "N x 3 numbers" in text


@pytest.mark.parametrize("query", [{"what": "decode", "layers": [0]}, {"what": "mix"}])
def test_a_generator_without_styles_says_so(ask, painting, query, monkeypatch):
    monkeypatch.setattr(Styled, "style_shape", None)
    text = refused(ask(painting, body={"z": vectors([5, 9])}, **query), 409)
    assert text == "This generator has no styles: z alone says what it draws."


@pytest.mark.parametrize(
    ("crossover", "first", "second"),
    [
        (0, [30] * 3 + [40] * 3, [30] * 3 + [40] * 3),
        (1, [10, 30, 30, 10, 40, 40], [20, 30, 30, 20, 40, 40]),
        (2, [10, 10, 30, 10, 10, 40], [20, 20, 30, 20, 20, 40]),
        (3, [10] * 6, [20] * 6),
    ],
)
def test_rows_give_the_coarse_layers_and_columns_the_fine_ones(
    ask, painting, crossover, first, second
):
    body = {"coarse": vectors([1, 0], [2, 0]), "fine": vectors([3, 0], [4, 0])}
    answer = ask(painting, "mix", body=body, crossover=crossover)
    assert levels(answer) == [first, second]
    assert decode(answer.content)[0] == {"step": 4}
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("missing", ["coarse", "fine"])
def test_a_mixture_needs_both_rows_and_columns(ask, painting, missing):
    body = {name: vectors([1, 0]) for name in ("coarse", "fine") if name != missing}
    assert refused(ask(painting, "mix", body=body), 400).startswith(f"Send {missing}")


def test_a_mixture_has_at_most_sixty_four_cells(ask, painting):
    body = {"coarse": vectors(*[[0, 0]] * 8), "fine": vectors(*[[0, 0]] * 8)}
    assert ask(painting, "mix", body=body).status_code == 200
    body["fine"] = vectors(*[[0, 0]] * 9)
    assert "at most 64 cells" in refused(ask(painting, "mix", body=body), 400)


@pytest.mark.parametrize("crossover", [4, -1, "x"])
def test_a_crossover_beyond_the_layers_is_refused(ask, painting, crossover):
    body = {"coarse": vectors([1, 0]), "fine": vectors([2, 0])}
    answer = ask(painting, "mix", body=body, crossover=crossover)
    assert refused(answer, 400).startswith("crossover is ")


def question(*z, **more):
    return encode(more, {"z": vectors(z)})


@pytest.fixture
def talk(client):
    """Put questions to a run over a socket, one after another."""

    def talk(run, *questions):
        return map(decode, client.converse(f"/minimax/runs/{run.run_id}/explore", questions, {}))

    return talk


def test_over_the_socket_the_hand_moves_w_in_the_chosen_layers(talk, painting):
    header = talk(painting, *(question(5, 9, 7, layers=one) for one in ([], [2], [0, 1, 2])))
    drawn = [found["sample"].ravel().tolist() for _, found in header]
    assert drawn == [[50, 50, 50], [50, 50, 57], [57, 57, 57]]


def test_over_the_socket_psi_draws_w_towards_the_mean_style(talk, painting):
    header = talk(painting, question(5, 9, psi=0), question(5, 9, 7, psi=0.5, layers=[1]))
    assert [found["sample"].ravel().tolist() for _, found in header] == [[20, 20, 20], [35, 42, 35]]


@pytest.mark.parametrize(
    "more", [{"psi": -1}, {"psi": 2.1}, {"psi": "x"}, {"psi": [1]}, {"layers": 5}]
)
def test_over_the_socket_what_is_out_of_bounds_gets_a_sentence(talk, painting, more):
    (wrong, nothing), (right, _) = talk(painting, question(5, 9, **more), question(5, 9))
    assert wrong["error"].startswith(*more)
    assert (nothing, right) == ({}, {"step": 4, "logit": None})
