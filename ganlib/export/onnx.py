"""The averaged generator as ONNX, which runs without torch, in a browser or on a telephone."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from ganlib.algorithms import below, tensors
from ganlib.errors import RunError
from ganlib.events import StateSaved
from ganlib.models import build_networks
from ganlib.runtime import draw_z, make_rng

OPSET = 20
BATCHES = (1, 2, 7, 64)
"""Sizes of the batches on which ONNX and torch are compared."""
TOLERANCE = 1e-4
"""Largest difference of a value of a sample; a step of a colour is 80 times as much."""


def write_onnx(saved: StateSaved, path: Path) -> None:
    """Write the averaged generator of a saved moment, and check it against torch.

    Input "z" is (N, latent_dim) float32 from a standard normal, N any; output "samples" is
    (N, C, H, W) in [-1, 1], or (N, 2) points. The metadata hold "config" (JSON) and "step".

    Raises:
        RunError: what was written answers otherwise than torch.
    """
    generator = averaged_generator(saved)
    latent_dim = saved.config.algorithm.network.latent_dim
    program = torch.onnx.export(
        generator,
        (torch.zeros(2, latent_dim),),
        input_names=["z"],
        output_names=["samples"],
        dynamic_shapes=({0: torch.export.Dim("N")},),
        opset_version=OPSET,
        dynamo=True,
        verbose=False,
    )
    assert program is not None
    about = {"config": saved.config.to_json(), "step": str(saved.step)}
    program.model.metadata_props.update(about)
    program.save(path)
    difference = largest_difference(generator, path, latent_dim)
    if not difference <= TOLERANCE:
        path.unlink()
        raise RunError(
            f"The generator in ONNX differs from the one in torch by {difference:.2g}, and at most "
            f"{TOLERANCE:g} is allowed: save the weights instead."
        )


def averaged_generator(saved: StateSaved) -> nn.Module:
    """G_ema of a saved moment on the CPU, in eval mode."""
    config = saved.config
    rng = make_rng(config.seed, purpose=0)
    generator, _ = build_networks(config.algorithm.network, config.data.shape, rng)
    generator.load_state_dict(below("algorithm.G_ema", tensors(saved)))
    return generator.eval().requires_grad_(False)


@torch.inference_mode()
def largest_difference(generator: nn.Module, path: Path, latent_dim: int) -> float:
    """Largest difference of a value between torch and the ONNX file; NaN if either is NaN."""
    import onnxruntime  # Only who asks for this file waits for the import.

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # The other cores belong to training.
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    rng = make_rng(0, purpose=20)
    differences = []
    for count in BATCHES:
        z = draw_z(count, latent_dim, rng)
        (samples,) = session.run(["samples"], {"z": z.numpy()})
        differences.append(np.abs(samples - generator(z).numpy()).max())
    return float(np.max(differences))
