"""What the charts of a run show: series, colours, lines of reference. Plain values only."""

from collections.abc import Callable, Mapping
from typing import Any

from dashboard.charts.chances import chain_charts, vae_charts
from dashboard.charts.game import game_charts
from dashboard.charts.parts import series
from ganlib import COLOURS, FAMILIES, PENALTIES, RunConfig

__all__ = ["RUN_COLOURS", "RUN_DASHES", "metric_chart", "run_look", "train_charts"]

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
    known = {
        one.metric: (f"Penalty: {one.title}", f"mean of {one.formula}")
        for one in PENALTIES.values()
    }
    for family in FAMILIES.values():
        known = {**family.metrics, **known}
    title, y_title = known.get(name, (name, name))
    note = _NO_RANKING if name in _OF_THE_GAME else ""
    return {"id": name, "title": title, "y_title": y_title, "note": note}


def train_charts(config: RunConfig) -> list[dict[str, Any]]:
    """The charts of the Train page, as the browser's curves component takes them."""
    return _OF_FAMILY.get(config.algorithm.family, _one_each)(config)


def _one_each(config: RunConfig) -> list[dict[str, Any]]:
    """A chart for each metric of a family that has none of its own here."""
    return [
        {
            "id": name,
            "title": title,
            "y_title": y_title,
            "alt": f"{title} against steps.",
            "series": [series(name, "of the batch", COLOURS["generator"])],
            "lines": [],
        }
        for name, (title, y_title) in config.algorithm.spec.metrics.items()
    ]


_OF_FAMILY: Mapping[str, Callable[[RunConfig], list[dict[str, Any]]]] = {
    "gan": game_charts,
    "vae": vae_charts,
    "autoregressive": chain_charts,
}
