"""The averaged generator as ONNX, which runs without torch, in a browser or on a telephone."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ganlib.algorithms import below, tensors
from ganlib.config import RunConfig
from ganlib.errors import RunError
from ganlib.events import StateSaved
from ganlib.models import build_networks, in_turns
from ganlib.runtime import draw_z, make_rng

OPSET = 20
BATCHES = (1, 2, 7, 64)
"""Sizes of the batches on which ONNX and torch are compared."""
TOLERANCE = 1e-4
"""Largest difference of a value of a sample; a step of a colour is 80 times as much."""


def write_onnx(saved: StateSaved, path: Path) -> None:
    """Write the averaged generator of a saved moment, and check it against torch.

    Input "z" is (N, latent_dim) float32 from a standard normal, N any; where G can be asked for
    a class, input "condition" is (N, classes) float32, one-hot. Output "samples" is (N, C, H, W)
    in [-1, 1], or (N, 2) points. The metadata hold "config" (JSON) and "step".

    Raises:
        RunError: what was written answers otherwise than torch.
    """
    generator = averaged_generator(saved)
    inputs = _inputs(saved.config, 2, make_rng(0, purpose=20))
    # Both are of one length, which is found out; a name for either would be told twice.
    free = {0: torch.export.Dim.DYNAMIC}
    program = torch.onnx.export(
        generator,
        tuple(inputs.values()),
        input_names=list(inputs),
        output_names=["samples"],
        dynamic_shapes=(free,) * len(inputs),
        opset_version=OPSET,
        dynamo=True,
        verbose=False,
    )
    assert program is not None
    about = {"config": saved.config.to_json(), "step": str(saved.step)}
    program.model.metadata_props.update(about)
    program.save(path)
    difference = largest_difference(generator, path, saved.config)
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
    classes = len(config.asked_classes)
    generator, _ = build_networks(config.algorithm.network, config.data.shape, rng, classes)
    generator.load_state_dict(below("algorithm.G_ema", tensors(saved)))
    return generator.eval().requires_grad_(False)


@torch.inference_mode()
def largest_difference(generator: nn.Module, path: Path, config: RunConfig) -> float:
    """Largest difference of a value between torch and the ONNX file; NaN if either is NaN."""
    import onnxruntime  # Only who asks for this file waits for the import.

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # The other cores belong to training.
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    rng = make_rng(0, purpose=20)
    differences = []
    for count in BATCHES:
        inputs = _inputs(config, count, rng)
        (samples,) = session.run(["samples"], {name: x.numpy() for name, x in inputs.items()})
        differences.append(np.abs(samples - generator(*inputs.values()).numpy()).max())
    return float(np.max(differences))


def _inputs(config: RunConfig, count: int, rng: torch.Generator) -> dict[str, Tensor]:
    """What the generator is given, by the names that ONNX has for it."""
    inputs = {"z": draw_z(count, config.algorithm.network.latent_dim, rng)}
    if classes := len(config.asked_classes):
        inputs["condition"] = in_turns(count, classes)
    return inputs
