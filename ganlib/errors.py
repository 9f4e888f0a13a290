"""Everything that can go wrong, as one tree.

    GanlibError
    ├── ConfigError        a setting is out of its bounds, or two settings exclude each other
    ├── DataError          a data set cannot be used
    │   ├── DownloadError  ... because its files could not be fetched
    │   ├── PictureError   ... because one of its files is no picture that can be used
    │   └── NoPictureError ... because none of its files is
    ├── DivergedError      a loss is no longer a number
    ├── MeasureError       a metric cannot be measured
    └── RunError           a run cannot do what was asked
        ├── UnknownRunError    ... because there is no such run
        ├── QueueFullError     ... because too many runs wait already
        ├── CheckpointError    ... because a saved state cannot be used
        └── StoreError         ... because the folder of runs cannot be read or written
            ├── DamagedStoreError  ... since its database is damaged
            ├── HeldStoreError     ... since another program holds its database
            └── UnwritableStoreError  ... since the disk is full, or may only be read

The text of every error is a sentence for a person: what is wrong, what is allowed, what to do.
"""

import re

# Up to the last part of an absolute path: in quotation marks, where it may hold spaces, or bare.
_FOLDERS = re.compile(
    r"""(?<=['"])(?:[A-Za-z]:)?[\\/][^'"]*[\\/](?=[^'"\\/]+['"])"""
    r"""|(?<![\w.:/\\'"])(?:[A-Za-z]:)?[\\/]{1,2}(?:[^\s'"\\/]+[\\/])+"""
)


def reason(error: BaseException) -> str:
    """What another's error says, for a sentence of ours: without where things lie on this machine.

    A person at a page may be a visitor, whom that does not concern.
    """
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return _FOLDERS.sub("", str(error))


class GanlibError(Exception):
    """Base of every error that ganlib raises on purpose."""


class ConfigError(GanlibError, ValueError):
    """A configuration is refused.

    Attributes:
        problems: (field path, sentence) pairs, at least one. The path is dotted, and empty when
            the problem lies between several fields.
    """

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__(" ".join(sentence for _, sentence in problems))
        self.problems = problems

    def __reduce__(self) -> tuple[type["ConfigError"], tuple[tuple[tuple[str, str], ...]]]:
        """How it passes from one process to another: by what it was made of."""
        return type(self), (self.problems,)


class DataError(GanlibError):
    """A data set cannot be used."""


class DownloadError(DataError):
    """The files of a data set could not be fetched."""


class PictureError(DataError):
    """A file is no picture that can be used."""


class NoPictureError(DataError):
    """None of the files is a picture that can be used.

    Attributes:
        refused: (name, sentence) for each file; for very many, the last pair tells of the rest.
    """

    def __init__(self, sentence: str, refused: tuple[tuple[str, str], ...]) -> None:
        super().__init__(sentence)
        self.refused = refused


class DivergedError(GanlibError):
    """A loss or a metric is no longer a finite number; no weight has moved for it."""


class MeasureError(GanlibError):
    """A metric cannot be measured: there are too few pictures, or a package is missing."""


class RunError(GanlibError):
    """A run cannot do what was asked."""


class UnknownRunError(RunError, KeyError):
    """There is no run of that id."""

    __str__ = Exception.__str__


class QueueFullError(RunError):
    """Too many runs wait already in the queue of `ganlib.execution.scheduler`."""


class CheckpointError(RunError):
    """A saved state is damaged, gone, or belongs to another kind of run."""


class StoreError(RunError):
    """The folder of runs cannot be read or written."""


class DamagedStoreError(StoreError):
    """The database of the runs is damaged; the next start repairs what can be repaired."""


class HeldStoreError(StoreError):
    """Another program holds the database of the runs, until it lets go."""


class UnwritableStoreError(StoreError):
    """The folder of runs cannot be written: the disk is full, or may only be read."""
