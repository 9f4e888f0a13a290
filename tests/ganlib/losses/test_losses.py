import itertools
import math

import pytest
import torch

from ganlib.config import Objective
from ganlib.losses import LOSSES

LN2, LN3 = math.log(2), math.log(3)


def gradients(part, real_logit, fake_logit):
    """Gradients of one part of a loss at a batch of one, with respect to both logits."""
    logits = [torch.tensor([value], requires_grad=True) for value in (real_logit, fake_logit)]
    gradients = torch.autograd.grad(
        part(*logits), logits, allow_unused=True, materialize_grads=True
    )
    return [gradient.item() for gradient in gradients]


def loss_of(name, label_smoothing=0.0):
    """The loss of that name, its labels smoothed."""
    return Objective(loss=name, label_smoothing=label_smoothing).loss_spec


def sigmoid(logit):
    return 1 / (1 + math.exp(-logit))


@pytest.mark.parametrize(
    ("name", "real", "fake", "d_loss", "g_loss"),
    [
        # D(x) = 3/4 and 1/2, D(G(z)) = 1/4 and 1/2.
        ("minimax", [LN3, 0.0], [-LN3, 0.0], math.log(8 / 3), math.log(3 / 8) / 2),
        ("ns", [LN3, 0.0], [-LN3, 0.0], math.log(8 / 3), 1.5 * LN2),
        ("lsgan", [3.0, 1.0], [2.0, 0.0], 2.0, 0.5),
        ("wgan", [3.0, 1.0], [2.0, 0.0], -1.0, -1.0),
        ("wgan-gp", [3.0, 1.0], [2.0, 0.0], -1.0, -1.0),
        ("hinge", [3.0, 0.5], [2.0, -0.5], 2.0, -0.75),
        ("rpgan", [1.0, 1.0], [1.0 - LN3, 1.0], math.log(8 / 3) / 2, 1.5 * LN2),
        # Means 1 + ln 3 and 1: reals lie 0 and 2 ln 3 above the fakes' mean, fakes ln 3 below
        # the reals'. softplus is ln 2 at 0, ln 10/9 at -2 ln 3, ln 4/3 at -ln 3, ln 10 at 2 ln 3.
        (
            "ragan",
            [1.0, 1.0 + 2 * LN3],
            [1.0, 1.0],
            (LN2 + math.log(10 / 9)) / 2 + math.log(4 / 3),
            (LN2 + math.log(10)) / 2 + math.log(4),
        ),
    ],
)
def test_losses_have_their_values_worked_out_by_hand(name, real, fake, d_loss, g_loss):
    loss = loss_of(name)
    real_logits, fake_logits = torch.tensor(real), torch.tensor(fake)
    assert loss.d(real_logits, fake_logits).item() == pytest.approx(d_loss, rel=1e-6)
    assert loss.g(real_logits, fake_logits).item() == pytest.approx(g_loss, rel=1e-6)
    assert loss.d(real_logits, fake_logits).shape == loss.g(real_logits, fake_logits).shape == ()


@pytest.mark.parametrize(
    ("name", "d_loss", "g_loss"),
    [
        ("minimax", 2 * LN2, -LN2),
        ("ns", 2 * LN2, LN2),
        ("lsgan", 0.25, 0.125),
        ("wgan", 0.0, None),
        ("wgan-gp", 0.0, None),
        ("hinge", 2.0, None),
        ("rpgan", LN2, LN2),
        ("ragan", 2 * LN2, 2 * LN2),
    ],
)
def test_equilibrium_is_known_for_every_loss(name, d_loss, g_loss):
    rest = loss_of(name).equilibrium
    assert rest.get("g_loss") == (g_loss and pytest.approx(g_loss, rel=1e-12))
    assert rest["d_loss"] == pytest.approx(d_loss, rel=1e-12)
    assert "-0.0" not in map(str, rest.values())


