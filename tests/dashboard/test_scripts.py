import graphlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import playwright
import pytest

from dashboard import scripts

ONE = """/** What others take. */

const SECRET = 2;
export const TWICE = `${SECRET}`;

export class Box {}

export async function later() {}

export function* each() {}

export function twice(number) {
  return SECRET * number;
}
"""
OTHER = """import { twice as double } from "./one.js";
import {
  Box,
  TWICE,
} from "./one.js";

const SECRET = 20;

export function told() {
  return [double(SECRET), new Box() instanceof Box, TWICE, typeof import.meta.url];
}
"""


def run(script: str) -> object:
    """What a script of modules prints as JSON."""
    node = shutil.which("node", path=Path(playwright.__file__).parent / "driver")
    outcome = subprocess.run(
        [node, "--input-type=module"], input=script, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stderr
    return json.loads(outcome.stdout)


def test_modules_that_are_joined_keep_their_names_to_themselves():
    joined = scripts.join({"other": OTHER, "one": ONE})
    tail = "console.log(JSON.stringify([_other.told(), Object.keys(_one)]));"
    assert run(joined + tail) == [
        [40, True, "2", "string"],
        ["TWICE", "Box", "later", "each", "twice"],
    ]


@pytest.mark.parametrize(
    "line",
    [
        'import one from "./one.js";',
        'import * as one from "./one.js";',
        'import "./one.js";',
        'import { a } from "elsewhere";',
        "export default 5;",
        "export let a = 5;",
        "export { a };",
        'export * from "./one.js";',
    ],
)
def test_what_cannot_be_joined_is_refused(line):
    with pytest.raises(ValueError, match=r"^other\.js cannot be joined"):
        scripts.join({"one": "", "other": f"const b = 2;\n{line}\n"})


def test_modules_that_need_one_another_are_refused():
    modules = {
        one: f'import {{ a }} from "./{other}.js";\nexport const a = 1;\n'
        for one, other in (("one", "other"), ("other", "one"))
    }
    with pytest.raises(graphlib.CycleError):
        scripts.join(modules)


def test_a_module_that_is_not_there_is_missed():
    with pytest.raises(KeyError, match="two"):
        scripts.join({"one": 'import { a } from "./two.js";\n'})


def test_every_component_of_the_pages_has_its_module():
    plain, _ = scripts.file(scripts.folder().rsplit("/", 1)[1], "modules.js")
    page = "globalThis.document = new EventTarget();\n"
    mounted = "[...Object.entries({ _hud, _plane, _sketch })].map(([, one]) => typeof one.mount)"
    assert run(f"{page}{plain.decode()}console.log(JSON.stringify({mounted}));") == ["function"] * 3


def test_every_server_joins_them_in_the_same_order():
    folders = {
        subprocess.run(
            [sys.executable, "-c", "from dashboard import scripts; print(scripts.folder())"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert folders == {f"{scripts.folder()}\n".encode()}


def test_what_streamlit_mounts_names_the_component_and_the_folder():
    boot = scripts.boot("hud")
    assert 'const NAME = "hud";' in boot
    assert f'const FOLDER = "{scripts.folder()}";' in boot
    assert "__" not in boot
