"""Class-conditional pictures. Courses come from `python -m benchmarks.quality curve`."""

from collections.abc import Mapping
from functools import partial

from ganlib.config import (
    Augmentation,
    DcganNetwork,
    GanConfig,
    ImageData,
    Objective,
    Optimisation,
    RunConfig,
)
from ganlib.presets.pictures import DIGITS, digit_course
from ganlib.presets.preset import Course, Mark, Preset
from ganlib.settings import changed

_SHAPES = RunConfig(
    title="Class-conditional shapes (AC-GAN)",
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
_shape_course = partial(Course, "shape features", 0.28)

CONDITIONAL: Mapping[str, Preset] = {
    "digits-conditional": Preset(
        title="Class-conditional digits (cGAN)",
        sees="G and D are both given the class label. Each column learns one digit, "
        "and on the Latent space page you choose the class.",
        takes="Nine in ten are of the given class after about 600 steps: some 20 s.",
        measured="In 10 of 10 seeds at least 96 in 100 were by then (median 96), as the project's "
        "own classifier of digits sees them.",
        course=digit_course(
            seeds=5,
            marks=(
                Mark(4, 2.72, 3.47, 8.23),
                Mark(8, 1.07, 1.22, 2.80),
                Mark(15, 0.72, 0.97, 1.15),
                Mark(30, 0.53, 0.65, 0.98),
                Mark(60, 0.39, 0.45, 0.62),
            ),
        ),
        config=changed(
            DIGITS, {"title": "Class-conditional digits (cGAN)", "condition": "projection"}
        ),
    ),
    "digits-auxiliary": Preset(
        title="A discriminator that classifies digits (AC-GAN)",
        sees="D is not given the class label: it has to predict it, of real and fake digits. G "
        "learns to be recognised, and each column becomes one digit.",
        takes="Nine in ten are of the given class after about 400 steps: some 15 s.",
        measured="In 10 of 10 seeds at least 95 in 100 were by then (median 97), as the project's "
        "own classifier of digits sees them.",
        config=changed(
            DIGITS,
            {"title": "A discriminator that classifies digits (AC-GAN)", "condition": "auxiliary"},
        ),
        course=digit_course(
            seeds=5,
            marks=(
                Mark(4, 4.60, 7.01, 8.96),
                Mark(8, 2.45, 2.99, 3.15),
                Mark(15, 1.74, 1.94, 2.19),
                Mark(30, 1.10, 1.34, 1.40),
                Mark(60, 0.74, 0.79, 0.87),
            ),
        ),
    ),
    "shapes-conditional": Preset(
        title="Class-conditional shapes (AC-GAN)",
        sees="Blots first, then edges, and then each column is one shape: choose a circle, a "
        "square, a triangle or a cross as the class. D has to predict the class, and learns how "
        "from real pictures alone. G learns few places and sizes for each: it loses variety.",
        takes="Nine in ten are of the given class after about 2,400 steps: some 55 s.",
        measured="In 10 of 10 seeds at least 90 in 100 were by then (median 97), as the project's "
        "own classifier of shapes sees them.",
        config=_SHAPES,
        course=_shape_course(
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
        sees="G gets one of ten codes that mean nothing, and D has to predict it. So kinds of "
        "digits emerge, one in each column: some are a digit, some share one or mix two. The first "
        "two sliders of z change a picture most.",
        takes="The columns differ after about 200 steps; 600 take some 25 s.",
        measured="In 9 of 10 seeds at least 52 in 100 pictures were the digit of their code by "
        "then (median 58), each code standing for a digit of its own; chance gives 10.",
        config=changed(
            DIGITS,
            {
                "title": "Digits sorted without labels (InfoGAN)",
                "condition": "codes",
                "auxiliary_lambda": 0.5,
                "augment_p": 1.0,
                "cutout": False,
            },
        ),
        course=digit_course(
            seeds=5,
            marks=(
                Mark(4, 15.99, 18.68, 19.57),
                Mark(8, 12.90, 14.84, 15.74),
                Mark(15, 10.23, 12.86, 13.46),
                Mark(30, 7.37, 7.73, 9.83),
                Mark(60, 5.10, 7.21, 8.13),
            ),
        ),
    ),
    "shapes-codes": Preset(
        title="Shapes sorted without labels (InfoGAN)",
        sees="G gets one of six codes that mean nothing, and D has to predict it. So kinds of "
        "blots emerge, one in each column: of a place, a size, an outline or a colour of their "
        "own, or almost nothing. Nobody said that the outline is what matters.",
        takes="The columns differ after about 800 steps: some 20 s.",
        measured="In 10 of 10 seeds the picture most like another was of the same code by then, "
        "in at least 99 of 100 cases; chance gives 17.",
        config=changed(
            _SHAPES,
            {
                "title": "Shapes sorted without labels (InfoGAN)",
                "condition": "codes",
                "code_values": 6,
                "auxiliary_lambda": 0.5,
                "auxiliary_fakes": True,
                "cutout": False,
            },
        ),
        course=_shape_course(
            seeds=5,
            marks=(
                Mark(4, 38.74, 41.96, 62.87),
                Mark(8, 22.91, 25.54, 47.81),
                Mark(15, 15.62, 26.40, 46.68),
                Mark(30, 6.46, 11.32, 29.70),
                Mark(60, 10.54, 15.28, 29.18),
            ),
        ),
    ),
}
