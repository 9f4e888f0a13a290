"""The pad and the sliders over latent space, and the directions along which they lead."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard import state
from dashboard import widgets as ui
from dashboard.components import live
from dashboard.components.latent_parts import choose_seed, layer_names, saved_directions
from dashboard.components.plain import plain
from dashboard.services import explored
from ganlib import (
    Decoder,
    Directions,
    GanlibError,
    MeasureError,
    Run,
    one_class,
    principal_directions,
    random_directions,
    seeded_z,
    style_directions,
)

SOURCES: Mapping[str, str] = {
    "pca": "Main directions",
    "classes": "Classes",
    "own": "My own",
    "random": "Random",
    "numbers": "Numbers of z",
}
HELP = (
    "Main directions: along these the generator's first layer varies most (PCA); with styles, "
    "along these w does, in the layers that you choose. Classes: from "
    "other samples to those of a class, as the classifier of the data tells them; where G is asked "
    "for a class, z does not decide it, and they are not offered. My own: those "
    "that were saved for this run. Random: any at right angles. Numbers of z: each alone."
)


@dataclass(frozen=True)
class _Ways:
    """Named directions: (K, latent_dim) vectors, or None for the numbers of z themselves.

    Where `layers` are named, each vector goes on with the numbers of a way in the space of w.
    """

    names: tuple[str, ...]
    vectors: NDArray[np.float32] | None
    shares: tuple[float, ...] = ()
    layers: tuple[str, ...] = ()


def show(run: Run, decoder: Decoder) -> None:
    """The explorer of one run, with the choice of the vector and of the directions."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = choose_seed(
            "latent.seed", "Seed", 0, "seed",
            "Draws the vector z at which the pad and the sliders begin.",
        )  # fmt: skip
        ui.button(
            "latent.another_seed", "Another", icon=":material/casino:", on_click=_roll,
            key="dice", help="A random seed",
        )  # fmt: skip
        source = ui.segmented_control(
            "latent.directions", "Directions", list(_offered(run)), default="pca",
            required=True, key="from", help=HELP, bind="query-params",
            format_func=SOURCES.__getitem__, on_change=state.forget_view,
        )  # fmt: skip
        if source in ("pca", "classes"):
            _offer_anew(run)
    try:
        ways = _SOURCES[source](run, decoder)
    except GanlibError as error:
        st.info(plain(error), icon=":material/info:")
        return
    live.explorer(
        run,
        origin=_origin(seed, decoder.latent_dim, ways),
        names=ways.names,
        vectors=ways.vectors,
        shares=ways.shares or None,
        layers=ways.layers,
        view=state.view(),
        on_view=state.keep_view,
    )


def _origin(seed: int, latent_dim: int, ways: _Ways) -> NDArray[np.float32]:
    """As long as a direction: nothing is added to w at the start."""
    z = seeded_z(seed, latent_dim)
    longer = 0 if ways.vectors is None else ways.vectors.shape[1] - latent_dim
    return np.pad(z, ((0, 0), (0, longer)))


def _offered(run: Run) -> Mapping[str, str]:
    """Points have no classes, and where a class or code is asked for z does not decide it."""
    none = run.config.data.is_2d or run.config.condition_labels
    hidden = {"classes"} if none else set()
    return {key: words for key, words in SOURCES.items() if key not in hidden}


def _roll() -> None:
    st.session_state["seed"] = int(np.random.default_rng().integers(2**32))


def _pca(run: Run, decoder: Decoder) -> _Ways:
    find = _principal if decoder.style_shape is None else _principal_styles
    return find(run.run_id, _found_at(run), decoder, run)


def _classes(run: Run, decoder: Decoder) -> _Ways:
    directions = _class_ways(run.run_id, _found_at(run), decoder, run)
    if not directions.names:
        raise MeasureError(
            "This generator makes none of the classes often enough to find the way to it: train "
            "it longer, and find them anew."
        )
    return directions


def _own(run: Run, decoder: Decoder) -> _Ways:
    saved = saved_directions(run).all()
    if not saved:
        raise MeasureError(
            "Nothing saved yet: choose samples on the tab Samples, and save what sets them apart."
        )
    return _Ways(tuple(saved), np.stack(list(saved.values())))


def _random(run: Run, decoder: Decoder) -> _Ways:
    vectors = random_directions(0, decoder.latent_dim)
    return _Ways(tuple(f"random {number}" for number in range(1, len(vectors) + 1)), vectors)


def _numbers(run: Run, decoder: Decoder) -> _Ways:
    return _Ways(tuple(f"z {number}" for number in range(1, decoder.latent_dim + 1)), None)


_SOURCES: Mapping[str, Callable[[Run, Decoder], _Ways]] = {
    "pca": _pca,
    "classes": _classes,
    "own": _own,
    "random": _random,
    "numbers": _numbers,
}


def _found_at(run: Run) -> int:
    """The step whose generator the directions are of: they stay while it learns on."""
    return state.directions_step(run, _newest(run))


def _offer_anew(run: Run) -> None:
    newest, shown_step = _newest(run), _found_at(run)
    if shown_step != newest:
        ui.button(
            "latent.find_anew", "Find anew", icon=":material/refresh:", key="anew",
            help=f"These are the directions of the generator after step {shown_step:,}.",
            on_click=lambda: state.note_directions(run, newest),
        )  # fmt: skip


def _newest(run: Run) -> int:
    published = run.snapshot.published
    return published.step if published else 0


@st.cache_data(show_spinner="Finding the main directions", max_entries=64)
def _principal(run_id: str, step: int, _decoder: Decoder, _run: Run) -> _Ways:
    condition = one_class(0, _decoder.classes, 1) if _decoder.classes else None
    directions = principal_directions(_decoder, condition=condition)
    return _Ways(_numbered(directions), directions.vectors, tuple(map(float, directions.shares)))


@st.cache_data(show_spinner="Finding the main directions", max_entries=64)
def _principal_styles(run_id: str, step: int, _decoder: Decoder, _run: Run) -> _Ways:
    directions = style_directions(_decoder)
    # One step of a slider is one standard deviation, as it is in z.
    steps = directions.deviations[:, None].astype(np.float32) * directions.vectors
    vectors = np.pad(steps, ((0, 0), (_decoder.latent_dim, 0)))
    shares = tuple(map(float, directions.shares))
    return _Ways(_numbered(directions), vectors, shares, layer_names(_run, _decoder))


def _numbered(directions: Directions) -> tuple[str, ...]:
    return tuple(f"PC {number}" for number in range(1, len(directions.vectors) + 1))


@st.cache_data(show_spinner="Looking for the classes", max_entries=64)
def _class_ways(run_id: str, step: int, _decoder: Decoder, _run: Run) -> _Ways:
    directions = explored(_run.config).class_directions(_decoder)
    return _Ways(tuple(f"to {name}" for name in directions), np.array(list(directions.values())))
