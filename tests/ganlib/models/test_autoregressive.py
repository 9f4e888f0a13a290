"""What holds of every network that draws one number after the other: MADE and PixelCNN."""

import itertools

import pytest
import torch

from ganlib.config import MadeNetwork, PixelCnnNetwork
from ganlib.models import (
    PixelCodes,
    PointCodes,
    build_autoregressive,
    class_condition,
    round_robin_condition,
)
from ganlib.objectives import code_log_likelihood
from tests.ganlib.models.autoregressive import build

MADE = MadeNetwork(width=200, depth=2)
PIXELCNN = PixelCnnNetwork(width=6, depth=6, reach=1)
GREY, COLOUR, POINTS = PixelCodes((1, 4, 5), 3), PixelCodes((3, 3, 4), 2), PointCodes(6)
MODELS = {
    "made": (MADE, GREY, 0),
    "made-deep": (MadeNetwork(width=200, depth=3), GREY, 0),
    "made-asked": (MADE, GREY, 3),
    "made-colour": (MADE, COLOUR, 0),
    "made-points": (MADE, POINTS, 0),
    "pixelcnn": (PIXELCNN, GREY, 0),
    "pixelcnn-far": (PixelCnnNetwork(width=6, depth=3, reach=3), GREY, 0),
    "pixelcnn-asked": (PIXELCNN, GREY, 3),
    "pixelcnn-colour": (PIXELCNN, COLOUR, 2),
}
every_model = pytest.mark.parametrize("name", MODELS)


def some_codes(model, count, seed=1):
    rng = torch.Generator().manual_seed(seed)
    return torch.randint(model.values, (count, model.length), generator=rng)


def sways(model, codes):
    """(D, D): how much the logits of one place move with what is given of another, at most."""
    inputs = model.embed(codes).double()
    (gradients,) = torch.autograd.functional.jacobian(
        lambda x: model.logits(x).sum(0), (inputs,), vectorize=True
    )  # (D, K, N, D, ...)
    return gradients.abs().transpose(2, 3).flatten(3).amax((1, 3))


@every_model
def test_trap_35_the_jacobian_is_strictly_triangular_in_raster_order(name):
    model = build(*MODELS[name])
    found = sways(model, some_codes(model, 8))
    earlier = torch.ones_like(found, dtype=torch.bool).tril(-1)
    assert found[~earlier].max() == 0, "neither itself nor anything later"
    assert found[earlier].min() > 0, "and everything before: there is no blind spot"


@every_model
def test_a_later_code_changes_no_logit_to_the_bit(name):
    model = build(*MODELS[name])
    codes = some_codes(model, 1)
    for place in range(model.length):
        other = codes.clone()
        other[:, place:] = some_codes(model, 1, seed=2)[:, place:]
        before, after = model(codes)[:, : place + 1], model(other)[:, : place + 1]
        assert torch.equal(before, after)


SMALL = {
    "made": (MADE, PixelCodes((1, 2, 2), 2), 0),
    "made-asked": (MADE, PixelCodes((1, 2, 2), 2), 2),
    "made-points": (MADE, PointCodes(7), 0),
    "made-narrow": (MadeNetwork(width=4, depth=3), PixelCodes((1, 2, 3), 2), 0),
    "pixelcnn": (PIXELCNN, PixelCodes((1, 2, 2), 2), 0),
    "pixelcnn-asked": (PIXELCNN, PixelCodes((1, 2, 2), 2), 2),
    "pixelcnn-colour": (PIXELCNN, PixelCodes((3, 1, 2), 2), 0),
}


@pytest.mark.parametrize("name", SMALL)
def test_trap_35_the_chances_of_all_there_is_add_up_to_one(name):
    model = build(*SMALL[name])
    every = torch.tensor(list(itertools.product(range(model.values), repeat=model.length)))
    for query in round_robin_condition(2, 2) if model.classes else [None]:
        condition = None if query is None else query.double().expand(len(every), -1)
        chances = code_log_likelihood(model(every, condition), every).exp()
        assert chances.sum().item() == pytest.approx(1, abs=1e-12)
        assert chances.max() > 2 / len(every), "and are far from even"


def thrown(rng, noted):
    """Chooses by throwing dice, and notes the logits."""

    def choose(place, logits):
        assert place == len(noted)
        noted.append(logits)
        return logits.softmax(1).multinomial(1, generator=rng)[:, 0]

    return choose


@every_model
def test_trap_35_what_is_drawn_is_as_likely_as_the_forward_pass_says(name):
    model, noted = build(*MODELS[name]), []
    condition = round_robin_condition(5, model.classes).double() if model.classes else None
    codes = model.draw(5, thrown(torch.Generator().manual_seed(3), noted), condition)
    assert codes.shape == (5, model.length)
    assert codes.dtype == torch.int64
    logits = torch.stack(noted, 1)
    assert torch.allclose(logits, model(codes, condition), atol=1e-10)
    likely = code_log_likelihood(logits, codes)
    assert torch.allclose(likely, code_log_likelihood(model(codes, condition), codes), atol=1e-9)


@every_model
def test_a_model_that_is_told_to_draw_a_sample_draws_it(name):
    model = build(*MODELS[name])
    wanted = some_codes(model, 3)
    assert torch.equal(model.draw(3, lambda place, logits: wanted[:, place]), wanted)


@pytest.mark.parametrize("name", [name for name, one in MODELS.items() if one[2]])
def test_the_class_that_is_asked_for_is_heard_at_every_place(name):
    model = build(*MODELS[name])
    codes = some_codes(model, 8)
    first, second = (
        model(codes, class_condition(torch.full((8,), label), model.classes)) for label in (0, 1)
    )
    assert ((first - second).abs().amax((0, 2)) > 0).all()


@pytest.mark.parametrize("name", [name for name, one in MODELS.items() if one[2]])
def test_unasked_the_classes_take_turns(name):
    model = build(*MODELS[name])
    codes = some_codes(model, 1).expand(4, -1)
    query = class_condition(torch.arange(4) % model.classes, model.classes)
    assert torch.equal(model(codes), model(codes, query))
    assert not torch.equal(model(codes)[0], model(codes)[1])


@every_model
def test_first_weights_come_from_the_generator_that_is_passed_alone(name):
    state = torch.get_rng_state()
    first, again, other = (
        build_autoregressive(*MODELS[name], torch.Generator().manual_seed(seed))
        for seed in (0, 0, 1)
    )
    assert torch.equal(torch.get_rng_state(), state)
    for mine, same, theirs in zip(*(m.parameters() for m in (first, again, other)), strict=True):
        assert torch.equal(mine, same)
        assert not torch.equal(mine, theirs)


@every_model
def test_a_sample_does_not_depend_on_its_batch(name):
    model = build(*MODELS[name])
    codes = some_codes(model, 6)
    condition = (
        round_robin_condition(1, model.classes).double().expand(6, -1) if model.classes else None
    )
    alone = None if condition is None else condition[:1]
    assert torch.allclose(model(codes, condition)[:1], model(codes[:1], alone), atol=1e-12)
