"""Starting a run from a page."""

from dashboard import clicks, state
from dashboard.components import config_form
from dashboard.services import run_manager
from ganlib import ConfigError, RunConfig, RunError, changed


def start(config: RunConfig) -> None:
    """Begin a run and watch it; the second half of a double click does nothing."""
    if clicks.is_double_click("start"):
        return
    try:
        state.watch(run_manager().start(config))
    except RunError as error:
        clicks.report(str(error))


def start_typed(base: RunConfig, key: str, seeds_on: int = 0) -> None:
    """Begin what this session has set in the form of that key by now; perhaps with another seed."""
    try:
        config = config_form.read(base, key)
        start(changed(config, {"seed": (config.seed + seeds_on) % 2**32}))
    except ConfigError as error:
        clicks.report(str(error))
