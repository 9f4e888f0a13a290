"""bench: how fast presets train on this machine, with one CPU thread and with all of them."""

import argparse
import time

from ganlib.cli.tell import tell
from ganlib.commands import Stop
from ganlib.config import RunConfig
from ganlib.controls import Controls
from ganlib.errors import ConfigError
from ganlib.events import StepCompleted
from ganlib.presets import PRESETS
from ganlib.process import available_cores
from ganlib.settings import changed
from ganlib.trainer import train

DEFAULT = ("ring", "digits")
WARM_UP = 10
"""Steps before the clock starts."""
SECONDS = (0.1, 600.0)


def bench(args: argparse.Namespace) -> int:
    """Measure steps a second."""
    if not SECONDS[0] <= args.seconds <= SECONDS[1]:
        raise ConfigError(
            (("seconds", f"--seconds is {args.seconds:g}: choose {SECONDS[0]:g} to 600."),)
        )
    facts: dict[str, dict[str, float]] = {}
    for name in args.presets or DEFAULT:
        threads = sorted({1, available_cores()})
        facts[name] = {
            str(count): rate(PRESETS[name].config, count, args.seconds) for count in threads
        }
        if not args.json:
            words = ", ".join(f"{one:,.1f} with {n}" for n, one in facts[name].items())
            print(f"{name:17} steps/s by threads: {words}", flush=True)
    if args.json:
        tell(args, facts, "")
    return 0


def rate(config: RunConfig, threads: int, seconds: float) -> float:
    """Steps a second of a run on so many CPU threads, nothing kept and nobody watching."""
    config = changed(config, {"cpu_threads": threads, "total_steps": 10_000_000})
    controls, steps, begin = Controls(config), 0, 0.0
    for event in train(config, controls):
        if isinstance(event, StepCompleted):
            if event.step == WARM_UP:
                begin = time.monotonic()
            elif event.step > WARM_UP:
                steps += 1
                if time.monotonic() - begin > seconds:
                    controls.send(Stop())
    return steps / (time.monotonic() - begin)
