import numpy as np
import pytest

from dashboard.components.latent_way import lengths_words
from ganlib import DecoderPublished, lerp, seeded_z, slerp
from tests.dashboard.latent import (
    PREPARED,
    Decoder,
    conditional_config,
    move,
    open_latent,
    pick_tab,
)
from tests.dashboard.wire import mounted


@pytest.fixture
def walk(visit, hold_run):
    """A visitor of the way from A to B."""
    run = hold_run(PREPARED, DecoderPublished(0, Decoder(4)))
    return pick_tab(open_latent(visit(run.run_id)), "From A to B")


def ways(app):
    assert not app.exception
    data = mounted(app)["ways"]
    return {name: {part: data[f"{name}/{part}"] for part in ("z", "film")} for name in data["ways"]}


def test_the_arc_and_the_straight_line_stand_side_by_side(walk):
    a, b = seeded_z(1, 4)[0], seeded_z(2, 4)[0]
    found = ways(walk)
    assert list(found) == ["slerp", "lerp"]
    for name, path in (("slerp", slerp), ("lerp", lerp)):
        assert np.array_equal(found[name]["z"], path(a, b, 9))
        assert np.array_equal(found[name]["film"], path(a, b, 48))


def test_other_seeds_have_another_way(walk):
    app = move(move(walk, "seed-a", 5), "seed-b", 6)
    expected = lerp(seeded_z(5, 4)[0], seeded_z(6, 4)[0], 9)
    assert np.array_equal(ways(app)["lerp"]["z"], expected)


def test_from_a_seed_to_itself_nothing_moves(walk):
    found = ways(move(walk, "seed-b", 1))
    for one in found.values():
        assert np.allclose(one["z"], seeded_z(1, 4))


def test_a_generator_without_classes_is_asked_for_none(walk):
    assert mounted(walk)["ways"]["label"] is None


def test_a_class_is_asked_for(visit, hold_run):
    run = hold_run(
        PREPARED, DecoderPublished(0, Decoder(4, classes=4)), config=conditional_config()
    )
    app = pick_tab(open_latent(visit(run.run_id)), "From A to B")
    assert mounted(app)["ways"]["label"] == 0
    app = move(app, f"way-class-{run.run_id}", "triangle")
    assert mounted(app)["ways"]["label"] == 2


@pytest.mark.parametrize(
    ("latent_dim", "words", "never"),
    [
        # P(|z|^2 < d / 2): 1 - exp(-1/2) for two numbers, next to nothing for 64.
        (2, "As few numbers as these leave 39% of all vectors as short as that.", "hardly ever"),
        (64, "That is where training hardly ever was.", "As few"),
    ],
)
def test_only_of_many_numbers_is_the_middle_called_empty(latent_dim, words, never):
    text = lengths_words(latent_dim)
    assert f"Of vectors of {latent_dim} numbers" in text
    assert text.endswith(words)
    assert never not in text
