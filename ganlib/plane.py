"""The game in two dimensions: what both players make of every place in the plane.

The plane shows [-REACH, REACH] x [-REACH, REACH]. Maps are (CELLS, CELLS) values at the middles of
square cells; row 0 is the lowest y, column 0 the lowest x. Logits stay logits.
"""

import math
from collections.abc import Callable, Collection, Mapping
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import pad

from ganlib.config import PLANE_REACH, Mlp2dNetwork, RunConfig, Toy2dData
from ganlib.data import Distribution, distribution
from ganlib.errors import DivergedError
from ganlib.metrics import diagnose, lower_learning_rates, plane_metrics
from ganlib.runtime import draw_z, make_rng
from ganlib.streams import Stream

REACH = PLANE_REACH
CELLS = 64
TICKS = 21
"""Lines of the warped grid, each way."""
LATENT_REACH = 2.0
"""The warped grid is G's picture of [-2, 2] x [-2, 2]."""
POINTS = 512
HELD_OUT = 2500
"""Reals and fakes that the game is measured with; neither player ever sees them."""
CROWD = 8192
"""Fakes whose kernel density stands for p_g."""

_PART = 2048
"""Fakes made at once: small enough for the caches of a CPU, which takes less than half the time."""
_CELL = 2 * REACH / CELLS
BLUR = 0.75 * _CELL
"""Standard deviation of the Gaussian through which both densities behind D* are seen."""
RESOLVED = 0.5
"""The expected number of samples under the blur below which a density counts as nothing."""

_NODE = _CELL / 4
"""Distance of the nodes on which fakes are counted. Sharing a fake out among the four around it
blurs it by _NODE^2 / 6 on average, which is taken off the blur; where among them it lies changes
its count by 2 % at most within one standard deviation, and by 7 % within three."""
_MARGIN = 8 * _CELL
"""More than ten standard deviations: what lies beyond it cannot be seen, and is counted there."""
_NODES = round(2 * (REACH + _MARGIN) / _NODE) + 1

_Module = TypeVar("_Module", bound=nn.Module)


