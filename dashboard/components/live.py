"""The parts of a page that move by themselves: browser components fed from plain routes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.charts import train_charts
from dashboard.components import steer
from dashboard.components.mounting import lay, mount
from dashboard.services import run_manager
from dashboard.status import changes
from ganlib import COLOURS, LossSpec, Run, usual_lengths

Latent = NDArray[np.float32]


def hud(run: Run) -> None:
    """Status line: state, progress, speed, time left.

    Reruns the page when the state changes, and when a live change of anyone has taken hold.
    """
    state_of = run_manager().state_of(run)
    mount("hud", run, state=state_of, changes=changes(run.snapshot, run.config))


def curves(run: Run) -> None:
    """The charts of a run, with the reference lines of the loss that is played now."""
    mount("curves", run, charts=train_charts(run.snapshot.config_after(run.config)))


def plane(run: Run, strokes_taken: int, on: Mapping[str, Callable[[Any], None]]) -> None:
    """The game in the plane on a canvas, with its layers, its timeline and slow motion.

    `on` says what to do with a "checkpoint" (the step to go on from), with "slow" (a word of slow
    motion) and with "drawn": the "strokes" that the browser has not seen counted yet, each a list
    of points, and how many came "before" them. `strokes_taken` is how many are counted.
    """
    mount(
        "plane",
        run,
        on=on,
        colours=dict(COLOURS),
        drawable=run.config.data.is_drawn and not (run.snapshot.is_over or steer.lock(run)),
        lock=steer.lock(run),
        strokes_taken=strokes_taken,
        latent_dim=run.config.latent_dim,
        pack=run.config.gan.network.pack_size,
        reading=_loss(run).as_json(),
    )


def measures(run: Run) -> None:
    """How the game in the plane stands: the value, coverage, what D tells apart, in words."""
    mount("measures", run, colours=dict(COLOURS))


def quality(run: Run) -> None:
    """How good the pictures are: the newest metrics in words, and their curves."""
    mount("quality", run, every=run.config.saving.measure_every, colours=dict(COLOURS))


def grid(run: Run, with_real: bool = True) -> None:
    """The pictures of every saved frame with a scrubber, and real ones beside them."""
    what = f"{run.config.data.sample}s"
    repeats = "repeatable" in run.config.algorithm.capabilities
    same = " of the same latent vectors each time" if repeats else ", others each time"
    mount(
        "grid",
        run,
        alt=f"{what.capitalize()} that the model draws{same}.",
        fake_caption="Generated: a kind in each column"
        if run.config.condition_labels
        else f"Generated {what}",
        real_caption=f"Real {what}",
        with_real=with_real,
    )


def density(run: Run) -> None:
    """How dense a model of points takes the plane to be, beside the data."""
    mount("density", run, colours=dict(COLOURS))


def encoder(run: Run) -> None:
    """What comes back of held-out pictures, where they lie in latent space, at what KL
    divergence.
    """
    mount("encoder", run, colours=dict(COLOURS))


def autoregressive(run: Run, label: int | None) -> None:
    """A picture that is drawn pixel by pixel; `label` is the class that is asked for, if any."""
    mount("autoregressive", run, label=label, colours=dict(COLOURS))


def explorer(
    run: Run,
    origin: Latent,
    names: Sequence[str],
    vectors: Latent | None,
    shares: Sequence[float] | None,
    layers: Sequence[str],
    view: str,
    on_view: Callable[[Any], None],
) -> None:
    """A pad and sliders that lead away from a latent vector, with the picture while they move.

    `origin` is the vector and `vectors` are the directions of these `names`, a row each; none for
    the numbers of z themselves. Where `layers` are named, both go on with a way in the space of w,
    which is added in the layers that a person chooses. `view` is the place to begin at, as
    `on_view` was told it.
    """
    mount(
        "explorer",
        run,
        on={"view": on_view},
        origin=origin,
        names=list(names),
        vectors=vectors,
        shares=shares and list(shares),
        layers=list(layers),
        truncates_w=run.config.algorithm.network.has_styles,
        view=view,
        **_about(run),
    )


def ways(run: Run, ways: Mapping[str, tuple[Latent, Latent]], label: int | None) -> None:
    """Ways through latent space, each a strip of pictures, redrawn as the generator learns.

    Each has its name, its vectors and those of its film. `label` is the number of the class that is
    asked for, if any can be.
    """
    dim = run.config.latent_dim
    arrays: dict[str, Any] = {}
    for name, (z, film) in ways.items():
        arrays |= {f"{name}/z": z, f"{name}/film": film}
    mount("ways", run, ways=list(ways), latent_dim=dim, label=label, **_about(run), **arrays)


def mixing(
    run: Run,
    coarse: Latent,
    fine: Latent,
    layers: Sequence[str],
    crossover: int | None,
    on_crossover: Callable[[Any], None],
) -> None:
    """Mixtures of the styles of some vectors with those of others.

    `layers` names what the layers work on; those before the `crossover` follow the coarse vectors,
    half of them where it is None. `on_crossover` is told where it comes to rest.
    """
    mount(
        "mixing",
        run,
        on={"crossover": on_crossover},
        coarse=coarse,
        fine=fine,
        latent_dim=run.config.latent_dim,
        layers=list(layers),
        crossover=crossover,
        **_about(run),
    )


def samples(
    run: Run, z: Latent, latent_dim: int, label: int | None, on_kept: Callable[[Any], None]
) -> None:
    """A sheet of samples of the vectors `z` to reckon with and to compare.

    `on_kept` is told a "name" and the "vector" of a direction that a person wants to keep.
    """
    mount(
        "samples", run, on={"kept": on_kept}, z=z, latent_dim=latent_dim, label=label, **_about(run)
    )


def time_machine(runs: Sequence[Run], z: Latent, label: int | None) -> None:
    """What the generators of some runs made of one vector at each checkpoint."""
    looks = [
        {
            "run_id": one.run_id,
            "title": one.config.title,
            "steps": [checkpoint.step for checkpoint in one.snapshot.checkpoints],
        }
        for one in runs
    ]
    lay(
        "timemachine",
        "timemachine-all",
        {"runs": looks, "z": z, "label": label, **_about(runs[0])},
    )


def finder(run: Run, label: int | None) -> None:
    """An easel for a picture, and the search for the vector that draws it."""
    channels, height, width = run.config.data.shape
    mount(
        "finder",
        run,
        shape=(height, width, channels),
        label=label,
        usual_lengths=usual_lengths(run.config.latent_dim),
        **_about(run),
    )


def share(run: Run) -> None:
    """The forms that a run can be saved as, with a button for each."""
    mount("share", run)


def sketch(points: Sequence[tuple[float, float]], act: Callable[[Any], None]) -> None:
    """A canvas to draw a distribution on; `act` is given all its points after each stroke."""
    lay(
        "sketch",
        "sketch",
        {"points": [list(point) for point in points], "colour": COLOURS["real"], "most": 2000},
        {"points": act},
    )


def overlay(looks: list[dict[str, Any]]) -> None:
    """The curves of several runs laid over one another.

    `looks` has for each run its run_id, title, label, colour, dash and what sets it apart.
    """
    lay("overlay", "overlay-all", {"runs": looks})


def side_by_side(looks: list[dict[str, Any]]) -> None:
    """The pictures of several runs at the same step, with what sets each apart."""
    lay("sidebyside", "sidebyside-all", {"runs": looks})


def _about(run: Run) -> dict[str, Any]:
    """What every view of latent space needs to know of a run."""
    has_discriminator = "discriminator" in run.config.algorithm.capabilities
    return {
        "classes": list(run.config.condition_labels),
        "is_2d": run.config.data.is_2d,
        "reading": _loss(run).as_json() if has_discriminator else None,
        "colours": dict(COLOURS),
    }


def _loss(run: Run) -> LossSpec:
    """The loss that is played now."""
    return run.snapshot.config_after(run.config).gan.objective.loss_spec
