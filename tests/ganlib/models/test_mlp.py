import copy

import pytest
import torch
from torch import nn

from ganlib.config import MlpNetwork, PlaneNetwork
from ganlib.models import build_networks
from ganlib.models.mlp import MinibatchStddev, Pack

TWO_ROWS = torch.tensor([[1.0, 5.0], [3.0, 5.0]])
"""Features with standard deviations of 1 and 0."""


def build(network, shape):
    return build_networks(network, shape, torch.Generator().manual_seed(0))


def shapes(network):
    return [tuple(weight.shape) for weight in network.parameters()]


def normal(*shape, seed=1):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def stddev_of(D):
    return next(layer for layer in D if isinstance(layer, MinibatchStddev)).stddev.item()


def test_plane_pair_has_as_many_hidden_layers_as_asked():
    G, D = build(PlaneNetwork(width=8, depth=2, latent_dim=5), (2,))
    assert shapes(G) == [(8, 5), (8,), (8, 8), (8,), (2, 8), (2,)]
    assert shapes(D) == [(8, 2), (8,), (8, 8), (8,), (1, 8), (1,)]
    assert [layer.negative_slope for layer in D if isinstance(layer, nn.LeakyReLU)] == [0.2, 0.2]


def test_without_its_cures_the_plane_pair_is_a_plain_perceptron():
    _, D = build(PlaneNetwork(width=8, depth=1), (2,))
    assert [type(layer) for layer in D] == [nn.Linear, nn.LeakyReLU, nn.Linear, nn.Flatten]


def test_mlp_pair_has_the_layers_of_its_text():
    G, D = build(MlpNetwork(), (1, 28, 28))
    assert shapes(G) == [(256, 100), (256,), (256,), (512, 256), (512,), (512,), (784, 512)]
    assert shapes(D) == [(512, 784), (512,), (256, 512), (256,), (1, 256), (1,)]
    assert all(layer.bias is None for layer in G if isinstance(layer, nn.Linear))
    slopes = [layer.negative_slope for layer in [*G, *D] if isinstance(layer, nn.LeakyReLU)]
    assert slopes == [0.3] * 4


def test_a_pack_lays_consecutive_samples_side_by_side():
    samples = torch.arange(8.0).view(4, 2)
    assert Pack(2)(samples).tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_samples_that_fill_no_last_pack_are_refused():
    with pytest.raises(ValueError, match="7 samples cannot be split into packs of 3: pass a mult"):
        Pack(3)(torch.zeros(7, 2))


def test_a_packed_d_gives_one_logit_for_each_pack_and_lets_it_depend_on_no_other():
    _, D = build(PlaneNetwork(width=8, depth=2, pack=3), (2,))
    assert shapes(D)[0] == (8, 6)
    samples = normal(12, 2).requires_grad_(True)
    logits = D(samples)
    assert logits.shape == (4,)
    (slopes,) = torch.autograd.grad(logits[1], samples)
    assert (slopes != 0).all(1).tolist() == [3 <= i < 6 for i in range(12)]


def test_a_packed_g_still_draws_single_points():
    G, _ = build(PlaneNetwork(width=8, depth=2, latent_dim=5, pack=3), (2,))
    assert G(normal(12, 5)).shape == (12, 2)


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
    (slopes,) = torch.autograd.grad(out[:, 3].sum(), features, create_graph=True)
    assert slopes.tolist() == [[0.0] * 3] * rows
    (curvature,) = torch.autograd.grad(slopes.square().sum() + slopes.sum(), features)
    assert torch.isfinite(curvature).all()


def test_at_rest_d_takes_the_last_batch_in_training_for_the_company_of_a_sample():
    _, D = build(PlaneNetwork(width=8, depth=2, minibatch_stddev=True), (2,))
    batch = normal(16, 2)
    logits = D(batch)
    remembered = stddev_of(D)
    assert remembered > 0
    D.eval()
    assert D(batch[:1]).item() == pytest.approx(logits[0].item(), rel=1e-5)
    assert stddev_of(D) == remembered
    D.train()(3 * batch)
    assert stddev_of(D) > remembered


def test_before_any_batch_the_remembered_deviation_is_zero():
    for _ in range(20):  # Fresh memory may hold anything.
        _, D = build(PlaneNetwork(width=8, depth=1, minibatch_stddev=True), (2,))
        assert stddev_of(D) == 0
        D(normal(16, 2))


def test_the_remembered_deviation_is_saved_and_copied():
    network = PlaneNetwork(width=8, depth=1, minibatch_stddev=True)
    (_, D), (_, other) = build(network, (2,)), build(network, (2,))
    D(normal(16, 2))
    twin = copy.deepcopy(D)
    other.load_state_dict(D.state_dict())
    assert stddev_of(D) == stddev_of(twin) == stddev_of(other) > 0
    twin(3 * normal(16, 2))
    assert stddev_of(D) == stddev_of(other) < stddev_of(twin)


@pytest.mark.parametrize("spectral_norm", [False, True])
def test_both_cures_fit_together(spectral_norm):
    network = PlaneNetwork(
        width=8, depth=2, pack=2, minibatch_stddev=True, spectral_norm=spectral_norm
    )
    G, D = build(network, (2,))
    logits = D(G(normal(16, network.latent_dim)))
    assert logits.shape == (8,)
    logits.mean().backward()
    assert all(weight.grad.any() for weight in G.parameters())
    assert [layer.in_features for layer in D if isinstance(layer, nn.Linear)] == [4, 8, 9]
