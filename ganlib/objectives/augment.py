"""DiffAugment: random changes of pictures that a gradient passes through.

D must not know few data by heart, and G must not learn the changes: so reals and fakes pass
through the same ones, in D's updates and in G's.

Source: Zhao et al. 2020, arXiv 2006.10738; that each sample is changed with a probability p:
Karras et al. 2020, arXiv 2006.06676.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import pad

Kind = Literal["translation", "cutout", "recolour"]


def augment(samples: Tensor, p: float, kinds: Iterable[Kind], rng: torch.Generator) -> Tensor:
    """The pictures, each changed with probability p in each of these ways by itself.

    Args:
        samples: (N, C, S, S) in about [-1, 1].
        p: in [0, 1]; with 0 they stay as they are.
        kinds: ways of changing.
        rng: a generator on the CPU, so that a seed means the same on every device.
    """
    if p == 0:
        return samples
    for kind in kinds:
        is_touched = torch.rand(len(samples), 1, 1, 1, generator=rng) < p
        samples = _CHANGES[kind](samples, is_touched.to(samples.device), rng)
    return samples


def translate(samples: Tensor, is_touched: Tensor, rng: torch.Generator) -> Tensor:
    """Shift by up to an eighth of the side, rounded down; what comes in is 0.

    The source rounds to the nearest: of side 28 it shifts by up to 4, and this by up to 3.
    """
    side = samples.shape[-1]
    reach = side // 8
    shifts = torch.randint(-reach, reach + 1, (2, len(samples), 1), generator=rng)
    shifts = shifts.to(samples.device) * is_touched[:, 0, 0]
    rows, columns = torch.arange(side, device=samples.device) + reach - shifts
    numbers = torch.arange(len(samples), device=samples.device)[:, None, None]
    # Indexing puts the channels last.
    padded = pad(samples, [reach] * 4)
    shifted: Tensor = padded[numbers, :, rows[:, :, None], columns[:, None, :]]
    return torch.movedim(shifted, -1, 1)


def cut(samples: Tensor, is_touched: Tensor, rng: torch.Generator) -> Tensor:
    """Set a square of half the side to 0; its centre may lie anywhere."""
    side = samples.shape[-1]
    centres = torch.randint(0, side + 1, (2, len(samples), 1), generator=rng).to(samples.device)
    places = torch.arange(side, device=samples.device)
    rows, columns = (places >= centres - side // 4) & (places < centres + side // 4)
    is_out: Tensor = rows[:, None, :, None] & columns[:, None, None, :] & is_touched
    return samples.masked_fill(is_out, 0.0)


def recolour(samples: Tensor, is_touched: Tensor, rng: torch.Generator) -> Tensor:
    """Brightness up to 0.5 up or down, saturation 0 to 2 fold, contrast 0.5 to 1.5 fold.

    Grey pictures have no saturation to change.
    """
    draws = torch.rand(3, len(samples), 1, 1, 1, generator=rng).to(samples.device)
    brightness, saturation, contrast = (draws - 0.5) * is_touched
    samples = samples + brightness
    if samples.shape[1] > 1:
        grey = samples.mean(1, keepdim=True)
        samples = samples + (samples - grey) * 2 * saturation
    mean = samples.mean((1, 2, 3), keepdim=True)
    recoloured: Tensor = samples + (samples - mean) * contrast
    return recoloured


_CHANGES: Mapping[Kind, Callable[[Tensor, Tensor, torch.Generator], Tensor]] = {
    "translation": translate,
    "cutout": cut,
    "recolour": recolour,
}
KINDS: tuple[Kind, ...] = tuple(_CHANGES)
"""Every kind, in the order in which they are applied."""
