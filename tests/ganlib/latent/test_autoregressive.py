import threading

import numpy as np
import pytest
import torch
from torch import nn

from ganlib.config import MadeNetwork, PixelCnnNetwork
from ganlib.errors import MeasureError
from ganlib.events import HasLikelihood
from ganlib.latent import AutoregressiveDecoder, seeded_z
from ganlib.latent.decoder import CHUNK
from ganlib.models import AutoregressiveModel, PixelCodes, PointCodes
from ganlib.objectives import code_log_likelihood
from tests.ganlib.models.autoregressive import build

QUARTER = [0.25, 0.75]


class Always(AutoregressiveModel):
    """Gives every place the same chances, whatever came before; of each class, its own."""

    def __init__(self, length, *chances, classes=0):
        super().__init__(length, len(chances[0]), classes)
        self.table = nn.Parameter(torch.tensor(chances).clamp_min(1e-37).log())

    def embed(self, codes):
        return codes[:, :, None].float()

    def logits(self, inputs, condition=None):
        outcome = torch.ones(len(inputs), 1)
        if self.classes:
            outcome = self.condition_of(len(inputs), condition)
        return (outcome @ self.table)[:, None].expand(-1, self.length, -1) + 0 * inputs

    def draw(self, count, choose, condition=None):
        codes = torch.zeros(count, self.length, dtype=torch.int64)
        for place in range(self.length):
            codes[:, place] = choose(place, self.logits(self.embed(codes), condition)[:, place])
        return codes


def numbers(chances):
    """z whose distribution function is so much: float32, as z always is."""
    return torch.special.ndtri(torch.tensor(chances, dtype=torch.float64)).float().numpy()


def binary(width, *chances, classes=0):
    codes = PixelCodes((1, 1, width), 2)
    return AutoregressiveDecoder(Always(width, *chances, classes=classes), codes)


def made(**changes):
    codes = PixelCodes((1, 4, 4), 2)
    return AutoregressiveDecoder(build(MadeNetwork(width=64), codes, **changes).float(), codes)


def pixelcnn(shape=(1, 5, 5), classes=0):
    codes = PixelCodes(shape, 2)
    network = PixelCnnNetwork(width=6, depth=4, reach=1)
    return AutoregressiveDecoder(build(network, codes, classes, scale=1.5).float(), codes)


def points(*chances):
    codes = PointCodes(len(chances))
    return AutoregressiveDecoder(Always(2, list(chances)), codes)


REAL = {"made": made, "pixelcnn": pixelcnn, "colour": lambda: pixelcnn((3, 3, 3))}
every_decoder = pytest.mark.parametrize("make", REAL.values(), ids=REAL.keys())


def test_a_chance_below_that_of_the_first_value_draws_it_by_hand():
    z = numbers([[0.001, 0.249, 0.251, 0.999]])
    assert binary(4, QUARTER).decode(z)[0, 0, :, 0].tolist() == [0, 0, 255, 255]


def test_values_in_between_have_their_stretch_by_hand():
    codes = PixelCodes((1, 1, 6), 4)
    decoder = AutoregressiveDecoder(Always(6, [0.1, 0.2, 0.3, 0.4]), codes)
    z = numbers([[0.09, 0.11, 0.29, 0.31, 0.59, 0.61]])
    assert decoder.decode(z)[0, 0, :, 0].tolist() == [0, 85, 85, 170, 170, 255]


def test_random_z_draw_values_as_often_as_the_model_says():
    drawn = binary(10, QUARTER).decode(seeded_z(0, 10, 4000))
    # 40,000 draws of 3/4: the standard error is 0.0022.
    assert (drawn == 255).mean() == pytest.approx(0.75, abs=0.009)


def test_points_lie_evenly_in_their_stripe_by_hand():
    # Two stripes of 1.3 with chances 1/4 and 3/4: the middle of either chance is its middle.
    drawn = points(*QUARTER).decode(numbers([[0.125, 0.625], [0.0625, 0.25 + 0.1875]]))
    assert drawn.flatten().tolist() == pytest.approx([-0.65, 0.65, -0.975, 0.325], abs=1e-5)


