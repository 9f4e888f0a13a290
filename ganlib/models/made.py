"""A perceptron whose weights are masked so that each output depends on earlier inputs alone.

Source: Germain et al. 2015, arXiv 1502.03509 (MADE), in natural order.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import linear, relu

from ganlib.config import MadeNetwork
from ganlib.models.autoregressive import AutoregressiveModel, Choose
from ganlib.models.conditional import class_condition


class MaskedLinear(nn.Linear):
    """A linear layer that leaves out the weights where its mask is 0."""

    mask: Tensor

    def __init__(self, before: int, after: int) -> None:
        super().__init__(before, after)
        self.register_buffer("mask", torch.empty(after, before), persistent=False)

    def forward(self, inputs: Tensor) -> Tensor:
        """(N, before) -> (N, after)."""
        return linear(inputs, self.weight * self.mask, self.bias)


class Made(AutoregressiveModel):
    """D codes of K values -> K logits for each of them, from the codes before it.

    A unit of degree m sees the first m codes. The units of a layer are in the order of their
    degrees, spread evenly from 0 to D - 1; those of degree 0 see the condition alone. Narrower than
    D, a network has no unit of some degrees, and the places after them miss the newest codes.
    """

    def __init__(self, network: MadeNetwork, length: int, values: int, classes: int) -> None:
        super().__init__(length, values, classes)
        self.width = network.width
        widths = [length * values, *[network.width] * network.depth, length * values]
        self.layers = nn.ModuleList(MaskedLinear(*pair) for pair in pairwise(widths))
        self.class_projection = nn.Linear(classes, network.width, bias=False) if classes else None

    def set_masks(self) -> None:
        """Set the masks, which follow from the sizes alone, once the layers have storage."""
        degrees = [self._seen(), *[self._degrees()] * (len(self.layers) - 1)]
        for layer, before, after in zip(self._masked, degrees, degrees[1:], strict=False):
            layer.mask.copy_(after[:, None] >= before[None, :])
        # An output looks at units that saw earlier codes only: its own code is one too far.
        self._masked[-1].mask.copy_(self._seen()[:, None] > degrees[-1][None, :])

    def embed(self, codes: Tensor) -> Tensor:
        """(N, D) -> (N, D, K), one-hot."""
        return class_condition(codes, self.values).to(self._masked[0].weight)

    def logits(self, inputs: Tensor, condition: Tensor | None = None) -> Tensor:
        """(N, D, K) inputs, (N, classes) -> (N, D, K) logits."""
        first, *middle, last = self.layers
        hidden = first(inputs.flatten(1))
        if self.class_projection is not None:
            hidden = hidden + self.class_projection(self.condition_of(len(inputs), condition))
        for layer in middle:
            hidden = layer(relu(hidden))
        out: Tensor = last(relu(hidden))
        return out.view(-1, self.length, self.values)

    def draw(self, count: int, choose: Choose, condition: Tensor | None = None) -> Tensor:
        """See `AutoregressiveModel.draw`.

        When a code is chosen, the units of its degree are worked out, and never again: all of it
        costs as much as one pass of the network.
        """
        *inner, outer = [(layer.weight * layer.mask, layer.bias) for layer in self._masked]
        class_bias = (
            None
            if self.class_projection is None
            else self.class_projection(self.condition_of(count, condition))
        )
        inputs = outer[0].new_zeros(count, self.length * self.values)
        hidden = [inputs.new_zeros(count, self.width) for _ in inner]
        codes = torch.zeros(count, self.length, dtype=torch.int64, device=inputs.device)
        bounds = torch.searchsorted(self._degrees(), torch.arange(self.length + 1)).tolist()
        for place, (begin, end) in enumerate(pairwise(bounds)):
            first = place * self.values
            before, known = inputs, first
            for number, ((weight, bias), after) in enumerate(zip(inner, hidden, strict=True)):
                if begin == end:
                    break
                new = linear(before[:, :known], weight[begin:end, :known], bias[begin:end])
                if number == 0 and class_bias is not None:
                    new = new + class_bias[:, begin:end]
                after[:, begin:end] = relu(new)
                before, known = after, end
            own = slice(first, first + self.values)
            logits = linear(hidden[-1][:, :end], outer[0][own, :end], outer[1][own])
            codes[:, place] = choose(place, logits)
            inputs[:, own] = class_condition(codes[:, place], self.values)
        return codes

    def _seen(self) -> Tensor:
        """The degree of each input: its place among the codes, from 1 on."""
        return torch.arange(1, self.length + 1).repeat_interleave(self.values)

    def _degrees(self) -> Tensor:
        """(width,) of the units of a hidden layer, rising."""
        return torch.linspace(0, self.length - 1, self.width).round().long()

    @property
    def _masked(self) -> list[MaskedLinear]:
        return [layer for layer in self.layers if isinstance(layer, MaskedLinear)]
