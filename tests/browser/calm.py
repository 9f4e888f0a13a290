"""`streamlit` itself, whose runs begin at a pace that leaves the processor to the pages.

At full speed they take a core each, and everything that a test waits for takes twice as long.
A signal ends them all, so that no page is loaded only to press Stop.
"""

import signal
import threading
from typing import ClassVar
from weakref import WeakSet

from streamlit.web.cli import main

from dashboard import services
from ganlib import LimitSpeed, RunConfig, Stop
from ganlib.execution import thread

POINTS_PER_SECOND, PICTURES_PER_SECOND = 20.0, 5.0
"""Steps of a run, which the slider offers; one on digits takes 30 ms of a core."""


class CalmControls(thread.Controls):
    """The hand on a run that a person has slowed down at once."""

    every: ClassVar[WeakSet["CalmControls"]] = WeakSet()

    def __init__(self, config: RunConfig, *given: object) -> None:
        super().__init__(config, *given)
        is_points = len(config.data.shape) == 1
        self.send(LimitSpeed(POINTS_PER_SECOND if is_points else PICTURES_PER_SECOND))
        self.every.add(self)


def end_runs() -> None:
    for controls in list(CalmControls.every):
        controls.send(Stop())


thread.Controls = CalmControls
services.train = lambda _: ()  # To warm up costs each start of the server 1.4 s of a core.

if __name__ == "__main__":
    # In a thread: the main one may hold the lock of a run when the signal comes.
    signal.signal(signal.SIGUSR1, lambda *_: threading.Thread(target=end_runs).start())
    main(prog_name="streamlit")
