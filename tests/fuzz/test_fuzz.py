"""SEC-1, API-1: what the document allows to be asked, is answered as it says; `make fuzz` asks ten times as much."""

import subprocess
import sys
from pathlib import Path

import pytest

REQUESTS, SEED = 2000, 1
ROOT = Path(__file__).parents[2]


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_api_answers_as_its_document_says_and_tells_nobody_of_other_sites() -> None:
    """SEC-1, API-1: no error of the server, no answer that the document does not allow, no leak."""
    argv = [sys.executable, "-m", "tests.fuzz", "--requests", str(REQUESTS), "--seed", str(SEED)]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=380, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
