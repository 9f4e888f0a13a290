import pytest
import torch

from ganlib.config import PixelCnnNetwork
from ganlib.models import PixelCodes
from ganlib.models.pixelcnn import _gate
from tests.ganlib.models.autoregressive import build

SIDE = 7
MIDDLE = (3, 3)


def pixelcnn(depth, reach, shape=(1, SIDE, SIDE)):
    return build(PixelCnnNetwork(width=8, depth=depth, reach=reach), PixelCodes(shape, 2))


def seen(model, row, column):
    """(row, column) of the pixels that sway the logits of one pixel."""
    codes = torch.randint(2, (4, SIDE * SIDE), generator=torch.Generator().manual_seed(1))
    inputs = model.embed(codes).double().requires_grad_(True)
    thought = model.logits(inputs)[:, row * SIDE + column]
    (gradients,) = torch.autograd.grad((thought * torch.tensor([1.0, 3.0])).sum(), inputs)
    places = gradients.abs().sum((0, 2)).view(SIDE, SIDE).nonzero().tolist()
    return {(r - row, c - column) for r, c in places}


@pytest.mark.parametrize("reach", [1, 2])
def test_one_layer_sees_its_rectangle_above_and_as_far_to_the_left(reach):
    above = {(-r, c) for r in range(1, reach + 2) for c in range(-reach, reach + 1)}
    left = {(0, -c) for c in range(1, reach + 1)}
    assert seen(pixelcnn(1, reach), *MIDDLE) == above | left


def test_two_layers_see_twice_as_far_and_to_the_right_above():
    found = seen(pixelcnn(2, 1), *MIDDLE)
    assert found == {
        *((0, -c) for c in (1, 2)),
        *((-r, c) for r in (1, 2, 3) for c in range(-2, 3)),
    }


def test_trap_35_deep_enough_there_is_no_blind_spot():
    model = pixelcnn(SIDE, 1)
    last = seen(model, SIDE - 1, SIDE - 1)
    assert len(last) == SIDE**2 - 1, "the last pixel sees all others"
    assert seen(model, 1, 0) == {(-1, c) for c in range(SIDE)}, "and the right end of the row above"
    assert seen(model, 0, 0) == set()


def test_the_border_is_told_from_black():
    """Of a picture that is black all over, a pixel in the corner knows where it is."""
    model = pixelcnn(2, 1)
    logits = model(torch.zeros(1, SIDE * SIDE, dtype=torch.int64))[0].view(SIDE, SIDE, 2)
    assert not torch.allclose(logits[0, 0], logits[4, 4])
    assert torch.allclose(logits[4, 3], logits[5, 3]), "far from the borders all are alike"


def test_a_gate_by_hand():
    maps = torch.tensor([[0.5, 20.0, 0.0, -20.0]])
    value = torch.tensor(0.5).tanh().item()
    assert _gate(maps)[0].tolist() == pytest.approx([value / 2, 0], abs=1e-6)


def test_it_is_given_the_values_of_each_pixel_with_all_its_colours():
    model = pixelcnn(1, 1, (3, 1, 2))
    # Codes 1 and 6: the first colour alone; the second and the third.
    assert model.embed(torch.tensor([[1, 6]])).tolist() == [[[1, -1, -1], [-1, 1, 1]]]
