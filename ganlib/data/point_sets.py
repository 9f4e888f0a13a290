"""The 2-D distributions; their densities are computed in `ganlib.data.toy`."""

import math

from ganlib.data.spec import PointSet
from ganlib.lazy import Later

toy = Later("ganlib.data.toy")

BUILT_IN = (
    PointSet(
        key="line",
        title="Line",
        summary="A slanted segment, equally likely along its length.",
        make=lambda points: toy.NoisySegment(half_length=0.9, angle=math.pi / 6, noise=0.03),
    ),
    PointSet(
        key="two-gaussians",
        title="Two Gaussians",
        summary="Two wide spots, left and right.",
        make=lambda points: toy.GaussianModes(toy.ring(2, 0.6), sigma=0.15),
    ),
    PointSet(
        key="three-blobs",
        title="Three blobs",
        summary="Three wide spots at the corners of a triangle.",
        make=lambda points: toy.GaussianModes(toy.ring(3, 0.7, start=math.pi / 2), sigma=0.12),
    ),
    PointSet(
        key="ring",
        title="Ring of eight Gaussians",
        summary="Eight narrow spots on a circle. Metz et al. 2017, arXiv 1611.02163.",
        make=lambda points: toy.GaussianModes(toy.ring(8, 1.0), sigma=0.01),
    ),
    PointSet(
        key="grid",
        title="Grid of 25 Gaussians",
        summary="Five by five narrow spots. Lin et al. 2018, arXiv 1712.04086, with lengths "
        "divided by 4.",
        make=lambda points: toy.GaussianModes(toy.grid(5), sigma=0.0125),
    ),
    PointSet(
        key="two-moons",
        title="Two moons",
        summary="Two half circles that reach into each other.",
        make=lambda points: toy.GaussianMixture(toy.two_moons(), width=0.04),
    ),
    PointSet(
        key="swiss-roll",
        title="Swiss roll",
        summary="One arm that winds outwards, one and a half times.",
        make=lambda points: toy.GaussianMixture(toy.swiss_roll(), width=0.025),
    ),
    PointSet(
        key="spiral",
        title="Spiral",
        summary="Two arms that wind outwards side by side.",
        make=lambda points: toy.GaussianMixture(toy.two_arms(), width=0.025),
    ),
    PointSet(
        key="checkerboard",
        title="Checkerboard",
        summary="Eight evenly filled squares out of sixteen.",
        make=lambda points: toy.Checkerboard(),
    ),
    PointSet(
        key="sketch",
        title="Sketch",
        summary="What a person draws: a blot around each point.",
        make=lambda points: toy.sketch(points),
        is_drawn=True,
    ),
)
