"""Names that are imported when they are first asked for, and not before (PEP 562)."""

import ast
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any


class Later:
    """A module that is imported when something of it is first asked for, and not before."""

    def __init__(self, name: str) -> None:
        """Take its full name."""
        self._name = name

    def __getattr__(self, name: str) -> Any:
        """What it has of this name."""
        return getattr(import_module(self._name), name)


def lazy(package: str) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """What a package takes as its `__getattr__` and `__dir__`.

    Its names are those that it imports `if TYPE_CHECKING`: type checkers, editors and readers see
    the imports, and so does this; Python carries out one when somebody asks for a name of it.
    """
    module = sys.modules[package]

    @cache
    def sources() -> dict[str, tuple[str, str]]:
        """Name here -> module that it is imported from, and its name there."""
        tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
        return {
            alias.asname or alias.name: (str(node.module), alias.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    def get(name: str) -> Any:
        if name not in sources():
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        source, there = sources()[name]
        value = getattr(import_module(source), there)
        setattr(module, name, value)  # Whoever asks next need not come here.
        return value

    return get, lambda: sorted({*vars(module), *sources()})
