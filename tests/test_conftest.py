"""RUN-2: what the suite does by itself: marks, and skips that are counted and named."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests import conftest


class Item:
    """As much of a pytest.Item as the hook looks at."""

    def __init__(self, name: str, *marks: str, fixturenames: tuple[str, ...] = ()) -> None:
        self.name, self.fixturenames = name, fixturenames
        self.marks = {mark: getattr(pytest.mark, mark).mark for mark in marks}

    def get_closest_marker(self, name: str) -> object:
        return self.marks.get(name)

    def add_marker(self, marker: str | pytest.MarkDecorator) -> None:
        mark = getattr(pytest.mark, marker) if isinstance(marker, str) else marker
        self.marks[mark.name] = mark.mark


def test_tests_of_the_clips_are_skipped_by_name_where_there_are_none(settings: Settings, tmp_path: Path) -> None:
    """RUN-2: without the folders; each skip says which test and what is missing."""
    settings.MEDIA_CLIPS, settings.NETWORK_FOLDERS = None, (tmp_path,)
    clip, other = Item("test_clip", "shared"), Item("test_other")
    conftest.pytest_collection_modifyitems([clip, other])

    reason = clip.marks["skip"].kwargs["reason"]
    assert reason == "test_clip: no folder of clips (LOOKOUT_MEDIA), no networks (LOOKOUT_NETWORKS)"
    assert "skip" not in other.marks


def test_our_own_networks_alone_are_not_those_of_the_tests(settings: Settings, tmp_path: Path) -> None:
    """RUN-2: the figures of the suite are of networks that others made, by their ids."""
    (tmp_path / "any.onnx").touch()
    settings.MEDIA_CLIPS, settings.OWN_NETWORKS, settings.NETWORK_FOLDERS = tmp_path, tmp_path, (tmp_path,)
    clip = Item("test_clip", "shared")
    conftest.pytest_collection_modifyitems([clip])

    assert clip.marks["skip"].kwargs["reason"] == "test_clip: no networks (LOOKOUT_NETWORKS)"


def test_with_the_folders_nothing_is_skipped(settings: Settings, tmp_path: Path) -> None:
    """RUN-2: in CI they run."""
    (tmp_path / "any.onnx").touch()
    settings.MEDIA_CLIPS, settings.NETWORK_FOLDERS = tmp_path, (tmp_path,)
    clip = Item("test_clip", "shared")
    conftest.pytest_collection_modifyitems([clip])

    assert "skip" not in clip.marks


def test_what_uses_the_database_is_marked_for_postgresql() -> None:
    """RUN-2: by mark or by any fixture that leads to it."""
    items = [Item("a", "django_db"), Item("b", fixturenames=("site", "db")), Item("c", fixturenames=("tmp_path",))]
    conftest.pytest_collection_modifyitems(items)

    assert ["database" in item.marks for item in items] == [True, True, False]
