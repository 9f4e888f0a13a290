from ganlib.config import RunConfig


def metrics(levels, likelihood):
    data = {"kind": "images", "levels": levels}
    algorithm = {"family": "vae", "objective": {"likelihood": likelihood}}
    config = RunConfig.parse({"data": data, "algorithm": algorithm})
    charts = config.algorithm.spec.charts(config)
    return [one.metric for chart in charts for one in chart.curves]


def test_it_shows_its_bound_both_prices_and_a_width_where_it_has_one():
    assert metrics(2, "bernoulli") == ["elbo", "recon", "kl", "grad_norm"]
    assert metrics(256, "gaussian") == ["elbo", "recon", "kl", "grad_norm", "sigma"]
