"""What D and G minimise."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    AfterValidator,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import PydanticKnownError

from ganlib.config.part import KeyOf, Part, setting
from ganlib.losses import LOSSES, LossSpec
from ganlib.penalties import PENALTIES, GradientPenalty

if TYPE_CHECKING:
    from ganlib.config.run import RunConfig


def and_companions(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values, and what a loss among them brings beside it, unless that is given too."""
    chosen = LOSSES.get(str(values.get("loss")))
    return {**chosen.companions, **values} if chosen else values


def _of_a_penalty(name: str) -> str:
    if name not in PENALTIES:
        raise PydanticKnownError("extra_forbidden")
    return name


def _conditioning(config: "RunConfig") -> str:
    return getattr(config.algorithm.network, "conditioning", "none")


Weight = Annotated[float, Field(ge=0, le=1000)]


def _weight(penalty: GradientPenalty) -> Any:
    """Declare the weight of a gradient penalty; computed in `ganlib.penalties.gradient`."""
    return setting(
        0.0,
        f"Gradient penalty {penalty.name}",
        penalty.summary,
        symbol=penalty.symbol,
        source="; ".join(penalty.sources),
        live=True,
    )


class Objective(Part, extra="allow"):
    """What D and G minimise. Formulas and sources stand in `ganlib.losses` and `ganlib.penalties`.

    Besides what is declared here there is a weight for each registered gradient penalty.
    """

    __pydantic_extra__: dict[Annotated[str, AfterValidator(_of_a_penalty)], Weight]

    loss: Annotated[str, KeyOf(LOSSES)] = setting("ns", "Loss", "What D and G minimise.", live=True)
    penalty_interval: int = setting(
        1,
        "Penalty interval",
        "Compute the penalties above every so many D updates, weighted up as much.",
        unit="updates of D",
        source="Lazy regularisation: Karras et al. 2020, arXiv 1912.04958",
        when=lambda config, own: own.has_gradient_penalty,
        ge=1,
        le=64,
    )
    lecam_lambda: float = setting(
        0.0,
        "LeCam regularisation",
        "Weight of LeCam: D's real logits stay near its mean fake one, and the reverse.",
        symbol="λ",
        source="Tseng et al. 2021, arXiv 2104.03310",
        live=True,
        when=lambda config, own: own.lecam_lambda > 0 or not own.loss_spec.compares_pairs,
        ge=0,
        le=100,
    )
    auxiliary_lambda: float = setting(
        1.0,
        "Auxiliary loss",
        "Weight of the class or code that D predicts (conditioning auxiliary or codes only).",
        symbol="λ",
        source="AC-GAN: Odena et al. 2017, arXiv 1610.09585; InfoGAN: Chen et al. 2016, "
        "arXiv 1606.03657",
        live=True,
        when=lambda config, own: _conditioning(config) in ("auxiliary", "codes"),
        ge=0,
        le=100,
    )
    auxiliary_fakes: bool = setting(
        True,
        "Auxiliary loss on fakes",
        "D learns to predict the class from fakes too, as the AC-GAN paper has it; else from real "
        "samples alone (conditioning auxiliary only).",
        source="Odena et al. 2017, arXiv 1610.09585",
        when=lambda config, own: _conditioning(config) == "auxiliary",
    )
    weight_clip: float = setting(
        0.0,
        "Weight clipping",
        "Clip every weight of D to this size after its update, for a loss whose critic is held so.",
        symbol="c",
        source="Arjovsky et al. 2017, arXiv 1701.07875",
        live=True,
        when=lambda config, own: own.weight_clip > 0 or own.loss_spec.companions["weight_clip"] > 0,
        ge=0,
        le=1,
    )
    label_smoothing: float = setting(
        0.0,
        "One-sided label smoothing",
        "Taken off the label 1 of real samples in D's loss, where it has labels.",
        source="Salimans et al. 2016, arXiv 1606.03498",
        when=lambda config, own: own.label_smoothing > 0 or own.loss_spec.smooth is not None,
        ge=0,
        le=0.5,
    )
    instance_noise: float = setting(
        0.0,
        "Instance noise",
        "Standard deviation of noise on D's input at the start.",
        symbol="σ",
        source="Sønderby et al. 2017, arXiv 1610.04490; Arjovsky & Bottou 2017, arXiv 1701.04862",
        ge=0,
        le=2,
    )
    instance_noise_steps: int = setting(
        2000,
        "Steps of instance noise",
        "Steps over which that noise falls to zero.",
        unit="steps",
        when=lambda config, own: own.instance_noise > 0,
        ge=1,
        le=10_000_000,
    )
    unrolled_steps: int = setting(
        0,
        "Unrolled updates",
        "G looks so many updates of D ahead; for 2-D data only.",
        symbol="K",
        unit="updates of D",
        source="Metz et al. 2017, arXiv 1611.02163",
        when=lambda config, own: own.unrolled_steps > 0 or config.data.is_2d,
        ge=0,
        le=10,
    )

    @model_validator(mode="before")
    @classmethod
    def _bring_companions(cls, values: Any) -> Any:
        if isinstance(values, Mapping):
            given = and_companions(values)
            return {
                **dict.fromkeys(PENALTIES, 0.0),
                **{name: one for name, one in given.items() if not cls._is_of_nothing(name, one)},
            }
        return values

    @classmethod
    def _is_of_nothing(cls, name: str, value: Any) -> bool:
        """Whether it is the weight 0 of a penalty that was registered where it was written."""
        is_known = name in PENALTIES or name in cls.model_fields
        return not is_known and isinstance(value, float) and value == 0

    @model_serializer(mode="wrap")
    def _leave_out_what_is_off(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # Who reads it may lack the penalty. A 0 in place of what the loss brings is written.
        brought = and_companions({"loss": self.loss})
        weights = self.__pydantic_extra__ or {}
        off = {key for key, weight in weights.items() if not (weight or brought.get(key))}
        return {name: one for name, one in write(self).items() if name not in off}

    @classmethod
    def declared(cls) -> Mapping[str, FieldInfo]:
        """The loss, the weight of each penalty, and the rest."""
        weights = {
            key: FieldInfo.from_annotated_attribute(Weight, _weight(one))
            for key, one in PENALTIES.items()
        }
        return {"loss": cls.model_fields["loss"], **weights, **cls.model_fields}

    def weight(self, penalty: GradientPenalty) -> float:
        """That of a gradient penalty; 0 for one that was registered later."""
        return (self.__pydantic_extra__ or {}).get(penalty.key, 0.0)

    @property
    def loss_spec(self) -> LossSpec:
        """All that is known of the loss, its labels smoothed where it has any."""
        spec = LOSSES[self.loss]
        if spec.smooth is None or self.label_smoothing == 0:
            return spec
        return spec.smooth(spec, self.label_smoothing)

    @property
    def has_gradient_penalty(self) -> bool:
        """Whether any gradient penalty is on."""
        return any(self.weight(one) for one in PENALTIES.values())
