"""Settings as a YAML document: written for people, read without surprises."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cameras.extensions.document import MOST_BYTES, DocumentError, read_document, write_document
from cameras.extensions.occupancy import OccupancySettings

NAMES = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"], exclude_characters='"&'), min_size=1, max_size=20)
TRIANGLE = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]


def written(settings: OccupancySettings) -> str:
    return write_document("Quay", settings.to_json())


@given(NAMES.filter(str.strip), st.integers(1, 40), st.integers(1, 36_000).map(lambda n: n / 10))
def test_what_is_written_is_read_back(name: str, threshold: int, time_s: float) -> None:
    """EXT-5, OCC-7: by us and by any other reader of YAML; names like `on`, `12:30` and `#7` included."""
    area = {"number": 1, "name": name, "count_threshold": threshold, "time_s": time_s}
    settings = OccupancySettings.from_json(
        {"areas": [area], "ignore_zones": [{"objects": ["human"], "polygon": TRIANGLE}], "csv": True}
    )
    text = written(settings)

    assert OccupancySettings.from_json(read_document(text)["settings"]) == settings
    assert yaml.safe_load(text) == read_document(text)


def test_every_value_stands_beside_its_range_and_default() -> None:
    """EXT-5, OCC-5, OCC-21: from the one definition of the setting."""
    lines = {line.strip() for line in written(OccupancySettings()).splitlines()}

    assert {"count_threshold: 5                  # Count threshold; 1-40; default 5"} <= lines
    assert any(line.startswith("pause_reset_s: 5 ") and line.endswith("0-600 s; default 5") for line in lines)
    assert any("5 | 10 | 15 | 60 | 300" in line for line in lines)


def test_a_title_cannot_leave_its_comment() -> None:
    """A camera's name is data."""
    text = write_document("Quay\nnetwork: evil", {"csv": True})

    assert read_document(text) == {"settings": {"csv": True}}


def test_what_looks_like_something_else_is_a_text() -> None:
    """YAML 1.1 made times into numbers and `on` into a switch; a name typed without quotes stays what was typed."""
    assert read_document("a: on\nb: 11:30\nc: 2026-12-24\nd: 0x10\ne: 1_000\nf: .inf\ng: ~\nh: true\ni: -1.5e2") == {
        "a": "on", "b": "11:30", "c": "2026-12-24", "d": "0x10", "e": "1_000", "f": ".inf",
        "g": None, "h": True, "i": -150.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("a: 1\nb: [2", "Line 2", id="open bracket"),
        pytest.param("a: 1\na: 2", "Line 2 is no YAML: the name a is there twice", id="twice"),
        pytest.param("a: &x [1]\nb: *x", "Line 2 is no YAML: references are not read", id="reference"),
        pytest.param("a: !!python/object:os.system x", "Line 1", id="object"),
        pytest.param("? [1]\n: 2", "a list cannot be a name", id="list as name"),
        pytest.param("- 1", "begins with names", id="list"),
        pytest.param("", "begins with names", id="nothing"),
        pytest.param("\x00", "no YAML text", id="control character"),
        pytest.param(b"\xff\xfe\xff", "no YAML text", id="no text"),
        pytest.param("[" * 5_000, "no YAML text", id="too deep"),
        pytest.param(" " * (MOST_BYTES + 1), "more than 256000 bytes", id="too long"),
    ],
)
def test_what_is_no_document_is_refused_by_its_line(text: str | bytes, words: str) -> None:
    """SPEC 15: bad input is a clear error."""
    with pytest.raises(DocumentError, match=words):
        read_document(text)


def test_references_cannot_multiply() -> None:
    """SEC-6: a document of a few lines that would unfold into gigabytes is refused at its first reference."""
    lines = ["a0: &a0 [1, 1]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))]

    with pytest.raises(DocumentError, match="Line 2 is no YAML: references are not read"):
        read_document("\n".join(lines))
