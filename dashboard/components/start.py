"""Starting a run from a page."""

from dashboard import clicks, state
from dashboard.services import run_manager
from ganlib import RunConfig, RunError


def start(config: RunConfig) -> None:
    """Begin a run and watch it; the second half of a double click does nothing."""
    if clicks.is_double_click("start"):
        return
    try:
        state.watch(run_manager().start(config))
    except RunError as error:
        clicks.report(str(error))