def test_random_points_are_even_within_a_stripe_and_right_across_them():
    drawn = points(*QUARTER).decode(seeded_z(0, 2, 10_000)).flatten().astype(np.float64)
    left = np.sort(drawn[drawn < 0])
    assert len(left) / len(drawn) == pytest.approx(0.25, abs=0.0125)
    for stripe, start in ((left, -1.3), (np.sort(drawn[drawn >= 0]), 0.0)):
        # Kolmogorov and Smirnov: 1.95 / sqrt(N) is passed once in a thousand times.
        ranks = (np.arange(len(stripe)) + 0.5) / len(stripe)
        assert np.abs((stripe - start) / 1.3 - ranks).max() < 1.95 / len(stripe) ** 0.5


@pytest.mark.parametrize("z", [-40.0, -7.0, 7.0, 40.0, np.inf, -np.inf])
def test_a_z_from_far_out_draws_the_outermost_value_that_has_a_chance(z):
    decoder = points(1e-30, 0.5, 0.5, 1e-30, 0.0)
    drawn = decoder.decode(np.full((1, 2), z, np.float32))
    assert np.isfinite(drawn).all()
    assert (np.abs(drawn) <= 1.3).all()
    assert (np.sign(drawn) == np.sign(z)).all()
    assert drawn[0, 0] == pytest.approx(-1.3 if z < -30 else -0.78 if z < 0 else 0.26, abs=1e-3)


@every_decoder
def test_trap_35_the_same_z_is_always_the_same_sample(make):
    decoder = make()
    z = seeded_z(0, decoder.latent_dim, 64)
    together = decoder.decode(z)
    assert np.array_equal(decoder.decode(z), together)
    assert np.array_equal(make().decode(z), together)
    alone = np.concatenate([decoder.decode(z[i : i + 1]) for i in range(9)])
    assert np.array_equal(alone, together[:9])
    assert len(np.unique(together, axis=0)) > 30


@every_decoder
def test_trap_35_random_z_are_drawn_as_likely_as_the_model_says(make):
    """The mean log-likelihood of samples is the negative entropy, which drawing knows by itself."""
    decoder = make()
    drawn = decoder.sample_with_trace(seeded_z(0, decoder.latent_dim, CHUNK))
    entropy = drawn.entropy.sum((1, 2)) * np.log(2)
    likely = decoder.log_likelihood(drawn.samples)
    error = np.std(likely + entropy) / CHUNK**0.5
    assert -likely.mean() == pytest.approx(entropy.mean(), abs=4 * error)


def test_many_are_drawn_in_parts_and_in_order():
    decoder = binary(1, QUARTER)
    z = seeded_z(0, 1, 2 * CHUNK + 1)
    assert np.array_equal(decoder.decode(z)[:, 0, 0, 0] == 255, z[:, 0] > numbers(0.25))


def test_a_class_is_drawn_when_it_is_asked_for_and_unasked_they_take_turns():
    decoder = binary(3, [1.0, 0.0], [0.0, 1.0], classes=2)
    z = seeded_z(0, 3, 5)
    query = np.eye(2, dtype=np.float32)[[1, 0, 0, 1, 1]]
    assert (decoder.decode(z, query)[:, 0, :, 0] == 255).all(1).tolist() == [1, 0, 0, 1, 1]
    assert (decoder.decode(z)[:, 0, :, 0] == 255).all(1).tolist() == [0, 1, 0, 1, 0]


@pytest.mark.parametrize(("shape", "condition"), [((3,), None), ((2, 4), None), ((2, 3), (2, 5))])
def test_another_shape_is_refused(shape, condition):
    outcome = None if condition is None else np.zeros(condition, np.float32)
    with pytest.raises(ValueError, match="has shape"):
        binary(3, QUARTER).decode(np.zeros(shape, np.float32), outcome)


