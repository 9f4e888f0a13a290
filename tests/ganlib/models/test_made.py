import copy

import pytest
import torch

from ganlib.config import MadeNetwork
from ganlib.models import PixelCodes, PointCodes, build_autoregressive
from ganlib.models.made import MaskedLinear
from tests.ganlib.models.autoregressive import build


def made(width, depth, codes, classes=0):
    network = MadeNetwork(width=width, depth=depth)
    return build_autoregressive(network, codes, classes, torch.Generator().manual_seed(0))


def masks(model):
    return [layer.mask.int().tolist() for layer in model.layers]


def test_the_masks_by_hand():
    # Three codes of one value each; units of degree 0, 0, 1, 1, 2, 2 see none, one and two codes.
    model = made(6, 2, PixelCodes((1, 1, 3), 2))
    first, middle, last = masks(model)
    seen = ([0] * 6, [0] * 6, [1, 1, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0], [1] * 4 + [0, 0])
    assert first == [*seen, [1] * 4 + [0, 0]]
    assert middle == [[1] * 2 + [0] * 4] * 2 + [[1] * 4 + [0] * 2] * 2 + [[1] * 6] * 2
    assert last == [[1] * 2 + [0] * 4] * 2 + [[1] * 4 + [0] * 2] * 2 + [[1] * 6] * 2


def test_points_have_two_degrees():
    first, last = masks(made(4, 1, PointCodes(2)))
    assert first == [[0] * 4] * 2 + [[1, 1, 0, 0]] * 2
    assert last == [[1, 1, 0, 0]] * 2 + [[1] * 4] * 2


def test_a_network_narrower_than_its_sample_misses_the_newest_codes_of_some_places():
    # Units of degree 0, 2, 4 and 6: places 1, 3 and 5 have nobody who saw the code before them.
    first, last = (
        torch.tensor(mask).float() for mask in masks(made(4, 1, PixelCodes((1, 1, 7), 2)))
    )
    seen = (last @ first).view(7, 2, 7, 2).amax((1, 3)) > 0
    assert [row.nonzero().flatten().tolist() for row in seen] == [
        *([], [], [0, 1], [0, 1]),
        *([0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 2, 3, 4, 5]),
    ]


def test_a_masked_weight_counts_for_nothing_and_is_never_moved():
    layer = MaskedLinear(2, 1)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[2.0, 5.0]]))
        layer.bias.zero_()
        layer.mask.copy_(torch.tensor([[1.0, 0.0]]))
    out = layer(torch.tensor([[3.0, 1000.0]]))
    assert out.item() == 6
    out.sum().backward()
    assert layer.weight.grad.tolist() == [[3, 0]]


def test_masks_follow_from_the_sizes_and_are_not_saved():
    model = made(6, 2, PixelCodes((1, 1, 3), 2))
    assert not [name for name in model.state_dict() if "mask" in name]
    other = made(6, 2, PixelCodes((1, 1, 3), 2))
    other.load_state_dict(model.state_dict())
    assert masks(other) == masks(model) == masks(copy.deepcopy(model))


@pytest.mark.parametrize("width", [4, 7, 33])
def test_a_network_narrower_than_its_sample_draws_as_it_judges(width):
    model = build(MadeNetwork(width=width, depth=3), PixelCodes((1, 4, 4), 2))
    noted = []

    def choose(place, logits):
        noted.append(logits)
        return logits.argmax(1)

    codes = model.draw(1, choose)
    assert torch.allclose(torch.stack(noted, 1), model(codes), atol=1e-12)


def test_units_of_degree_0_hear_the_class_for_the_first_code():
    model = made(8, 1, PointCodes(3), classes=2).requires_grad_(False)
    codes = torch.zeros(2, 2, dtype=torch.int64)
    first, second = model(codes, torch.eye(2))
    assert (first[0] != second[0]).all()
