import math

import pytest
import torch

from ganlib.algorithms import HasGame, make_algorithm
from ganlib.data import open_data
from ganlib.errors import DivergedError
from ganlib.settings import changed
from tests.ganlib.conftest import CPU, SINGLE_NETWORK_FAMILIES, tiny_family


@pytest.fixture
def begin(bitmaps):
    """Makes (algorithm, batches) of a family, with settings replaced by name."""

    def make(family, **changes):
        config = changed(tiny_family(family), changes)
        data = bitmaps if config.data.kind == "images" else open_data(config.data, CPU)
        batches = data.batches(config.batch_size, torch.Generator().manual_seed(10))
        return make_algorithm(config, data.shape, CPU), batches

    return make


def weights(algorithm):
    return [weight.detach().clone() for weight in algorithm.network.parameters()]


@pytest.mark.parametrize("name", SINGLE_NETWORK_FAMILIES)
def test_a_step_moves_every_weight_once(begin, name):
    algorithm, batches = begin(name)
    before = weights(algorithm)
    metrics = algorithm.train_step(batches)
    assert tuple(metrics) == algorithm.metric_names
    assert all(type(value) is float for value in metrics.values())
    moved = [not torch.equal(*pair) for pair in zip(before, weights(algorithm), strict=True)]
    assert sum(moved) > 0.6 * len(moved)  # The batch of four may leave a unit unmoved.
    assert (algorithm.images_seen, algorithm.steps_done) == (4, 1)
    states = algorithm.optimiser.optimiser.state.values()
    assert {int(state["step"]) for state in states} == {1}
    assert not isinstance(algorithm, HasGame)


@pytest.mark.parametrize("name", SINGLE_NETWORK_FAMILIES)
def test_losses_fall_and_the_norm_is_that_of_the_gradient(begin, name):
    algorithm, batches = begin(name, lr=0.01, batch_size=32)
    metrics = [algorithm.train_step(batches) for _ in range(40)]
    size = sum(one.grad.square().sum() for one in algorithm.network.parameters()).sqrt().item()
    assert metrics[-1]["grad_norm"] == pytest.approx(size, rel=1e-4)
    losses = [one["loss"] for one in metrics]
    assert sum(losses[-5:]) < sum(losses[:5])


@pytest.mark.parametrize(
    ("decay", "sizes"),
    [("none", [1, 1, 1, 1]), ("linear", [1, 1, 1, 0.5]), ("cosine", [1, 0.8536, 0.5, 0.1464])],
)
def test_the_step_size_falls_as_asked(begin, decay, sizes):
    algorithm, batches = begin("vae-2d", lr=0.01, lr_decay=decay, total_steps=4)
    found = []
    for _ in range(4):
        algorithm.train_step(batches)
        found.append(algorithm.optimiser.optimiser.param_groups[0]["lr"] / 0.01)
    assert found == pytest.approx(sizes, abs=1e-4)


def test_a_live_step_size_holds_from_the_next_step(begin):
    algorithm, batches = begin("made-2d")
    algorithm.train_step(batches)
    algorithm.change(changed(algorithm.config, {"lr": 0.05}))
    algorithm.train_step(batches)
    assert algorithm.optimiser.optimiser.param_groups[0]["lr"] == 0.05


def test_what_is_published_is_the_average(begin):
    algorithm, batches = begin("vae-2d", ema_half_life=0.0)
    algorithm.train_step(batches)
    for mine, average in zip(
        algorithm.network.parameters(), algorithm.average.module.parameters(), strict=True
    ):
        assert torch.equal(mine, average)
    with torch.no_grad():
        for weight in algorithm.average.module.decoder_mean.parameters():
            weight.zero_()
    z = torch.ones(2, 2).numpy()
    assert (algorithm.publish().decode(z) == 0).all()
    assert not algorithm.export_spec().network.training


@pytest.mark.parametrize("name", ["vae-2d", "made"])
def test_trap_32_a_loss_that_is_no_number_moves_nothing_and_names_a_cure(begin, name):
    algorithm, batches = begin(name)
    with torch.no_grad():
        for weight in algorithm.network.parameters():
            weight.fill_(math.nan)
    state = {key: value.clone() for key, value in algorithm.optimiser.state_dict().items()}
    with pytest.raises(
        DivergedError, match=r"loss of the model became nan.*a lower Learning rate \(η\)"
    ):
        algorithm.train_step(batches)
    assert algorithm.optimiser.state_dict().keys() == state.keys()
    assert algorithm.images_seen == 0


@pytest.mark.parametrize("name", SINGLE_NETWORK_FAMILIES)
def test_a_state_from_another_network_is_refused(begin, name):
    algorithm, _ = begin(name)
    state = {key: value.clone() for key, value in algorithm.state_dict().items()}
    key = next(key for key in state if key.startswith("model."))
    del state[key]
    with pytest.raises(RuntimeError, match="Missing key"):
        algorithm.load_state_dict(state)