@pytest.mark.parametrize("name", LOSSES)
def test_g_has_no_loss_at_rest_where_equally_good_blind_ds_give_it_several(name):
    loss = loss_of(name)
    blind = loss.reading.undecided or 0.0
    calls = [torch.tensor([blind + shift]).double() for shift in (0.0, 0.5)]
    costs = [loss.d(logits, logits).item() for logits in calls]
    got = [loss.g(logits, logits).item() for logits in calls]
    is_any = costs[0] == pytest.approx(costs[1]) and got[0] != pytest.approx(got[1])
    assert ("g_loss" not in loss.equilibrium) == is_any


@pytest.mark.parametrize(
    ("name", "smoothing"), [*((name, 0.0) for name in LOSSES), ("ns", 0.1), ("minimax", 0.3)]
)
def test_the_best_d_loses_by_moving_at_any_place(name, smoothing):
    loss = loss_of(name, smoothing)
    if loss.best is None:
        assert name in ("wgan", "wgan-gp", "ragan")
        return
    # Of 16 reals and 16 fakes at five places; D sees every real beside every fake.
    p, q = torch.tensor([1, 2, 4, 8, 1]), torch.tensor([8, 4, 2, 1, 1])

    def cost(logits):
        real = logits.repeat_interleave(p).repeat_interleave(16)
        return loss.d(real, logits.repeat_interleave(q).repeat(16)).item()

    best = loss.best.logit((p.double() / q).log())
    for place, move in itertools.product(range(5), (-0.2, 0.2)):
        is_free = name == "hinge" and place == 4  # There p = q.
        moved = best.clone()
        moved[place] += move
        assert cost(moved) > cost(best) or (is_free and cost(moved) == pytest.approx(cost(best)))


def test_label_smoothing_moves_the_equilibrium_to_its_closed_form():
    smooth = 0.9 * math.log(0.9) + 1.1 * math.log(1.1)
    ns, minimax = loss_of("ns", 0.1), loss_of("minimax", 0.1)
    assert sigmoid(ns.reading.undecided) == pytest.approx(0.45)
    assert ns.equilibrium == pytest.approx({"d_loss": 2 * LN2 - smooth, "g_loss": -math.log(0.45)})
    assert minimax.equilibrium == pytest.approx(
        {"d_loss": 2 * LN2 - smooth, "g_loss": math.log(0.55)}
    )


@pytest.mark.parametrize(
    ("name", "smoothing"), [*((name, 0.0) for name in LOSSES), ("ns", 0.1), ("minimax", 0.3)]
)
def test_no_other_constant_logit_is_better_for_d_than_the_blind_one(name, smoothing):
    loss = loss_of(name, smoothing)
    for shift in (-0.1, 0.1):
        blind = loss.reading.undecided or 0.0
        logits = torch.tensor([blind + shift], dtype=torch.float64)
        assert loss.d(logits, logits).item() >= loss.equilibrium["d_loss"] - 1e-15


def test_smoothing_takes_from_the_label_of_reals_only():
    loss = loss_of("ns", 0.1)
    value = loss.d(torch.tensor([LN3]), torch.tensor([-LN3])).item()
    assert value == pytest.approx(1.9 * math.log(4 / 3) + 0.1 * math.log(4), rel=1e-6)
    real_gradient, fake_gradient = gradients(loss.d, LN3, -LN3)
    assert real_gradient == pytest.approx(0.75 - 0.9, rel=1e-5)
    assert fake_gradient == pytest.approx(0.25, rel=1e-5)


@pytest.mark.parametrize("logit", [-100.0, -30.0, 30.0, 100.0])
def test_logistic_losses_have_the_right_gradient_where_d_is_sure(logit):
    tolerance = {"rel": 1e-4, "abs": 1e-42}
    ns, minimax, rpgan, ragan = map(loss_of, ("ns", "minimax", "rpgan", "ragan"))
    rising, falling = sigmoid(logit), sigmoid(-logit)
    assert gradients(ns.d, logit, logit) == pytest.approx([-falling, rising], **tolerance)
    assert gradients(ns.g, logit, logit) == pytest.approx([0.0, -falling], **tolerance)
    assert gradients(minimax.g, logit, logit) == pytest.approx([0.0, -rising], **tolerance)
    assert gradients(rpgan.d, logit, 0.0) == pytest.approx([-falling, falling], **tolerance)
    assert gradients(rpgan.g, 0.0, logit) == pytest.approx([falling, -falling], **tolerance)
    # Of one real and one fake each is the mean of its kind: twice the gradients of rpgan.
    twice = [-2 * falling, 2 * falling]
    assert gradients(ragan.d, logit, 0.0) == pytest.approx(twice, **tolerance)


