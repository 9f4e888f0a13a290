import pytest
import torch
from torch import nn

from ganlib.models.layers import FastSequential, MinibatchStddev, Pack

TWO_ROWS = torch.tensor([[1.0, 5.0], [3.0, 5.0]])
"""Features with standard deviations of 1 and 0."""


def test_a_chain_is_its_layers_one_after_another_and_keeps_their_names():
    double, shift = nn.Linear(1, 1), nn.Linear(1, 1)
    with torch.no_grad():
        for layer, weight, bias in ((double, 2.0, 0.0), (shift, 1.0, -7.0)):
            layer.weight.fill_(weight)
            layer.bias.fill_(bias)
    layers = FastSequential(double, nn.ReLU(), shift)
    assert layers(torch.tensor([[5.0], [-5.0]])).tolist() == [[3.0], [-7.0]]
    assert list(layers.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]


def test_a_chain_of_one_more_layer_still_is_one():
    layers = FastSequential(nn.ReLU()).append(nn.Flatten(0))
    assert layers(torch.tensor([[4.0], [-4.0]])).tolist() == [4.0, 0.0]


def test_a_pack_lays_consecutive_samples_side_by_side():
    samples = torch.arange(8.0).view(4, 2)
    assert Pack(2)(samples).tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_a_pack_of_pictures_lays_their_channels_behind_each_other():
    pictures = torch.arange(16.0).view(4, 1, 2, 2)
    packed = Pack(2)(pictures)
    assert packed.shape == (2, 2, 2, 2)
    assert torch.equal(packed[1], torch.cat((pictures[2], pictures[3])))


def test_samples_that_fill_no_last_pack_are_refused():
    with pytest.raises(ValueError, match="7 samples cannot be split into packs of 3: pass a mult"):
        Pack(3)(torch.zeros(7, 2))


def test_minibatch_stddev_appends_the_mean_over_features_of_their_deviation():
    out = MinibatchStddev()(TWO_ROWS)
    assert torch.equal(out[:, :2], TWO_ROWS)
    # The mean of sqrt(1 + 1e-8) and sqrt(0 + 1e-8).
    assert out[:, 2].tolist() == pytest.approx([0.50005] * 2, rel=1e-6)


def test_the_slope_of_minibatch_stddev_pushes_the_samples_apart():
    features = TWO_ROWS.clone().requires_grad_(True)
    MinibatchStddev()(features)[0, 2].backward()
    # (x - mean) / (N stddev) is -1/2 and 1/2, halved by the mean over two features.
    assert features.grad.tolist() == [pytest.approx([-0.25, 0]), pytest.approx([0.25, 0])]


@pytest.mark.parametrize("rows", [1, 4])
def test_trap_38_a_collapsed_batch_has_finite_slopes_of_both_orders(rows):
    features = torch.ones(rows, 3, requires_grad=True)
    out = MinibatchStddev()(features)
    assert out[:, 3].tolist() == pytest.approx([1e-4] * rows)
    (gradients,) = torch.autograd.grad(out[:, 3].sum(), features, create_graph=True)
    assert gradients.tolist() == [[0.0] * 3] * rows
    (curvature,) = torch.autograd.grad(gradients.square().sum() + gradients.sum(), features)
    assert torch.isfinite(curvature).all()


def test_minibatch_stddev_stands_at_every_place_of_a_map():
    # Deviations of 1 at the first place and 0 at the second of one channel.
    maps = TWO_ROWS.view(2, 1, 1, 2)
    out = MinibatchStddev()(maps)
    assert out.shape == (2, 2, 1, 2)
    assert torch.equal(out[:, :1], maps)
    assert out[:, 1].flatten().tolist() == pytest.approx([0.50005] * 4, rel=1e-6)
