"""Minute sums and change log on their way: nothing twice, a kill costs a second (CNT-1, CNT-3, CNT-7)."""

from typing import Any

from analytics.engine.alarm.changelog import Run, timeline
from analytics.engine.alarm.minutes import MinuteSum
from analytics.engine.alarm.packing import unpack
from analytics.workers.counts import CountBook, adopted
from analytics.workers.outbox import Entry

MINUTE = 29_000_000 * 60_000  # a full minute that is no full hour
HOUR = 483_334 * 3_600_000


def watch(book: CountBook, begin_ms: int, seconds: int, count: int = 3) -> list[Entry]:
    """Two frames a second."""
    entries = []
    for at_ms in range(begin_ms, begin_ms + seconds * 1000, 500):
        entries += book.frame(at_ms, {0: count + 1, 1: count}, [1])
    return entries


def test_a_minute_goes_out_when_it_is_over() -> None:
    """CNT-1: per area and minute; area 0 is the whole picture."""
    book = CountBook(11, 2_000)

    assert watch(book, MINUTE, 60) == []
    (entry,) = watch(book, MINUTE + 60_000, 1)

    assert entry.key == f"{MINUTE}:11"
    lobby, whole = (MinuteSum.from_json(entry.data["areas"][area]) for area in ("1", "0"))
    assert (lobby.minimum, lobby.maximum, lobby.mean, lobby.frames, lobby.alarm_ms) == (3, 3, 3.0, 120, 60_000)
    assert (whole.last, whole.alarm_ms) == (4, 0)


def test_the_change_log_travels_with_its_minute() -> None:
    """CNT-7: written from the first day."""
    book = CountBook(11, 2_000)
    watch(book, MINUTE, 30, count=3)
    watch(book, MINUTE + 30_000, 30, count=5)

    (entry,) = watch(book, MINUTE + 60_000, 1, count=5)

    runs = timeline(unpack(log_of(entry)))
    assert runs[:2] == [Run(MINUTE, 3), Run(MINUTE + 30_000, 5)]


def test_at_a_full_hour_each_hour_has_a_log_of_its_own() -> None:
    """CNT-7: packed per hour."""
    book = CountBook(11, 2_000)
    watch(book, HOUR - 60_000, 60)

    (entry,) = watch(book, HOUR + 100, 1)

    assert [name for name in entry.blobs if name.startswith("log:1:")] == [f"log:1:{HOUR - 3_600_000}", f"log:1:{HOUR}"]
    assert [unpack(blob)[0].hour_ms for blob in entry.blobs.values()][-2:] == [HOUR - 3_600_000, HOUR]


def test_an_owner_that_leaves_sends_the_minute_that_is_not_over() -> None:
    """CNT-3: the next one makes the rest of it."""
    first, second = CountBook(11, 2_000), CountBook(22, 2_000)
    watch(first, MINUTE, 20)
    (early,) = first.close(MINUTE + 20_000)
    watch(second, MINUTE + 20_000, 40, count=6)
    (late,) = second.close(MINUTE + 60_000 - 1)

    parts = [MinuteSum.from_json(one.data["areas"]["1"]) for one in (early, late)]
    whole = parts[0].merge(parts[1])
    assert early.key != late.key
    assert (whole.minimum, whole.maximum, whole.frames) == (3, 6, 120)
    assert first.close(MINUTE + 20_000) == []


def test_what_a_killed_owner_had_not_sent_is_sent_by_the_next_as_his() -> None:
    """SPEC 15: kill -9: the counts up to the last save are not lost, and not doubled by a second sending."""
    book = CountBook(11, 2_000)
    watch(book, MINUTE, 70)
    state = book.export(MINUTE + 70_000)

    (entry,) = adopted(state)
    (again,) = adopted(state)

    part = MinuteSum.from_json(entry.data["areas"]["1"])
    assert entry.key == again.key == f"{MINUTE + 60_000}:11"
    assert (part.frames, part.minimum) == (20, 3)
    assert timeline(unpack(log_of(entry)))[0].count == 3


def test_saving_every_second_disturbs_nothing() -> None:
    """SPEC 4.10: the state is saved about once a second."""
    plain, saved = CountBook(11, 2_000), CountBook(11, 2_000)
    watch(plain, MINUTE, 60)
    for second in range(60):
        watch(saved, MINUTE + second * 1000, 1)
        saved.export(MINUTE + second * 1000 + 700)

    assert contents(saved.close(MINUTE + 60_000)) == contents(plain.close(MINUTE + 60_000))


def test_nothing_counted_is_nothing_to_adopt() -> None:
    """CNT-6: no zeros are made up."""
    assert adopted(CountBook(11, 2_000).export(MINUTE)) == []


def log_of(entry: Entry) -> bytes:
    """The only packed hour of area 1."""
    (packed,) = [blob for name, blob in entry.blobs.items() if name.startswith("log:1:")]
    return packed


def contents(entries: list[Entry]) -> list[tuple[Any, ...]]:
    return [(one.key, one.data, {name: unpack(blob) for name, blob in one.blobs.items()}) for one in entries]