def test_minimax_saturates_where_ns_is_steepest():
    minimax, ns = loss_of("minimax"), loss_of("ns")
    assert gradients(minimax.g, 0.0, -30.0)[1] == pytest.approx(-math.exp(-30), rel=1e-4)
    assert gradients(ns.g, 0.0, -30.0)[1] == pytest.approx(-1.0)
    sure = torch.tensor([-100.0])
    assert ns.g(sure, sure).item() == 100.0
    assert minimax.g(-sure, -sure).item() == -100.0


@pytest.mark.parametrize("name", ["minimax", "ns", "rpgan", "ragan", "hinge"])
def test_a_perfect_d_has_no_loss_left(name):
    d_loss = loss_of(name).d(torch.tensor([30.0]), torch.tensor([-30.0]))
    assert 0 <= d_loss.item() < 1e-6


@pytest.mark.parametrize("name", LOSSES)
def test_d_and_g_pull_the_fake_logit_in_opposite_directions(name):
    loss = loss_of(name)
    d_real, d_fake = gradients(loss.d, 0.1, 0.2)
    g_real, g_fake = gradients(loss.g, 0.1, 0.2)
    assert d_real < 0 < d_fake
    assert g_fake < 0
    assert loss.compares_pairs == (g_real != 0)


def test_trap_9_relativistic_average_compares_each_with_the_mean_of_the_others():
    loss = loss_of("ragan")
    real, fake = torch.tensor([3.0, -1.0]), torch.tensor([0.5, -0.5], requires_grad=True)
    loss.g(real, fake).backward()
    # Means 1 and 0. dL_G/df_i = -sigmoid(1 - f_i) / 2 + mean over reals of -sigmoid(r - 0) / 2.
    of_mean = -(sigmoid(3.0) + sigmoid(-1.0)) / 4
    assert fake.grad.tolist() == pytest.approx(
        [of_mean - sigmoid(0.5) / 2, of_mean - sigmoid(1.5) / 2]
    )


@pytest.mark.parametrize("name", ["rpgan", "ragan"])
def test_trap_9_a_relativistic_loss_exchanges_the_players(name):
    loss = loss_of(name)
    a, b = torch.randn(2, 8, generator=torch.Generator().manual_seed(0))
    assert torch.equal(loss.g(a, b), loss.d(b, a))
    assert loss.d(a + 5, a) < loss.d(a, a) < loss.d(a, a + 5)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize(
    ("real_shape", "fake_shape"), [((4, 1), (4,)), ((4,), (3,)), ((4, 1), (4, 1)), ((), ())]
)
def test_shapes_that_would_broadcast_are_refused(name, real_shape, fake_shape):
    loss = loss_of(name)
    for part in (loss.d, loss.g):
        with pytest.raises(ValueError, match="one logit for each of N real and N fake"):
            part(torch.zeros(real_shape), torch.zeros(fake_shape))


def test_only_minimax_and_ns_speak_in_probabilities_and_have_labels():
    assert [name for name, one in LOSSES.items() if one.is_probability] == ["minimax", "ns"]
    assert [name for name, one in LOSSES.items() if one.smooth] == ["minimax", "ns"]


@pytest.mark.parametrize("name", LOSSES)
def test_the_batch_size_does_not_change_a_loss(name):
    loss = loss_of(name)
    real, fake = torch.randn(2, 8, generator=torch.Generator().manual_seed(0))
    for part in (loss.d, loss.g):
        assert part(real.repeat(3), fake.repeat(3)).item() == pytest.approx(
            part(real, fake).item(), rel=1e-5
        )
