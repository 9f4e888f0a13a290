import math

import pytest
import torch

from ganlib.objectives import information

CODES = torch.tensor([0, 1, 2, 3])
NUMBERS = torch.tensor([[1.0], [-1.0], [3.0], [0.0]])


def answers(of_codes, of_numbers):
    return torch.cat((of_codes, of_numbers), 1)


def test_a_head_that_knows_the_codes_tells_all_there_is():
    sure = 100 * torch.eye(4)
    # ln 4 of the code, and half a nat of each number.
    outcome = information(answers(sure, NUMBERS), CODES, NUMBERS)
    assert outcome.item() == pytest.approx(math.log(4) + 0.5, abs=1e-6)


def test_a_head_that_answers_the_same_to_everything_tells_nothing_of_the_code():
    same = torch.tensor([[7.0, 7.0, 7.0, 7.0]] * 4)
    assert information(same, CODES, NUMBERS[:, :0]).item() == pytest.approx(0, abs=1e-6)


def test_numbers_count_by_their_squared_error_and_add_up():
    numbers = torch.tensor([[1.0, 2.0], [-1.0, 0.0], [3.0, 1.0], [0.0, -1.0]])
    outcome = information(answers(torch.zeros(4, 4), torch.zeros(4, 2)), CODES, numbers)
    # Errors 1 + 4, 1, 9 + 1, 1: in the mean 17 / 4 of two numbers, (2 - 17 / 4) / 2.
    assert outcome.item() == pytest.approx(-1.125)


def test_a_wrong_head_tells_less_than_nothing():
    # Half on the code, a third of the rest on each other: CE is ln 2; all wrong: ln 6.
    of_code = torch.tensor([[3.0, 1.0, 1.0, 1.0]]).log().expand(4, 4)
    right = information(of_code, torch.zeros(4, dtype=torch.int64), NUMBERS[:, :0])
    wrong = information(of_code, torch.ones(4, dtype=torch.int64), NUMBERS[:, :0])
    assert right.item() == pytest.approx(math.log(4) - math.log(2))
    assert wrong.item() == pytest.approx(math.log(4) - math.log(6))


def test_the_gradient_reaches_the_answers():
    given = answers(torch.zeros(4, 4), torch.zeros(4, 1)).requires_grad_(True)
    information(given, CODES, NUMBERS).backward()
    # Of the cross-entropy (1/4 - one-hot) / 4, of the number (number - answer) / 4.
    assert torch.allclose(given.grad[:, :4], (torch.eye(4) - 0.25) / 4)
    assert torch.allclose(given.grad[:, 4:], NUMBERS / 4)
