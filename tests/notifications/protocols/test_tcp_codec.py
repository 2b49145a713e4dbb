"""Codecs of the TCP alarm as plug-ins (WIRE 5): found by their entry points in installed packages."""

from pathlib import Path

import pytest

from notifications.protocols.json_lines import JsonLines
from notifications.protocols.tcp_codec import CodecError, codec_get, codec_names

ENTRIES = """[lookout.tcp_codecs]
spoken = sample_codec:CODEC
missing = sample_codec:NOTHING
absent = no_such_package:CODEC
json-lines = sample_codec:CODEC
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed package with codecs, as pip leaves it."""
    info = tmp_path / "sample_codec-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: sample-codec\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRIES)
    (tmp_path / "sample_codec.py").write_text("CODEC = 'a codec'\n")
    monkeypatch.syspath_prepend(tmp_path)


def test_ours_is_always_there() -> None:
    """WIRE 5: json-lines is the default, and needs no package."""
    assert codec_names()[0] == "json-lines"
    assert isinstance(codec_get("json-lines"), JsonLines)


@pytest.mark.usefixtures("package")
def test_a_codec_of_an_installed_package_can_be_chosen() -> None:
    """WIRE 5: whoever knows a recorder's bytes brings them along; ours keeps its name."""
    assert codec_names() == ["json-lines", "absent", "missing", "spoken"]
    assert codec_get("spoken") == "a codec"
    assert isinstance(codec_get("json-lines"), JsonLines)


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize("name", ["missing", "absent"])
def test_a_codec_that_cannot_be_loaded_says_why(name: str) -> None:
    """STYLE 8: and the others still work."""
    with pytest.raises(CodecError, match=f"'{name}' cannot be loaded: .*(NOTHING|no_such_package)"):
        codec_get(name)


def test_a_codec_that_is_gone_is_named() -> None:
    """STYLE 8: a package may be uninstalled while a destination uses it."""
    with pytest.raises(CodecError, match="'spoken' is not installed, one of json-lines expected"):
        codec_get("spoken")
