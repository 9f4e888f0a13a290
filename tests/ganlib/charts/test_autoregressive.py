import pytest

from ganlib.config import RunConfig


def shown(config):
    return config.algorithm.spec.charts(config)


def config(levels):
    data = {"kind": "images", "levels": levels}
    return RunConfig.parse({"data": data, "algorithm": {"family": "autoregressive"}})


def metrics(charts):
    return [one.metric for chart in charts for one in chart.curves]


@pytest.mark.parametrize(("levels", "chance"), [(2, 543.4), (256, 4347.4)])
def test_a_chain_shows_what_mere_chance_costs(levels, chance):
    charts = shown(config(levels))
    assert metrics(charts) == ["loss", "bits_per_dim", "grad_norm"]
    (line,) = charts[0].lines
    assert line.value == pytest.approx(chance, abs=0.1)


def test_a_chain_of_points_has_neither_a_price_of_chance_nor_bits():
    plane = RunConfig.parse({"data": {"kind": "toy2d"}, "algorithm": {"family": "autoregressive"}})
    assert metrics(shown(plane)) == ["loss", "grad_norm"]
    assert shown(plane)[0].lines == ()