class PlaneSnapshot:
    """A frozen copy of G and D, which any thread may look at while the live ones learn.

    Making one copies the weights and nothing else; all that is seen is computed when looked at, in
    the thread that looks. The same game always looks the same.
    """

    def __init__(self, G: nn.Module, D: nn.Module, config: RunConfig) -> None:
        """Copy the players.

        Args:
            G: z (N, latent_dim) to points (N, 2).
            D: points (N, 2) to logits (N / pack,), each of `pack` consecutive points.
            config: of the run, as it is now.

        Raises:
            TypeError: the run is not one on 2-D data.
        """
        data, network = config.data, config.gan.network
        if not isinstance(data, Toy2dData) or not isinstance(network, Mlp2dNetwork):
            raise TypeError(f"There is no plane to look at when the data are {data.name}.")
        self._G, self._D = _frozen(G), _frozen(D)
        self._device = next(G.parameters()).device
        self._data, self._seed = data, config.seed
        self._latent_dim, self._pack = network.latent_dim, network.pack
        self._objective, self._cure = config.gan.objective, lower_learning_rates(config)
        self._loss = self._objective.loss_spec

    @property
    def reading(self) -> Mapping[str, Any]:
        """How the logits are read, as `ganlib.losses.LossSpec.as_json` tells it."""
        return self._loss.as_json()

    def compute(self, layers: Collection[str]) -> Mapping[str, NDArray[np.float32]]:
        """What the layers of a picture show; samples are there in any case.

        Args:
            layers: names out of `LAYERS`.

        Returns:
            "real": (512, 2) held-out points, always the same.
            "fake": (512, 2) of G, always from the same z.
            "map": (64, 64) logits of D. A D that classifies packs is shown each place `pack` times.
            "optimal": (64, 64) logits of the best D under this loss, that of `pack`
                (log p_r - log p_g): p_r is exact, p_g estimated from 8,192 fakes, both blurred. A
                density of less than half an expected sample is taken for half a sample; NaN where
                both are, as D does not matter there. Left out where the loss has no such logit.
            "gradient": (64, 64) norm of the gradient of the map.
            "forces": (512, 2) minus the gradient of G's loss at each fake, times the number of
                logits that the loss is the mean of: what one sample feels. Packs are consecutive
                fakes, and a last one that is not full takes the first fakes in.
            "warp": (21, 21, 2) of G; the first latent number grows along a row, the second with
                the rows, and the others are 0. With one latent number all rows are alike.
            "warp_density": (21, 21) log density that z brings to G(z), log p_z - log |det J|, inf
                where G is flat; only if latent_dim is 2, as a slice of more has none.
            "noise": as "z", (512, 2): the first two latent numbers of the fakes, 0 for a missing
                one.

        Raises:
            KeyError: there is no layer of that name.
        """
        shown = {"real": self._real()[:POINTS], "fake": self._fake}
        for layer in layers:
            shown |= _LAYERS[layer](self)
        return {name: _array(values) for name, values in shown.items()}

    def measure(self) -> Mapping[str, Any]:
        """Metrics of the two networks, from 2,500 held-out reals and as many fresh fakes.

        Returns:
            What `ganlib.metrics.plane_metrics` says, "mean_force", the mean norm of "forces",
            "reading", how D is read, "pack", how many samples it classifies together, and "words",
            what `ganlib.metrics.diagnose` makes of them.

        Raises:
            DivergedError: a point or a logit is not a finite number.
        """
        real, fake = self._real(), self._crowd(HELD_OUT)
        known, logits = _distribution(self._data), (self._logits(real), self._logits(fake))
        try:
            measured = plane_metrics(known, real, fake, *logits, self._objective)
        except DivergedError as error:
            raise DivergedError(f"{error} Try {self._cure}.") from None
        measured["mean_force"] = self._forces()["forces"].norm(dim=1).mean().item()
        words = diagnose(measured, self._loss)
        return measured | {"words": words, "reading": self.reading, "pack": self._pack}

    def _map(self) -> dict[str, Tensor]:
        return {"map": self._logits_at(_PLACES.to(self._device)).view(CELLS, CELLS)}

    def _optimal(self) -> dict[str, Tensor]:
        best = self._loss.best
        if best is None:
            return {}
        real, fake = _real_counts(self._data), _counts(self._crowd(CROWD).cpu())
        logits = best.logit(
            self._pack * (real.clamp_min(RESOLVED) / fake.clamp_min(RESOLVED)).log()
        )
        return {"optimal": logits.where((real >= RESOLVED) | (fake >= RESOLVED), math.nan)}

    def _gradient_norm(self) -> dict[str, Tensor]:
        places = _PLACES.to(self._device, copy=True).requires_grad_(True)
        (gradient,) = torch.autograd.grad(self._logits_at(places).sum(), places)
        return {"gradient": gradient.norm(dim=1).view(CELLS, CELLS)}

    def _forces(self) -> dict[str, Tensor]:
        fake = self._fake.clone().requires_grad_(True)
        fake_logits = self._logits(fake)
        pairs = self._loss.compares_pairs
        real_logits = self._logits(self._real()[:POINTS]) if pairs else fake_logits
        g_loss = self._loss.g(real_logits, fake_logits)
        (gradient,) = torch.autograd.grad(g_loss * len(fake_logits), fake)
        return {"forces": -gradient}

    def _warp(self) -> dict[str, Tensor]:
        dims = min(2, self._latent_dim)
        z = torch.zeros(TICKS**2, self._latent_dim)
        z[:, :dims] = _LATTICE[:, :dims]
        z = z.to(self._device).requires_grad_(self._latent_dim == 2)
        points: Tensor = self._G(z)
        shown = {"warp": points.detach().view(TICKS, TICKS, 2)}
        if z.requires_grad:
            x, y = (
                torch.autograd.grad(out.sum(), z, retain_graph=True)[0] for out in points.unbind(1)
            )
            volume = (x[:, 0] * y[:, 1] - x[:, 1] * y[:, 0]).abs()
            log_prior = z.detach().square().sum(1) / -2 - math.log(2 * math.pi)
            shown["warp_density"] = (log_prior - volume.log()).view(TICKS, TICKS)
        return shown

    def _noise(self) -> dict[str, Tensor]:
        return {"z": pad(self._z()[:, :2], (0, max(0, 2 - self._latent_dim)))}

    def _logits(self, points: Tensor) -> Tensor:
        """D's logits of consecutive packs; the first points fill the last one."""
        lacking = -len(points) % self._pack
        logits: Tensor = self._D(torch.cat((points, points[:lacking].detach())))
        return logits

    def _logits_at(self, places: Tensor) -> Tensor:
        """D's logits of packs that lie at one place each."""
        logits: Tensor = self._D(places[:, None].expand(-1, self._pack, -1).reshape(-1, 2))
        return logits

    def _real(self) -> Tensor:
        return _held_out(self._data, self._seed).to(self._device)

    def _z(self, count: int = POINTS, stream: Stream = Stream.PLANE_FAKES) -> Tensor:
        return _latents(count, self._latent_dim, self._seed, stream).to(self._device)

    @cached_property
    def _fake(self) -> Tensor:
        points: Tensor = self._G(self._z())
        return points

    def _crowd(self, count: int) -> Tensor:
        z = self._z(CROWD, Stream.PLANE_CROWD)[:count]
        return torch.cat([self._G(part) for part in z.split(_PART)])


