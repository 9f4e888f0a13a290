import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from ganlib.errors import MeasureError
from ganlib.metrics.distances import frechet_distance
from ganlib.metrics.images import FRECHET, MOST_SEARCHED, measure_pictures
from ganlib.metrics.reference_set import ReferenceSet

from .conftest import Corners, draw_bars


@pytest.fixture
def fresh():
    """200 bars that are in no part of the data."""
    return draw_bars(200, 2)[0].permute(0, 2, 3, 1).contiguous().numpy()


def metric(found, name, features="corner features"):
    (one,) = (one for one in found.metrics if (one.name, one.features) == (name, features))
    return one


def test_every_figure_says_how_many_and_in_which_features(reals, fresh):
    found = measure_pictures(reals, fresh)
    assert [one.name for one in found.metrics] == [
        *(FRECHET, "kernel distance", "precision", "density", "coverage"),
        *("recall", "distance between fakes", "class KL", "classifier score"),
        *("memorisation ratio", "memorisation ratio", "saturation"),
    ]
    assert {one.n for one in found.metrics} == {200}
    assert metric(found, FRECHET).title == "Fréchet distance, corner features"
    assert metric(found, "memorisation ratio", "pixels").n == 200
    assert found.refused == ()


def test_the_reals_themselves_are_at_distance_zero_within_the_error(reals):
    found = measure_pictures(reals, reals.reference.pictures.permute(0, 2, 3, 1).numpy())
    assert abs(metric(found, FRECHET).value) <= metric(found, FRECHET).error < 0.01
    for name in ("precision", "recall", "coverage"):
        assert metric(found, name).value == 1


def test_the_floor_is_what_other_reals_get(reals):
    as_fakes = reals.others.pictures.permute(0, 2, 3, 1).numpy()
    for one in measure_pictures(reals, as_fakes).metrics[:9]:
        assert one.value == pytest.approx(one.floor)


def test_the_floor_is_of_as_many_reals_as_there_are_fakes(reals, fresh):
    reference, others = reals.reference.extracted.features, reals.others.extracted.features
    for count in (40, 200):
        floor = metric(measure_pictures(reals, fresh[:count]), FRECHET).floor
        assert floor == pytest.approx(frechet_distance(reference, others[:count]))


def test_the_order_of_the_fakes_decides_no_value(reals, fresh):
    one, other = (measure_pictures(reals, fakes.copy()) for fakes in (fresh, fresh[::-1]))
    for left, right in zip(one.metrics, other.metrics, strict=True):
        assert left.value == pytest.approx(right.value, abs=1e-9)


def test_the_error_shrinks_with_the_number_of_fakes(bars):
    reals = ReferenceSet(
        replace(bars, **dict(zip(("train", "train_labels"), draw_bars(2400, 3), strict=True))),
        extractor=Corners(),
    )
    fakes = draw_bars(1000, 4)[0].permute(0, 2, 3, 1).numpy()
    few, many = (metric(measure_pictures(reals, fakes[:n]), "density") for n in (40, 1000))
    assert 0 < 2 * many.error < few.error


def test_one_class_alone_is_seen_in_the_classes(reals, fresh):
    found = measure_pictures(reals, fresh[::2])
    assert metric(found, "class KL").value == pytest.approx(math.log(2), abs=0.02)
    assert metric(found, "classifier score").value == pytest.approx(1, abs=0.1)
    assert found.classes[0] == ("standing", 1.0, 0.5)


def test_a_class_that_the_data_lack_counts_as_one_picture_and_says_so(bars, fresh):
    """All 500 pictures of the data stand, and half of the fakes and of the other reals lie."""
    standing = {
        name: torch.zeros_like(getattr(bars, name)) for name in ("train_labels", "held_out_labels")
    }
    found = measure_pictures(ReferenceSet(replace(bars, **standing), extractor=Corners()), fresh)
    divergence = metric(found, "class KL")
    expected = 0.5 * math.log(0.5 * 501 / 500) + 0.5 * math.log(0.5 * 501)
    assert divergence.value == pytest.approx(expected, abs=0.1)
    assert divergence.floor == pytest.approx(expected, abs=0.3)
    assert divergence.note == "The data lack lying, which counts as one picture there."
    assert [share for *_, share in found.classes] == [1, 0]
    assert found.refused == ()


def test_copies_of_training_pictures_are_seen_in_the_memorisation_ratio(reals, bars, fresh):
    copies = bars.train[:200].permute(0, 2, 3, 1).numpy()
    copied = metric(measure_pictures(reals, copies), "memorisation ratio", "pixels")
    new = metric(measure_pictures(reals, fresh), "memorisation ratio", "pixels")
    assert copied.value < 0.05 < 0.9 < new.value
    assert copied.floor == pytest.approx(1, abs=0.1)


def test_one_picture_again_and_again_is_no_distance_away_from_the_most_similar_other(reals, fresh):
    again = metric(measure_pictures(reals, fresh[:1].repeat(50, 0)), "distance between fakes")
    various = metric(measure_pictures(reals, fresh[:50]), "distance between fakes")
    assert again.value == again.error == 0
    assert again.floor == various.floor == pytest.approx(various.value, rel=0.5)


def test_a_distance_between_fakes_is_one_of_pairs_over_what_is_usual(reals):
    """Two pairs, each with one corner half as bright: all others are further away."""
    pictures = np.zeros((4, 28, 28, 1), np.uint8)
    pictures[2:, 0, 0] = 255
    pictures[1::2, -1, -1] = 51
    found = metric(measure_pictures(reals, pictures), "distance between fakes")
    assert found.value == pytest.approx(0.2 / reals.typical_features)


def test_saturation_is_the_share_of_pixels_at_either_end_of_their_range(reals):
    pictures = np.full((10, 28, 28, 1), 254, np.uint8)
    pictures[:, :7] = 255
    pictures[:, 7:9] = 0
    found = metric(measure_pictures(reals, pictures), "saturation", "pixels")
    assert found.value == pytest.approx(9 / 28)
    assert (found.error, found.n) == (pytest.approx(0, abs=1e-12), 10)
    floor = np.isin(reals.others.pictures[:10].numpy(), (0, 255)).mean()
    assert found.floor == pytest.approx(floor)


def test_only_some_are_searched_pixel_by_pixel(bars):
    many = dict(zip(("train", "train_labels"), draw_bars(1200, 3), strict=True))
    reals = ReferenceSet(replace(bars, **many), extractor=Corners())
    found = measure_pictures(reals, draw_bars(600, 4)[0].permute(0, 2, 3, 1).numpy())
    assert metric(found, "memorisation ratio", "pixels").n == MOST_SEARCHED


def test_without_held_out_pictures_copies_have_no_floor(bars, fresh):
    nothing = {"held_out": bars.held_out[:0], "held_out_labels": bars.held_out_labels[:0]}
    found = measure_pictures(ReferenceSet(replace(bars, **nothing), extractor=Corners()), fresh)
    assert metric(found, "memorisation ratio").floor is None
    assert metric(found, FRECHET).floor is not None


def test_a_figure_that_needs_more_pictures_is_refused_with_a_sentence(reals, fresh):
    found = measure_pictures(reals, fresh[:7])
    assert [one.name for one in found.metrics] == [
        *("kernel distance", "distance between fakes"),
        *("memorisation ratio", "memorisation ratio", "saturation"),
    ]
    assert found.refused[0] == (
        "The Fréchet distance and its error bar need 8 pictures, and these are 7: measure more "
        "of them."
    )


def test_pictures_without_classes_have_no_figures_of_classes(bars, fresh):
    extractor = Corners()
    extractor.class_names = ()
    found = measure_pictures(ReferenceSet(bars, extractor=extractor), fresh)
    assert "class KL" not in {one.name for one in found.metrics}
    assert found.classes == ()


def test_more_fakes_than_reals_are_refused(reals):
    with pytest.raises(MeasureError, match="at most 250, or there would be fewer reals"):
        measure_pictures(reals, np.zeros((251, 28, 28, 1), np.uint8))


def test_fakes_of_another_size_are_refused(reals):
    with pytest.raises(MeasureError, match="cannot be compared with those of bars"):
        measure_pictures(reals, np.zeros((20, 32, 32, 1), np.uint8))


def test_fakes_in_minus_one_to_one_are_refused(bars, bar_folder):
    reals = ReferenceSet(bars, folder=bar_folder)
    with pytest.raises(ValueError, match="uint8"):
        measure_pictures(reals, np.zeros((20, 28, 28, 1), np.float32) - 1)
