"""Our scripts: what they reckon without a page, by tests in their own language; types and form.

`npm ci --prefix tests/node` installs what checks types (TypeScript) and form (Biome). All is run by
Playwright's Node.
"""

import shutil
import subprocess
from pathlib import Path

import playwright

from tests.needed import leave

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
NODE = shutil.which("node", path=Path(playwright.__file__).parent / "driver")


def run(*command: str | Path) -> None:
    """Run a script of Node's at the root; it has to be content."""
    result = subprocess.run(
        [NODE, "--no-warnings", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def checker(script: str) -> Path:
    """A script of one of the packages; without it the test is skipped, or fails if REQUIRE_NODE."""
    path = HERE / "node_modules" / script
    if not path.exists():
        leave("NODE", f"{script} is not there: npm ci --prefix tests/node installs it")
    return path


def test_scripts_pass_their_own_tests():
    run("--test", *sorted(HERE.glob("*.test.js")))


def test_types_are_right():
    run(checker("typescript/bin/tsc"), "--project", HERE)


def test_form_is_right():
    run(checker("@biomejs/biome/bin/biome"), "check", "dashboard/browser", "tests/node")
