"""`streamlit` itself, whose runs begin at a pace that leaves the processor to the pages.

At full speed they take a core each, and everything that a test waits for takes twice as long.
"""

from streamlit.web.cli import main

from ganlib import LimitSpeed
from ganlib.execution import thread

STEPS_PER_SECOND = 20.0
"""One that the slider offers."""


class CalmControls(thread.Controls):
    """The hand on a run that a person has slowed down at once."""

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)
        self.send(LimitSpeed(STEPS_PER_SECOND))


thread.Controls = CalmControls

if __name__ == "__main__":
    main(prog_name="streamlit")
