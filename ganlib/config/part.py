"""How a group of settings is written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ganlib.registry import Registry, one_of


@dataclass(frozen=True, kw_only=True)
class Facets:
    """What is known of a setting besides its type, default and bounds.

    Attributes:
        label: its name on pages, in the words of the field.
        symbol: its sign in formulas; empty where the field has none.
        unit: what a number counts or measures, in the plural; empty for a ratio.
        source: where it is from; empty for what needs none.
        live: whether it may change while a run goes on.
    """

    label: str
    symbol: str = ""
    unit: str = ""
    source: str = ""
    live: bool = False

    def __call__(self, schema: dict[str, Any]) -> None:
        """Put the label into a JSON schema."""
        schema["title"] = self.label


def setting(
    default: Any,
    label: str,
    description: str,
    *,
    symbol: str = "",
    unit: str = "",
    source: str = "",
    live: bool = False,
    **bounds: Any,
) -> Any:
    """A field with its bounds, one sentence that describes it, and its `Facets`."""
    facets = Facets(label=label, symbol=symbol, unit=unit, source=source, live=live)
    return Field(default, description=description, json_schema_extra=facets, **bounds)


@dataclass(frozen=True)
class KeyOf:
    """Annotates a text that is the key of an entry, of those that are there when it is checked."""

    registry: Registry[Any]

    def __get_pydantic_core_schema__(self, of: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._known, handler(of))

    def _known(self, key: str) -> str:
        if key not in self.registry:
            raise PydanticCustomError(
                "unknown_key", "Input should be {keys}", {"keys": one_of(map(repr, self.registry))}
            )
        return key


class Part(BaseModel):
    """A group of settings that cannot change once made."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def declared(cls) -> Mapping[str, FieldInfo]:
        """How each of its settings is declared, by name and in order."""
        return cls.model_fields
