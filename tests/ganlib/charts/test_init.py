import pytest

from ganlib.config import FAMILIES, RunConfig
from ganlib.penalties import PENALTIES
from ganlib.presets import PRESETS

EVERYTHING = RunConfig.parse(
    {
        "algorithm": {
            "objective": {"r1_gamma": 1.0, "lecam_lambda": 1.0},
            "augmentation": {"ada_target": 0.6},
            "optimisation": {"norms_every": 10},
        }
    }
)
CONFIGS = [*(one.config for one in PRESETS.values()), EVERYTHING]


@pytest.mark.parametrize("config", CONFIGS)
def test_every_chart_can_be_read_aloud(config):
    for one in config.algorithm.spec.charts(config):
        assert one.title
        assert one.y_title
        assert one.alt.endswith(".")
        assert all(curve.label for curve in one.curves)


@pytest.mark.parametrize("config", CONFIGS)
def test_a_chart_shows_what_its_family_measures_under_a_key_of_its_own(config):
    family = config.algorithm.spec
    shown = family.charts(config)
    known = {*family.metrics, *(one.metric for one in PENALTIES.values())}
    assert {curve.metric for one in shown for curve in one.curves} <= known
    assert len({one.key for one in shown}) == len(shown)


def test_metrics_of_games_do_not_rank_the_runs_that_are_compared():
    of_games = FAMILIES["gan"].metrics
    for name in ("d_loss", "g_loss", "d_real", "d_fake", "d_grad_norm", "g_grad_norm"):
        assert "does not rank the runs" in of_games[name].note
    for family in ("vae", "autoregressive"):
        assert not any(one.note for one in FAMILIES[family].metrics.values())
