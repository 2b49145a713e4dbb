"""Static files under names with their hash (STYLE 9)."""

from pathlib import Path

import pytest

from portal.storage import HashedStaticStorage


@pytest.fixture
def collected(tmp_path: Path) -> HashedStaticStorage:
    """A storage after `collectstatic`, of a module that imports another as STYLE writes it."""
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\nb();\n')
    (tmp_path / "b.js").write_text("export function b() {}\n")
    storage = HashedStaticStorage(location=tmp_path, base_url="/static/")
    outcomes = [outcome for _, _, outcome in storage.post_process({name: (storage, name) for name in ("a.js", "b.js")})]
    assert all(outcome is True for outcome in outcomes)
    return storage


def test_an_import_follows_the_hashed_name(collected: HashedStaticStorage) -> None:
    """STYLE 9: a browser never mixes two releases."""
    module = Path(collected.path(collected.stored_name("a.js"))).read_text()

    assert collected.url("a.js") != "/static/a.js"
    assert collected.stored_name("b.js") in module


def test_before_collecting_files_keep_their_names(tmp_path: Path) -> None:
    """STYLE 10: tests and a developer's server need no `collectstatic`."""
    assert HashedStaticStorage(location=tmp_path, base_url="/static/").url("a.js") == "/static/a.js"


def test_after_collecting_a_file_that_is_missing_is_an_error(collected: HashedStaticStorage) -> None:
    """STYLE 8: a typing mistake in a template is found, not served as 404."""
    with pytest.raises(ValueError, match=r"c\.js"):
        collected.url("c.js")
