"""Runs on pictures. Their courses come from `python -m benchmarks.quality curve`."""

from collections.abc import Mapping
from functools import partial

from ganlib.config import (
    Augmentation,
    DcganNetwork,
    DenseSpatialNetwork,
    GanConfig,
    ImageData,
    MlpNetwork,
    Objective,
    Optimisation,
    RunConfig,
)
from ganlib.presets.preset import Course, Mark, Preset
from ganlib.settings import changed

_OBJECTIVE = Objective(loss="ns", r1_gamma=1.0, penalty_interval=4)
_OPTIMISATION = Optimisation(lr_g=2e-3, lr_d=2e-3, beta1=0.0, beta2=0.99)
_DIGITS = RunConfig(
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
_SHAPES_ASKED = RunConfig(
    title="Shapes on demand",
    total_steps=6000,
    batch_size=32,
    frame_every=25,
    data=ImageData(name="shapes", size=28),
    algorithm=GanConfig(
        network=DcganNetwork(latent_dim=64, width=32, condition="auxiliary"),
        objective=Objective(
            loss="ns",
            r1_gamma=1.0,
            penalty_interval=4,
            auxiliary_lambda=3.0,
            auxiliary_fakes=False,
        ),
        optimisation=Optimisation(lr_g=5e-4, lr_d=1e-3, beta1=0.0, beta2=0.99),
        augmentation=Augmentation(augment_p=1.0, recolour=False),
    ),
)
_digit_course = partial(Course, "digit features", 0.17)

PICTURES: Mapping[str, Preset] = {
    "digits": Preset(
        title="Handwritten digits",
        sees="Grey noise turns into strokes, and the strokes into digits that you can read.",
        takes="Readable digits after about 600 steps: some 20 s.",
        measured="In 10 of 10 seeds at least 3 in 10 samples were clear digits by then, and all "
        "ten occurred (real ones: 8 in 10).",
        config=_DIGITS,
        course=_digit_course(
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
        sees="Noise clears into blots of colour on a dark ground, which slowly find their edges.",
        takes="Blots after about 300 steps: some 30 s. Edges take many minutes.",
        measured="In 10 of 10 seeds at least 8 in 10 pictures held a blot of the right size.",
        config=RunConfig(
            title="Coloured shapes",
            total_steps=6000,
            frame_every=25,
            data=ImageData(name="shapes", size=32),
            algorithm=GanConfig(
                network=DcganNetwork(latent_dim=64, width=16),
                objective=_OBJECTIVE,
                optimisation=_OPTIMISATION,
            ),
        ),
        course=Course(
            features="shape features",
            floor=0.25,
            seeds=5,
            marks=(
                Mark(4, 14.87, 31.56, 60.53),
                Mark(8, 12.60, 19.83, 21.42),
                Mark(16, 12.40, 15.93, 17.52),
                Mark(30, 17.29, 41.87, 49.93),
                Mark(60, 14.72, 17.77, 24.96),
            ),
        ),
    ),
    "digits-asked": Preset(
        title="Digits on demand",
        sees="Both players are told which digit is meant. Each column learns one digit, and on "
        "the Latent space page you ask for the one you want.",
        takes="Nine in ten are the digit asked for after about 600 steps: some 20 s.",
        measured="In 10 of 10 seeds at least 96 in 100 were by then (median 96), as the project's "
        "own classifier of digits sees them.",
        course=_digit_course(
            seeds=5,
            marks=(
                Mark(4, 2.72, 3.47, 8.23),
                Mark(8, 1.07, 1.22, 2.80),
                Mark(15, 0.72, 0.97, 1.15),
                Mark(30, 0.53, 0.65, 0.98),
                Mark(60, 0.39, 0.45, 0.62),
            ),
        ),
        config=changed(_DIGITS, {"title": "Digits on demand", "condition": "projection"}),
    ),
    "digits-auxiliary": Preset(
        title="A discriminator that tells digits (AC-GAN)",
        sees="D is not told which digit is meant: it has to say so itself, of real and fake ones. "
        "G learns to be understood, and each column becomes one digit.",
        takes="Nine in ten are the digit asked for after about 400 steps: some 15 s.",
        measured="In 10 of 10 seeds at least 95 in 100 were by then (median 97), as the project's "
        "own classifier of digits sees them.",
        config=changed(
            _DIGITS,
            {"title": "A discriminator that tells digits (AC-GAN)", "condition": "auxiliary"},
        ),
        course=_digit_course(
            seeds=3,
            marks=(
                Mark(4, 5.83, 10.22, 11.02),
                Mark(8, 2.64, 3.48, 3.66),
                Mark(15, 1.93, 2.01, 2.05),
                Mark(30, 1.15, 1.21, 1.41),
                Mark(60, 0.83, 0.91, 1.23),
            ),
        ),
    ),
    "shapes-asked": Preset(
        title="Shapes on demand",
        sees="Blots first, then edges, and then each column is one shape: ask for a circle, a "
        "square, a triangle or a cross. D has to tell them apart, and learns how from real "
        "pictures alone. G learns few places and sizes for each: it loses variety.",
        takes="Nine in ten are the shape asked for after about 2,400 steps: some 55 s.",
        measured="In 10 of 10 seeds at least 90 in 100 were by then (median 97), as the project's "
        "own classifier of shapes sees them.",
        config=_SHAPES_ASKED,
        course=Course(
            features="shape features",
            floor=0.28,
            seeds=5,
            marks=(
                Mark(4, 30.83, 50.12, 58.32),
                Mark(8, 38.95, 47.10, 67.68),
                Mark(15, 27.38, 44.89, 68.84),
                Mark(30, 12.98, 27.68, 58.43),
                Mark(60, 13.80, 17.74, 31.55),
            ),
        ),
    ),
    "digits-codes": Preset(
        title="Digits sorted without labels (InfoGAN)",
        sees="G gets one of ten codes that mean nothing, and D has to tell it. So kinds of digits "
        "emerge, one in each column: some are a digit, some share one or mix two. The first two "
        "sliders of z change a picture most.",
        takes="The columns differ after about 200 steps; 600 take some 25 s.",
        measured="In 9 of 10 seeds at least 52 in 100 pictures were the digit of their code by "
        "then (median 58), each code standing for a digit of its own; chance gives 10.",
        config=changed(
            _DIGITS,
            {
                "title": "Digits sorted without labels (InfoGAN)",
                "condition": "codes",
                "auxiliary_lambda": 0.5,
                "augment_p": 1.0,
                "cutout": False,
            },
        ),
        course=_digit_course(
            seeds=3,
            marks=(
                Mark(4, 17.94, 18.71, 20.67),
                Mark(8, 13.53, 16.35, 18.37),
                Mark(15, 13.54, 13.97, 14.69),
                Mark(30, 8.58, 9.31, 9.58),
                Mark(60, 6.76, 6.82, 7.89),
            ),
        ),
    ),
    "shapes-codes": Preset(
        title="Shapes sorted without labels (InfoGAN)",
        sees="G gets one of six codes that mean nothing, and D has to tell it. So kinds of blots "
        "emerge, one in each column: of a place, a size, an outline or a colour of their own, or "
        "almost nothing. Nobody said that the outline is what matters.",
        takes="The columns differ after about 800 steps: some 20 s.",
        measured="In 10 of 10 seeds the picture most like another was of the same code by then, "
        "in at least 99 of 100 cases; chance gives 17.",
        config=changed(
            _SHAPES_ASKED,
            {
                "title": "Shapes sorted without labels (InfoGAN)",
                "condition": "codes",
                "code_values": 6,
                "auxiliary_lambda": 0.5,
                "auxiliary_fakes": True,
                "cutout": False,
            },
        ),
    ),
    "mlp": Preset(
        title="The TensorFlow classic (mlp)",
        sees="The first network of many courses, with its own settings: bright specks, and no "
        "digit for a long while. Compare it with the first preset.",
        takes="500 steps in some 18 s; its full 23,400 steps take a quarter of an hour.",
        measured="In 9 of 10 seeds fewer than 1 in 5 samples were clear digits after 500 steps.",
        course=_digit_course(
            seeds=2,
            marks=(
                Mark(4, 504.08, 512.74, 521.40),
                Mark(8, 391.46, 400.78, 410.09),
                Mark(15, 397.25, 404.75, 412.26),
                Mark(30, 272.26, 281.10, 289.94),
                Mark(60, 170.44, 193.33, 216.21),
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
        course=_digit_course(
            seeds=2,
            marks=(
                Mark(4, 788.29, 792.22, 796.16),
                Mark(8, 751.29, 766.87, 782.45),
                Mark(15, 526.60, 555.44, 584.28),
                Mark(30, 224.76, 233.54, 242.32),
                Mark(60, 49.43, 58.17, 66.90),
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
