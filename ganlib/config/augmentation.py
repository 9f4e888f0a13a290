"""What happens to every picture before D sees it: DiffAugment, ADA and instance noise."""

from typing import TYPE_CHECKING

from ganlib.config.part import Part, setting

if TYPE_CHECKING:
    from ganlib.config.run import RunConfig


def _augments(config: "RunConfig", own: "Augmentation") -> bool:
    return own.is_on


def _may_augment(config: "RunConfig", own: "Augmentation") -> bool:
    return own.is_on or not config.data.is_2d


class Augmentation(Part):
    """Random changes to real and fake pictures alike, so that D cannot learn few data by heart."""

    augment_p: float = setting(
        0.0,
        "Augmentation probability",
        "Probability of each kind of change below to what D sees; where p is steered, its start.",
        symbol="p",
        source="Zhao et al. 2020, arXiv 2006.10738; Karras et al. 2020, arXiv 2006.06676",
        live=True,
        when=_may_augment,
        ge=0,
        le=1,
    )
    translation: bool = setting(
        True,
        "Translation",
        "Pictures are shifted by up to an eighth of their side, rounded down: at 28 pixels by 3, "
        "where the code of the source rounds to 4.",
        source="Zhao et al. 2020, arXiv 2006.10738",
        when=_augments,
    )
    cutout: bool = setting(
        True,
        "Cutout",
        "A square of half the side is blotted out.",
        source="DeVries & Taylor 2017, arXiv 1708.04552",
        when=_augments,
    )
    recolour: bool = setting(
        True,
        "Colour changes",
        "Brightness and contrast change, and saturation of colours.",
        source="Zhao et al. 2020, arXiv 2006.10738",
        when=_augments,
    )
    ada_target: float = setting(
        0.0,
        "Adaptive augmentation target",
        "Steer p until D takes so many more reals for real than for fake (0.6); 0: p stays.",
        symbol="r_t",
        source="Karras et al. 2020, arXiv 2006.06676",
        live=True,
        when=_may_augment,
        ge=0,
        lt=1,
    )
    ada_images: int = setting(
        20_000,
        "Images for p from 0 to 1",
        "Images in which p may climb from 0 to 1 when steered.",
        unit="images",
        when=lambda config, own: own.ada_target > 0,
        source="Karras et al. 2020, arXiv 2006.06676",
        ge=1000,
        le=10_000_000,
    )

    @property
    def is_on(self) -> bool:
        """Whether D may see anything changed."""
        return self.augment_p > 0 or self.ada_target > 0
