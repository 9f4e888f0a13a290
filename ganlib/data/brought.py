"""What came out of the files that somebody brought: pictures of one form, and their classes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ganlib.data.class_folders import Folders, Level, class_of_each, kept_apart, levels, tree
from ganlib.data.decode import PictureForm
from ganlib.data.images import interleaved_by_class

if TYPE_CHECKING:
    from ganlib.events import Samples


@dataclass(frozen=True)
class Pictures:
    """Pictures of one form.

    Attributes:
        form: the form.
        images: (M, C, S, S) uint8, at least one.
        folders: the folders above each picture.
        depth: of the folders that name the classes; None for no classes.
        labels: (M,) int64, an index of class_names; all 0 when there are no classes.
        class_names: sorted; none when there would be one.
        refused: (name, sentence) of files that were left out; of very many, the last tells of the
            rest.
        notes: sentences about what was done to pictures or names.
        encoding: which of `ENCODINGS` names were read in that do not say how they are written;
            empty where all do.
    """

    form: PictureForm
    images: Tensor
    folders: tuple[Folders, ...]
    depth: int | None
    labels: Tensor
    class_names: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()
    encoding: str = ""

    @property
    def said(self) -> tuple[str, ...]:
        """The notes, and what is to be known of the classes."""
        apart = kept_apart(self.class_names)
        return (*self.notes, apart) if apart else self.notes

    @property
    def levels(self) -> tuple[Level, ...]:
        """The depths whose folders may name the classes."""
        return levels(self.folders)

    @property
    def tree(self) -> str:
        """The folders, a line each; those that name a class are marked."""
        return tree(self.folders, self.depth)

    def at(self, depth: int | None) -> "Pictures":
        """The same pictures, whose classes are named by the folders at this depth, or have none."""
        return replace(self, depth=depth, **labelled(self.folders, depth))

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """(class, pictures of it) pairs; none when there are no classes."""
        return counts(self.labels, self.class_names)

    def examples(self, count: int, label: int | None = None) -> "Samples":
        """(N, S, S, C) uint8 pictures, at most `count`: of one class, or of all in turn."""
        order = interleaved_by_class(self.labels)
        if label is not None:
            order = order[self.labels[order] == label]
        return self.images[order[:count]].permute(0, 2, 3, 1).contiguous().numpy()


def counts(labels: Tensor, class_names: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """(class, pictures of it) pairs."""
    members = labels.bincount(minlength=len(class_names)).tolist()
    return tuple(zip(class_names, members, strict=False))


def labelled(folders: Sequence[Folders], depth: int | None) -> dict[str, Any]:
    """What of `Pictures` a depth decides."""
    of_each = class_of_each(folders, depth)
    names = tuple(sorted(set(of_each)))
    label_of = {name: label for label, name in enumerate(names)}
    labels = torch.tensor([label_of[name] for name in of_each])
    return {"labels": labels, "class_names": names if len(names) > 1 else ()}
