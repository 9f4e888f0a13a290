"""The parts of a page that move by themselves: browser components fed from plain routes."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard.charts import train_charts
from dashboard.services import base_path
from ganlib import RunThread

_BOOT = """
export default function (component) {
  const mounted = import(new URL("__SCRIPT__", document.baseURI)).then(
    (script) => script.mount(component)
  );
  return () => mounted.then((cleanup) => cleanup());
}
"""


def hud(run: RunThread) -> None:
    """Status line: state, progress, speed, time left. Reruns the page when the state changes."""
    _mount("hud", run, state=run.snapshot.state)


def curves(run: RunThread) -> None:
    """The charts of a run, with the reference lines of the loss that is played now."""
    _mount("curves", run, charts=train_charts(run.controls.config))


def grid(run: RunThread) -> None:
    """The samples of every saved moment with a scrubber, and real samples beside them."""
    in_plane = run.config.data.kind == "plane"
    what = "Points" if in_plane else "Pictures"
    _mount(
        "grid",
        run,
        alt=f"{what} that the generator makes of the same latent vectors each time.",
        fake_caption="Generated points (purple) over real ones (green)"
        if in_plane
        else "Generated pictures",
        real_caption=f"Real {what.lower()}",
    )


def still(run: RunThread, vectors: str, columns: int, alt: str, key: str) -> None:
    """What the newest generator of a run makes of latent vectors, redrawn as it learns.

    `vectors` are float32 numbers, one vector after another, in base64; `columns` pictures stand
    in a row.
    """
    _mount("still", run, key=key, vectors=vectors, columns=columns, alt=alt)


def _mount(
    name: str,
    run: RunThread,
    key: str | None = None,
    **data: str | int | Sequence[Any],
) -> None:
    base = base_path()
    mount = st.components.v2.component(
        f"minimax_{name}",
        html='<div class="root"></div>',
        js=_BOOT.replace("__SCRIPT__", f"{base}/minimax/browser/{name}.js"),
    )
    mount(
        key=f"{key or name}-{run.run_id}",
        data={"base": base, "run_id": run.run_id, **data},
        # The page reruns by itself when this trigger fires; there is nothing else to do.
        on_state_changed_change=lambda: None,
    )
