"""What the views of latent space share."""

from dashboard import widgets as ui
from dashboard.components.plain import plain
from dashboard.services import run_manager
from ganlib import Decoder, Run, SavedDirections


def choose_class(run: Run, key: str) -> int | None:
    """The number of the class that is asked for; None where the generator draws as it likes."""
    if not (classes := run.config.condition_labels):
        return None
    name = ui.segmented_control(
        "latent.class", "Class", classes, default=classes[0], required=True,
        key=f"{key}-{run.run_id}", format_func=plain,
        help="This generator is conditional: it is given a class or a code with every z.",
    )  # fmt: skip
    return classes.index(name)


def choose_seed(control: str, label: str, value: int, key: str, help: str | None = None) -> int:
    """A seed, which the link names by this key."""
    seed: int = ui.number_input(
        control, label, 0, 2**32 - 1, value, key=key, bind="query-params", width=160, help=help
    )
    return seed


def layer_names(run: Run, decoder: Decoder) -> tuple[str, ...]:
    """What the layers that styles steer work on, from coarse to fine; none without styles."""
    if decoder.style_shape is None:
        return ()
    layers, _ = decoder.style_shape
    side = run.config.data.shape[-1]
    sides = [side >> (layers - 2 - number) for number in range(layers - 1)]
    return (*(f"{one} x {one}" for one in sides), "to pixels")


def saved_directions(run: Run) -> SavedDirections:
    """The directions that people saved for this run."""
    folder = run_manager().store.folder_of(run.run_id, run.config)
    return SavedDirections(folder, run.config.latent_dim)
