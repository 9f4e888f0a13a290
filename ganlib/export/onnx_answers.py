"""What ONNX Runtime answers, as a process of its own that knows nothing of ganlib or torch.

python onnx_answers.py FILE OUTPUT < questions.npz > answers.npz

ONNX Runtime sends word of its use to its makers: as soon as it is imported it writes an id of the
device and a queue of events into the home folder, and later looks for its host. It does not where
`ORT_DISABLE_TELEMETRY` is set before the import, which a process that has imported it already can
no longer do: therefore it is only ever imported here.
"""

import io
import os
import sys

os.environ["ORT_DISABLE_TELEMETRY"] = "1"


def answers(model: str, output: str, questions: bytes) -> bytes:
    """One answer to each question, as .npz.

    Args:
        model: path of an ONNX file.
        output: the name of what is asked for.
        questions: .npz of inputs, each called "number name".
    """
    import numpy as np
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # The other cores belong to training.
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    given: dict[str, dict[str, object]] = {}
    for key, array in np.load(io.BytesIO(questions)).items():
        number, name = key.split(" ")
        given.setdefault(number, {})[name] = array
    outputs = io.BytesIO()
    np.savez(outputs, **{number: session.run([output], one)[0] for number, one in given.items()})
    return outputs.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(answers(sys.argv[1], sys.argv[2], sys.stdin.buffer.read()))
