"""One latent vector through the whole life of a run, beside the same in another run."""

import streamlit as st

from dashboard import widgets as ui
from dashboard.components import live
from dashboard.components.latent_parts import choose_class, choose_seed
from dashboard.services import run_manager
from ganlib import Decoder, Run, seeded_z


def show(run: Run, decoder: Decoder) -> None:
    """The picture of a seed at every checkpoint."""
    titles = run_manager().explorable()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = choose_seed("latent.seed_time", "Seed", 0, "seed-time")
        other = ui.selectbox(
            "latent.beside", "Beside it", [one for one in titles if one != run.run_id], index=None,
            format_func=lambda one: f"{titles[one]} ({one})", key="beside",
            placeholder="another run", width=360,
        )  # fmt: skip
        label = choose_class(run, "time-class")
    shown = [run]
    if other is not None:
        beside = run_manager().get(other)
        if _takes(beside, decoder):
            shown.append(beside)
        else:
            st.info(
                "That generator takes other vectors than this one: choose a run with the same "
                f"{run.config.called('latent_dim')} and the same classes.",
                icon=":material/info:",
            )
    if not run.snapshot.checkpoints:
        when = "is kept" if run.snapshot.is_over else "has been saved yet: come back in a moment"
        st.info(f"No checkpoint of this run {when}.", icon=":material/info:")
        return
    live.time_machine(shown, seeded_z(seed, decoder.latent_dim), label)


def _takes(run: Run, decoder: Decoder) -> bool:
    is_as_long = run.config.latent_dim == decoder.latent_dim
    return is_as_long and len(run.config.condition_labels) == decoder.classes
