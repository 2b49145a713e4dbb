"""The scripts of the pages: their pure parts under Node, and rules that hold for all of them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SCRIPTS = sorted((HERE.parent.parent / "static" / "js").rglob("*.js"))
IMPORT = re.compile(r"^(?:import|export)\b[^\n]*?from\s*(?P<rest>.*)$|^import\s+(?P<bare>[\"'].*)$", re.MULTILINE)


def test_the_pure_parts_do_what_their_tests_say() -> None:
    """OCC-3, DEMO-2, DEMO-4, CNT-6: `node --test` over everything in this folder."""
    node = shutil.which("node")
    assert node, "node is missing: apt-get install nodejs"

    env = os.environ | {"NODE_OPTIONS": f'--require="{HERE / "older_node.cjs"}"'}
    argv = [node, "--test", *sorted(HERE.glob("*.test.js"))]
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_import_has_the_form_that_hashed_names_need(script: Path) -> None:
    """STYLE 9: relative, double quotes, extension and semicolon; other forms keep their unhashed name and break."""
    for found in IMPORT.finditer(script.read_text()):
        assert re.fullmatch(r'"\.{1,2}/[\w./-]+\.js";', found["rest"] or found["bare"]), found[0]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_makes_code_or_style_out_of_text(script: Path) -> None:
    """SEC-3: what the content security policy would refuse is not tried."""
    source = script.read_text()

    assert not re.search(r"\beval\(|new Function|\.setAttribute\(\"(style|on\w+)\"|document\.write", source)
