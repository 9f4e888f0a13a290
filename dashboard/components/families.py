"""One run of each family on the same data, side by side."""

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import streamlit as st

from dashboard import clicks
from dashboard import widgets as ui
from dashboard.components import live
from dashboard.components.plain import plain
from dashboard.services import run_manager
from ganlib import (
    FAMILIES,
    FRECHET,
    NLL,
    ON_A_SPOT,
    SPOTS,
    TRIOS,
    Decoder,
    MetricReport,
    Run,
    RunError,
    RunSnapshot,
    one_class,
    picture,
    point_metrics,
    seeded_z,
    slerp,
)

TIMED = 16
"""Samples whose drawing is timed."""
ON_A_WAY = 9


def choose() -> dict[str, Run]:
    """The runs that the visitor chose, by family; data of the first one bind the others."""
    manager = run_manager()
    begun = {run.run_id: run.config for run in manager.runs() if not run.snapshot.is_over}
    configs = begun | {row.run_id: row.config for row in manager.drawable() if row.config}
    titles = {run_id: f"{config.title} ({run_id})" for run_id, config in configs.items()}
    chosen: dict[str, Run] = {}
    for place, (family, spec) in zip(st.columns(len(FAMILIES)), FAMILIES.items(), strict=True):
        fitting = [
            run_id
            for run_id, config in configs.items()
            if config.algorithm.family == family
            and all(config.data == one.config.data for one in chosen.values())
        ]
        run_id = ui.selectbox(
            f"families.{family}",
            spec.title,
            fitting,
            format_func=titles.__getitem__,
            place=place,
            key=f"families-{family}",
            placeholder="No run on these data yet",
            help=spec.summary,
        )
        if run_id is not None:
            chosen[family] = manager.get(run_id)
    return chosen


