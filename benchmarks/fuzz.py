"""What no page would ask, put to a real server: nothing may break, leak or keep a core busy.

python -m benchmarks.fuzz [--questions 10000] [--seconds 3600] [--zips 150] [--seed 0]

Runs of every family are trained for some steps, and zips of them with one thing wrong are taken in.
A server over all of them is asked what is random or malformed, one question after another, over
every route and socket. Told are the answers by status, and the dearest questions by the time that
the server's process worked. It ends with status 1 if an answer or the log has a traceback, a path
of this machine or status 500, or if a zip did more than be refused in a sentence.
"""

import argparse
import contextlib
import http.client
import io
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import numpy as np
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from benchmarks.common import arguments
from benchmarks.hostile import harmed, value
from benchmarks.serving import ROOT, server
from dashboard.wire import encode
from ganlib import EXPORTS, PRESETS, RunManager, RunStore, StoreError, changed

FAMILIES = ("ring", "digits-styles", "digits-conditional", "vae-digits", "vae-ring", "made-digits")
SMALL = {"total_steps": 4, "batch_size": 4, "frame_every": 2, "measure_every": 0, "cpu_threads": 1}
GETS = (
    *("live", "curves", "frames/{n}.webp", "thumbnails/{n}.webp", "real.webp", "pictures/{n}"),
    *("spread", "inside/density", "inside/encoded", "inside/back", "inside/drawn"),
    *("plane", "measures", "quality", "exports", "export/{word}"),
)
POSTS = (
    "decode",
    "mix",
    "discriminate",
    "film/gif",
    "film/mp4",
    "nearest",
    "fit",
    "inside/saliency",
)
SOCKETS = ("explore", "find")
ELSEWHERE = (
    *("compare", "compare/frames", "browser/{word}", "browser/{word}/modules.js", "{word}"),
    *("runs/{word}/live", "runs/..%2f..%2fetc/live", "runs/%00/frames/0.webp"),
)
PARAMETERS = (
    *("since", "points", "first", "last", "step", "psi", "layers", "seed", "count", "known"),
    *("number", "label", "runs", "have", "x", "smooth", "metric", "bands"),
)
SAID = ("step", "columns", "crossover", "psi", "layers", "condition", "label", "place")
"""In the header of a message."""
WORDS = (
    *EXPORTS,
    *("", "0", "1", "3", "-1", "1e3", "nan", "inf", "9" * 400, "4294967295", "½", "\0", "\u202e"),
    *("../../run.json", "%2e%2e", "a" * 3000, "0,1,2", "map,gradient", "{}", "[" * 500),
    *("d_loss", "0.5", "1,0", ",".join(["0.1"] * 10), "step", "images"),
)
BAD = (
    "Traceback (most recent",
    'File "/',
    str(ROOT),
    str(Path.home()) + os.sep,
    tempfile.gettempdir(),
)
"""What belongs to this machine alone."""


