"""What our scripts reckon without a page is tested in their own language, by Playwright's Node."""

import shutil
import subprocess
from pathlib import Path

import playwright

HERE = Path(__file__).parent


def test_scripts_pass_their_own_tests():
    node = shutil.which("node", path=Path(playwright.__file__).parent / "driver")
    files = sorted(HERE.glob("*.test.js"))
    result = subprocess.run(
        [node, "--no-warnings", "--test", *files], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout
