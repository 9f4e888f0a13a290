import numpy as np
import pytest

from ganlib.metrics.copies import likenesses


def shown(pictures):
    return pictures.permute(0, 2, 3, 1).contiguous().numpy()


def test_a_training_picture_is_found_at_distance_0(reals):
    training = shown(reals.training.pictures)
    for number in (0, 7):
        pixels, features = likenesses(reals, training[number], 3)
        assert pixels.space == "pixels"
        assert features.space == reals.extractor.name
        for found in (pixels, features):
            assert found.ratios[0] == pytest.approx(0, abs=1e-6)
            assert found.among == len(training)
            assert found.pictures.shape == (3, *training.shape[1:])
        assert np.array_equal(pixels.pictures[0], training[number])


def test_the_nearest_come_first_at_their_distance_over_the_typical_one(reals):
    training = shown(reals.training.pictures).astype(float)
    sample = np.zeros(training.shape[1:], np.uint8)
    apart = np.sqrt(np.square(training).reshape(len(training), -1).sum(1))
    found, _ = likenesses(reals, sample, 4)
    assert found.ratios == pytest.approx(np.sort(apart)[:4] / reals.typical_pixels)
    lengths = [np.sqrt(np.square(one.astype(float)).sum()) for one in found.pictures]
    assert np.array(lengths) / reals.typical_pixels == pytest.approx(found.ratios)


def test_a_held_out_picture_is_about_as_far_as_training_pictures_are_from_each_other(reals):
    held_out = shown(reals.held_out.pictures)
    ratios = [likenesses(reals, one, 1)[0].ratios[0] for one in held_out[:20]]
    assert 0.5 < np.median(ratios) < 2


def test_no_more_are_found_than_there_are(reals):
    found, _ = likenesses(reals, shown(reals.training.pictures)[0], 10**6)
    assert len(found.pictures) == len(found.ratios) == found.among
