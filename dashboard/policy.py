"""Which controls of a page are hidden, locked or highlighted, by their ids. Plain values only."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

MOST_RULES = 64
LOCKED_BY_LINK = "The link that opened this page locks it."

_PATTERN = re.compile(r"[a-z0-9_.-]{1,80}\*?|\*")


class PolicyError(ValueError):
    """A link that names no controls as they are named; the message is a sentence for its reader."""


@dataclass(frozen=True)
class Rule:
    """What is made of a control.

    Attributes:
        hidden: it is not shown.
        locked: why it cannot be used, as a sentence; empty where it can.
        highlighted: it is marked as the one to use.
    """

    hidden: bool = False
    locked: str = ""
    highlighted: bool = False


@dataclass(frozen=True)
class Policy:
    """Rules for controls.

    Attributes:
        rules: each with the id of its control, or with what several ids begin with and a `*`, as in
            `setting.*`. All that concern a control hold together; of reasons the first is given.
    """

    rules: tuple[tuple[str, Rule], ...] = ()

    @classmethod
    def from_link(cls, hide: str = "", lock: str = "", highlight: str = "") -> "Policy":
        """The rules of a link that names ids with commas between.

        Raises:
            PolicyError: it names too many, or one that cannot be an id.
        """
        policy = cls(
            (
                *((one, Rule(hidden=True)) for one in _patterns(hide)),
                *((one, Rule(locked=LOCKED_BY_LINK)) for one in _patterns(lock)),
                *((one, Rule(highlighted=True)) for one in _patterns(highlight)),
            )
        )
        if len(policy.rules) > MOST_RULES:
            raise PolicyError(f"The link names more than {MOST_RULES} controls: name fewer.")
        return policy

    def rule(self, control: str) -> Rule:
        """What is made of the control with this id."""
        those = [one for pattern, one in self.rules if _matches(pattern, control)]
        return Rule(
            hidden=any(one.hidden for one in those),
            locked=next((one.locked for one in those if one.locked), ""),
            highlighted=any(one.highlighted for one in those),
        )

    def within(self, component: str) -> list[dict[str, Any]]:
        """The rules for the controls in a browser component, as JSON with their ids within it.

        All begin with the component's name and a dot; who locks the component locks all of them.
        """
        rules = [(_within(component, pattern), one) for pattern, one in self.rules]
        if reason := self.rule(component).locked:
            rules.append(("*", Rule(locked=reason)))
        return [{"control": control, **asdict(one)} for control, one in rules if control]


def _matches(pattern: str, control: str) -> bool:
    if pattern.endswith("*"):
        return control.startswith(pattern[:-1])
    return control == pattern


def _within(component: str, pattern: str) -> str:
    """The pattern for ids within a component; empty where it concerns none of them."""
    if _matches(pattern, f"{component}."):
        return "*"
    return pattern.partition(f"{component}.")[2] if pattern.startswith(f"{component}.") else ""


def _patterns(text: str) -> Iterator[str]:
    for one in filter(None, text.split(",")):
        if not _PATTERN.fullmatch(one):
            raise PolicyError(
                f"The link names a control {one[:40]!r}: an id is of small letters, digits, dots, "
                "hyphens and underscores, such as run.step_d, and may end with a *."
            )
        yield one
