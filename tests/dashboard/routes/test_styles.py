"""Questions to a generator that is steered by styles: ways in chosen layers, and mixtures."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from ganlib import DecoderPublished, FrameDrawn, RunPrepared
from tests.conftest import METRICS
from tests.dashboard.asgi import refused
from tests.dashboard.wire import unpack_body

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

    def judge(self, z, condition=None):
        return self.decode(z), None


@pytest.fixture
def painting(hold_run):
    """A run whose pictures are a row of three pixels, one for each layer."""
    return hold_run(
        RunPrepared(GREY, "cpu", METRICS), FrameDrawn(0, GREY), DecoderPublished(4, Styled())
    )


def bytes_of(*rows):
    return np.array(rows, "<f4").tobytes()


def levels(answer):
    assert answer.status_code == 200
    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("L")).tolist()


@pytest.mark.parametrize(
    ("layers", "row"),
    [("", [50, 50, 50]), ("1", [50, 57, 50]), ("0,2", [57, 50, 57]), ("0,1,2", [57, 57, 57])],
)
def test_a_way_behind_z_is_added_to_its_style_in_the_chosen_layers(ask, painting, layers, row):
    body = bytes_of([5, 9, 7])
    assert levels(ask(painting, "decode", body=body, layers=layers)) == [row]


@pytest.mark.parametrize(
    ("told", "row"),
    [
        ({"psi": 0}, [20, 20, 20]),
        ({"psi": 0.5}, [35, 35, 35]),
        ({"psi": 1}, [50, 50, 50]),
        ({"psi": 0.5, "layers": "0,2"}, [42, 35, 42]),
    ],
)
def test_psi_draws_w_towards_the_mean_style(ask, painting, told, row):
    body = bytes_of([5, 9, 7] if "layers" in told else [5, 9])
    assert levels(ask(painting, "decode", body=body, **told)) == [row]


def test_without_layers_z_stands_alone(ask, painting):
    assert levels(ask(painting, "decode", body=bytes_of([5, 9]))) == [[50, 50, 50]]


@pytest.mark.parametrize("layers", ["3", "-1", "0,9", "a", "0,,1", "1.5", "9" * 5000])
def test_layers_that_are_none_are_refused(ask, painting, layers):
    said = refused(ask(painting, "decode", body=bytes_of([5, 9, 7]), layers=layers), 400)
    assert said.startswith("layers must be numbers")


def test_with_layers_a_vector_has_its_way_behind_it(ask, painting):
    said = refused(ask(painting, "decode", body=bytes_of([5, 9]), layers="0"), 400)
    assert "vectors of 12 bytes" in said


@pytest.mark.parametrize("asked", [{"what": "decode", "layers": "0"}, {"what": "mix", "rows": 1}])
def test_a_generator_without_styles_says_so(ask, painting, asked, monkeypatch):
    monkeypatch.setattr(Styled, "style_shape", None)
    said = refused(ask(painting, body=bytes_of([5, 9], [6, 9]), **asked), 409)
    assert said == "This generator has no styles: z alone says what it draws."


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
    body = bytes_of([1, 0], [2, 0], [3, 0], [4, 0])
    answer = ask(painting, "mix", body=body, rows=2, crossover=crossover)
    assert levels(answer) == [first, second]
    assert (answer.headers["x-step"], answer.headers["cache-control"]) == ("4", "no-store")


@pytest.mark.parametrize("rows", [0, 2, 9])
def test_a_mixture_needs_both_rows_and_columns(ask, painting, rows):
    body = bytes_of([1, 0], [2, 0])
    assert "at least one row and column" in refused(ask(painting, "mix", body=body, rows=rows), 400)


def test_a_mixture_has_at_most_sixty_four_cells(ask, painting):
    assert ask(painting, "mix", body=bytes(16 * 8), rows=8).status_code == 200
    assert "at most 64 cells" in refused(ask(painting, "mix", body=bytes(17 * 8), rows=8), 400)


@pytest.mark.parametrize("crossover", ["4", "-1", "x"])
def test_a_crossover_beyond_the_layers_is_refused(ask, painting, crossover):
    answer = ask(painting, "mix", body=bytes_of([1, 0], [2, 0]), rows=1, crossover=crossover)
    assert refused(answer, 400).startswith("crossover is ")


def question(number, z, **more):
    return json.dumps({"id": number, "z": z, **more})


@pytest.fixture
def talk(client):
    """Put questions to a run over a socket, one after another."""

    def talk(run, *texts):
        return map(unpack_body, client.converse(f"/minimax/runs/{run.run_id}/explore", texts, {}))

    return talk


def test_over_the_socket_the_hand_moves_w_in_the_chosen_layers(talk, painting):
    told = talk(painting, *(question(1, [5, 9, 7], layers=one) for one in ([], [2], [0, 1, 2])))
    assert [list(body) for _, body in told] == [[50, 50, 50], [50, 50, 57], [57, 57, 57]]


def test_over_the_socket_psi_draws_w_towards_the_mean_style(talk, painting):
    told = talk(painting, question(1, [5, 9], psi=0), question(2, [5, 9, 7], psi=0.5, layers=[1]))
    assert [list(body) for _, body in told] == [[20, 20, 20], [35, 42, 35]]


@pytest.mark.parametrize("psi", [-1, 2.1, "x", None, [1], float("nan"), 1e999])
def test_over_the_socket_a_psi_that_is_none_gets_a_sentence(talk, painting, psi):
    (wrong, _), (right, _) = talk(painting, question(1, [5, 9], psi=psi), question(2, [5, 9]))
    assert "psi" in wrong["error"]
    assert right["id"] == 2


@pytest.mark.parametrize("layers", [[3], [-1], "0", 5, {"0": 1}, [[0]], [None], ["0"], [0.5]])
def test_over_the_socket_layers_that_are_none_get_a_sentence(talk, painting, layers):
    (wrong, nothing), (right, _) = talk(
        painting, question(1, [5, 9, 7], layers=layers), question(2, [5, 9])
    )
    assert 10 < len(wrong["error"]) < 200
    assert nothing == b""
    assert right["id"] == 2
