"""What a camera's owner tells of its scene, and what the next one begins with (CAM-8)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from analytics.engine.scene.advice import Advice
from analytics.engine.scene.memory import SceneMemory
from analytics.engine.scene.view import BYTES
from analytics.workers.outbox import Entry
from analytics.workers.plan import CameraPlan
from analytics.workers.scenebook import SceneBook
from cameras.capture.frame import Frame
from tests.analytics.engine.scene.scenery import BEGIN, darker, result, shifted, show
from tests.analytics.workers.owner import plan


def looked(book: SceneBook, frames: Iterable[Frame]) -> list[Entry]:
    return [entry for frame in frames for entry in book.look(frame, result(frame))]


def told(entries: Iterable[Entry]) -> Iterator[tuple[str, bool]]:
    """(advice, began)"""
    return ((one.data["advice"], one.data["began"]) for one in entries if one.data["kind"] == "advice")


def views(entries: Iterable[Entry]) -> list[Entry]:
    return [one for one in entries if one.data["kind"] == "view"]


def continued(book: SceneBook, before: CameraPlan, entries: Iterable[Entry]) -> CameraPlan:
    """The plan that the next owner loads."""
    memory = SceneMemory({one.advice: one.since for one in book.standing}, views(entries)[-1].blobs)
    return replace(before, scene=memory)


def test_the_view_is_told_as_soon_as_it_is_learnt() -> None:
    """CAM-8: a worker that is killed afterwards has left it behind."""
    entries = looked(SceneBook(plan()), show(0, 60))

    (view,) = entries
    assert view.blobs.keys() == {"colour"}
    assert len(view.blobs["colour"]) == BYTES


def test_advice_is_told_once_over_owners() -> None:
    """CAM-8: a camera that is dark over a hand-over; the next owner tells its end, nothing else."""
    first = SceneBook(plan())
    entries = looked(first, show(0, 60)) + looked(first, show(60, 90, darker)) + first.close(BEGIN + 90, wanted=True)
    second = SceneBook(continued(first, plan(), entries))
    later = looked(second, show(92, 120, darker)) + looked(second, show(120, 160))

    assert list(told(entries)) == [("dark", True)]
    assert list(told(later)) == [("dark", False)]


def test_a_camera_that_nobody_wants_takes_its_advice_along() -> None:
    """CAM-8: uninstalled or switched off, it is not told as too dark for ever."""
    book = SceneBook(plan())
    looked(book, show(0, 30, darker))

    assert list(told(book.close(BEGIN + 30, wanted=False))) == [("dark", False)]


def test_who_draws_anew_says_that_the_view_is_right() -> None:
    """CAM-8: a polygon, the rotation, a privacy zone, a confirmation: the moved view becomes the right one."""
    drawn = plan(polygon=[[0, 0], [0.5, 0], [0.5, 1]])
    for other in (drawn, replace(plan(), zones=(((0.0, 0.0), (0.1, 0.0), (0.1, 0.1)),)), _turned(), _confirmed()):
        book = SceneBook(plan())
        before = looked(book, [*show(0, 60), *show(60, 110, shifted(0.08))])
        book.follow(other)
        after = looked(book, show(110, 170, shifted(0.08)))

        assert list(told(before)) == [("moved", True)]
        assert list(told(after)) == [("moved", False)]
        assert views(after)[-1].data["confirmed_ms"] == other.view_confirmed_ms


def test_a_name_or_a_threshold_changes_no_view() -> None:
    """EXT-7: what is not drawn disturbs nothing: the camera still is where it should not be."""
    book = SceneBook(plan())
    looked(book, [*show(0, 60), *show(60, 110, shifted(0.08))])
    book.follow(replace(plan(name="Hall", count_threshold=9), name="Door 2", version=2))

    assert looked(book, show(110, 170, shifted(0.08))) == []
    assert [one.advice for one in book.standing] == [Advice.MOVED]


def test_a_view_of_another_version_is_learnt_anew() -> None:
    """SPEC 15: bytes that nobody here wrote stop no camera."""
    book = SceneBook(replace(plan(), scene=SceneMemory({Advice.DARK: BEGIN}, {"colour": b"strange"})))

    assert [one.advice for one in book.standing] == [Advice.DARK]
    assert views(looked(book, show(0, 60)))


def test_who_never_looked_leaves_the_kept_view_alone() -> None:
    """CAM-8: a camera that was away all the time of its owner."""
    assert SceneBook(plan()).close(BEGIN, wanted=True) == []


def _turned() -> CameraPlan:
    return replace(plan(), spec=replace(plan().spec, rotation=180))


def _confirmed() -> CameraPlan:
    return replace(plan(), view_confirmed_ms=1_795_000_100_000)
