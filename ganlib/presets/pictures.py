"""Runs on pictures. Their courses come from `python -m benchmarks.quality curve`."""

from collections.abc import Mapping
from functools import partial

from ganlib.config import (
    DcganNetwork,
    DenseSpatialNetwork,
    GanConfig,
    ImageData,
    MlpNetwork,
    Objective,
    Optimisation,
    RunConfig,
    StyleNetwork,
)
from ganlib.presets.preset import Course, Mark, Preset

_OBJECTIVE = Objective(loss="ns", r1_gamma=1.0, penalty_interval=4)
_OPTIMISATION = Optimisation(lr_g=2e-3, lr_d=2e-3, beta1=0.0, beta2=0.99)
DIGITS = RunConfig(
    title="Handwritten digits",
    total_steps=6000,
    batch_size=32,
    frame_every=25,
    algorithm=GanConfig(
        network=DcganNetwork(latent_dim=32, width=24),
        objective=_OBJECTIVE,
        optimisation=_OPTIMISATION,
    ),
)
digit_course = partial(Course, "digit features", 0.17)

PICTURES: Mapping[str, Preset] = {
    "digits": Preset(
        title="Handwritten digits",
        sees="Grey noise turns into strokes, and the strokes into digits that you can read.",
        takes="Readable digits after about 600 steps: some 20 s.",
        measured="In 10 of 10 seeds at least 3 in 10 samples were clear digits by then, and all "
        "ten occurred (real ones: 8 in 10).",
        config=DIGITS,
        course=digit_course(
            seeds=5,
            marks=(
                Mark(4, 5.89, 8.15, 11.16),
                Mark(8, 4.62, 4.92, 4.95),
                Mark(15, 2.60, 3.25, 3.38),
                Mark(30, 1.53, 1.90, 1.97),
                Mark(60, 1.19, 1.40, 1.46),
            ),
        ),
    ),
    "shapes": Preset(
        title="Coloured shapes",
        sees="Coloured mist gathers into blots on a dark ground, which find their edges.",
        takes="Blots after about 500 steps: some 30 s. Edges take two minutes or more.",
        measured="In 10 of 10 seeds at least 96 in 100 pictures held a blot of the right size by "
        "then.",
        config=RunConfig(
            title="Coloured shapes",
            total_steps=6000,
            frame_every=25,
            data=ImageData(name="shapes", size=32),
            algorithm=GanConfig(
                network=StyleNetwork(width=16),
                objective=_OBJECTIVE,
                optimisation=_OPTIMISATION,
            ),
        ),
        course=Course(
            features="shape features",
            floor=0.25,
            seeds=5,
            marks=(
                Mark(4, 13.79, 18.92, 24.22),
                Mark(8, 9.56, 14.19, 17.60),
                Mark(15, 9.26, 12.04, 25.85),
                Mark(30, 8.29, 16.07, 19.81),
                Mark(60, 11.96, 13.61, 21.67),
            ),
        ),
    ),
    "digits-styles": Preset(
        title="Digits with a style in every layer (StyleGAN)",
        sees="G first turns z into a style, which then steers each of its layers. Under Mix styles "
        "on the Latent space page the coarse layers follow one sample and the fine ones another.",
        takes="Readable digits after about 1,000 steps: some 30 s.",
        measured="In 10 of 10 seeds at least 36 in 100 samples were clear digits by then (median "
        "41), and all ten occurred (real ones: 78 in 100).",
        course=digit_course(
            seeds=5,
            marks=(
                Mark(4, 13.57, 15.77, 25.88),
                Mark(8, 9.50, 10.21, 16.05),
                Mark(15, 4.13, 5.90, 7.00),
                Mark(30, 3.62, 3.80, 4.23),
                Mark(60, 2.15, 2.20, 2.81),
            ),
        ),
        config=RunConfig(
            title="Digits with a style in every layer (StyleGAN)",
            total_steps=6000,
            batch_size=32,
            frame_every=25,
            algorithm=GanConfig(
                network=StyleNetwork(latent_dim=32, width=16, mapping_depth=1),
                objective=Objective(loss="ns", r1_gamma=3.0, penalty_interval=4),
                optimisation=_OPTIMISATION,
            ),
        ),
    ),
    "mlp": Preset(
        title="The TensorFlow classic (mlp)",
        sees="The first network of many courses, with its own settings: bright specks, and no "
        "digit for a long while. Compare it with the first preset.",
        takes="500 steps in some 18 s; its full 23,400 steps take a quarter of an hour.",
        measured="In 9 of 10 seeds fewer than 1 in 5 samples were clear digits after 500 steps.",
        course=digit_course(
            seeds=5,
            marks=(
                Mark(4, 371.37, 376.45, 524.78),
                Mark(8, 384.50, 402.76, 448.45),
                Mark(15, 282.31, 315.58, 360.92),
                Mark(30, 235.95, 260.07, 281.62),
                Mark(60, 154.55, 177.22, 192.72),
            ),
        ),
        config=RunConfig(
            title="The TensorFlow classic (mlp)",
            total_steps=23_400,
            batch_size=256,
            frame_every=100,
            algorithm=GanConfig(
                network=MlpNetwork(),
                objective=Objective(loss="ns"),
                optimisation=Optimisation(
                    lr_g=1e-4,
                    lr_d=1e-4,
                    beta1=0.9,
                    beta2=0.999,
                    updates="simultaneous",
                    ema_half_life=0,
                ),
            ),
        ),
    ),
    "dense-spatial": Preset(
        title="The Keras classic (dense-spatial)",
        sees="A generator that refines a 7x7 map pixel by pixel: blocky digits. As published it "
        "ends at 7x7 and cannot feed its own discriminator; a pixel shuffle mends that here.",
        takes="Digits after about 500 steps: some 45 s.",
        measured="In 9 of 10 seeds more than 1 in 5 samples were clear digits by then, and all ten "
        "occurred.",
        course=digit_course(
            seeds=5,
            marks=(
                Mark(4, 673.12, 762.03, 783.57),
                Mark(8, 477.23, 659.46, 739.11),
                Mark(15, 317.52, 443.61, 472.51),
                Mark(30, 89.83, 124.54, 177.52),
                Mark(60, 20.17, 28.95, 36.46),
            ),
        ),
        config=RunConfig(
            title="The Keras classic (dense-spatial)",
            total_steps=10_000,
            batch_size=128,
            frame_every=50,
            algorithm=GanConfig(
                network=DenseSpatialNetwork(),
                objective=Objective(loss="ns"),
                optimisation=Optimisation(
                    lr_g=2e-4, lr_d=2e-4, beta1=0.5, beta2=0.999, ema_half_life=0
                ),
            ),
        ),
    ),
}
