import pytest
import torch

from ganlib.data.batches import ImageBatches, Toy2dBatches
from ganlib.data.toy import distribution
from ganlib.errors import DataError


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def numbered(count):
    """Pictures of one pixel whose value is their number."""
    return torch.arange(count, dtype=torch.uint8).view(count, 1, 1, 1)


def batches_of(images, batch_size, rng):
    """Batches whose labels are the numbers of the pictures."""
    labels = torch.arange(len(images), device=images.device)
    return ImageBatches(images, labels, batch_size, rng)


def numbers(batch):
    return ((batch.flatten() + 1) * 127.5).round().int().tolist()


def drawn(batches, count):
    return [number for _ in range(count) for number in numbers(next(batches))]


def test_pixel_values_become_minus_one_to_one():
    images = torch.tensor([0, 51, 255], dtype=torch.uint8).view(1, 3, 1, 1)
    batch = next(batches_of(images, 2, rng()))
    assert batch.shape == (2, 3, 1, 1)
    assert batch.dtype == torch.float32
    assert batch[0].flatten().tolist() == [-1.0, pytest.approx(-0.6), 1.0]


def test_the_pictures_themselves_stay_as_they_are():
    images = numbered(11)
    drawn(batches_of(images, 4, rng()), 20)
    assert torch.equal(images, numbered(11))


@pytest.mark.parametrize(
    ("count", "batch_size"), [(7, 3), (13, 4), (101, 64), (5, 5), (5, 11), (1, 8)]
)
def test_every_picture_comes_once_before_any_comes_again(count, batch_size):
    batches = batches_of(numbered(count), batch_size, rng())
    order = drawn(batches, 2 * count)
    assert len(order) == 2 * count * batch_size
    for start in range(0, len(order), count):
        assert sorted(order[start : start + count]) == list(range(count))


def test_the_labels_are_those_of_the_batch_that_came_last():
    batches = batches_of(numbered(7), 3, rng())
    assert len(batches.labels) == 0
    for _ in range(5):
        assert numbers(next(batches)) == batches.labels.tolist()


def test_points_have_no_labels():
    batches = Toy2dBatches(distribution("ring").sample, 8, rng(), torch.device("cpu"))
    next(batches)
    assert len(batches.labels) == 0


def test_permutations_differ_from_each_other_and_between_seeds():
    order = drawn(batches_of(numbered(50), 50, rng()), 2)
    assert order[:50] != order[50:]
    assert drawn(batches_of(numbered(50), 50, rng()), 2) == order
    assert drawn(batches_of(numbered(50), 50, rng(1)), 2) != order


def test_the_order_does_not_depend_on_the_batch_size():
    assert drawn(batches_of(numbered(7), 3, rng()), 14) == drawn(
        batches_of(numbered(7), 6, rng()), 7
    )


@pytest.mark.parametrize("before", [0, 1, 2, 5, 7])
@pytest.mark.parametrize(("count", "batch_size"), [(7, 3), (5, 11)])
def test_pictures_go_on_bitwise_where_they_were_saved(count, batch_size, before):
    images = torch.randint(0, 256, (count, 3, 4, 4), generator=rng(1)).byte()
    first = batches_of(images, batch_size, rng())
    for _ in range(before):
        next(first)
    state = first.state_dict()
    expected = [next(first) for _ in range(10)]
    second = batches_of(images, batch_size, rng(99))
    next(second)
    second.load_state_dict(state)
    assert all(torch.equal(next(second), batch) for batch in expected)


def test_a_saved_place_does_not_move_on():
    batches = batches_of(numbered(7), 3, rng())
    state = batches.state_dict()
    kept = {key: value.clone() for key, value in state.items()}
    drawn(batches, 5)
    assert all(torch.equal(state[key], kept[key]) for key in kept)


def test_a_place_in_a_larger_data_set_is_refused():
    large = batches_of(numbered(100), 3, rng())
    next(large)
    with pytest.raises(DataError, match="there are 7: resume with the data set"):
        batches_of(numbered(7), 3, rng()).load_state_dict(large.state_dict())


def test_no_pictures_at_all_are_refused():
    with pytest.raises(DataError, match="no pictures"):
        batches_of(numbered(0), 3, rng())


def test_points_are_those_of_the_distribution():
    batches = Toy2dBatches(distribution("ring").sample, 256, rng(), torch.device("cpu"))
    expected = distribution("ring").sample(256, rng())
    batch = next(batches)
    assert torch.equal(batch, expected)
    assert not torch.equal(next(batches), batch)


def test_points_go_on_bitwise_where_they_were_saved():
    first = Toy2dBatches(distribution("spiral").sample, 33, rng(), torch.device("cpu"))
    next(first)
    state = first.state_dict()
    expected = [next(first) for _ in range(3)]
    second = Toy2dBatches(distribution("spiral").sample, 33, rng(7), torch.device("cpu"))
    second.load_state_dict(state)
    assert all(torch.equal(next(second), batch) for batch in expected)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_batches_on_a_gpu_are_those_of_the_cpu():
    gpu = torch.device("cuda")
    on_gpu, on_cpu = (batches_of(numbered(7).to(where), 3, rng()) for where in (gpu, "cpu"))
    assert all(torch.equal(next(on_gpu).cpu(), next(on_cpu)) for _ in range(5))
    on_cpu.load_state_dict(on_gpu.state_dict())
    assert torch.equal(next(on_gpu).cpu(), next(on_cpu))
    points = Toy2dBatches(distribution("ring").sample, 8, rng(), gpu)
    assert torch.equal(next(points).cpu(), distribution("ring").sample(8, rng()))
