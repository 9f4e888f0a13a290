"""Which of the folders above a picture names its class: a guess, and every other choice.

A folder's name means something below its parents alone: `church/outdoor` and `apartment/outdoor`
are two classes. Two kinds of folders are passed over, as if they were not there: those that part a
set for training and testing (`train/cat` and `test/cat` are one class), and zips that are numbered
parts of one (`photos-1.zip`, `photos-2.zip`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Folders = tuple[str, ...]
"""The names of the folders above a picture, the outermost first; a zip counts as one."""
ZIP = ".zip"
"""What the name of a zip ends with among folders."""

_SPLITS = frozenset(
    ("train", "training", "test", "testing", "val", "valid", "validation", "dev", "eval", "holdout")
)
_NUMBERING = "0123456789 ()-_."


@dataclass(frozen=True)
class Level:
    """One depth at which folders tell pictures apart.

    Attributes:
        depth: 0 for the outermost folder.
        names: of the classes, sorted; at least two.
    """

    depth: int
    names: tuple[str, ...]

    @property
    def words(self) -> str:
        """Its first names, as in "cat, dog and 3 more"."""
        return some_of(self.names)


def levels(every: Sequence[Folders]) -> tuple[Level, ...]:
    """Every depth that may be chosen, the outermost first; none parts as another before it.

    Args:
        every: the folders of each picture.
    """
    found: dict[frozenset[frozenset[Folders]], Level] = {}
    for depth in range(max(map(len, every), default=0)):
        groups = _groups(every, depth)
        parting = frozenset(map(frozenset, groups.values()))
        is_new = parting not in found or _is_passed(every, found[parting].depth)
        if len(groups) > 1 and is_new:
            found[parting] = Level(depth, tuple(sorted(_names(groups).values())))
    return tuple(sorted(found.values(), key=lambda one: one.depth))


def guessed(every: Sequence[Folders]) -> int | None:
    """The depth of the first folder that tells pictures apart; None where none does.

    That is torchvision's rule (`ImageFolder`), but for what is passed over, and for folders of
    initials as in `c/church` and `a/apartment` (Places365).
    """
    offered = (one.depth for one in levels(every))
    return next((one for one in offered if not _is_passed(every, one)), None)


def class_of_each(every: Sequence[Folders], depth: int | None) -> list[str]:
    """The name of each picture's class; all "" without a depth.

    A picture that lies less deep is in the class of the last folder above it. Classes whose folders
    have one name get as much of their paths as tells them apart.
    """
    if depth is None:
        return [""] * len(every)
    groups = _groups(every, depth)
    name_of = {folders: name for key, name in _names(groups).items() for folders in groups[key]}
    return [name_of[folders] for folders in every]


def some_of(names: Sequence[str], count: int = 4) -> str:
    """The first of some names, and how many more there are."""
    more = f" and {len(names) - count:,} more" if len(names) > count else ""
    return ", ".join(names[:count]) + more


def kept_apart(names: Iterable[str]) -> str:
    """A sentence on folders of one name in several classes, as in church/outdoor; or empty."""
    last = Counter(name.rsplit("/", 1)[-1] for name in names if "/" in name)
    shared = sorted(name for name, count in last.items() if count > 1)
    if not shared:
        return ""
    return f"Folders of one name below different ones are classes apart: {some_of(shared)}."


def tree(every: Sequence[Folders], depth: int | None, most: int = 24) -> str:
    """The folders as a tree, a line each, with their pictures; those that name a class are marked.

    Args:
        every: the folders of each picture.
        depth: of the folders that name the classes, if any.
        most: lines of folders that are shown.
    """
    pictures = Counter(folders[:end] for folders in every for end in range(1, len(folders) + 1))
    lines = [
        f"{'    ' * (len(path) - 1)}{path[-1]}: {count:,}{' (a class)' * (len(path) - 1 == depth)}"
        for path, count in sorted(pictures.items())
    ]
    more = [f"and {len(lines) - most:,} more folders"] if len(lines) > most else []
    return "\n".join(lines[:most] + more)


def _groups(every: Iterable[Folders], depth: int) -> dict[Folders, set[Folders]]:
    """Folders by what they have down to a depth, without those that are passed over before it."""
    unique = set(every)
    passed = {one for one in range(depth) if _parts(unique, one)}
    groups = defaultdict(set)
    for folders in unique:
        kept = (name for at, name in enumerate(folders[: depth + 1]) if at not in passed)
        groups[tuple(kept)].add(folders)
    return dict(groups)


def _names(groups: Iterable[Folders]) -> dict[Folders, str]:
    """Each with as few of its last folders as no other one shares."""
    named: dict[Folders, str] = {}
    left, length = list(groups), 1
    while left:
        shared = Counter(one[-length:] for one in left)
        for one in left:
            if shared[one[-length:]] == 1 or length >= len(one):
                named[one] = "/".join(name.removesuffix(ZIP) for name in one[-length:])
        left, length = [one for one in left if one not in named], length + 1
    return named


def _is_passed(every: Sequence[Folders], depth: int) -> bool:
    unique = set(every)
    return _parts(unique, depth) or _are_initials(unique, depth)


def _parts(unique: Iterable[Folders], depth: int) -> bool:
    """Whether the folders at this depth part one set, instead of naming what is in it."""
    names = set(_at(unique, depth))
    if names and all(name.lower() in _SPLITS for name in names):
        return True
    stems = {name.removesuffix(ZIP).lower().rstrip(_NUMBERING) for name in names}
    stems = {stem.removesuffix("part").rstrip(_NUMBERING) for stem in stems}
    return len(names) > 1 and len(stems) == 1 and all(name.endswith(ZIP) for name in names)


def _are_initials(unique: Iterable[Folders], depth: int) -> bool:
    pairs = [folders[depth : depth + 2] for folders in unique if len(folders) > depth]
    return all(
        len(pair) == 2
        and len(pair[0]) < len(pair[1])
        and pair[1].lower().startswith(pair[0].lower())
        for pair in pairs
    )


def _at(unique: Iterable[Folders], depth: int) -> Iterator[str]:
    return (folders[depth] for folders in unique if len(folders) > depth)
