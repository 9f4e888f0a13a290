from dataclasses import replace

import torch

from ganlib.metrics.reference_set import ReferenceSet

from .conftest import Corners


def test_reals_are_dealt_into_halves_that_share_no_picture(reals, bars):
    sides = [
        {picture.numpy().tobytes() for picture in half.pictures}
        for half in (reals.reference, reals.others)
    ]
    everything = {p.numpy().tobytes() for p in torch.cat([bars.train, bars.held_out])}
    assert sides[0].isdisjoint(sides[1])
    assert sides[0] | sides[1] == everything


def test_copies_are_searched_among_training_pictures_alone(reals, bars):
    searched = {picture.numpy().tobytes() for picture in reals.training.pictures}
    assert searched == {picture.numpy().tobytes() for picture in bars.train}
    assert torch.equal(reals.held_out.pictures, bars.held_out)


def test_at_most_half_of_all_pictures_are_measured_at_once(reals, bars):
    assert reals.most == len(reals.reference.pictures) == len(reals.others.pictures) == 250


def test_classes_are_counted_in_the_whole_of_the_data(bars):
    labels = torch.zeros_like(bars.held_out_labels)
    counts = ReferenceSet(replace(bars, held_out_labels=labels), extractor=Corners()).class_counts
    assert counts.tolist() == [300, 200]  # 200 and then 100 of 500, against 200.
