"""What happens to every picture before D sees it."""

from ganlib.config.part import Part, setting


class Augmentation(Part):
    """Random changes to real and fake pictures alike, so that D cannot learn few data by heart."""

    augment_p: float = setting(
        0.0,
        "Probability of each kind of change below to what D sees; where p is steered, its start.",
        live=True,
        ge=0,
        le=1,
    )
    translation: bool = setting(
        True,
        "Pictures are shifted by up to an eighth of their side, rounded down: at 28 pixels by 3, "
        "where the code of Zhao et al. 2020 rounds to 4.",
    )
    cutout: bool = setting(True, "A square of half the side is blotted out.")
    recolour: bool = setting(True, "Brightness and contrast change, and saturation of colours.")
    ada_target: float = setting(
        0.0,
        "Steer p until D takes so many more reals for real than for fake (0.6); 0: p stays.",
        live=True,
        ge=0,
        lt=1,
    )
    ada_images: int = setting(
        20_000, "Images in which p may climb from 0 to 1 when steered.", ge=1000, le=10_000_000
    )

    @property
    def is_on(self) -> bool:
        """Whether D may see anything changed."""
        return self.augment_p > 0 or self.ada_target > 0
