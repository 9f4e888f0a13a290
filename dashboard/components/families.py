"""One run of each family on the same data, side by side."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard import state
from dashboard.components import live
from dashboard.components.plain import plain
from dashboard.services import run_manager
from ganlib import (
    FRECHET,
    ON_A_SPOT,
    PRICE,
    SPOTS,
    TRIOS,
    Decoder,
    PictureFigures,
    Run,
    RunError,
    one_class,
    picture,
    point_figures,
    seeded_z,
    slerp,
)

FAMILIES = {"gan": "GAN", "vae": "VAE", "autoregressive": "Autoregressive"}
TIMED = 16
"""Samples whose drawing is timed."""
ON_A_WAY = 9

_SAYS = {
    "gan": "Draws in one go, and sharply. Cannot say how likely a picture is.",
    "vae": "Draws in one go, blurred: the mean of what z allows. Bounds the likelihood, finds z.",
    "autoregressive": "Draws one number after another. Knows the likelihood exactly. Has no "
    "latent space.",
}


def choose() -> dict[str, Run]:
    """The runs that the visitor chose, by family; data of the first one bind the others."""
    rows = run_manager().drawable()
    kept = {row.run_id: row.config for row in rows if row.config}
    titles = {row.run_id: f"{row.title} ({row.run_id})" for row in rows}
    chosen: dict[str, Run] = {}
    for place, (family, words) in zip(st.columns(3), FAMILIES.items(), strict=True):
        fitting = [
            run_id
            for run_id, config in kept.items()
            if config.algorithm.family == family
            and all(config.data == one.config.data for one in chosen.values())
        ]
        run_id = place.selectbox(
            words,
            fitting,
            format_func=titles.__getitem__,
            key=f"families-{family}",
            placeholder="No run on these data yet",
            help=_SAYS[family],
        )
        if run_id is not None:
            chosen[family] = run_manager().get(run_id)
    return chosen


def offer() -> None:
    """Buttons that start one run of each family on the same data."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Train the three on the same data:")
        for name, trio in TRIOS.items():
            st.button(
                name,
                icon=":material/play_arrow:",
                key=f"trio-{name}",
                help=f"About {trio.takes} on two cores, in this order: "
                + ", ".join(one.title for one in trio.configs),
                on_click=_start,
                args=(name,),
            )


def _start(name: str) -> None:
    if state.is_double_click("trio"):
        return
    try:
        for config in TRIOS[name].configs:
            run_manager().start(config)
    except RunError as error:
        state.report(str(error))


def show(chosen: Mapping[str, Run]) -> None:
    """A column for each run, and what they are measured by in one table."""
    for place, (family, words) in zip(st.columns(3), FAMILIES.items(), strict=True):
        with place.container(border=True, height="stretch"):
            st.markdown(f"**{words}**")
            st.caption(_SAYS[family])
            if family in chosen:
                st.markdown(plain(chosen[family].config.title))
                live.grid(chosen[family], with_real=False)
                _way(chosen[family])
            else:
                st.caption("No run of this family on these data yet.")
    st.table(_table(chosen))
    if features := next(filter(None, map(_features, chosen.values())), ""):
        st.caption(f"Fréchet distance, precision and recall in {features}; the error is one sigma.")


def _way(run: Run) -> None:
    decoder = _decoder(run)
    if decoder is None or "latent" not in run.config.algorithm.capabilities:
        st.caption("Nothing lies between two samples: there is no latent space.")
        return
    st.image(
        _between(run.run_id, _step(run), decoder), caption="From one z to another", width="stretch"
    )


@st.cache_data(show_spinner=False, max_entries=64)
def _between(run_id: str, step: int, _decoder: Decoder) -> bytes:
    begin, end = (seeded_z(seed, _decoder.latent_dim)[0] for seed in (0, 1))
    condition = one_class(0, _decoder.classes, ON_A_WAY) if _decoder.classes else None
    return picture(_decoder.decode(slerp(begin, end, ON_A_WAY), condition), None, ON_A_WAY)


