"""The weights of a checkpoint: tensors without pickle, which any language can read."""

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from ganlib.events import CheckpointSaved

NETWORKS = ("G_ema", "G", "D", "model_ema", "model")
"""Averaged generator, generator, discriminator; of other families the averaged network, and the one
that learns. Names begin with one of them and a dot."""


def write_weights(saved: CheckpointSaved, path: Path) -> None:
    """Write the networks of a checkpoint as safetensors.

    A tensor is named after its network and its place there, as in "G_ema.0.weight". The metadata
    hold the whole configuration as JSON ("config") and the step ("step").
    """
    starts = tuple(f"algorithm.{network}." for network in NETWORKS)
    weights = {
        name.removeprefix("algorithm."): np.asarray(value, order="C")
        for name, value in saved.state.items()
        if name.startswith(starts)
    }
    about = {"config": saved.config.to_json(), "step": str(saved.step)}
    save_file(weights, path, metadata=about)
