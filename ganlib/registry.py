"""Things known by a key, to which anyone may add their own, as a plugin does.

They are `LOSSES`, `PENALTIES`, `POINT_SETS`, `PICTURE_SETS` and `FAMILIES`; the packages that hold
them say what an entry is. What is registered holds for configurations that are made afterwards.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, TypeVar


class Entry(Protocol):
    """What a registry holds."""

    @property
    def key(self) -> str:
        """How configurations and the command line name it."""

    @property
    def title(self) -> str:
        """How people name it."""

    @property
    def summary(self) -> str:
        """What it is, in a sentence or two."""


T = TypeVar("T", bound=Entry)


class Registry(Mapping[str, T]):
    """Entries by key, in the order in which they were registered. Any thread may read it."""

    def __init__(self, what: str) -> None:
        """Begin without an entry; `what` is a word for one."""
        self._what = what
        self._entries: dict[str, T] = {}  # Replaced, never changed: others may be reading it.

    def register(self, entry: T) -> None:
        """Add an entry: from now on it is offered wherever the others are.

        Raises:
            ValueError: there is one of that key.
        """
        if entry.key in self._entries:
            raise ValueError(f"There is a {self._what} {entry.key} already: choose another key.")
        self._entries = {**self._entries, entry.key: entry}

    def remove(self, key: str) -> None:
        """Take an entry out again.

        Raises:
            KeyError: there is none of that key.
        """
        rest = dict(self._entries)
        del rest[key]
        self._entries = rest

    def __getitem__(self, key: str) -> T:
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def one_of(words: Iterable[str]) -> str:
    """The words as a choice: "a, b or c"."""
    return _joined(words, "or")


def all_of(words: Iterable[str]) -> str:
    """The words together: "a, b and c"."""
    return _joined(words, "and")


def _joined(words: Iterable[str], how: str) -> str:
    *most, last = words
    return f"{', '.join(most)} {how} {last}" if most else last
