import pytest
import torch

from ganlib.analysis import inside
from ganlib.analysis.inside import HeldOut
from ganlib.config import ImageData, Toy2dData
from ganlib.data import ImageSource
from ganlib.data.images import ImageSet


@pytest.mark.parametrize(("held_out", "level"), [(3, 1), (0, 2)])
def test_where_no_picture_is_held_out_training_pictures_are_named_so(monkeypatch, held_out, level):
    some, training = (
        torch.full((count, 1, 8, 8), level, dtype=torch.uint8)
        for count, level in ((held_out, 1), (5, 2))
    )
    labels = torch.zeros(5, dtype=torch.int64)
    images = ImageSet("some", training, labels, some, labels[:held_out], ("one",))
    source = ImageSource(images, torch.device("cpu"))
    monkeypatch.setattr(inside, "open_data", lambda *given: source)
    found = HeldOut.open(ImageData())
    assert found.are_held_out == bool(held_out)
    assert (found.samples == level).all()
    assert len(found.samples) == len(found.labels) == (held_out or 5)


def test_points_are_fresh():
    assert HeldOut.open(Toy2dData()).are_held_out
