"""An algorithm made of its configuration, at its start or as it was at a checkpoint."""

import torch

from ganlib.algorithms.base import Algorithm, ExportSpec, HasGame, below, counted, tensors
from ganlib.config import RunConfig
from ganlib.data import Batches
from ganlib.errors import CheckpointError
from ganlib.events import CheckpointSaved, Decoder, PlaneView


def make_algorithm(config: RunConfig, shape: tuple[int, ...], device: torch.device) -> Algorithm:
    """The algorithm of the configured family for samples of this shape, at its start."""
    return config.algorithm.spec.make(config, shape, device)


def saved_plane(saved: CheckpointSaved) -> PlaneView | None:
    """G and D as they were at a checkpoint; None where the data are not 2-D points of a GAN.

    Raises:
        CheckpointError: the state does not fit its own configuration.
    """
    algorithm = _as_saved(saved)
    return algorithm.publish_plane() if isinstance(algorithm, HasGame) else None


def saved_decoder(saved: CheckpointSaved) -> Decoder:
    """What draws samples, averaged, as it was at a checkpoint.

    Raises:
        CheckpointError: the state does not fit its own configuration.
    """
    return _as_saved(saved).publish()


def saved_export_spec(saved: CheckpointSaved) -> ExportSpec:
    """The network that others may use, averaged, as it was at a checkpoint, on the CPU.

    Raises:
        CheckpointError: the state does not fit its own configuration.
    """
    return _as_saved(saved).export_spec()


def _as_saved(saved: CheckpointSaved) -> Algorithm:
    algorithm = make_algorithm(saved.config, saved.config.data.shape, torch.device("cpu"))
    restore(saved, algorithm=algorithm)
    return algorithm


def images_seen(saved: CheckpointSaved) -> int:
    """How many samples a run had learnt from at a checkpoint.

    Raises:
        CheckpointError: the state does not tell.
    """
    try:
        return counted(saved.state, "algorithm.images_seen")
    except (KeyError, ValueError) as error:
        raise CheckpointError(_misfit(saved, error)) from error


def restore(saved: CheckpointSaved, **parts: Algorithm | Batches) -> None:
    """Bring the parts of a run, by the names under which they were saved, to a checkpoint.

    Raises:
        CheckpointError: the state, which may come from anywhere, does not fit.
    """
    try:
        state = tensors(saved)
        for name, part in parts.items():
            part.load_state_dict(below(name, state))
    except (KeyError, ValueError, TypeError, RuntimeError) as error:
        raise CheckpointError(_misfit(saved, error)) from error


def _misfit(saved: CheckpointSaved, error: Exception) -> str:
    return (
        f"What was saved at step {saved.step:,} does not fit its networks "
        f"({str(error)[:200]}): go on from another checkpoint, or start the run anew."
    )
