"""What all networks share that give each code of a sample from those before it."""

from collections.abc import Callable

from torch import Tensor, nn

from ganlib.models.conditional import round_robin_condition

Choose = Callable[[int, Tensor], Tensor]
"""Of a place and the logits (N, K) there, the codes (N,) int64 that it gets."""


class AutoregressiveModel(nn.Module):
    """p(x) = p(x_1) p(x_2 | x_1) ... p(x_D | x_1 ... x_D-1), each a table of K chances.

    Attributes:
        length: D, codes of a sample.
        values: K, values of a code.
        classes: that it is conditioned on; 0 where it is unconditional.
    """

    def __init__(self, length: int, values: int, classes: int) -> None:
        super().__init__()
        self.length, self.values, self.classes = length, values, classes

    def embed(self, codes: Tensor) -> Tensor:
        """(N, D) codes -> the numbers that the network is given, with the codes in their order.

        They are (N, D, ...): one can take the gradient of a logit with respect to them.
        """
        raise NotImplementedError

    def logits(self, inputs: Tensor, condition: Tensor | None = None) -> Tensor:
        """What `embed` gives, and the classes asked for (N, classes) -> logits (N, D, K).

        Logits of a place depend on the inputs of earlier places alone.
        """
        raise NotImplementedError

    def draw(self, count: int, choose: Choose, condition: Tensor | None = None) -> Tensor:
        """Draw (count, D) codes, one place after the other, without working out anything twice.

        Args:
            count: samples.
            choose: is asked at each place in turn.
            condition: (count, classes).
        """
        raise NotImplementedError

    def forward(self, codes: Tensor, condition: Tensor | None = None) -> Tensor:
        """(N, D) codes, (N, classes) -> (N, D, K) logits."""
        return self.logits(self.embed(codes), condition)

    def condition_of(self, count: int, condition: Tensor | None) -> Tensor:
        """The condition (count, classes), in which without a wish the classes take turns."""
        if condition is None:
            condition = round_robin_condition(count, max(1, self.classes))
        return condition.to(next(self.parameters()))
