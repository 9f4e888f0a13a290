"""What the charts of a run show: series, colours, lines of reference. Plain values only."""

from typing import Any

from ganlib import COLOURS, PENALTIES, Family, RunConfig, StepMetric

NOBODYS = "#808080"
"""Of a level of reference that no role has."""
RUN_COLOURS = ("#7350ff", "#c91f1f", "#979a00", "#2f7280", "#e06ab8")
"""Colours of runs that are compared: none is a role's, all stand out on either ground (contrast 3),
and red-green blind eyes tell them apart (OKLab distance 0.1 as protan and deutan eyes see them)."""
RUN_DASHES = ("solid", "dash", "dot", "dashdot")
"""Every five runs the next."""


def run_look(place: int) -> dict[str, str]:
    """Colour and dash of the line of a run by its place among those compared: 20 looks in all."""
    turn, colour = divmod(place, len(RUN_COLOURS))
    return {"colour": RUN_COLOURS[colour], "dash": RUN_DASHES[turn % len(RUN_DASHES)]}


def metric_chart(name: str, family: Family) -> dict[str, str]:
    """The chart of one metric over several runs; one that nobody declared is called as it is."""
    of_penalties = {
        one.metric: StepMetric(f"Penalty: {one.title}", f"mean of {one.formula}")
        for one in PENALTIES.values()
    }
    metric = (of_penalties | dict(family.metrics)).get(name, StepMetric(name, name))
    return {"id": name, **metric._asdict()}


def train_charts(config: RunConfig) -> list[dict[str, Any]]:
    """The charts of the Train page, as the browser's curves component takes them."""
    return [
        {
            "id": chart.key,
            "title": chart.title,
            "y_title": chart.y_title,
            "alt": chart.alt,
            "note": chart.note,
            "series": [
                {"name": one.metric, "label": one.label, "colour": COLOURS[one.role]}
                for one in chart.curves
            ],
            "lines": [
                {
                    "value": one.value,
                    "label": f"{one.label} ({one.value:.3g})",
                    "colour": COLOURS[one.role] if one.role else NOBODYS,
                }
                for one in chart.lines
            ],
        }
        for chart in config.algorithm.spec.charts(config)
    ]