def offer() -> None:
    """Buttons that start one run of each family on the same data."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Train the three on the same data:")
        for name, trio in TRIOS.items():
            ui.button(
                "families.train",
                name,
                icon=":material/play_arrow:",
                key=f"trio-{name}",
                help=f"About {trio.takes} on two cores, in this order: "
                + ", ".join(one.title for one in trio.configs),
                on_click=_start,
                args=(name,),
            )


def _start(name: str) -> None:
    if clicks.is_double_click("trio"):
        return
    try:
        for config in TRIOS[name].configs:
            family = config.algorithm.family
            st.session_state[f"families-{family}"] = run_manager().start(config)
    except RunError as error:
        clicks.report(str(error))


class View(NamedTuple):
    """A run as it was when the page was drawn: all that is said of it is of that step."""

    run: Run
    now: RunSnapshot


def stand(chosen: Mapping[str, Run]) -> list[tuple[str, bool]]:
    """How far each run is: its state, and whether it has drawn something."""
    return [(run.snapshot.state, run.snapshot.published is not None) for run in chosen.values()]


def show(chosen: Mapping[str, Run], stood: list[tuple[str, bool]]) -> None:
    """A column for each run, and what they are measured by in one table.

    The page comes anew when runs are no longer where they `stood`, as `stand` says it.
    """
    if stand(chosen) != stood:
        st.rerun()
    views = {family: View(run, run.snapshot) for family, run in chosen.items()}
    for place, (family, spec) in zip(st.columns(len(FAMILIES)), FAMILIES.items(), strict=True):
        with place.container(border=True, height="stretch"):
            st.markdown(f"**{spec.title}**")
            st.caption(spec.summary)
            if family in chosen:
                st.markdown(plain(chosen[family].config.title))
                if not views[family].now.is_over:
                    live.hud(chosen[family])
                live.grid(chosen[family], with_real=False)
                _way(views[family])
            else:
                st.caption("No run of this family on these data yet.")
    st.table(_table(views))
    if features := next(filter(None, map(_features, views.values())), ""):
        st.caption(f"Fréchet distance, precision and recall in {features}; the error is one sigma.")


def _way(view: View) -> None:
    published = view.now.published
    if "latent" not in view.run.config.algorithm.capabilities:
        st.caption("Nothing lies between two samples: there is no latent space.")
        return
    if published is None:
        st.caption("Nothing is drawn yet.")
        return
    st.image(
        _between(view.run.run_id, published.step, published.decoder),
        caption=f"From one z to another, after step {published.step:,}",
        width="stretch",
    )


@st.cache_data(show_spinner=False, max_entries=64)
def _between(run_id: str, step: int, _decoder: Decoder) -> bytes:
    begin, end = (seeded_z(seed, _decoder.latent_dim)[0] for seed in (0, 1))
    condition = one_class(0, _decoder.classes, ON_A_WAY) if _decoder.classes else None
    return picture(_decoder.decode(slerp(begin, end, ON_A_WAY), condition), None, ON_A_WAY)


def _table(views: Mapping[str, View]) -> dict[str, list[str]]:
    is_2d = any(view.run.config.data.is_2d for view in views.values())
    rows = _ROWS | (_ROWS_OF_POINTS if is_2d else _ROWS_OF_PICTURES)
    lines = {"": list(rows)}
    for family, view in views.items():
        lines[FAMILIES[family].title] = [tell(view) for tell in rows.values()]
    return lines


def _newest_report(view: View) -> tuple[int, MetricReport] | None:
    """The newest metrics of a run and their step; None where nothing was measured yet."""
    if not view.run.config.data.is_2d:
        measured = view.now.measurements
        return (measured[-1].step, measured[-1].report) if measured else None
    if (published := view.now.published) is None:
        return None
    step, decoder = published.step, published.decoder
    return step, _of_points(view.run.run_id, step, decoder, view.run.config.data)


@st.cache_data(show_spinner=False, max_entries=64)
def _of_points(run_id: str, step: int, _decoder: Decoder, _data: Any) -> MetricReport:
    return point_metrics(_data, _decoder)


def _measured_step(view: View) -> str:
    """After which step the metrics were measured: seldom that of the newest pictures."""
    return f"{metric[0]:,}" if (metric := _newest_report(view)) else "not measured yet"


def _metric(name: str) -> Callable[[View], str]:
    def tell(view: View) -> str:
        if (measured := _newest_report(view)) is None:
            return "not measured yet"
        if (metric := measured[1].named(name)) is None:
            return "—"
        reals = "" if metric.floor is None else f" (reals {metric.floor:.2f})"
        return f"{metric.value:.2f} ± {metric.error:.2f}{reals}"

    return tell


def _features(view: View) -> str:
    """What fakes and reals are compared in, as far as that was measured."""
    measured = _newest_report(view)
    metric = measured and measured[1].named(FRECHET)
    return f"{metric.features}, of {metric.n:,} fakes" if metric else ""


def _nll(view: View) -> str:
    if "likelihood" not in view.run.config.algorithm.capabilities:
        return "cannot tell"
    if (measured := _newest_report(view)) is None or (metric := measured[1].named(NLL)) is None:
        return "not measured yet"
    least = "" if metric.floor is None else f"; the truth gets {metric.floor:.2f}"
    how = metric.features.partition(", ")[2]
    return f"{metric.value:.2f} ± {metric.error:.2f} ({how}{least})"


def _of_a_step(view: View) -> str:
    return f"{1000 * view.now.elapsed / view.now.step:.1f} ms" if view.now.step else "—"


def _of_a_sample(view: View) -> str:
    if (published := view.now.published) is None:
        return "—"
    seconds = _seconds_of_a_sample(view.run.run_id, published.step, published.decoder)
    return f"{1000 * seconds:.2f} ms"


@st.cache_data(show_spinner=False, max_entries=64)
def _seconds_of_a_sample(run_id: str, step: int, _decoder: Decoder) -> float:
    z = seeded_z(0, _decoder.latent_dim, TIMED)
    _decoder.decode(z[:1])
    begin = time.perf_counter()
    _decoder.decode(z)
    return (time.perf_counter() - begin) / TIMED


_ROWS: dict[str, Callable[[View], str]] = {
    "Steps, and time of training": lambda view: f"{view.now.step:,}, {view.now.elapsed:.0f} s",
    "A step costs": _of_a_step,
    f"A sample costs, of {TIMED} at once": _of_a_sample,
    "Step that was measured": _measured_step,
    "Negative log-likelihood of a held-out sample, nats": _nll,
}
_ROWS_OF_PICTURES = {
    FRECHET: _metric(FRECHET),
    "Precision: fakes that look real": _metric("precision"),
    "Recall: reals that are reached": _metric("recall"),
}
_ROWS_OF_POINTS = {"Spots that are reached": _metric(SPOTS), "Share on a spot": _metric(ON_A_SPOT)}
