import copy
import threading

import numpy as np
import pytest
import torch
from torch import nn

from ganlib.config import StyleNetwork
from ganlib.latent import GeneratorDecoder, seeded_z
from ganlib.latent.decoder import CHUNK, to_samples
from ganlib.models import build_networks


def normalised_generator():
    """A small generator of 1 x 2 x 2 pictures, in training mode, whose statistics have moved."""
    rng = torch.Generator().manual_seed(0)
    G = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Unflatten(1, (1, 2, 2)))
    with torch.no_grad():
        for weight in G.parameters():
            weight.copy_(torch.randn(weight.shape, generator=rng))
        G(torch.randn(32, 3, generator=rng))
    return G


def state_of(G):
    return copy.deepcopy(G.state_dict()), [layer.training for layer in G.modules()]


def test_trap_17_decoding_leaves_the_generator_and_every_random_state_alone():
    G = normalised_generator()
    weights, modes = state_of(G)
    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()
    GeneratorDecoder(G, 3).decode(seeded_z(0, 3, 64))
    now, modes_now = state_of(G)
    assert modes_now == modes == [True] * len(modes)
    assert all(torch.equal(now[name], value) for name, value in weights.items())
    assert all(weight.requires_grad and weight.grad is None for weight in G.parameters())
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert np.array_equal(np.random.get_state()[1], numpy_state)


def test_trap_17_the_same_z_gives_the_same_picture_alone_and_in_a_batch():
    decoder = GeneratorDecoder(normalised_generator(), 3)
    z = seeded_z(0, 3, 64)
    together = decoder.decode(z)
    assert len(np.unique(together, axis=0)) > 60
    alone = np.concatenate([decoder.decode(z[i : i + 1]) for i in range(64)])
    assert np.abs(alone.astype(int) - together).max() <= 1
    assert np.array_equal(decoder.decode(z), together)


def test_a_decoder_stays_as_it_was_while_the_generator_goes_on():
    G = normalised_generator()
    decoder = GeneratorDecoder(G, 3)
    before = decoder.decode(seeded_z(0, 3, 5))
    with torch.no_grad():
        G[0].weight.zero_()
        G[1].running_mean.fill_(9)
    assert np.array_equal(decoder.decode(seeded_z(0, 3, 5)), before)


def test_many_vectors_are_decoded_in_parts_and_in_order():
    G = nn.Linear(2, 2, bias=False)
    nn.init.eye_(G.weight)
    z = seeded_z(0, 2, 2 * CHUNK + 1)
    points = GeneratorDecoder(G, 2).decode(z)
    assert points.dtype == np.float32
    assert np.array_equal(points, z)


@pytest.mark.parametrize("shape", [(3,), (1, 2), (1, 4), (1, 1, 3)])
def test_another_shape_of_z_is_refused(shape):
    with pytest.raises(ValueError, match=r"must be \(N, 3\)"):
        GeneratorDecoder(normalised_generator(), 3).decode(np.zeros(shape, np.float32))


def test_z_may_be_read_only_and_of_double_precision():
    decoder = GeneratorDecoder(normalised_generator(), 3)
    z = seeded_z(0, 3, 4)
    expected = decoder.decode(z)
    z.flags.writeable = False
    assert np.array_equal(decoder.decode(z), expected)
    assert np.array_equal(decoder.decode(z.astype(np.float64)), expected)


