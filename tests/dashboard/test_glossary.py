import re

import pytest

from dashboard.glossary import glossary
from ganlib import BITS_PER_DIM, LOSSES, NLL, PENALTIES
from ganlib.data.images import ImageSet
from ganlib.metrics.images import measure_pictures
from ganlib.metrics.likelihood import SHARED
from ganlib.metrics.reference_set import ReferenceSet
from tests.ganlib.metrics.conftest import Corners, draw_bars


def test_every_entry_says_what_it_is_and_names_papers_alone():
    for name, term in glossary().items():
        assert term.name == name
        assert term.sentence.endswith("."), name
        assert not term.source or re.search(r"arXiv \d{4}\.\d{4,5}", term.source), name


def test_losses_and_penalties_are_said_as_they_are_registered():
    for loss in LOSSES.values():
        assert glossary()[loss.title].sentence == loss.minimises
    assert glossary()["R1"].formula == "0.5 · |∇l|²"
    assert glossary()["WGAN-GP"].formula == PENALTIES["gp_lambda"].formula


def test_every_figure_of_pictures_and_densities_has_an_entry():
    bars = ImageSet("bars", *draw_bars(400, 0), *draw_bars(100, 1), ("standing", "lying"))
    fakes = draw_bars(200, 2)[0].permute(0, 2, 3, 1).contiguous().numpy()
    found = measure_pictures(ReferenceSet(bars, extractor=Corners()), fakes)
    names = {one.name for one in found.metrics} | {NLL, BITS_PER_DIM, SHARED}
    assert names <= set(glossary())


@pytest.mark.parametrize(
    ("words", "found"),
    [(" fréchet", True), ("HEUSEL", True), ("clouds of features", True), ("hinge", False)],
)
def test_a_term_is_found_by_its_name_its_sentence_and_its_source(words, found):
    assert glossary()["Fréchet distance"].holds(words) is found
