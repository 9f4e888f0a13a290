import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parent.parent
TESTED = {
    one.name: one
    for line in (ROOT / "requirements.txt").read_text().splitlines()
    if line and not line.startswith("#")
    for one in (Requirement(line),)
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
OFFERED = {
    one.name: one
    for lines in (
        PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"].values(),
        PROJECT["build-system"]["requires"],
    )
    for one in map(Requirement, lines)
    if one.name != "ganlib"
}


def test_what_is_tested_is_what_the_project_asks_for():
    assert OFFERED.keys() == TESTED.keys()


@pytest.mark.parametrize("name", TESTED)
def test_the_project_takes_the_versions_that_are_tested(name):
    tested, offered = TESTED[name].specifier, OFFERED[name].specifier
    pinned = [Version(one.version) for one in tested if one.operator == "=="]
    assert all(map(offered.contains, pinned)) if pinned else tested == offered