def test_trap_37_several_threads_may_decode_at_once():
    decoder = GeneratorDecoder(normalised_generator(), 3)
    z = seeded_z(0, 3, 64)
    expected, results = decoder.decode(z), []
    threads = [
        threading.Thread(target=lambda: results.extend(decoder.decode(z) for _ in range(20)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 80
    # Threads may split sums otherwise, and the last bits decide some roundings.
    assert max(np.abs(result.astype(int) - expected).max() for result in results) <= 1


class Conditional(nn.Module):
    """Gives back z and what it was told, side by side, as points."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, z, condition):
        return torch.cat((z, condition @ torch.arange(3.0)[:, None]), 1) * self.scale


def test_a_generator_is_told_the_classes_that_are_asked_for():
    decoder = GeneratorDecoder(Conditional(), 1, classes=3)
    condition = np.array([[0, 0, 1], [1, 0, 0], [0, 0.5, 0.5]], np.float32)
    query = decoder.decode(np.zeros((3, 1), np.float32), condition)
    assert query[:, 1].tolist() == [2, 0, 1.5]


def test_unasked_classes_take_turns_also_across_the_parts():
    decoder = GeneratorDecoder(Conditional(), 1, classes=3)
    drawn = decoder.decode(np.zeros((CHUNK + 5, 1), np.float32))
    assert drawn[:, 1].tolist() == [number % 3 for number in range(CHUNK + 5)]


@pytest.mark.parametrize(("classes", "shape"), [(3, (1, 3)), (3, (2, 4)), (0, (2, 3))])
def test_another_shape_of_the_condition_is_refused(classes, shape):
    decoder = GeneratorDecoder(Conditional(), 1, classes)
    with pytest.raises(ValueError, match=rf"must be \(2, {classes}\)"):
        decoder.decode(np.zeros((2, 1), np.float32), np.zeros(shape, np.float32))


def test_values_become_bytes_with_the_channel_last():
    output = torch.tensor([[[[-1.0, 1.0], [0.0, 0.5]], [[-3.0, 3.0], [-0.5, 0.002]]]])
    samples = to_samples(output)
    assert (samples.shape, samples.dtype) == ((1, 2, 2, 2), np.uint8)
    # (x + 1) * 127.5: 0 -> 127.5, which rounds to the even 128; beyond the ends is cut.
    assert samples[0, :, :, 0].tolist() == [[0, 255], [128, 191]]
    assert samples[0, :, :, 1].tolist() == [[0, 255], [64, 128]]


def test_points_stay_as_they_are():
    points = torch.tensor([[1.5, -7.25], [0.0, 100.0]])
    assert to_samples(points).tolist() == points.tolist()


def scaling(*factors):
    """A network that multiplies the first number of its input by a factor."""
    layers = [nn.Linear(1, 1, bias=False) for _ in factors]
    for layer, factor in zip(layers, factors, strict=True):
        nn.init.constant_(layer.weight, factor)
    return nn.Sequential(*layers)


def test_d_judges_what_g_makes():
    decoder = GeneratorDecoder(scaling(2), 1, critic=nn.Sequential(scaling(10), nn.Flatten(0)))
    z = np.array([[1.0], [-3.0]], np.float32)
    samples, logits = decoder.decode_with_logits(z)
    assert np.array_equal(samples, decoder.decode(z))
    assert logits.tolist() == [20, -60]


def test_d_judges_numbers_and_not_the_picture_that_is_shown():
    """A pixel holds 255 levels between -1 and 1; D sees what lies between two of them too."""
    G = nn.Sequential(nn.Linear(1, 1, bias=False), nn.Unflatten(1, (1, 1, 1)))
    nn.init.ones_(G[0].weight)
    decoder = GeneratorDecoder(G, 1, critic=nn.Flatten(0))
    assert decoder.decode_with_logits(np.array([[0.001]], np.float32))[1] == pytest.approx([0.001])


def test_a_d_that_is_told_the_class_judges_by_it():
    class Conditional(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.tensor([1.0, 5.0]))

        def forward(self, x, condition):
            return x * (condition @ self.weight)[:, None] * torch.ones(1, 2)

    decoder = GeneratorDecoder(Conditional(), 1, classes=2, critic=TellD())
    z, query = np.ones((2, 1), np.float32), np.eye(2, dtype=np.float32)
    assert decoder.decode_with_logits(z, query)[1].tolist() == [100, 500 + 1]


class TellD(nn.Module):
    def forward(self, x, condition):
        return 100 * x[:, 0] + condition[:, 1]


def test_without_a_d_nothing_is_judged():
    assert (
        GeneratorDecoder(scaling(1), 1).decode_with_logits(np.ones((1, 1), np.float32))[1] is None
    )


def test_the_features_of_a_decoder_are_those_of_its_first_layer():
    decoder = GeneratorDecoder(scaling(3, 7), 1)
    features = decoder.features(np.array([[1.0], [2.0]], np.float32))
    assert features.dtype == np.float32
    assert features.tolist() == [[3], [6]]


def test_many_vectors_are_judged_and_looked_into_in_parts():
    decoder = GeneratorDecoder(scaling(1, 2), 1, critic=nn.Flatten(0))
    z = seeded_z(0, 1, 2 * CHUNK + 1)
    assert np.array_equal(decoder.decode_with_logits(z)[1], 2 * z[:, 0])
    assert np.array_equal(decoder.features(z), z)


def styled(w_dim=6):
    network = StyleNetwork(width=4, latent_dim=8, w_dim=w_dim)
    G, D = build_networks(network, (1, 28, 28), torch.Generator().manual_seed(0))
    return GeneratorDecoder(G, 8, critic=D)


def test_a_generator_with_styles_says_so_and_its_features_are_w():
    decoder = styled()
    assert decoder.style_shape == (4, 6)
    assert decoder.features(seeded_z(0, 8, 3)).shape == (3, 6)
    assert GeneratorDecoder(scaling(1), 1).style_shape is None


def test_a_style_for_each_layer_is_drawn_and_judged_as_the_z_it_comes_from():
    decoder, z = styled(), seeded_z(0, 8, CHUNK + 1)
    ws = np.repeat(decoder.features(z)[:, None], 4, axis=1)
    # The styles of z are found in batches of their own: the last bits decide some roundings.
    assert np.abs(decoder.decode(ws).astype(int) - decoder.decode(z)).max() <= 1
    assert decoder.decode_with_logits(ws)[1] == pytest.approx(
        decoder.decode_with_logits(z)[1], rel=1e-3, abs=1e-8
    )


@pytest.mark.parametrize("shape", [(1, 3, 6), (1, 4, 5), (1, 4, 8), (1, 6)])
def test_styles_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match="must be"):
        styled().decode(np.zeros(shape, np.float32))


def test_styles_have_no_styles_of_their_own():
    with pytest.raises(ValueError, match=r"must be \(N, 8\)"):
        styled(w_dim=8).features(np.zeros((1, 4, 8), np.float32))
