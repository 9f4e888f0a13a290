"""The averaged network as ONNX, which runs without torch, in a browser or on a telephone."""

from pathlib import Path

import numpy as np
import torch

from ganlib.algorithms import Portable, saved_portable
from ganlib.errors import RunError
from ganlib.events import StateSaved
from ganlib.runtime import make_rng

OPSET = 20
BATCHES = (1, 2, 7, 64)
"""Sizes of the batches on which ONNX and torch are compared."""
TOLERANCE = 1e-4
"""Largest difference of a value of a sample; a step of a colour is 80 times as much."""


def write_onnx(saved: StateSaved, path: Path) -> None:
    """Write the averaged network of a saved moment, and check it against torch.

    GAN and VAE: input "z" is (N, latent_dim) float32 from a standard normal, N any; where a class
    can be asked for, input "condition" is (N, classes) float32, one-hot. Output "samples" is
    (N, C, H, W) in [-1, 1], or (N, 2) points. Autoregressive: input "codes" is (N, D) int64,
    output "logits" (N, D, K). The metadata hold "config" (JSON) and "step".

    Raises:
        RunError: what was written answers otherwise than torch.
    """
    portable = saved_portable(saved)
    inputs = portable.inputs(2, make_rng(0, purpose=20))
    # All are of one length, which is found out; a name for each would be told twice.
    free = {0: torch.export.Dim.DYNAMIC}
    program = torch.onnx.export(
        portable.network,
        tuple(inputs.values()),
        input_names=list(inputs),
        output_names=[portable.output],
        dynamic_shapes=(free,) * len(inputs),
        opset_version=OPSET,
        dynamo=True,
        verbose=False,
    )
    assert program is not None
    about = {"config": saved.config.to_json(), "step": str(saved.step)}
    program.model.metadata_props.update(about)
    program.save(path)
    difference = largest_difference(portable, path)
    if not difference <= TOLERANCE:
        path.unlink()
        raise RunError(
            f"The {portable.words.lower()} in ONNX differs from the one in torch by "
            f"{difference:.2g}, and at most {TOLERANCE:g} is allowed: save the weights instead."
        )


@torch.inference_mode()
def largest_difference(portable: Portable, path: Path) -> float:
    """Largest difference of a value between torch and the ONNX file; NaN if either is NaN."""
    import onnxruntime  # Only who asks for this file waits for the import.

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # The other cores belong to training.
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    rng = make_rng(0, purpose=20)
    differences = []
    for count in BATCHES:
        inputs = portable.inputs(count, rng)
        given = {name: x.numpy() for name, x in inputs.items()}
        (found,) = session.run([portable.output], given)
        differences.append(np.abs(found - portable.network(*inputs.values()).numpy()).max())
    return float(np.max(differences))
