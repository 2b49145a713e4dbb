"""Every value that the settings read from the environment is explained in .env.example, and none beside."""

import itertools
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"""(?:env\.\w+|_folder|_secret)\(\s*"([A-Z_]+)\"""")
EXPLAINED = re.compile(r"^(?:# )?([A-Z_]+)=", re.MULTILINE)


def read_names() -> set[str]:
    sources = [path.read_text() for path in (ROOT / "portal").rglob("*.py")]
    return {name for text in sources for name in READ.findall(text)}


def test_the_example_explains_every_variable() -> None:
    """RUN-1, RUN-3: an operator finds every deployment value in one file."""
    explained = set(EXPLAINED.findall((ROOT / ".env.example").read_text()))

    assert explained == read_names()


def test_every_variable_has_a_comment_above() -> None:
    """RUN-3: a name alone explains nothing."""
    lines = (ROOT / ".env.example").read_text().splitlines()

    for above, line in itertools.pairwise(lines):
        if EXPLAINED.match(line):
            assert above.startswith("# "), line
            assert not EXPLAINED.match(above), line
