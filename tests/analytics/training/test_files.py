"""What the training writes for people to read."""

import json
from pathlib import Path

from analytics.training.files import write_json


def test_json_is_for_people(tmp_path: Path) -> None:
    """Issue 3: indented, with letters as they are."""
    write_json(tmp_path / "some.json", {"a": "ü"})

    text = (tmp_path / "some.json").read_text(encoding="utf-8")
    assert text == '{\n  "a": "ü"\n}\n'
    assert json.loads(text) == {"a": "ü"}
