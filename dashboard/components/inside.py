"""What a run shows of itself beside samples, by what its family has."""

from dashboard.components import live
from dashboard.components.latent_parts import choose_class
from ganlib import Run


def show(run: Run) -> None:
    """Of 2-D data its density; of pictures its encoder, or the order in which it draws."""
    has = run.config.algorithm.capabilities
    if run.config.data.is_2d and "likelihood" in has:
        live.density(run)
        return
    if "encoder" in has:
        live.encoder(run)
    if "autoregressive" in has:
        live.autoregressive(run, choose_class(run, "drawn"))
