"""Settings of a GAN that cannot go together."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ganlib.losses import LOSSES, LossSpec
from ganlib.penalties import PENALTIES
from ganlib.registry import one_of

if TYPE_CHECKING:
    from ganlib.config import RunConfig


def _network_fits_data(config: "RunConfig") -> str | None:
    architecture, data = config.gan.network.architecture, config.data
    if (architecture == "mlp-2d") != data.is_2d:
        cure = "mlp-2d" if data.is_2d else _FOR_PICTURES
        return (
            f"The {architecture} network cannot learn {data.name}: "
            f"choose the architecture {cure}, or another data set."
        )
    if architecture == "dense-spatial" and data.shape != (1, 28, 28):
        return (
            "The dense-spatial network draws grey 28x28 pictures only: "
            "choose grey data at size 28, or the architecture dcgan."
        )
    return None


def _penalty_needs_separate_samples(config: "RunConfig") -> str | None:
    penalties, batch_dependent_layers = (
        _penalties(config),
        config.gan.network.batch_dependent_layers,
    )
    coupled = next((name for name in _COUPLED if name in batch_dependent_layers), None)
    if coupled and penalties:
        return (
            "A gradient penalty needs D's answer to one sample to depend on that sample alone, and "
            f"{config.called(coupled)} {_COUPLED[coupled]}: switch it off, or set "
            f"{_to_zero(config, penalties)}."
        )
    return None


def _loss_has_what_it_needs(config: "RunConfig") -> str | None:
    objective = config.gan.objective
    for name, value in _needs(config).items():
        if getattr(objective, name) == 0:
            needed = config.called(name)
            return f"The loss {objective.loss} cannot do without {needed}: set it to {value:g}."
    return None


def _clipping_fits(config: "RunConfig") -> str | None:
    objective = config.gan.objective
    if objective.weight_clip > 0 and "weight_clip" not in _needs(config):
        clipped = _losses(lambda loss: loss.companions["weight_clip"] > 0)
        return (
            f"Weight clipping belongs to the loss {clipped}, not to {objective.loss}: "
            f"set {config.called('weight_clip')} to 0, or the loss to {clipped}."
        )
    if objective.weight_clip > 0 and config.gan.network.spectral_norm:
        return (
            f"Spectral norm already bounds D's weights: set {config.called('spectral_norm')} to "
            f"off, or choose a loss other than {objective.loss}."
        )
    return None


def _smoothing_needs_labels(config: "RunConfig") -> str | None:
    objective = config.gan.objective
    if objective.label_smoothing > 0 and not objective.loss_spec.smooth:
        labelled = _losses(lambda loss: loss.smooth is not None)
        return (
            f"Label smoothing needs a loss with labels, and {objective.loss} has none to smooth: "
            f"set {config.called('label_smoothing')} to 0, or the loss to {labelled}."
        )
    return None


def _simultaneous_means_one_each(config: "RunConfig") -> str | None:
    optimisation = config.gan.optimisation
    if optimisation.updates == "simultaneous" and optimisation.d_steps + optimisation.g_steps > 2:
        return (
            "Simultaneous updates move each network once in a step: set "
            f"{config.called('d_steps', 'g_steps')} to 1, or {config.called('updates')} to "
            "alternating."
        )
    return None


def _pack_divides_batch(config: "RunConfig") -> str | None:
    pack = config.gan.network.pack_size
    if config.batch_size % pack:
        return (
            f"D classifies {pack} samples together, and a batch of {config.batch_size} cannot "
            f"be split so: set {config.called('batch_size')} to a multiple of {pack}, or "
            f"{config.called('pack')} to 1."
        )
    return None


def _penalty_is_of_one_sample(config: "RunConfig") -> str | None:
    of_single = [key for key in _penalties(config) if PENALTIES[key].of_single]
    if of_single and config.gan.network.pack_size > 1:
        return (
            f"{PENALTIES[of_single[0]].name} holds D's gradient at one sample, and D classifies "
            f"several together: set {config.called('pack')} to 1, or {_to_zero(config, of_single)}."
        )
    return None


def _anchors_need_logits_of_their_own(config: "RunConfig") -> str | None:
    objective = config.gan.objective
    if objective.lecam_lambda > 0 and objective.loss_spec.compares_pairs:
        return (
            f"LeCam anchors D's logits, and {objective.loss} looks at nothing but their "
            f"differences: set {config.called('lecam_lambda')} to 0, or the loss to "
            f"{_losses(lambda loss: not loss.compares_pairs)}."
        )
    return None


def _augmentation_fits(config: "RunConfig") -> str | None:
    augmentation, objective = config.gan.augmentation, config.gan.objective
    if not augmentation.is_on:
        return None
    if config.data.is_2d:
        return (
            "Augmentation changes pictures, and 2-D points have nothing to change: set "
            f"{config.called('augment_p', 'ada_target')} to 0, or choose pictures."
        )
    if not any(getattr(augmentation, way) for way in _WAYS):
        return (
            "There is no way left to change what D sees: switch on "
            f"{one_of(map(config.called, _WAYS))}, or set "
            f"{config.called('augment_p', 'ada_target')} to 0."
        )
    if augmentation.ada_target > 0 and objective.loss_spec.only_differences:
        return (
            "p is steered by the sign of D's logits, which says nothing under the loss "
            f"{objective.loss}: set {config.called('ada_target')} to 0, or the loss to "
            f"{_losses(lambda loss: not loss.only_differences)}."
        )
    return None


def _condition_is_of_one_sample(config: "RunConfig") -> str | None:
    network = config.gan.network
    if network.is_conditional and network.pack_size > 1:
        return (
            "D is given or predicts the class of one sample, and it classifies several together: "
            f"set {config.called('pack')} to 1, or {config.called('condition')} to none."
        )
    return None


def _codes_fit_in_z(config: "RunConfig") -> str | None:
    network = config.gan.network
    if network.architecture != "dcgan" or network.condition != "codes":
        return None
    if network.code_numbers > network.latent_dim:
        return (
            f"D cannot tell {network.code_numbers} numbers of z, which has {network.latent_dim}: "
            f"set {config.called('code_numbers')} to {network.latent_dim} or less, or "
            f"{config.called('latent_dim')} to {network.code_numbers} or more."
        )
    return None


def _unrolling_fits(config: "RunConfig") -> str | None:
    gan = config.gan
    if not gan.objective.unrolled_steps:
        return None
    off = f"set {config.called('unrolled_steps')} to 0"
    if gan.network.architecture != "mlp-2d" or gan.optimisation.optimiser != "adam":
        return (
            f"Unrolling D is for the mlp-2d network with adam: {off}, or choose 2-D data "
            "and the optimiser adam."
        )
    if gan.optimisation.updates == "simultaneous":
        return (
            f"Unrolling D needs alternating updates: {off}, or {config.called('updates')} to "
            "alternating."
        )
    bounds = [*_penalties(config), *(one for one in _BOUNDS if getattr(gan.objective, one))]
    if bounds:
        return f"Unrolling D looks ahead at its loss alone: {off}, or {_to_zero(config, bounds)}."
    return None


def _needs(config: "RunConfig") -> dict[str, float]:
    """The settings that the loss cannot do without, with their usual values."""
    companions = config.gan.objective.loss_spec.companions
    return {name: value for name, value in companions.items() if value > 0}


def _losses(fits: Callable[[LossSpec], bool]) -> str:
    return one_of(key for key, loss in LOSSES.items() if fits(loss))


def _penalties(config: "RunConfig") -> list[str]:
    """The gradient penalties that are on."""
    return [key for key, one in PENALTIES.items() if config.gan.objective.weight(one)]


def _to_zero(config: "RunConfig", names: Sequence[str]) -> str:
    """A cure that takes settings away, and with them the loss that cannot do without one."""
    loss = f" and the loss to another than {config.gan.objective.loss}"
    return f"{config.called(*names)} to 0{loss if _needs(config).keys() & set(names) else ''}"


_BOUNDS = ("lecam_lambda", "weight_clip")
_COUPLED = {"d_batch_norm": "mixes the batch", "minibatch_stddev": "shows it the batch"}
_WAYS = ("translation", "cutout", "recolour")
_FOR_PICTURES = "dcgan, resnet, residual, style, mlp or dense-spatial"

RULES: tuple[Callable[["RunConfig"], str | None], ...] = (
    _network_fits_data,
    _penalty_needs_separate_samples,
    _loss_has_what_it_needs,
    _clipping_fits,
    _smoothing_needs_labels,
    _simultaneous_means_one_each,
    _pack_divides_batch,
    _penalty_is_of_one_sample,
    _anchors_need_logits_of_their_own,
    _augmentation_fits,
    _condition_is_of_one_sample,
    _codes_fit_in_z,
    _unrolling_fits,
)