_LAYERS: Mapping[str, Callable[[PlaneSnapshot], dict[str, Tensor]]] = {
    "map": PlaneSnapshot._map,
    "optimal": PlaneSnapshot._optimal,
    "gradient": PlaneSnapshot._gradient_norm,
    "forces": PlaneSnapshot._forces,
    "warp": PlaneSnapshot._warp,
    "noise": PlaneSnapshot._noise,
}
LAYERS = tuple(_LAYERS)


def _frozen(module: _Module) -> _Module:
    """A copy in eval mode that asks for no gradients.

    Only weights and buffers are copied: the rest of a layer never changes. That takes a tenth of
    the time of copy.deepcopy, which matters as a game is made several times a second.
    """
    twin = object.__new__(type(module))
    twin.__dict__ = module.__dict__ | {
        "training": False,
        "_parameters": {
            name: weight if weight is None else nn.Parameter(weight.detach().clone(), False)
            for name, weight in module._parameters.items()
        },
        "_buffers": {
            name: buffer if buffer is None else buffer.detach().clone()
            for name, buffer in module._buffers.items()
        },
        "_modules": {
            name: child if child is None else _frozen(child)
            for name, child in module._modules.items()
        },
    }
    return twin


def _array(values: Tensor) -> NDArray[np.float32]:
    return values.detach().to("cpu", torch.float32, copy=True).numpy()


def _square(ticks: Tensor) -> Tensor:
    """(T^2, 2) float32 pairs (x, y) of T ticks; x grows first."""
    return torch.cartesian_prod(ticks, ticks).flip(1).float()


def _smoother(ticks: Tensor) -> Tensor:
    """(CELLS, NODES) float32: what a fake at each node counts for at each tick, at most about 1."""
    nodes = torch.arange(_NODES, dtype=torch.float64) * _NODE - (REACH + _MARGIN)
    width = math.sqrt(BLUR**2 - _NODE**2 / 6)
    weights = ((ticks[:, None] - nodes) / width).square().div(-2).exp() * (BLUR / width)
    return weights.float()


_TICKS = (torch.arange(CELLS, dtype=torch.float64) + 0.5) * _CELL - REACH
_PLACES = _square(_TICKS)
_LATTICE = _square(torch.linspace(-LATENT_REACH, LATENT_REACH, TICKS))
_SMOOTHER = _smoother(_TICKS)


def _counts(points: Tensor) -> Tensor:
    """(CELLS, CELLS) sums of exp(-d^2 / 2 BLUR^2) over (N, 2) points at the distances d."""
    place = ((points.T + (REACH + _MARGIN)) / _NODE).clamp(0, _NODES - 1)
    below = place.floor().clamp_max(_NODES - 2)
    share = place - below
    (left, bottom), (right, top) = 1 - share, share
    weights = torch.stack((left * bottom, right * bottom, left * top, right * top))
    column, row = below.long()
    corners = row * _NODES + column + torch.tensor([[0], [1], [_NODES], [_NODES + 1]])
    on_nodes = torch.bincount(corners.flatten(), weights.flatten(), minlength=_NODES**2)
    return _SMOOTHER @ on_nodes.view(_NODES, _NODES) @ _SMOOTHER.T


# What follows depends on the settings of a run alone, and is kept for all its games.


@lru_cache(maxsize=32)
def _distribution(data: Toy2dData) -> Distribution:
    return distribution(data.name, data.points)


@lru_cache(maxsize=32)
def _held_out(data: Toy2dData, seed: int) -> Tensor:
    return _distribution(data).sample(HELD_OUT, make_rng(seed, Stream.PLANE_REALS))


@lru_cache(maxsize=32)
def _real_counts(data: Toy2dData) -> Tensor:
    """(CELLS, CELLS) expected `_counts` of as many reals as the crowd has fakes."""
    density = _distribution(data).log_density(_PLACES, BLUR).exp()
    return (CROWD * 2 * math.pi * BLUR**2 * density).view(CELLS, CELLS)


@lru_cache(maxsize=32)
def _latents(count: int, latent_dim: int, seed: int, stream: Stream) -> Tensor:
    return draw_z(count, latent_dim, make_rng(seed, stream))
