"""The streams of random numbers of runs, and of latents: each is named here, none shifts another.

What is measured and split is always the same: its seeds stand where they are used, in
`ganlib.metrics`, `ganlib.data` and `ganlib.latent`.
"""

from enum import IntEnum, unique


@unique
class Stream(IntEnum):
    """What random numbers are drawn for.

    Those below 100 begin with the seed of a run (`ganlib.runtime.make_rng`). The others are seeds
    themselves, the same for every run, so that what is measured of two runs can be compared. Their
    numbers never change: a run of before, done again, is bitwise the same.
    """

    WEIGHTS = 0
    """Weights at the start of a run."""
    LATENTS = 1
    """z of the training steps: what G turns into fakes, the noise of a VAE."""
    PENALTIES = 2
    """Where gradient penalties that move samples look at D."""
    INSTANCE_NOISE = 3
    """Noise on D's input."""
    AUGMENTATION = 4
    """Changes to what D sees."""
    CODES = 5
    """Classes and codes that G is asked for while it learns."""
    BATCHES = 10
    """The order of the data, or the points themselves."""
    FRAMES = 11
    """z of what every frame shows."""
    PLANE_FAKES = 12
    """z of the fakes that a picture of the plane shows."""
    PLANE_REALS = 13
    """Reals that the game in the plane is measured with."""
    PLANE_CROWD = 14
    """z of the fakes whose density stands for p_g."""
    EXPORT = 20
    """Inputs on which an exported network is compared with torch."""

    MEASURED_FAKES = 2**31
    """z of the pictures that are measured."""
    DIRECTIONS = 2**31 + 1
    """z among which directions in the latent space are looked for."""
    EXPLORED_FAKES = 2**31 + 2
    """z of the pictures that an explorer's metrics are of."""
    LIKELIHOOD_POINTS = 2**31 + 3
    """Points whose likelihood is measured."""
    MEASURED_POINTS = 2**31 + 4
    """z of the points that are measured."""
    SHOWN_POINTS = 2**31 + 5
    """Points of the data beside which a model of points is shown."""
