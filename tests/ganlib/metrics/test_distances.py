import pytest
import torch
from torchmetrics.image.kid import poly_mmd

from ganlib.errors import MeasureError
from ganlib.metrics.distances import frechet_distance
from ganlib.metrics.distances import kernel_distance as distance_of
from ganlib.metrics.parts import all_but_some, whole


def kernel_distance(real, fake):
    (found,) = distance_of(real, fake, whole(len(fake))).tolist()
    return found


def exactly(mean, covariance, count=400, seed=0):
    """A sample whose mean and covariance are exactly these."""
    rng = torch.Generator().manual_seed(seed)
    raw = torch.randn(count, len(mean), dtype=torch.float64, generator=rng)
    raw = raw - raw.mean(0)
    white = raw @ torch.linalg.inv(torch.linalg.cholesky(torch.cov(raw.T))).T
    root = torch.linalg.cholesky(torch.tensor(covariance, dtype=torch.float64))
    return white @ root.T + torch.tensor(mean, dtype=torch.float64)


def normal(count, seed, dimensions=8):
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(count, dimensions, dtype=torch.float64, generator=rng)


def test_frechet_of_two_gaussians_is_the_closed_form():
    one = exactly([0.0, 0.0], [[1.0, 0.0], [0.0, 4.0]])
    other = exactly([3.0, 4.0], [[4.0, 0.0], [0.0, 9.0]], seed=1)
    # 3^2 + 4^2 of the means; (1 - 2)^2 + (2 - 3)^2 of the standard deviations.
    assert frechet_distance(one, other) == pytest.approx(27.0, rel=1e-9)


def test_frechet_sees_a_covariance_that_no_axis_shows():
    one = exactly([0.0, 0.0], [[2.0, 1.0], [1.0, 2.0]])
    other = exactly([0.0, 0.0], [[1.0, 0.0], [0.0, 1.0]], seed=1)
    # The eigenvalues of the first are 3 and 1: (sqrt 3 - 1)^2 + (1 - 1)^2.
    assert frechet_distance(one, other) == pytest.approx((3**0.5 - 1) ** 2, rel=1e-9)


def test_frechet_of_a_set_to_itself_is_zero():
    assert abs(frechet_distance(normal(200, 0), normal(200, 0))) < 1e-9


def test_frechet_far_from_zero_needs_the_double_precision_it_has():
    far = normal(200, 0) + 10_000
    assert abs(frechet_distance(far, far + 0.5) - 8 * 0.25) < 1e-3


def test_frechet_of_dependent_features_is_a_number():
    flat = normal(200, 0)
    flat[:, 7] = flat[:, 6]
    assert abs(frechet_distance(flat, flat)) < 1e-4


@pytest.mark.parametrize("few", [0, 1])
def test_frechet_refuses_no_more_than_one_picture_for_each_dimension_and_one(few):
    sets = [normal(9 if few == side else 10, side) for side in (0, 1)]
    with pytest.raises(MeasureError, match=r"needs at least 10 .* there are 9: measure more"):
        frechet_distance(*sets)


def test_kernel_distance_of_four_points_by_hand():
    zeros, ones = torch.zeros(2, 1).double(), torch.ones(2, 1).double()
    # (0 + 1)^3 among zeros, (1 + 1)^3 among ones, (0 + 1)^3 between, twice.
    assert kernel_distance(zeros, ones) == pytest.approx(1 + 8 - 2)


def test_kernel_distance_leaves_a_point_out_of_its_own_pairs():
    pair = torch.tensor([[-1.0], [1.0]]).double()
    # Within a set only k(-1, 1) = 0 counts; between the sets (0 + 0 + 8 + 8) / 4, twice.
    assert kernel_distance(pair, pair) == pytest.approx(0 + 0 - 2 * 4)


def test_kernel_distance_has_no_bias():
    draws = torch.tensor(
        [kernel_distance(normal(60, 2 * at), normal(60, 2 * at + 1)) for at in range(200)]
    )
    assert abs(draws.mean()) < 3 * draws.std() / len(draws) ** 0.5
    assert (draws < 0).any()


def test_kernel_distance_of_parts_is_what_torchmetrics_says_of_each():
    real, fake = normal(570, 0), 1.5 * normal(600, 1)  # It needs as many of either.
    found = distance_of(real, fake, all_but_some(600))
    for one, part in zip(found.tolist(), all_but_some(600), strict=True):
        assert one == pytest.approx(poly_mmd(real, fake[part]).item())


def test_kernel_distance_refuses_one_picture():
    with pytest.raises(MeasureError, match="at least 2 pictures"):
        kernel_distance(normal(20, 0), normal(1, 1))


def test_distances_leave_the_global_generator_alone():
    before = torch.get_rng_state()
    frechet_distance(normal(700, 0), normal(700, 1))
    kernel_distance(normal(700, 0), normal(700, 1))
    assert torch.equal(before, torch.get_rng_state())
