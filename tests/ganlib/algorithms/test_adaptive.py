import pytest
import torch

from ganlib.algorithms.adaptive import Augmenter
from ganlib.config import Augmentation

SURE, DOUBTFUL = torch.ones(8), torch.tensor([1.0, -1.0] * 4)


def augmenter(**settings):
    return Augmenter(Augmentation(**settings), torch.Generator().manual_seed(0))


def steered(one, leanings, times):
    return [one.note(leanings, images=10) for _ in range(times)]


def test_p_moves_every_fourth_update_by_the_share_of_images_seen():
    one = augmenter(ada_target=0.6, ada_images=1000, augment_p=0.5)
    outcome = steered(one, SURE, 8)
    p = [0.5] * 3 + [0.54] * 4 + [0.58]
    assert [metrics["ada_p"] for metrics in outcome] == pytest.approx(p)
    assert [metrics.get("ada_r") for metrics in outcome] == [None, None, None, 1.0] * 2


def test_p_falls_while_d_cannot_tell():
    one = augmenter(ada_target=0.6, ada_images=1000, augment_p=0.5)
    assert steered(one, DOUBTFUL, 4)[-1] == {"ada_p": pytest.approx(0.46), "ada_r": 0.0}


@pytest.mark.parametrize(("start", "leanings", "end"), [(0.98, SURE, 1.0), (0.02, DOUBTFUL, 0.0)])
def test_p_stays_within_its_bounds(start, leanings, end):
    one = augmenter(ada_target=0.6, ada_images=1000, augment_p=start)
    assert steered(one, leanings, 8)[-1]["ada_p"] == end


def test_only_the_sign_of_d_steers():
    one, other = (augmenter(ada_target=0.5, ada_images=1000) for _ in range(2))
    leanings = torch.tensor([0.1, 9.0, 0.2, -5.0])
    assert steered(one, leanings, 4) == steered(other, leanings.sign(), 4)
    # Three of four: (3 - 1) / 4 is 0.5, which is not above the target.
    assert one.note(leanings, images=10)["ada_p"] == 0


def test_p_stays_where_nothing_steers_it():
    one = augmenter(augment_p=0.3)
    assert steered(one, SURE, 9) == [{"ada_p": 0.3}] * 9


def test_p_is_free_from_the_moment_it_is_steered_and_no_longer():
    one = augmenter(augment_p=0.3)
    one.change(Augmentation(augment_p=0.0, ada_target=0.6, ada_images=1000))
    assert steered(one, SURE, 4)[-1]["ada_p"] == pytest.approx(0.34)
    steered(one, SURE, 3)
    one.change(Augmentation(augment_p=0.1))
    assert one.p == 0.1
    one.change(Augmentation(augment_p=0.1, ada_target=0.6, ada_images=1000))
    assert "ada_r" not in one.note(SURE, images=10)


def test_trap_21_a_saved_place_goes_on_within_the_four_updates():
    settings = {"ada_target": 0.6, "ada_images": 1000, "augment_p": 0.5}
    one, other = augmenter(**settings), augmenter(**settings)
    steered(one, SURE, 6)
    other.load_state_dict({name: x.clone() for name, x in one.state_dict().items()})
    assert steered(one, DOUBTFUL, 8) == steered(other, DOUBTFUL, 8)


def test_a_saved_p_gives_way_to_the_settings_that_fix_it():
    one, other = augmenter(ada_target=0.6, augment_p=0.5), augmenter(augment_p=0.2)
    steered(one, SURE, 2)
    other.load_state_dict(one.state_dict())
    assert other.p == 0.2


def test_only_the_ways_that_are_on_are_taken():
    pictures = torch.full((32, 1, 8, 8), 0.7)
    ways = {"translation": False, "cutout": False, "recolour": False}
    recoloured = augmenter(augment_p=1.0, **ways | {"recolour": True})(pictures)
    assert (recoloured.amax((1, 2, 3)) == recoloured.amin((1, 2, 3))).all()
    assert len(recoloured.unique()) == 32
    blotted = augmenter(augment_p=1.0, **ways | {"cutout": True})(pictures)
    assert set(blotted.unique().tolist()) == {0.0, pictures[0, 0, 0, 0].item()}


def test_with_p_0_what_d_sees_is_the_picture_itself():
    pictures = torch.rand(4, 1, 8, 8)
    assert augmenter(ada_target=0.6)(pictures) is pictures
