"""How a group of settings is written down."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


def setting(default: Any, description: str, *, live: bool = False, **bounds: Any) -> Any:
    """A field with its bounds and description; `live` means that it may change during a run."""
    return Field(default, description=description, json_schema_extra={"live": live}, **bounds)


class Part(BaseModel):
    """A group of settings that cannot change once made."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
