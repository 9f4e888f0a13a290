import io

import pytest

from ganlib import DataError, RunEnded, StepCompleted, changed, train
from ganlib.config import RunConfig
from ganlib.data import PictureForm, keep_pictures, read_pictures
from ganlib.data.own import OwnSet
from ganlib.presets import PRESETS, own_run
from tests.ganlib.data.bringing import noise_jpeg


def own_set(count=100, size=32, colour="colour"):
    return OwnSet("pets", size, colour, count, (), 0)


@pytest.mark.parametrize("size", [28, 32, 64])
@pytest.mark.parametrize("colour", ["grey", "colour"])
def test_every_form_has_a_run_that_comes_back_from_json(size, colour):
    config = own_run(own_set(size=size, colour=colour))
    assert config.data.shape == (3 if colour == "colour" else 1, size, size)
    assert RunConfig.from_json(config.to_json()) == config


def test_it_learns_as_the_digits_do():
    digits, own = PRESETS["digits"].config, own_run(own_set(size=28, colour="grey"))
    assert own.algorithm == digits.algorithm
    assert own.title == "Own pictures: pets"


def test_large_pictures_get_narrower_networks():
    assert own_run(own_set(size=64)).algorithm.network.width == 16


@pytest.mark.parametrize(
    ("count", "batch_size"), [(1, 8), (8, 8), (15, 8), (16, 16), (31, 16), (32, 32), (9999, 32)]
)
def test_few_pictures_get_small_batches(count, batch_size):
    assert own_run(own_set(count)).batch_size == batch_size


@pytest.mark.parametrize("count", [1, 13])
def test_it_trains_on_a_prime_number_of_pictures(count):
    brought = [(f"{seed}.jpg", io.BytesIO(noise_jpeg(seed))) for seed in range(count)]
    kept = keep_pictures("pets", read_pictures(brought, PictureForm(28, "grey")))
    events = list(train(changed(own_run(kept), {"total_steps": 3, "cpu_threads": 1, "width": 4})))
    assert sum(isinstance(event, StepCompleted) for event in events) == 3
    assert events[-1] == RunEnded(3, "completed")


def test_pictures_that_went_meanwhile_are_told():
    with pytest.raises(DataError, match="There are no pictures called 'pets'"):
        list(train(own_run(own_set())))
