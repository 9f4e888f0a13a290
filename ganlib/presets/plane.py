"""Runs in the plane, where the whole game can be seen."""

from collections.abc import Mapping

from ganlib.config import (
    GanConfig,
    Objective,
    Optimisation,
    PlaneData,
    PlaneNetwork,
    RunConfig,
)
from ganlib.presets.preset import Preset

PLANE: Mapping[str, Preset] = {
    "ring": Preset(
        title="Eight points on a ring",
        sees="A cloud of points splits up until it sits on all eight spots of the ring.",
        takes="All eight spots after about 2,000 steps: some 25 s; tight after minutes.",
        measured="In 10 of 10 seeds every spot was reached by then.",
        config=RunConfig(
            title="Eight points on a ring",
            total_steps=15_000,
            batch_size=256,
            frame_every=100,
            data=PlaneData(name="ring"),
            algorithm=GanConfig(
                network=PlaneNetwork(),
                objective=Objective(loss="ns", r1_gamma=0.1, r2_gamma=0.1),
                optimisation=Optimisation(lr_g=1e-3, lr_d=1e-3, beta1=0.0, beta2=0.9),
            ),
        ),
    ),
    "moons": Preset(
        title="Two moons, Wasserstein",
        sees="A cloud bends into two crescents while the critic's score measures how far it is.",
        takes="Two crescents after about 1,000 steps: some 12 s.",
        measured="In 10 of 10 seeds at least 3 in 4 points lay on the moons by then.",
        config=RunConfig(
            title="Two moons, Wasserstein",
            total_steps=10_000,
            batch_size=256,
            frame_every=100,
            data=PlaneData(name="two-moons"),
            algorithm=GanConfig(
                network=PlaneNetwork(),
                objective=Objective(loss="wgan-gp", gp_lambda=0.1),
                optimisation=Optimisation(lr_g=1e-3, lr_d=1e-3, beta1=0.0, beta2=0.9),
            ),
        ),
    ),
}
