"""One entry of the glossary."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """One entry.

    Attributes:
        name: as pages write it.
        sentence: what it means, for one who has never met it.
        formula: in Unicode, as `N(0, I)`; empty where a formula says nothing more.
        source: a paper with its arXiv id, where there is one.
    """

    name: str
    sentence: str
    formula: str = ""
    source: str = ""

    def holds(self, words: str) -> bool:
        """Whether these letters stand in it, however they are written."""
        text = " ".join((self.name, self.sentence, self.source)).casefold()
        return words.strip().casefold() in text
