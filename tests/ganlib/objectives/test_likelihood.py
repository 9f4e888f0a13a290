import math

import pytest
import torch
from torch.distributions import Categorical

from ganlib.objectives import code_log_likelihood


def test_a_sequence_is_as_likely_as_all_its_codes_together_by_hand():
    logits = torch.tensor([[[0.25, 0.75], [0.5, 0.5], [0.9, 0.1]]]).log()
    codes = torch.tensor([[1, 0, 1]])
    assert code_log_likelihood(logits, codes).tolist() == pytest.approx(
        [math.log(0.75 * 0.5 * 0.1)]
    )


def test_it_is_what_torch_says_of_each_code_and_logits_need_no_norm():
    rng = torch.Generator().manual_seed(0)
    logits = 5 * torch.randn(7, 4, 3, generator=rng)
    codes = torch.randint(3, (7, 4), generator=rng)
    expected = Categorical(logits=logits).log_prob(codes).sum(1)
    assert torch.allclose(code_log_likelihood(logits, codes), expected, atol=1e-5)
    assert torch.allclose(code_log_likelihood(logits + 7, codes), expected, atol=1e-4)


def test_trap_12_sure_and_right_costs_nothing():
    codes = torch.tensor([[0, 1, 1]])
    logits = 100 * torch.nn.functional.one_hot(codes, 2).float()
    assert code_log_likelihood(logits, codes).item() > -1e-6
