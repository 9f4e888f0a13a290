import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import ganlib
from ganlib.process import available_cores, give_way, runs_folder

ROOT = Path(ganlib.__file__).parent.parent
STATE = """
import gc, json, os, signal, sys, threading, warnings
def state():
    return {
        "environment": dict(os.environ), "path": list(sys.path), "filters": str(warnings.filters),
        "frozen": gc.get_freeze_count(), "thresholds": gc.get_threshold(),
        "interval": sys.getswitchinterval(), "threads": threading.active_count(),
        "signals": str([signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]),
    }
def cores():
    import torch
    found = [torch.get_num_threads()]
    other = threading.Thread(target=lambda: found.append(torch.get_num_threads()))
    other.start(); other.join()
    return found
"""


def metadata_of(code, tmp_path, **environment):
    """What a new process prints as JSON, with no variable that steers threads but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OMP_")}
    kept |= {"PYTHONPATH": str(ROOT), "MINIMAX_RUNS": str(tmp_path / "runs"), **environment}
    command = [sys.executable, "-c", STATE + code]
    text = subprocess.run(command, env=kept, cwd=tmp_path, capture_output=True, check=True)
    return json.loads(text.stdout.splitlines()[-1])


def test_importing_ganlib_changes_nothing_in_a_process_and_loads_no_torch(tmp_path):
    before, after, loaded = metadata_of(
        "before = state(); import ganlib\n"
        "print(json.dumps([before, state(), [one for one in sys.modules if one == 'torch']]))",
        tmp_path,
    )
    assert after == before
    assert loaded == []


def test_a_command_that_only_reads_loads_no_torch(tmp_path):
    found = metadata_of(
        "import ganlib; found = {}\n"
        "for command in ('list', 'presets', 'show RUN'):\n"
        "    found[command] = [ganlib.run_command(command.split()), 'torch' in sys.modules]\n"
        "print(); print(json.dumps(found))",
        tmp_path,
    )
    assert found == {"list": [0, False], "presets": [0, False], "show RUN": [2, False]}


def test_a_process_of_our_own_is_set_up_before_torch_is_loaded(tmp_path):
    code = (
        "import ganlib; ganlib.set_up_process(); assert 'torch' not in sys.modules\n"
        "print(json.dumps([cores(), os.environ['OMP_WAIT_POLICY'], state()['frozen'] > 0]))"
    )
    assert metadata_of(code, tmp_path) == [[1, 1], "PASSIVE", True]


def test_who_has_set_how_torch_uses_the_cores_keeps_it(tmp_path):
    theirs = {"OMP_WAIT_POLICY": "ACTIVE", "OMP_NUM_THREADS": "2"}
    code = "import ganlib; ganlib.set_up_process(); print(json.dumps(dict(os.environ)))"
    assert metadata_of(code, tmp_path, **theirs).items() >= theirs.items()


def test_training_in_somebody_elses_process_borrows_its_own_thread_alone(tmp_path):
    """Two cores are theirs; a run has one until it is over, or until nobody wants more of it."""
    code = """
import torch; torch.set_num_threads(2); before = state()
from ganlib import PRESETS, changed, train
config = changed(PRESETS["ring"].config, {"total_steps": 3})
found = [cores()]
for event in train(config): found.append(cores())
found.append(cores())
events = train(config); next(events); found.append(cores()); events.close(); found.append(cores())
print(json.dumps([found, before, state(), "torch._dynamo" in sys.modules]))
"""
    found, before, after, is_compiler_loaded = metadata_of(code, tmp_path)
    first, *within, last, begun, closed = found
    assert first == last == closed == [2, 2]
    assert begun == [1, 2]
    assert set(map(tuple, within)) == {(1, 2)}
    # Torch and SciPy filter warnings of theirs, and name a folder, when they are loaded.
    assert all(after[name] == before[name] for name in before.keys() - {"environment", "filters"})
    assert not is_compiler_loaded, "it takes a second, and compiles nothing here"


def test_cores_are_those_this_process_may_use(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 3, 5}, raising=False)
    assert available_cores() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert available_cores() == 1


@pytest.mark.skipif(sys.platform != "linux", reason="niceness belongs to a thread on Linux only")
def test_giving_way_concerns_the_calling_thread_alone():
    found = []

    def train():
        give_way()
        found.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    thread = threading.Thread(target=train)
    thread.start()
    thread.join()
    assert found == [max(10, before)]
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before


def test_runs_are_kept_where_the_environment_says_else_in_the_working_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MINIMAX_RUNS", raising=False)
    assert runs_folder() == tmp_path / "runs"
    monkeypatch.setenv("MINIMAX_RUNS", str(tmp_path / "elsewhere"))
    assert runs_folder() == tmp_path / "elsewhere"
