"""Zips of runs in which one thing is wrong, and values that nobody expects."""

import io
import json
import random
import struct
import zipfile
from typing import Any


def harmed(whole: bytes, rng: random.Random) -> tuple[str, bytes]:
    """A zip with one file changed, and what was done to it."""
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice([*files, "run.json", "run.json"])
    if name.endswith(".json"):
        what, files[name] = _other_json(files[name], rng)
    elif name.endswith(".safetensors") and rng.random() < 0.7:
        what, files[name] = _other_arrays(files[name], rng)
    else:
        what, body = "some bytes", bytearray(files[name])
        for _ in range(rng.choice((1, 20))):
            body[rng.randrange(len(body))] = rng.randrange(256)
        files[name] = bytes(body)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for one, body in files.items():
            archive.writestr(one, body)
    return f"{name}: {what}", made.getvalue()


def value(rng: random.Random) -> Any:
    """Anything that JSON can say, and some that it cannot."""
    return rng.choice(
        (
            *(None, True, -1, 0, 1, 2**31, 2**64, 10**400, 1e308, float("nan")),
            *(float("inf"), "", "a" * 50),
            *([], {}, [[]], {"a": []}, [None] * 1000, "<b>&amp;", "`x`", "\0"),
        )
    )


def _other_json(text: bytes, rng: random.Random) -> tuple[str, bytes]:
    """JSON in which one value, however deep, is another."""
    whole = json.loads(text)
    part, path = whole, []
    while True:
        keys = list(part) if isinstance(part, dict) else list(range(len(part)))
        path.append(rng.choice(keys))
        below = part[path[-1]]
        if not (isinstance(below, dict | list) and below) or rng.random() < 0.2:
            break
        part = below
    part[path[-1]] = other = value(rng)
    return f"{'.'.join(map(str, path))} = {other!r:.40}", json.dumps(whole).encode()


def _other_arrays(body: bytes, rng: random.Random) -> tuple[str, bytes]:
    """A file of arrays whose list says something else of one of them, or whose numbers are odd."""
    (length,) = struct.unpack_from("<Q", body)
    header, numbers = json.loads(body[8 : 8 + length]), body[8 + length :]
    name = rng.choice([one for one in header if one != "__metadata__"])
    texts, (first, last) = header[name], header[name]["data_offsets"]
    match what := rng.choice(("dtype", "shape", "flat", "nan", "none", "gone")):
        case "dtype":
            texts["dtype"] = rng.choice(("BF16", "F16", "I64", "F8_E5M2", "BOOL", "X"))
        case "shape":
            texts["shape"] = value(rng)
        case "flat":
            texts["shape"] = [texts["shape"][0] if texts["shape"] else 1, *texts["shape"]]
        case "nan":
            numbers = numbers[:first] + b"\xff" * (last - first) + numbers[last:]
        case "none":
            header = {name: texts | {"shape": [0, *texts["shape"][1:]], "data_offsets": [0, 0]}}
            numbers = b""
        case "gone":
            header[f"{name}x"] = header.pop(name)
    text = json.dumps(header).encode()
    return f"{what} of {name}", struct.pack("<Q", len(text)) + text + numbers
