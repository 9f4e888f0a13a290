"""Gated convolutions that see only what is above a pixel and to its left.

A vertical stack looks at all rows above, a horizontal one at the pixels to the left in the same
row, and the first informs the second: no pixel is left out, as single masked convolutions do.

Source: van den Oord et al. 2016, arXiv 1606.05328.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, linear, pad, relu

from ganlib.config import PixelCnnNetwork
from ganlib.models.autoregressive import AutoregressiveModel, Choose
from ganlib.models.codes import PixelCodes


def _gate(maps: Tensor) -> Tensor:
    """(N, 2 w, ...) -> (N, w, ...)."""
    value, gate = maps.chunk(2, 1)
    return value.tanh() * gate.sigmoid()


class GatedLayer(nn.Module):
    """One layer of both stacks.

    Attributes:
        is_first: whether its horizontal stack must not see the pixel itself.
    """

    def __init__(self, before: int, width: int, reach: int, classes: int, is_first: bool) -> None:
        super().__init__()
        self.reach, self.is_first = reach, is_first
        self.vertical = nn.Conv2d(before, 2 * width, (reach + 1, 2 * reach + 1))
        self.horizontal = nn.Conv2d(before, 2 * width, (1, reach + (not is_first)))
        self.link = nn.Conv2d(2 * width, 2 * width, 1)
        self.out = nn.Conv2d(width, width, 1)
        self.class_projection = nn.Linear(classes, 4 * width, bias=False) if classes else None

    def forward(
        self, above: Tensor, left: Tensor, condition: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """Maps of both stacks (N, before, H, W) -> (N, width, H, W) each."""
        reach = self.reach
        rows = self.vertical(pad(above, (reach, reach, reach, 0)))
        to_vertical, to_horizontal = self.class_bias(condition)
        # What a row makes of itself and of those above it is told to the row below.
        linked = self.link(pad(rows, (0, 0, 1, 0))[:, :, :-1])
        columns = pad(left, (reach, -1 if self.is_first else 0, 0, 0))
        across = _gate(self.horizontal(columns) + linked + to_horizontal)
        out = self.out(across)
        return _gate(rows + to_vertical), out if self.is_first else out + left

    def class_bias(self, condition: Tensor | None) -> tuple[Tensor | float, Tensor | float]:
        """What the classes asked for add to the maps of either stack: (N, 2 width, 1, 1)."""
        if self.class_projection is None or condition is None:
            return 0.0, 0.0
        vertical, horizontal = self.class_projection(condition)[:, :, None, None].chunk(2, 1)
        return vertical, horizontal


class PixelCnn(AutoregressiveModel):
    """The codes of a picture in raster order -> K logits for each pixel."""

    def __init__(self, network: PixelCnnNetwork, codes: PixelCodes, classes: int) -> None:
        super().__init__(codes.length, codes.values, classes)
        self.codes, width = codes, network.width
        # A map of ones besides: it tells the border from black.
        befores = [codes.channels + 1, *[width] * (network.depth - 1)]
        self.layers = nn.ModuleList(
            GatedLayer(before, width, network.reach, classes, is_first=number == 0)
            for number, before in enumerate(befores)
        )
        self.middle = nn.Conv2d(width, 2 * width, 1)
        self.last = nn.Conv2d(2 * width, codes.values, 1)

    def embed(self, codes: Tensor) -> Tensor:
        """(N, D) -> (N, D, C): the values of each pixel in [-1, 1]."""
        return self.codes.colours(codes).transpose(1, 2).to(self.last.weight)

    def logits(self, inputs: Tensor, condition: Tensor | None = None) -> Tensor:
        """(N, D, C) inputs, (N, classes) -> (N, D, K) logits."""
        maps = _with_ones(inputs.transpose(1, 2).unflatten(2, (-1, self.codes.width)))
        condition = self.condition_of(len(inputs), condition) if self.classes else None
        above, left = maps, maps
        for layer in self.layers:
            above, left = layer(above, left, condition)
        out: Tensor = self.last(relu(self.middle(relu(left))))
        return out.flatten(2).transpose(1, 2)

    def draw(self, count: int, choose: Choose, condition: Tensor | None = None) -> Tensor:
        """See `AutoregressiveModel.draw`.

        The vertical stack is worked out a row at a time, and the horizontal one a pixel at a time.
        """
        condition = self.condition_of(count, condition) if self.classes else None
        width = self.codes.width
        codes = torch.zeros(count, self.length, dtype=torch.int64, device=self.last.weight.device)
        maps = _with_ones(torch.zeros_like(self.embed(codes)).transpose(1, 2))
        maps = maps.unflatten(2, (-1, width))
        rows = [
            _Row(layer, count, width, condition)
            for layer in self.layers
            if isinstance(layer, GatedLayer)
        ]
        for place in range(self.length):
            row, column = divmod(place, width)
            if column == 0:
                above = maps[:, :, row - 1 : row] if row else None
                for one in rows:
                    above = one.begin(above)
            left = maps[:, :, row, column - 1] if column else maps.new_zeros(maps[:, :, 0, 0].shape)
            for one in rows:
                left = one.step(column, left)
            hidden = relu(linear(relu(left), _flat(self.middle), self.middle.bias))
            codes[:, place] = choose(place, linear(hidden, _flat(self.last), self.last.bias))
            maps[:, :-1, row, column] = self.codes.colours(codes[:, place : place + 1])[:, :, 0]
        return codes


class _Row:
    """One layer while a picture is drawn: what it has seen of the rows above, and of this one."""

    def __init__(self, layer: GatedLayer, count: int, width: int, condition: Tensor | None) -> None:
        self._layer, (self._to_vertical, self._to_horizontal) = layer, layer.class_bias(condition)
        before, reach = layer.vertical.in_channels, layer.reach
        weight = layer.vertical.weight
        self._above = weight.new_zeros(count, before, reach + 1, width)
        self._linked = weight.new_zeros(count, layer.link.out_channels, 1, width)
        self._seen = weight.new_zeros(count, before, width + reach + 1)
        self._across = layer.horizontal.weight[:, :, 0].flatten(1)

    def begin(self, above: Tensor | None) -> Tensor | None:
        """Take in what the stack below made of the last row (N, before, 1, W); give one's own.

        None in the first row, above which there is nothing.
        """
        layer = self._layer
        self._seen.zero_()
        if above is None:
            self._linked = layer.link(torch.zeros_like(self._linked))
            return None
        self._above = torch.cat((self._above[:, :, 1:], above), 2)
        reach = layer.reach
        padded = pad(self._above, (reach, reach))
        rows = conv2d(padded, layer.vertical.weight, layer.vertical.bias)
        self._linked = layer.link(rows)
        return _gate(rows + self._to_vertical)

    def step(self, column: int, left: Tensor) -> Tensor:
        """Take in the newest (N, before) of the stack below; give one's own (N, width).

        The first layer is given the pixel before this one, the others what is made of this one.
        """
        layer, reach = self._layer, self._layer.reach
        self._seen[:, :, column + reach] = left
        first = column + 1 if layer.is_first else column
        window = self._seen[:, :, first : first + self._layer.horizontal.kernel_size[1]]
        across = linear(window.flatten(1), self._across, layer.horizontal.bias)
        across = across + self._linked[:, :, 0, column]
        class_bias = self._to_horizontal
        if isinstance(class_bias, Tensor):
            across = across + class_bias.flatten(1)
        out = linear(_gate(across), _flat(layer.out), layer.out.bias)
        return out if layer.is_first else out + left


def _flat(layer: nn.Conv2d) -> Tensor:
    """The weights of a convolution of one pixel as a matrix."""
    return layer.weight[:, :, 0, 0]


def _with_ones(maps: Tensor) -> Tensor:
    """One map more, of ones."""
    return torch.cat((maps, torch.ones_like(maps[:, :1])), 1)
