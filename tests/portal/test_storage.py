"""Static files under names with their hash (STYLE 9)."""

from pathlib import Path

import pytest

from portal.storage import HashedStaticStorage

STATIC = Path(__file__).resolve().parents[2] / "static"
SCRIPTS = {
    "js/a.js": 'import { b } from "./b.js";\nb();\n',
    "js/b.js": "export function b() {}\n",
    "package/bundle.js": 'import { b } from "./not-here.js";\n',
}


@pytest.fixture
def collected(tmp_path: Path) -> HashedStaticStorage:
    """A storage after `collectstatic`, of a module that imports another as STYLE writes it."""
    for name, script in SCRIPTS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(script)
    storage = HashedStaticStorage(location=tmp_path, base_url="/static/")
    outcomes = [outcome for _, _, outcome in storage.post_process({name: (storage, name) for name in SCRIPTS})]
    assert all(outcome is True for outcome in outcomes)
    return storage


def test_an_import_follows_the_hashed_name(collected: HashedStaticStorage) -> None:
    """STYLE 9: a browser never mixes two releases."""
    module = Path(collected.path(collected.stored_name("js/a.js"))).read_text()

    assert collected.url("js/a.js") != "/static/js/a.js"
    assert Path(collected.stored_name("js/b.js")).name in module


def test_the_bundle_of_a_package_is_not_searched_for_imports(collected: HashedStaticStorage) -> None:
    """RUN-1: they are megabytes that import nothing; all scripts of ours lie where imports are followed."""
    bundle = Path(collected.path(collected.stored_name("package/bundle.js"))).read_text()

    assert bundle == SCRIPTS["package/bundle.js"]
    assert not [script for script in STATIC.rglob("*.js") if not script.is_relative_to(STATIC / "js")]


def test_before_collecting_files_keep_their_names(tmp_path: Path) -> None:
    """STYLE 10: tests and a developer's server need no `collectstatic`."""
    assert HashedStaticStorage(location=tmp_path, base_url="/static/").url("a.js") == "/static/a.js"


def test_after_collecting_a_file_that_is_missing_is_an_error(collected: HashedStaticStorage) -> None:
    """STYLE 8: a typing mistake in a template is found, not served as 404."""
    with pytest.raises(ValueError, match=r"c\.js"):
        collected.url("c.js")
