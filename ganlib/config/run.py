"""The root of the tree."""

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import ValidationError, model_validator

from ganlib.config.data import AnyData, ImageData
from ganlib.config.gan import GanConfig
from ganlib.config.part import Part, setting
from ganlib.config.saving import Saving
from ganlib.errors import ConfigError
from ganlib.refusals import first_refusal, problems


class RunConfig(Part):
    """Everything that decides a run. The same RunConfig gives the same run on the same machine."""

    title: str = setting("My run", "What the run is called.", min_length=1, max_length=80)
    seed: int = setting(0, "Start of every random number of the run.", ge=0, le=2**32 - 1)
    total_steps: int = setting(3000, "Steps after which the run is complete.", ge=1, le=10_000_000)
    batch_size: int = setting(64, "Samples in a batch.", ge=2, le=4096)
    frame_every: int = setting(25, "Steps between two saved moments.", ge=1, le=100_000)
    device: Literal["auto", "cpu", "cuda"] = setting("auto", "Where to compute.")
    cpu_threads: int = setting(
        0, "CPU threads; 0 lets the run manager share them out.", live=True, ge=0, le=64
    )
    data: AnyData = ImageData()
    algorithm: GanConfig = GanConfig()
    saving: Saving = Saving()

    @model_validator(mode="after")
    def _refuse_what_cannot_work(self) -> Self:
        if refusal := first_refusal(self):
            raise ValueError(refusal)
        return self

    @property
    def asked_classes(self) -> tuple[str, ...]:
        """The classes or codes that G can be asked for; none where it draws as it likes."""
        network = self.algorithm.network
        return network.code_names or (self.data.class_names if network.is_conditional else ())

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """Build from plain values.

        Raises:
            ConfigError: a sentence for each problem.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise ConfigError(problems(error)) from None

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
