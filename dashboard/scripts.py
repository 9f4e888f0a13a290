"""The JavaScript of our components as one module, joined when the server starts.

A page then asks for one file instead of one for each module. A hash over all of them stands in the
name of their folder: a browser keeps them for good, and a change reaches every page.
"""

import gzip
import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import plotly

MODULES = "modules.js"
PLOTLY = "plotly.min.js"

_FOLDER = Path(__file__).parent / "browser"
_BOOT = "boot"
"""What Streamlit mounts, which fetches the rest."""
_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function\*?|class|const) (\w+))", re.MULTILINE)


def folder() -> str:
    """Where the scripts lie, relative to every page."""
    return f"minimax/browser/{_version()}"


@cache
def boot(name: str) -> str:
    """What Streamlit mounts for the component whose module has this name."""
    text = (_FOLDER / f"{_BOOT}.js").read_text("utf-8")
    return text.replace("__FOLDER__", folder()).replace("__NAME__", name)


def file(version: str, name: str) -> tuple[bytes, bytes] | None:
    """A script, plain and compressed by gzip; None where there is no such file.

    Compressed once for all who ask: a class opens the page at the same moment.
    """
    return _files().get(name) if version == _version() else None


def join(modules: Mapping[str, str]) -> str:
    """One module that exports each of these under its name, with what it exports.

    Args:
        modules: the text of each, by its name. They import names from one another (`import { a, b
            as c } from "./name.js"`), and export functions, classes and constants where they are
            declared.

    Raises:
        ValueError: one imports or exports otherwise.
        graphlib.CycleError: some import one another in a circle.
        KeyError: one imports a module that is not there.
    """
    needs = {name: [one[2] for one in _IMPORT.finditer(text)] for name, text in modules.items()}
    order = [*TopologicalSorter(needs).static_order()]
    exported = ", ".join(f"_{name} as {name}" for name in order)
    return "".join(
        [*(_scope(name, modules[name]) for name in order), f"export {{ {exported} }};\n"]
    )


def _scope(name: str, text: str) -> str:
    """A module as a function that is called at once, and gives what it exports."""
    body = _EXPORT.sub("", "".join(_with_imports(text)))
    if match := re.search(r"^(?:import|export)\b.*", body, re.MULTILINE):
        raise ValueError(f"{name}.js cannot be joined with the others: {match[0]}")
    names = ", ".join(match[1] for match in _EXPORT.finditer(text))
    return f"const _{name} = (() => {{\n{body}return {{ {names} }};\n}})();\n"


def _with_imports(text: str) -> Iterator[str]:
    """The text, with imports taken from the modules before it."""
    end = 0
    for match in _IMPORT.finditer(text):
        yield text[end : match.start()]
        yield f"const {{{match[1].replace(' as ', ': ')}}} = _{match[2]};\n"
        end = match.end()
    yield text[end:]


@cache
def _files() -> Mapping[str, tuple[bytes, bytes]]:
    texts = {path.stem: path.read_text("utf-8") for path in sorted(_FOLDER.glob("*.js"))}
    del texts[_BOOT]
    plot = Path(plotly.__file__).parent / "package_data" / PLOTLY
    files = {MODULES: join(texts).encode(), PLOTLY: plot.read_bytes()}
    return {name: (body, gzip.compress(body, mtime=0)) for name, body in files.items()}


@cache
def _version() -> str:
    digest = hashlib.sha256()
    for body, _ in _files().values():
        digest.update(body)
    return digest.hexdigest()[:16]
