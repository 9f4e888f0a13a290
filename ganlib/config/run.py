"""The root of the tree."""

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import ValidationError, model_validator

from ganlib.config import aliases
from ganlib.config.data import AnyData, ImageData
from ganlib.config.family import AnyFamily
from ganlib.config.gan import GanConfig
from ganlib.config.part import Part, setting
from ganlib.config.saving import Saving
from ganlib.errors import ConfigError
from ganlib.validation import NO_TITLES, first_violation, problems


class RunConfig(Part):
    """Everything that decides a run. The same RunConfig gives the same run on the same machine."""

    title: str = setting(
        "My run", "Title", "What the run is called.", role="title", min_length=1, max_length=80
    )
    seed: int = setting(
        0,
        "Random seed",
        "Start of every random number of the run.",
        role="seed",
        ge=0,
        le=2**32 - 1,
    )
    total_steps: int = setting(
        3000,
        "Training steps",
        "Steps after which the run is complete.",
        unit="steps",
        role="length",
        ge=1,
        le=10_000_000,
    )
    batch_size: int = setting(
        64, "Batch size", "Samples in a batch.", symbol="N", unit="samples", ge=2, le=4096
    )
    frame_every: int = setting(
        25,
        "Steps between frames",
        "Steps between two saved frames.",
        unit="steps",
        role="record",
        ge=1,
        le=100_000,
    )
    device: Literal["auto", "cpu", "cuda"] = setting(
        "auto", "Device", "Where to compute.", role="machine"
    )
    cpu_threads: int = setting(
        0,
        "CPU threads",
        "Threads to compute with; 0 lets the run manager share them out.",
        unit="threads",
        role="machine",
        live=True,
        ge=0,
        le=64,
    )
    data: AnyData = ImageData()
    algorithm: AnyFamily = GanConfig()
    saving: Saving = Saving()

    @model_validator(mode="before")
    @classmethod
    def _take_a_gan(cls, values: Any) -> Any:
        """Let who says nothing of a family mean a GAN, and take the names of before."""
        values = aliases.configuration(values)
        if isinstance(values, Mapping) and isinstance(
            algorithm := values.get("algorithm"), Mapping
        ):
            return {**values, "algorithm": {"family": "gan", **algorithm}}
        return values

    @model_validator(mode="after")
    def _refuse_what_cannot_work(self) -> Self:
        if refusal := first_violation(self):
            raise ValueError(refusal)
        return self

    @property
    def gan(self) -> GanConfig:
        """The settings of the game, for what only a GAN has.

        Raises:
            TypeError: the run is of another family.
        """
        if not isinstance(self.algorithm, GanConfig):
            raise TypeError(f"A run of the family {self.algorithm.family} has no game.")
        return self.algorithm

    @property
    def latent_dim(self) -> int:
        """Standard normal numbers that a sample is made from.

        They are z, or where there is no latent space the chances by which it is drawn.
        """
        return self.algorithm.z_dim(self.data.shape)

    @property
    def has_game(self) -> bool:
        """Whether two players can be watched in the plane."""
        return "game" in self.algorithm.capabilities and self.data.is_2d

    @property
    def condition_labels(self) -> tuple[str, ...]:
        """The class labels or codes that G is conditioned on; none where it is unconditional."""
        network = self.algorithm.network
        return network.code_names or (self.data.class_names if network.is_conditional else ())

    @classmethod
    def parse(cls, values: Mapping[str, Any], titles: Mapping[str, str] = NO_TITLES) -> Self:
        """Build from plain values.

        Args:
            values: as `model_dump` has them.
            titles: how people call settings, by name; the others are named as they are written.

        Raises:
            ConfigError: a sentence for each problem.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise ConfigError(problems(error, titles)) from None

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Build from JSON, as `to_json` writes it.

        Raises:
            ConfigError: a sentence for each problem.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise ConfigError(problems(error)) from None

    def to_json(self) -> str:
        """The whole configuration as JSON, defaults included."""
        return self.model_dump_json(indent=2)
