"""How a group of settings is written down."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ganlib.registry import Registry, all_of, one_of

if TYPE_CHECKING:
    from ganlib.config.run import RunConfig


Role = Literal["title", "seed", "machine", "length", "record", "data", "learning"]
"""What a setting decides: what a run is called, its random numbers, where and how fast it is
computed, when it ends, what is measured and kept of it, what it learns from, or how it learns."""


def always(config: "RunConfig", own: Any) -> bool:
    """A setting does something whatever the others are."""
    return True


@dataclass(frozen=True, kw_only=True)
class Facets:
    """What is known of a setting besides its type, default and bounds.

    Attributes:
        label: its name on pages, in the words of the field.
        symbol: its sign in formulas; empty where the field has none.
        unit: what a number counts or measures, in the plural; empty for a ratio.
        source: where it is from; empty for what needs none.
        role: what it decides; None for what its part says.
        live: whether it may change while training.
        fixed: whether a checkpoint decides it, so that another value would fit no weights, or mean
            something else; or its part says so.
        typed: whether a person types or chooses it by itself.
        when: whether it does anything under a configuration, in the part of it that has the
            setting: families may share a part, or call theirs otherwise. What is refused does.
    """

    label: str
    symbol: str = ""
    unit: str = ""
    source: str = ""
    role: Role | None = None
    live: bool = False
    fixed: bool = False
    typed: bool = True
    when: Callable[["RunConfig", Any], bool] = always

    @property
    def title(self) -> str:
        """Its label and its symbol, as in "Learning rate of D (η_D)"."""
        return f"{self.label} ({self.symbol})" if self.symbol else self.label

    def __call__(self, schema: dict[str, Any]) -> None:
        """Put the label into a JSON schema."""
        schema["title"] = self.label


_FACETS = {one.name for one in fields(Facets)}


def setting(default: Any, label: str, description: str, **facets_and_bounds: Any) -> Any:
    """A field with its `Facets`, one sentence that describes it, and its bounds."""
    facets = {name: facets_and_bounds.pop(name) for name in _FACETS & facets_and_bounds.keys()}
    return Field(
        default,
        description=description,
        json_schema_extra=Facets(label=label, **facets),
        **facets_and_bounds,
    )


@dataclass(frozen=True)
class KeyOf:
    """Annotates a text that is the key of an entry, of those that are there when it is checked."""

    registry: Registry[Any]

    def __get_pydantic_core_schema__(self, of: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._known, handler(of))

    def _known(self, key: str) -> str:
        if key not in self.registry:
            raise unknown_key(self.registry)
        return key


def unknown_key(registry: Registry[Any]) -> PydanticCustomError:
    """What to raise of a key that is none of an entry."""
    keys = one_of(map(repr, registry))
    return PydanticCustomError("unknown_key", "Input should be {keys}", {"keys": keys})


class Part(BaseModel):
    """A group of settings that cannot change once made.

    Attributes:
        ROLE: what its settings decide, unless one says otherwise.
        FIXED: whether a checkpoint decides all of them.
    """

    ROLE: ClassVar[Role] = "learning"
    FIXED: ClassVar[bool] = False
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def declared(cls) -> Mapping[str, FieldInfo]:
        """How each of its settings is declared, by name and in order."""
        return cls.model_fields

    @classmethod
    def facets(cls, declared: FieldInfo) -> Facets:
        """What is known of one of its settings."""
        own = declared.json_schema_extra
        assert isinstance(own, Facets), "A setting is declared by `setting`."
        return replace(own, role=own.role or cls.ROLE, fixed=own.fixed or cls.FIXED)

    def walk(
        self, path: tuple[str, ...] = ()
    ) -> Iterator[tuple[tuple[str, ...], "Part", FieldInfo]]:
        """Every setting of it and of its parts, in order: where it is, its part, its field."""
        for name, declared in self.declared().items():
            if isinstance(inner := getattr(self, name, None), Part):
                yield from inner.walk((*path, name))
            elif declared.description:
                yield (*path, name), self, declared

    def called(self, *names: str) -> str:
        """How people call settings of it and of its parts, as in "Pack size (m)".

        Raises:
            KeyError: it has none of that name.
        """
        titles = {path[-1]: part.facets(declared).title for path, part, declared in self.walk()}
        return all_of(titles[name] for name in names)