def test_the_likelihood_of_a_picture_by_hand():
    picture = np.array([0, 255, 255], np.uint8).reshape(1, 1, 3, 1)
    decoder = binary(3, QUARTER)
    assert isinstance(decoder, HasLikelihood)
    assert (decoder.likelihood_words, decoder.is_density) == ("exact", False)
    assert decoder.log_likelihood(picture) == pytest.approx([np.log(0.25 * 0.75**2)])


def test_the_likelihood_where_a_class_can_be_asked_for_is_the_mean_over_all_by_hand():
    picture = np.array([0, 255], np.uint8).reshape(1, 1, 2, 1)
    decoder = binary(2, QUARTER, [0.5, 0.5], classes=2)
    mean = (0.25 * 0.75 + 0.5 * 0.5) / 2
    assert decoder.log_likelihood(picture) == pytest.approx([np.log(mean)])


@pytest.mark.parametrize("classes", [0, 3])
def test_it_is_that_of_the_forward_pass_of_each_class(classes):
    codes = PixelCodes((1, 4, 4), 2)
    model = build(MadeNetwork(width=64), codes, classes).float()
    decoder = AutoregressiveDecoder(model, codes)
    drawn = decoder.decode(seeded_z(1, 16, CHUNK + 3))
    outcome = codes.encode(torch.tensor(drawn).permute(0, 3, 1, 2) / 127.5 - 1)
    each = [None] if not classes else list(torch.eye(classes))
    chances = [
        code_log_likelihood(
            model(outcome, None if one is None else one.expand(len(outcome), -1)), outcome
        )
        for one in each
    ]
    expected = torch.stack(chances).exp().mean(0).log()
    assert decoder.log_likelihood(drawn) == pytest.approx(expected.numpy(), abs=1e-4)


def test_of_points_it_is_a_density_by_hand():
    decoder = points(*QUARTER)
    assert decoder.is_density
    found = decoder.log_likelihood(np.float32([[-0.5, 0.5], [0.1, 1.2]]))
    assert found == pytest.approx(np.log([0.25 * 0.75 / 1.3**2, 0.75**2 / 1.3**2]))


def test_the_density_of_points_adds_up_to_one():
    codes = PointCodes(16)
    decoder = AutoregressiveDecoder(build(MadeNetwork(width=32), codes).float(), codes)
    ticks = (np.arange(32) + 0.5) / 32 * 2.6 - 1.3
    grid = np.stack(np.meshgrid(ticks, ticks), -1).reshape(-1, 2).astype(np.float32)
    mass = np.exp(decoder.log_likelihood(grid)).sum() * (2.6 / 32) ** 2
    assert mass == pytest.approx(1, abs=1e-5)


def test_what_was_thought_of_each_pixel_by_hand():
    drawn = binary(2, QUARTER).sample_with_trace(numbers([[0.1, 0.9], [0.3, 0.2]]))
    assert drawn.samples[:, 0, :, 0].tolist() == [[0, 255], [255, 0]]
    assert (drawn.expected == 191).all(), "three quarters of 255"
    entropy = 0.25 * 2 + 0.75 * np.log2(4 / 3)
    assert drawn.entropy == pytest.approx(entropy * np.ones((2, 1, 2)), abs=1e-6)


def test_expected_colours_are_the_means_of_each_by_hand():
    # Codes 0 to 7 are black, red, green, yellow, blue, magenta, cyan and white.
    codes = PixelCodes((3, 1, 1), 2)
    decoder = AutoregressiveDecoder(Always(1, [0.0, 0.4, 0.0, 0.4, 0.0, 0.0, 0.0, 0.2]), codes)
    drawn = decoder.sample_with_trace(numbers([[0.3]]))
    assert drawn.samples.tolist() == [[[[255, 0, 0]]]]
    assert drawn.expected.tolist() == [[[[255, 153, 51]]]]
    assert drawn.entropy.item() == pytest.approx(0.8 * np.log2(2.5) + 0.2 * np.log2(5))