def _table(chosen: Mapping[str, Run]) -> dict[str, list[str]]:
    in_plane = any(run.config.data.kind == "plane" for run in chosen.values())
    rows = _ROWS | (_ROWS_OF_POINTS if in_plane else _ROWS_OF_PICTURES)
    lines = {"": list(rows)}
    for family, run in chosen.items():
        lines[FAMILIES[family]] = [tell(run) for tell in rows.values()]
    return lines


def _found(run: Run) -> PictureFigures | None:
    """The newest figures of a run; None where nothing was measured yet."""
    if run.config.data.kind != "plane":
        measured = run.snapshot.figures
        return measured[-1].found if measured else None
    decoder = _decoder(run)
    return _of_points(run.run_id, _step(run), decoder, run.config.data) if decoder else None


@st.cache_data(show_spinner=False, max_entries=64)
def _of_points(run_id: str, step: int, _decoder: Decoder, _data: Any) -> PictureFigures:
    return point_figures(_data, _decoder)


def _figure(name: str) -> Callable[[Run], str]:
    def tell(run: Run) -> str:
        if (measured := _found(run)) is None:
            return "not measured yet"
        if (found := measured.named(name)) is None:
            return "—"
        reals = "" if found.floor is None else f" (reals {found.floor:.2f})"
        return f"{found.value:.2f} ± {found.error:.2f}{reals}"

    return tell


def _features(run: Run) -> str:
    """What fakes and reals are compared in, as far as that was measured."""
    measured = _found(run)
    found = measured and measured.named(FRECHET)
    return f"{found.features}, of {found.n:,} fakes" if found else ""


def _price(run: Run) -> str:
    if "likelihood" not in run.config.algorithm.capabilities:
        return "cannot tell"
    if (measured := _found(run)) is None or (found := measured.named(PRICE)) is None:
        return "not measured yet"
    least = "" if found.floor is None else f"; the truth gets {found.floor:.2f}"
    how = found.features.partition(", ")[2]
    return f"{found.value:.2f} ± {found.error:.2f} ({how}{least})"


def _of_a_step(run: Run) -> str:
    snapshot = run.snapshot
    return f"{1000 * snapshot.elapsed / snapshot.step:.1f} ms" if snapshot.step else "—"


def _of_a_sample(run: Run) -> str:
    decoder = _decoder(run)
    if decoder is None:
        return "—"
    return f"{1000 * _seconds_of_a_sample(run.run_id, _step(run), decoder):.2f} ms"


@st.cache_data(show_spinner=False, max_entries=64)
def _seconds_of_a_sample(run_id: str, step: int, _decoder: Decoder) -> float:
    z = seeded_z(0, _decoder.latent_dim, TIMED)
    _decoder.decode(z[:1])
    begin = time.perf_counter()
    _decoder.decode(z)
    return (time.perf_counter() - begin) / TIMED


def _decoder(run: Run) -> Decoder | None:
    published = run.snapshot.published
    return published.decoder if published else None


def _step(run: Run) -> int:
    published = run.snapshot.published
    return published.step if published else 0


_ROWS: dict[str, Callable[[Run], str]] = {
    "Steps, and time of training": lambda run: (
        f"{run.snapshot.step:,}, {run.snapshot.elapsed:.0f} s"
    ),
    "A step costs": _of_a_step,
    f"A sample costs, of {TIMED} at once": _of_a_sample,
    "Price of a held-out sample, nats": _price,
}
_ROWS_OF_PICTURES = {
    FRECHET: _figure(FRECHET),
    "Precision: fakes that look real": _figure("precision"),
    "Recall: reals that are reached": _figure("recall"),
}
_ROWS_OF_POINTS = {"Spots that are reached": _figure(SPOTS), "Share on a spot": _figure(ON_A_SPOT)}
