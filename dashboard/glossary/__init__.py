"""Terms that a student may not know, each said once for every page. Plain values only."""

from collections.abc import Mapping

from dashboard.glossary.term import Term
from dashboard.glossary.terms import GAME, LATENT, MEASURES
from ganlib import LOSSES, PENALTIES

__all__ = ["Term", "glossary"]


def glossary() -> Mapping[str, Term]:
    """Every entry by its name, with those of the losses and penalties that are registered now."""
    losses = (Term(one.title, one.minimises, "", "; ".join(one.sources)) for one in LOSSES.values())
    penalties = (
        Term(
            one.name,
            f"A gradient penalty: D is held smooth {one.where}. To its loss is added, with a "
            "weight, the mean of the formula, l being its logit.",
            one.formula if one.scale == 1 else f"{one.scale:g} · {one.formula}",
            "; ".join(one.sources),
        )
        for one in PENALTIES.values()
    )
    terms = (*GAME, *losses, *penalties, *MEASURES, *LATENT)
    return {term.name: term for term in terms}
