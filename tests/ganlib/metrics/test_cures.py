import pytest

from ganlib.config import RunConfig
from ganlib.metrics import cures
from ganlib.presets import PRESETS
from ganlib.settings import all_settings, changed

PLAIN = RunConfig()
"""No penalty, no augmentation, a DCGAN, both learning rates 0.0002."""
LR_G, LR_D = "Learning rate of G (η_G)", "Learning rate of D (η_D)"
SLOWER = f"a lower {LR_G} and {LR_D}, now 0.0002 and 0.0002"
R1 = "Gradient penalty R1 (γ)"


@pytest.mark.parametrize(
    ("settings", "cure", "advice"),
    [
        ({}, cures.lower_learning_rates, f"{SLOWER}, or {R1} at 1"),
        ({"r1_gamma": 1.0}, cures.lower_learning_rates, SLOWER),
        (
            {"r1_gamma": 1000.0},
            cures.lower_learning_rates,
            f"{SLOWER}, or a lower {R1}, now 1000",
        ),
        ({"minibatch_stddev": True}, cures.lower_learning_rates, SLOWER),
        ({"d_batch_norm": True}, cures.lower_learning_rates, SLOWER),
        ({"loss": "wgan"}, cures.lower_learning_rates, SLOWER),
        ({"lr_g": 0.05}, cures.gentler_start, f"a new start with a lower {LR_G}, now 0.05"),
        ({"d_steps": 5}, cures.weaker_d, "Updates of D in a step (k) at 1, now 5"),
        ({}, cures.weaker_d, f"{R1} at 1"),
        ({"r1_gamma": 0.5}, cures.weaker_d, f"a lower {LR_D}, now 0.0002"),
        ({"d_batch_norm": True}, cures.weaker_d, f"a lower {LR_D}, now 0.0002"),
        ({"loss": "minimax"}, cures.steeper_loss, "another loss: ns"),
        ({"loss": "hinge"}, cures.steeper_loss, f"{R1} at 1"),
        ({}, cures.more_variety, f"{R1} at 1"),
        # Its penalty is of one sample, and pack lets D classify several.
        ({"loss": "wgan-gp"}, cures.more_variety, f"a lower {LR_G}, now 0.0002"),
        (
            {"loss": "hinge", "r1_gamma": 1.0},
            cures.more_variety,
            f"a lower {LR_G}, now 0.0002, or a new start with Pack size (m) at 4",
        ),
        # 66 samples cannot be split into packs of four, and of a class D judges one at a time.
        ({"r1_gamma": 1.0, "batch_size": 66}, cures.more_variety, f"a lower {LR_G}, now 0.0002"),
        (
            {"r1_gamma": 1.0, "condition": "projection"},
            cures.more_variety,
            f"a lower {LR_G}, now 0.0002",
        ),
        (
            {"loss": "wgan-gp"},
            cures.weaker_d,
            f"a lower {LR_D}, now 0.0002",
        ),
        (
            {"translation": False, "cutout": False, "recolour": False},
            cures.against_copies,
            "more data, or fewer steps",
        ),
        ({"r1_gamma": 1.0, "pack": 4}, cures.more_variety, f"a lower {LR_G}, now 0.0002"),
        ({}, cures.against_copies, "more data, or Augmentation probability (p) at 0.3"),
        ({"augment_p": 0.2}, cures.against_copies, "more data, or fewer steps"),
        ({"ada_target": 0.6}, cures.against_copies, "more data, or fewer steps"),
    ],
)  # fmt: skip
def test_nothing_is_advised_that_is_done_already_or_forbidden(settings, cure, advice):
    assert cure(changed(PLAIN, settings)) == advice


def test_a_network_that_cannot_be_packed_is_not_told_to():
    config = changed(PRESETS["mlp"].config, {"r1_gamma": 1.0})
    assert cures.more_variety(config) == f"a lower {LR_G}, now 0.0001"


@pytest.mark.parametrize(
    "changes", [{"r1_gamma": 1.0}, {"loss": "ns"}, {"augment_p": 0.3}, {"pack": 4}, {"d_steps": 1}]
)
def test_what_is_advised_are_settings_that_can_be_set_so(changes):
    config = changed(PLAIN, changes)
    assert {one.name: one.value for one in all_settings(config)}.items() >= changes.items()
