"""Sliders over the latent vector, and the way between two seeds."""

import base64
from collections.abc import Mapping

import numpy as np
import streamlit as st

from dashboard import state
from dashboard.components import live
from dashboard.services import run_manager
from ganlib import Run, lerp, seeded_z, slerp, truncate

SLIDERS = 8
"""Latent dimensions with a slider at a time."""
PICTURES = 9
"""Pictures on the way from A to B."""
CHOICE = "latent-run"


def show(titles: Mapping[str, str], watched: Run | None) -> None:
    """The whole view for one run of these ids: the watched one, unless it is not among them."""
    run = _choose_run(titles, watched)
    published = run.snapshot.published
    if published is None:
        return
    latent_dim = published.decoder.latent_dim
    label = _choose_class(run)
    one, way = st.tabs([":material/tune: One vector", ":material/linear_scale: From A to B"])
    with one:
        _one_vector(run, latent_dim, label)
    with way:
        _way(run, latent_dim, label)


def _choose_run(titles: Mapping[str, str], watched: Run | None) -> Run:
    if watched is not None and watched.run_id in titles:
        st.session_state[CHOICE] = watched.run_id
    run_id = st.selectbox(
        "Run",
        list(titles),
        format_func=lambda one: f"{titles[one]} ({one})",
        key=CHOICE,
        on_change=lambda: state.watch(st.session_state[CHOICE]),
    )
    if watched is None:
        state.watch(run_id)
    return run_manager().get(run_id)


def _choose_class(run: Run) -> int | None:
    """The number of the class that is asked for; None where the generator draws as it likes."""
    if not (classes := run.config.asked_classes):
        return None
    name = st.segmented_control(
        "Class", classes, default=classes[0], required=True, key=f"class-{run.run_id}",
        help="This generator was told a class or a code for every picture: ask it for one.",
    )  # fmt: skip
    return classes.index(name)


def _one_vector(run: Run, latent_dim: int, label: int | None) -> None:
    sliders, result = st.columns([2, 1], gap="large")
    with sliders:
        with st.container(horizontal=True):
            seed = st.number_input("Seed", 0, 2**32 - 1, 0, key="seed", help="Draws the vector z.")
            psi = st.slider(
                "Truncation ψ", 0.0, 1.5, 1.0, 0.05, key="psi",
                help="Multiplies z: 0 is the mean of the prior, 1 leaves z as it was drawn.",
            )  # fmt: skip
            first = 1 + SLIDERS * (
                st.number_input("Page of dimensions", 1, -(-latent_dim // SLIDERS), 1, key="page")
                - 1
            )
        z = truncate(seeded_z(seed, latent_dim), psi)
        st.caption("Each slider adds to one number of z, in standard deviations of the prior.")
        z[0] += _offsets(first, latent_dim)
    with result:
        live.still(run, _base64(z), 1, f"The sample of seed {seed}.", key="one", label=label)


def _offsets(first: int, latent_dim: int) -> list[float]:
    """What is added to each number of z: by the sliders shown, and by those of other pages."""
    columns = st.columns(2)
    shown = {
        number: columns[number % 2 - 1].slider(
            f"z {number}", -3.0, 3.0, 0.0, 0.1, key=f"z-{number}", persist_state="page"
        )
        for number in range(first, min(first + SLIDERS, latent_dim + 1))
    }
    return [
        shown.get(number, st.session_state.get(f"z-{number}", 0.0))
        for number in range(1, latent_dim + 1)
    ]


def _way(run: Run, latent_dim: int, label: int | None) -> None:
    with st.container(horizontal=True):
        start = st.number_input("Seed of A", 0, 2**32 - 1, 1, key="seed-a")
        end = st.number_input("Seed of B", 0, 2**32 - 1, 2, key="seed-b")
        path = st.segmented_control("Path", ["slerp", "lerp"], default="slerp", key="path")
    a, b = seeded_z(start, latent_dim)[0], seeded_z(end, latent_dim)[0]
    z = (lerp if path == "lerp" else slerp)(a, b, PICTURES)
    live.still(run, _base64(z), PICTURES, f"{PICTURES} samples from A to B.", "way", label)
    lengths = np.linalg.norm(z, axis=1) / np.sqrt(latent_dim)
    st.caption(
        "Length of z along the way, over the square root of its dimension: "
        + " · ".join(f"{length:.2f}" for length in lengths)
        + ". Vectors of the prior have a length near 1; the arc (slerp) keeps it, the straight "
        "line (lerp) cuts through the middle, where training hardly ever was."
    )


def _base64(z: np.ndarray) -> str:
    return base64.b64encode(z.astype("<f4").tobytes()).decode()
