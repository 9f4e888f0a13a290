import math

import pytest

from ganlib.algorithms.schedule import share_left


@pytest.mark.parametrize(
    ("decay", "shares"),
    [
        ("none", [1, 1, 1, 1, 1]),
        ("linear", [1, 1, 1, 0.5, 0]),
        ("cosine", [1, (1 + math.sqrt(0.5)) / 2, 0.5, (1 - math.sqrt(0.5)) / 2, 0]),
    ],
)
def test_the_share_left_at_each_quarter_of_the_run(decay, shares):
    quarters = (0, 0.25, 0.5, 0.75, 1)
    assert [share_left(decay, done) for done in quarters] == pytest.approx(shares)


@pytest.mark.parametrize(("decay", "left"), [("none", 1), ("linear", 0), ("cosine", 0)])
def test_after_the_end_it_stays_where_it_ended(decay, left):
    assert share_left(decay, 1.7) == left
