"""What is wrong with a run on pictures, in words, from its curves and what was measured of it."""

import numpy as np

from ganlib.config import RunConfig
from ganlib.events import MetricReport
from ganlib.metrics import LONG, Curves, Evidence, diagnose_pictures
from ganlib.settings import find_settings
from ganlib.store.snapshot import RunSnapshot


def diagnose_run(
    config: RunConfig, snapshot: RunSnapshot, step: int, report: MetricReport
) -> dict[str, str] | None:
    """What `diagnose_pictures` says of a run as it was after `step` steps; None without a game.

    All that it is made of is kept with the run: a run that is opened again hears the same. Once
    settings were changed after these steps the state is "outdated", and nothing is advised.

    Args:
        config: what the run was asked for at its start.
        snapshot: its curves and live changes.
        step: when its pictures were drawn.
        report: what was measured of them.
    """
    if "discriminator" not in config.algorithm.capabilities:
        return None
    diagnosis = diagnose_pictures(
        Evidence(
            config=snapshot.config_after(config, step - 1),
            curves=_curves_at(snapshot, step),
            step=step,
            report=report,
            before=_before(snapshot, step),
            diverged=snapshot.state == "diverged",
        )
    )
    settings = find_settings(config)
    says_nothing = {name for name, one in settings.items() if not one.decides_learning}
    changes = [
        at for at, values in snapshot.changes if at >= step and not values.keys() <= says_nothing
    ]
    if diagnosis is None or not changes or diagnosis["state"] == "diverging":
        return diagnosis
    words = diagnosis["sentence"].replace(":", f", before the change at step {changes[0]:,}:", 1)
    return {"state": "outdated", "sentence": words, "advice": ""}


def _before(snapshot: RunSnapshot, step: int) -> MetricReport | None:
    """What was measured long before this step, the newest of it."""
    earlier = (one.report for one in reversed(snapshot.measurements) if one.step <= step - LONG)
    return next(earlier, None)


def _curves_at(snapshot: RunSnapshot, step: int) -> Curves:
    """The newest values of each metric that tell of the settings at this step."""
    changes = [at for at, _ in snapshot.changes if at < step]
    begin = max(step - LONG, *changes, 0)
    first, end = np.searchsorted(snapshot.steps, (begin, step), side="right")
    rows = snapshot.metrics[first:end]
    return {
        name: values[np.isfinite(values)]
        for name, values in zip(snapshot.metric_names, rows.T, strict=True)
    }