@dataclass
class Findings:
    """What the server said, and what it should not have."""

    count: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    dearest: list[tuple[float, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def note(self, count: str, status: int | str, body: bytes, seconds: float) -> None:
        """Take in one answer."""
        self.statuses[str(status)] += 1
        self.dearest = sorted([*self.dearest, (seconds, count)], reverse=True)[:10]
        if status in (500, "broken"):
            self.faults.append(f"{status}: {count}")
        self.faults += [f"{one!r} in the answer to {count}" for one in BAD if one.encode() in body]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=3600, help="at most, of asking")
    parser.add_argument("--zips", type=int, default=150)
    parser.add_argument("--seed", type=int, default=0)
    given = arguments(parser, questions=60, zips=6)
    rng, results = random.Random(given.seed), Findings()
    with tempfile.TemporaryDirectory() as place, Path(place, "log").open("w+") as log:
        os.environ["MINIMAX_RUNS"] = place
        runs = _train(Path(place), FAMILIES[:2] if given.quick else FAMILIES)
        runs += _take_in(Path(place), runs, given.zips, rng, results)
        with server(1.0 if given.quick else 15.0, log) as (url, process):
            end = time.monotonic() + given.seconds
            while results.count < given.questions and time.monotonic() < end:
                _ask(url, process, runs, rng, results)
        log.seek(0)
        texts = [line for line in log if "Traceback" in line or "Error" in line]
        results.faults += [f"in the log: {line.strip()}" for line in texts]
    _tell(results)
    sys.exit(bool(results.faults))


def _train(folder: Path, families: tuple[str, ...]) -> list[str]:
    manager = RunManager(RunStore(folder))
    runs = [manager.start(changed(PRESETS[name].config, SMALL)) for name in families]
    while not all(manager.get(run).snapshot.is_over for run in runs):
        time.sleep(0.05)
    manager.close()
    return runs


def _take_in(
    folder: Path, runs: list[str], count: int, rng: random.Random, found: Findings
) -> list[str]:
    """Runs out of zips in which one thing is wrong, as far as such a zip is taken in."""
    taken, store = [], RunStore(folder)
    for _ in range(count):
        path = folder / "good.zip"
        store.export_zip(rng.choice(runs), path)
        what, hostile = harmed(path.read_bytes(), rng)
        began = time.process_time()
        try:
            taken.append(store.import_zip(io.BytesIO(hostile)))
            status = "zip taken in"
        except StoreError as error:
            status = "zip refused"
            found.note(what, status, str(error).encode(), time.process_time() - began)
            continue
        except Exception as error:
            status = "broken"
            what = f"{what}: {error!r:.200}"
        found.note(what, status, b"", time.process_time() - began)
    store.close()
    return taken


def _ask(url: str, process: int, runs: list[str], rng: random.Random, found: Findings) -> None:
    """One question."""
    address, run, before = urlsplit(url).netloc, rng.choice(runs), _worked(process)
    if rng.random() < 0.1:
        query, status, body = _talk(address, run, rng)
    else:
        query, status, body = _question(address, run, runs, rng)
    found.count += 1
    found.note(query, status, body, _worked(process) - before)


def _question(
    address: str, run: str, runs: list[str], rng: random.Random
) -> tuple[str, int | str, bytes]:
    what, method, body = rng.choice(GETS), "GET", b""
    kind = rng.random()
    if kind < 0.15:
        path = rng.choice(ELSEWHERE)
    else:
        if kind < 0.6:
            what, method, body = rng.choice(POSTS), "POST", _body(rng)
        path = f"runs/{run}/{what}"
    word = quote(rng.choice(WORDS)[:200], safe="") or "x"
    path = path.replace("{n}", str(rng.choice((0, 1, 2, 4, 77)))).replace("{word}", word)
    names = rng.sample(PARAMETERS, rng.randrange(4))
    query = {name: rng.choice(WORDS) for name in names}
    if path.startswith("compare") and rng.random() < 0.9:
        query["runs"] = ",".join(rng.sample(runs, min(len(runs), rng.randrange(1, 9))))
    target = f"/minimax/{path}?{urlencode(query)}"
    wanted_ = f"{method} {target[:200]}"
    with contextlib.closing(http.client.HTTPConnection(address, timeout=120)) as connection:
        try:
            connection.request(method, target, body, headers=_headers(rng))
            answer = connection.getresponse()
            return wanted_, answer.status, answer.read()
        except (OSError, ValueError, http.client.HTTPException) as error:
            return f"{wanted_} {error!r}", "broken", b""


def _headers(rng: random.Random) -> dict[str, str]:
    odd = {"Content-Type": "x" * 500, "Cookie": "a=" + "b" * 500, "Range": "bytes=9-1"}
    return dict(rng.sample(sorted(odd.items()), rng.randrange(2)))


def _body(rng: random.Random) -> bytes:
    count = rng.choice((0, 1, 2, 4, 64, 128, 784, 3072))
    return rng.choice(
        (
            *[_message(rng)] * 4,
            rng.randbytes(count),
            b"P6 300 300 100\n" + bytes(270_000),
            b"\x89PNG\r\n\x1a\n" + rng.randbytes(count),
            b"GIF89a" + rng.randbytes(count),
            b"II*\0\x08\0\0\0" + rng.randbytes(count),
        )
    )


def _message(rng: random.Random) -> bytes:
    """A message as a page sends it, or one with something wrong."""
    floats = np.random.default_rng(rng.randrange(2**32))
    size = rng.choice((2, 4, 16, 64, 128))
    rows = floats.standard_normal((rng.choice((0, 1, 2, 64, 65)), size), np.float32)
    rows *= rng.choice((1, 1, 1e38, np.nan))
    side = rng.choice((1, 8, 28, 32))
    pixels = floats.integers(0, 256, (side, side, rng.choice((1, 3))), np.uint8)
    arrays: dict[str, np.ndarray] = rng.choice(
        (
            {"z": rows},
            {"z": rows[0] if len(rows) else rows},
            {"coarse": rows, "fine": rows},
            {"picture": pixels, "known": pixels[..., 0]},
            {"z": pixels, "picture": rows},
            {},
        )
    )
    header = {name: value(rng) for name in rng.sample(SAID, rng.randrange(3))}
    plain = encode({}, arrays)
    begin = 4 + int.from_bytes(plain[:4], "little")
    # What JSON cannot say is said here all the same.
    words_ = plain[4:begin].replace(b"{}", json.dumps(header).encode(), 1)
    words_ += b" " * (-(4 + len(words_)) % 8)
    whole = len(words_).to_bytes(4, "little") + words_ + plain[begin:]
    if rng.random() < 0.7:
        return whole
    at = rng.randrange(len(whole) + 1)
    text = ("[" * 50_000 if rng.random() < 0.2 else rng.choice(WORDS)).encode()
    return rng.choice(
        (
            whole[:at],
            whole + rng.randbytes(8),
            whole[:at] + rng.randbytes(4) + whole[at + 4 :],
            len(text).to_bytes(4, "little") + text,
            b"\xff\xff\xff\xff" + whole[4:],
        )
    )


def _talk(address: str, run: str, rng: random.Random) -> tuple[str, int | str, bytes]:
    """Some words on a socket, and what came back."""
    what = rng.choice(SOCKETS)
    query, reports = f"socket {run}/{what}", b""
    try:
        with connect(f"ws://{address}/minimax/runs/{run}/{what}", max_size=None) as socket:
            for _ in range(rng.randrange(1, 3)):
                text = _message(rng) if rng.random() < 0.9 else rng.choice(WORDS)
                query += f" {text[:60]!r}"
                socket.send(text)
                answer = socket.recv(timeout=60)
                reports += answer if isinstance(answer, bytes) else answer.encode()
        return query, 101, reports
    except WebSocketException:  # It was closed, which is an answer.
        return query, "closed", reports
    except (OSError, TimeoutError) as error:
        return f"{query} {error!r}", "broken", reports


def _worked(process: int) -> float:
    """Seconds that a process has worked for; by the clock where the system does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return time.monotonic()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _tell(found: Findings) -> None:
    print(f"{found.count:,} questions. Answers by status:")
    for status, count in sorted(found.statuses.items()):
        print(f"  {status:13s}{count:7,}")
    print("Seconds of the server's work, the dearest:")
    for seconds, query in found.dearest:
        print(f"  {seconds:6.2f}  {query[:120]}")
    print(f"{len(found.faults)} faults.")
    for fault in list(dict.fromkeys(found.faults))[:50]:
        print(f"  {fault[:300]}")


if __name__ == "__main__":
    main()
