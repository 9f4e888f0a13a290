"""The averaged network as ONNX, which runs without torch, in a browser or on a telephone."""

import io
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganlib.algorithms import ExportSpec, saved_export_spec
from ganlib.errors import RunError, reason
from ganlib.events import CheckpointSaved
from ganlib.runtime import make_rng
from ganlib.streams import Stream

OPSET = 20
BATCHES = (1, 2, 7, 64)
"""Sizes of the batches on which ONNX and torch are compared."""
TOLERANCE = 1e-4
"""Largest difference of a value of a sample; a step of a colour is 80 times as much."""
PYTHON = (sys.executable, "-P")
"""With nothing of the script's own folder to import, where `onnx` would be this file."""
ANSWERS = Path(__file__).with_name("onnx_answers.py")


def write_onnx(saved: CheckpointSaved, path: Path) -> None:
    """Write the averaged network of a checkpoint, and check it against torch.

    GAN and VAE: input "z" is (N, latent_dim) float32 from a standard normal, N any; where a class
    can be asked for, input "condition" is (N, classes) float32, one-hot. Output "samples" is
    (N, C, H, W) in [-1, 1], or (N, 2) points. Autoregressive: input "codes" is (N, D) int64,
    output "logits" (N, D, K). The metadata hold "config" (JSON) and "step".

    Raises:
        RunError: what was written answers otherwise than torch, or not at all.
    """
    export_spec = saved_export_spec(saved)
    inputs = export_spec.inputs(2, make_rng(0, Stream.EXPORT))
    # All are of one length, which is found out; a name for each would be told twice.
    free = {0: torch.export.Dim.DYNAMIC}
    program = torch.onnx.export(
        export_spec.network,
        tuple(inputs.values()),
        input_names=list(inputs),
        output_names=[export_spec.output],
        dynamic_shapes=(free,) * len(inputs),
        opset_version=OPSET,
        dynamo=True,
        verbose=False,
    )
    assert program is not None
    about = {"config": saved.config.to_json(), "step": str(saved.step)}
    program.model.metadata_props.update(about)
    # Torch tells for each node in which file of this machine it was called.
    for node in program.model.graph.all_nodes():
        node.metadata_props.clear()
    program.save(path)
    try:
        difference = largest_difference(export_spec, path)
    except RunError:
        path.unlink()
        raise
    if not difference <= TOLERANCE:
        path.unlink()
        raise RunError(
            f"The {export_spec.name.lower()} in ONNX differs from the one in torch by "
            f"{difference:.2g}, and at most {TOLERANCE:g} is allowed: save the weights instead."
        )


@torch.inference_mode()
def largest_difference(export_spec: ExportSpec, path: Path) -> float:
    """Largest difference of a value between torch and the ONNX file; NaN if either is NaN.

    Raises:
        RunError: ONNX Runtime cannot open the file.
    """
    rng = make_rng(0, Stream.EXPORT)
    batches = [export_spec.inputs(count, rng) for count in BATCHES]
    outputs = _answers(path, export_spec.output, batches)
    expected = [export_spec.network(*inputs.values()).numpy() for inputs in batches]
    return float(np.max([np.abs(a - b).max() for a, b in zip(outputs, expected, strict=True)]))


def _answers(
    path: Path, output: str, batches: Sequence[Mapping[str, Tensor]]
) -> list[NDArray[np.float32]]:
    """What ONNX Runtime gives for each of some inputs: see `onnx_answers` for why over there."""
    questions = io.BytesIO()
    inputs = {f"{n} {name}": x.numpy() for n, one in enumerate(batches) for name, x in one.items()}
    np.savez(questions, **inputs)  # type: ignore[arg-type] # None is called allow_pickle.
    command = [*PYTHON, str(ANSWERS), str(path), output]
    ended = subprocess.run(command, input=questions.getvalue(), capture_output=True, check=False)
    if ended.returncode:
        *_, last = ["nothing said", *ended.stderr.decode(errors="replace").splitlines()]
        raise RunError(
            f"ONNX Runtime cannot open what was written ({reason(RuntimeError(last))[:200]})."
        )
    with np.load(io.BytesIO(ended.stdout)) as outputs:
        return [outputs[str(number)] for number in range(len(batches))]
