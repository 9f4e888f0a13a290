"""Commands of a page to a run, and why it may take none."""

from dashboard import clicks
from dashboard.services import run_manager
from ganlib import Command, ConfigError, Run, RunError, Stop

STOP_PATIENCE = 0.3
"""Seconds that a click on Stop waits for the step that goes on, so as to show the end at once."""
ELSEWHERE = "Another program trains this run: watch along here, steer it there."


def send(run: Run, command: Command, place: str = "") -> None:
    """Give a run a command; where it is refused, this part of the page says why."""
    patience = STOP_PATIENCE if isinstance(command, Stop) else 0.0
    try:
        run_manager().send(run.run_id, command, patience)
    except ConfigError as error:
        clicks.report(error.problems[0][1], place)
    except RunError as error:
        clicks.report(str(error), place)


def lock(run: Run) -> str:
    """Why this page cannot steer a run that goes on, as a sentence; empty where it can."""
    return "" if run.is_here else ELSEWHERE
