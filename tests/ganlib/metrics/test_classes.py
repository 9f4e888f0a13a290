import math

import pytest
import torch

from ganlib.errors import MeasureError
from ganlib.metrics.classes import class_divergence, classifier_score, histogram

EVEN = torch.tensor([20, 20])


def sure(*classes, of=2):
    return torch.nn.functional.one_hot(torch.tensor(classes), of).double()


def test_histogram_counts_the_likeliest_classes():
    shares = torch.tensor([[0.6, 0.4], [0.1, 0.9], [0.2, 0.8], [0.3, 0.7]]).double()
    assert histogram(shares).tolist() == [0.25, 0.75]


def test_one_of_two_even_classes_diverges_by_log_two():
    assert class_divergence(sure(*[0] * 10), EVEN) == pytest.approx(math.log(2))


def test_divergence_by_hand():
    shares = sure(*[0] * 3, *[1] * 9)
    expected = 0.25 * math.log(0.25 / 0.5) + 0.75 * math.log(0.75 / 0.5)
    assert class_divergence(shares, EVEN) == pytest.approx(expected)


def test_the_shares_of_the_data_diverge_by_nothing():
    assert class_divergence(sure(*[0, 1] * 5), EVEN) == 0


def test_a_class_that_neither_has_counts_as_one_picture_of_the_data():
    shares = sure(*[0, 1] * 10, of=3)
    assert class_divergence(shares, torch.tensor([20, 20, 0])) == pytest.approx(math.log(41 / 40))


def test_a_class_that_the_data_lack_diverges_as_if_they_had_one_picture_of_it():
    """Half of the fakes against 3 of 4 pictures, and half of them against 1 of 4."""
    expected = 0.5 * math.log(0.5 / 0.75) + 0.5 * math.log(0.5 / 0.25)
    found = class_divergence(sure(*[0, 1] * 5), torch.tensor([3, 0]))
    assert found == pytest.approx(expected)


def test_divergence_refuses_fewer_than_five_pictures_for_each_class():
    with pytest.raises(MeasureError, match="at least 10 pictures"):
        class_divergence(sure(*[0, 1] * 4, 0), EVEN)


def test_score_of_sure_and_even_classes_is_their_number():
    assert classifier_score(sure(0, 1, 2, 3, of=4)) == pytest.approx(4)


def test_score_of_one_class_is_one():
    assert classifier_score(sure(0, 0, 0)) == pytest.approx(1)


def test_score_of_unsure_pictures_is_one():
    assert classifier_score(torch.full((7, 2), 0.5).double()) == pytest.approx(1)


def test_score_refuses_a_single_picture():
    with pytest.raises(MeasureError, match="classifier score needs at least 2 pictures"):
        classifier_score(sure(0))
