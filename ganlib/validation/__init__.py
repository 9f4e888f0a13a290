"""Validation rules: why a configuration is refused, in sentences that say what to change."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ganlib.data.spec import ready_sets

if TYPE_CHECKING:
    from ganlib.config import RunConfig


NO_TITLES: Mapping[str, str] = MappingProxyType({})


def first_violation(config: "RunConfig") -> str | None:
    """The first pair of settings that cannot go together, or None when all can."""
    rules = (*_RULES, *config.algorithm.spec.rules)
    return next((sentence for rule in rules if (sentence := rule(config))), None)


def problems(
    error: ValidationError, titles: Mapping[str, str] = NO_TITLES
) -> tuple[tuple[str, str], ...]:
    """Pydantic's findings as (dotted path, sentence) pairs; `titles` are those of settings."""
    return tuple(
        (path, _sentence(path, detail, titles))
        for detail in error.errors(include_url=False)
        for path in [".".join(str(step) for step in detail["loc"])]
    )


def _sketch_has_points(config: "RunConfig") -> str | None:
    data = config.data
    if data.kind == "toy2d" and data.is_drawn and not data.points:
        return "There is nothing to learn from yet: draw at least one point."
    return None


def _best_is_measured(config: "RunConfig") -> str | None:
    saving = config.saving
    if saving.keep_best == "frechet" and (config.data.is_2d or not saving.measure_every):
        return (
            "The Fréchet distance is measured of pictures, and where "
            f"{config.called('measure_every')} is not 0: set {config.called('keep_best')} to none, "
            "or measure pictures."
        )
    if saving.keep_best == "loss" and "discriminator" in config.algorithm.capabilities:
        return (
            "The losses of a GAN are against an opponent that learns as well, and the lowest is "
            f"not of the best step: set {config.called('keep_best')} to none, or for pictures to "
            "frechet."
        )
    return None


def _condition_has_classes(config: "RunConfig") -> str | None:
    if not config.algorithm.network.is_conditional or config.condition_labels:
        return None
    setting, value = config.algorithm.network.always_draws_freely
    return (
        f"It cannot be conditional, for {config.data.name} has no classes that are known "
        f"beforehand: set {config.called(setting)} to {value}, or choose "
        f"{ready_sets(lambda one: one.class_names)}."
    )


_RULES = (_sketch_has_points, _condition_has_classes, _best_is_measured)

_BOUNDS = {"gt": "greater than", "ge": "at least", "lt": "less than", "le": "at most"}


def _sentence(path: str, detail: Any, titles: Mapping[str, str]) -> str:
    kind, context, given = detail["type"], detail.get("ctx", {}), detail["input"]
    name = next((part for part in reversed(path.split(".")) if not part.isdigit()), "")
    if kind == "value_error":
        return str(context["error"])
    if kind == "json_invalid":
        return f"This is not JSON: {context['error']}."
    if kind == "extra_forbidden":
        return f"There is no setting called {path}: check its spelling."
    called = titles.get(name, name)
    if kind == "finite_number":
        return f"{called} must be a finite number, not {given}."
    if kind == "too_long":
        return f"There are {context['actual_length']:,} {name}: {context['max_length']:,} at most."
    for key, words in _BOUNDS.items():
        if key in context:
            return f"{called} is {given}, but must be {words} {context[key]:,.10g}."
    reason = detail["msg"]
    return f"{called} is {given!r:.60}, which is not allowed: {reason[0].lower()}{reason[1:]}."
