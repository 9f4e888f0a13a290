"""What the charts of a run show: series, colours, lines of reference. Plain values only."""

from collections.abc import Callable, Mapping
from typing import Any

from dashboard.charts.chances import chain_charts, vae_charts
from dashboard.charts.game import game_charts
from ganlib import PENALTIES, RunConfig

__all__ = ["METRICS", "RUN_COLOURS", "RUN_DASHES", "metric_chart", "run_look", "train_charts"]

METRICS: Mapping[str, tuple[str, str]] = {
    "d_loss": ("Loss of the discriminator", "D's loss against its own G"),
    "g_loss": ("Loss of the generator", "G's loss against its own D"),
    "d_real": ("What D says of real samples", "D(x), as its loss reads it"),
    "d_fake": ("What D says of fake samples", "D(G(z)), as its loss reads it"),
    "d_lecam": ("Penalty: LeCam, on the logits", "squared distance of logits"),
    "ada_p": ("How much of what D sees is changed", "probability of each change"),
    "ada_r": ("How well D knows the real samples", "mean sign of D at real"),
    "d_class_real": ("How badly D tells the class of real samples", "cross-entropy, nats"),
    "d_class_fake": ("How badly D tells the class of fake samples", "cross-entropy, nats"),
    "g_class": ("How badly the class asked for is seen in fakes", "cross-entropy, nats"),
    "d_information": ("How much D tells of the codes", "information, nats"),
    "g_information": ("How much of the codes is seen in fakes", "information, nats"),
    "loss": ("What is minimised", "nats for each sample"),
    "elbo": ("Evidence lower bound", "nats for each sample (higher is better)"),
    "recon": ("The price of a sample whose z is known", "nats"),
    "kl": ("The price of z", "nats"),
    "beta": ("Weight of the price of z", "beta"),
    "sigma": ("Width of the gaussian likelihood", "sigma, in data from -1 to 1"),
    "bits_per_dim": ("The price of a number of a sample", "bits"),
    "grad_norm": ("How hard the network is pushed", "norm of the gradient"),
    "g_grad_norm": ("How hard the generator is pushed", "norm of the gradient"),
    "d_grad_norm": ("How hard the discriminator is pushed", "norm of the gradient"),
    "g_sigma": ("How much a layer of G stretches at most", "largest singular value"),
    "d_sigma": ("How much a layer of D stretches at most", "largest singular value"),
}
"""Title and vertical axis of the chart that shows one metric of several runs."""

_NO_RANKING = (
    "Every run has an opponent of its own, which learns as well: this does not rank the runs."
)
_OF_THE_GAME = frozenset(("d_loss", "g_loss", "d_real", "d_fake", "d_grad_norm", "g_grad_norm"))

RUN_COLOURS = ("#7350ff", "#c91f1f", "#979a00", "#2f7280", "#e06ab8")
"""Colours of runs that are compared: none is a role's, all stand out on either ground (contrast 3),
and red-green blind eyes tell them apart (OKLab distance 0.1 as protan and deutan eyes see them)."""
RUN_DASHES = ("solid", "dash", "dot", "dashdot")
"""Every five runs the next."""


def run_look(place: int) -> dict[str, str]:
    """Colour and dash of the line of a run by its place among those compared: 20 looks in all."""
    turn, colour = divmod(place, len(RUN_COLOURS))
    return {"colour": RUN_COLOURS[colour], "dash": RUN_DASHES[turn % len(RUN_DASHES)]}


def metric_chart(name: str) -> dict[str, str]:
    """The chart of one metric over several runs; one without a title of ours is called as it is."""
    penalties = {
        one.metric: (f"Penalty: {one.title}", f"mean of {one.formula}")
        for one in PENALTIES.values()
    }
    title, y_title = penalties.get(name) or METRICS.get(name, (name, name))
    note = _NO_RANKING if name in _OF_THE_GAME else ""
    return {"id": name, "title": title, "y_title": y_title, "note": note}


def train_charts(config: RunConfig) -> list[dict[str, Any]]:
    """The charts of the Train page, as the browser's curves component takes them."""
    return _OF_FAMILY[config.algorithm.family](config)


_OF_FAMILY: Mapping[str, Callable[[RunConfig], list[dict[str, Any]]]] = {
    "gan": game_charts,
    "vae": vae_charts,
    "autoregressive": chain_charts,
}