@every_decoder
def test_to_watch_draws_what_is_drawn_unwatched(make):
    decoder = make()
    z = seeded_z(2, decoder.latent_dim, 5)
    assert np.array_equal(decoder.sample_with_trace(z).samples, decoder.decode(z))


@every_decoder
def test_pixels_that_are_given_stay_as_they_are_and_the_rest_is_drawn(make):
    decoder = make()
    given, free = decoder.decode(seeded_z(3, decoder.latent_dim, 2))[:, None]
    z = seeded_z(4, decoder.latent_dim, 9)
    known = decoder.latent_dim // 2
    drawn = decoder.sample_with_trace(z, given, known).samples
    first, rest = np.split(drawn.reshape(9, -1, drawn.shape[-1]), [known], axis=1)
    assert (first == given.reshape(1, -1, drawn.shape[-1])[:, :known]).all()
    assert len(np.unique(rest, axis=0)) > 1
    assert not np.array_equal(drawn, decoder.sample_with_trace(z, free, known).samples)
    assert np.array_equal(
        decoder.sample_with_trace(z, given, decoder.latent_dim).samples, given.repeat(9, 0)
    )
    assert np.array_equal(decoder.sample_with_trace(z, given, 0).samples, decoder.decode(z))


def test_a_class_is_watched_and_looked_at_when_it_is_asked_for():
    decoder = binary(2, [1.0, 0.0], [0.0, 1.0], classes=2)
    second = np.float32([[0, 1]])
    assert (decoder.sample_with_trace(seeded_z(0, 2, 1), condition=second).samples == 255).all()
    query = pixelcnn(classes=2)
    sample = query.decode(seeded_z(0, 25, 1))
    seen = [query.saliency(sample, 24, one) for one in (None, np.float32([[1, 0]]), second)]
    assert np.array_equal(seen[0], seen[1]), "unasked it is the first class"
    assert not np.array_equal(seen[0], seen[2])


@every_decoder
def test_trap_35_a_pixel_sees_those_before_it_and_none_from_itself_on(make):
    decoder = make()
    sample = decoder.decode(seeded_z(5, decoder.latent_dim, 1))
    for place in (0, 3, decoder.latent_dim - 1):
        seen = decoder.saliency(sample, place)
        assert seen.shape == sample.shape[1:3]
        assert (seen.flatten()[place:] == 0).all()
        assert (seen.flatten()[:place] >= 0).all()
        assert (seen.flatten()[:place].sum() > 0) == (place > 0)


def test_there_is_no_latent_space_and_nobody_who_judges():
    decoder = binary(2, QUARTER)
    z = seeded_z(0, 2, 3)
    with pytest.raises(MeasureError, match="has no latent space"):
        decoder.features(z)
    samples, logits = decoder.decode_with_logits(z)
    assert np.array_equal(samples, decoder.decode(z))
    assert logits is None
    assert decoder.opened() is decoder


def test_trap_17_drawing_leaves_the_model_and_every_random_state_alone():
    codes = PixelCodes((1, 4, 4), 2)
    model = build(MadeNetwork(width=16), codes).float().requires_grad_(True).train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()
    decoder = AutoregressiveDecoder(model, codes)
    z = seeded_z(0, 16, 8)
    drawn = decoder.decode(z)
    decoder.log_likelihood(drawn)
    decoder.sample_with_trace(z)
    decoder.saliency(drawn[:1], 7)
    assert all(torch.equal(model.state_dict()[name], value) for name, value in before.items())
    assert model.training
    assert all(one.requires_grad and one.grad is None for one in model.parameters())
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert np.array_equal(np.random.get_state()[1], numpy_state)
    with torch.no_grad():
        next(model.parameters()).zero_()
    assert np.array_equal(decoder.decode(z), drawn)


def test_trap_37_several_threads_may_draw_at_once():
    decoder = pixelcnn()
    z = seeded_z(0, 25, 16)
    expected, results = decoder.decode(z), []
    threads = [
        threading.Thread(target=lambda: results.extend(decoder.decode(z) for _ in range(3)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 9
    assert all(np.array_equal(result, expected) for result in results)
