"""A generator that first turns z into a style w, and is steered by it in every layer.

z is normal in all directions alike, whatever the data are; w is free to lie as the data do. The
picture grows from a learnt constant, and w decides at each layer which channels are strong. At side
28 and width w:

    z -> w;  constant (2w, 7, 7) -> (2w, 7, 7) -> (w, 14, 14) -> (w, 28, 28) -> (C, 28, 28)

A style scales the channels that a convolution takes in, and what comes out is divided by the scale
that this gives it on average. The AdaIN of the first version normalises each map by what is in it
instead, so that a layer cannot pass on how strong its maps are, and learns to hide a blot in one.

Source: Karras et al. 2020, arXiv 1912.04958; w and its mean: Karras et al. 2019, arXiv 1812.04948.
Without noise inputs (a z is one picture), progressive growth and path length penalty.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from ganlib.config import StyleNetwork
from ganlib.models.dcgan import discriminator
from ganlib.models.layers import HALVINGS, GainedConv2d, StartsItself

MEAN_DECAY = 0.995
"""Share of the mean style that stays at each batch in training."""
SLOPE = 0.2


class Modulated(StartsItself):
    """A convolution whose inputs are scaled by a style: (N, C, H, W), (N, w_dim) -> (N, C', H, W).

    With `demodulated`, outputs have variance 1 where inputs have it, whatever the style.
    """

    def __init__(self, convolution: nn.Conv2d, w_dim: int, demodulated: bool) -> None:
        super().__init__()
        self.scales = nn.Linear(w_dim, convolution.in_channels)
        self.convolution = convolution
        self.bias = nn.Parameter(torch.empty(convolution.out_channels))
        self.demodulated = demodulated

    def start(self, rng: torch.Generator) -> None:
        """Begin without a bias."""
        nn.init.zeros_(self.bias)

    def forward(self, maps: Tensor, w: Tensor) -> Tensor:
        """Scale, convolve, and scale back."""
        scales = 1 + self.scales(w)
        out: Tensor = self.convolution(maps * scales[:, :, None, None])
        if self.demodulated:
            strengths = self.convolution.weight.square().sum((2, 3))
            out = out * (scales.square() @ strengths.T + 1e-8).rsqrt()[:, :, None, None]
        return out + self.bias[:, None, None]


class StyleGenerator(StartsItself):
    """z (N, latent_dim) -> w (N, w_dim) -> pictures (N, C, S, S) in [-1, 1].

    Attributes:
        layers: how many layers a style steers, from coarse to fine; the last draws the picture.
        w_mean: (w_dim,), moving mean of the styles seen in training.
    """

    w_mean: Tensor

    def __init__(self, network: StyleNetwork, widths: list[int], side: int) -> None:
        super().__init__()
        steps = [network.latent_dim, *[network.w_dim] * network.mapping_depth]
        self.mapping = nn.Sequential(
            *(
                layer
                for before, after in pairwise(steps)
                for layer in (nn.Linear(before, after), nn.LeakyReLU(SLOPE))
            )
        )
        self.register_buffer("w_mean", torch.empty(network.w_dim))
        picture, *outwards = widths
        inwards = outwards[::-1]
        self.constant = nn.Parameter(torch.empty(inwards[0], side, side))
        channels = [inwards[0], *inwards, outwards[0]]
        self.convolutions = nn.ModuleList(
            Modulated(nn.Conv2d(before, after, 3, padding=1, bias=False), network.w_dim, True)
            for before, after in pairwise(channels)
        )
        # Small at first, so that tanh is not yet flat.
        last = GainedConv2d(channels[-1], picture, 1, bias=False, gain=0.2)
        self.to_picture = Modulated(last, network.w_dim, False)
        self.upsample = nn.Upsample(scale_factor=2, mode="bilinear")
        self.layers = len(self.convolutions) + 1

    def start(self, rng: torch.Generator) -> None:
        """Draw the constant from a standard normal; `settle` finds the mean style."""
        nn.init.normal_(self.constant, generator=rng)
        nn.init.zeros_(self.w_mean)

    @torch.no_grad()
    def settle(self, z: Tensor) -> None:
        """Take the mean style of these latent vectors for that of all."""
        self.w_mean.copy_(self.mapping(z).mean(0))

    def forward(self, z: Tensor) -> Tensor:
        """Draw; in training mode, the mean style follows."""
        w: Tensor = self.mapping(z)
        if self.training:
            self.w_mean.lerp_(w.detach().mean(0), 1 - MEAN_DECAY)
        return self.synthesise(w[:, None].expand(-1, self.layers, -1))

    def truncated(self, w: Tensor, psi: float) -> Tensor:
        """Styles (..., w_dim) brought nearer to the mean one: psi 1 leaves them, 0 is the mean.

        Nearer styles give cleaner and more uniform pictures.
        """
        return self.w_mean.lerp(w, psi)

    def synthesise(self, ws: Tensor) -> Tensor:
        """Pictures of styles (N, layers, w_dim), one for each layer, which may be mixed.

        Raises:
            ValueError: there is not one style for each layer.
        """
        if ws.ndim != 3 or ws.shape[1] != self.layers:
            raise ValueError(
                f"ws has the shape {tuple(ws.shape)}, but must be (N, {self.layers}, w_dim): pass "
                "one style for each layer, which may be the same."
            )
        # Not len(ws), which an export to ONNX would take for a constant.
        maps = self.constant.expand(ws.shape[0], -1, -1, -1)
        for number, convolution in enumerate(self.convolutions):
            if number:
                maps = self.upsample(maps)
            # leaky_relu halves the variance; the root gives it back.
            maps = leaky_relu(convolution(maps, ws[:, number]), SLOPE) * 2**0.5
        picture: Tensor = self.to_picture(maps, ws[:, -1]).tanh()
        return picture


def style_pair(network: StyleNetwork, shape: tuple[int, ...]) -> tuple[nn.Module, nn.Module]:
    """G: see `StyleGenerator`. D: (N, *shape) -> (N / pack,) logits, as in `dcgan`."""
    channels, size, _ = shape
    halvings = HALVINGS[size]
    side = size >> halvings
    widths = [channels, *(network.width << level for level in range(halvings))]
    return StyleGenerator(network, widths, side), discriminator(network, widths, side, norm=False)
