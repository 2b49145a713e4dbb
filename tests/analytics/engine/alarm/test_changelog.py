"""The change log: run lengths, segments that merge, bytes (CNT-7)."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.engine.alarm.changelog import HOUR_MS, Run, RunLog, Segment, merge, timeline
from analytics.engine.alarm.packing import MOST, merge_packed, pack, unpack

HOUR = 494_000 * HOUR_MS
LOST_MS = 2_000


def log_of(*frames: tuple[int, int | None], epoch: int = 1) -> RunLog:
    log = RunLog(epoch, LOST_MS)
    for at_ms, count in frames:
        log.frame(HOUR + at_ms, count)
    return log


def segment(epoch: int, start_ms: int, end_ms: int, *runs: tuple[int, int | None]) -> Segment:
    return Segment(epoch, HOUR + start_ms, HOUR + end_ms, tuple((HOUR + at_ms, count) for at_ms, count in runs))


def runs_of(*segments: Segment) -> list[tuple[object, ...]]:
    """The timeline in milliseconds of the hour; a gap as ("gap", at)."""
    return [
        ("gap", run.at_ms - HOUR) if run.gap else (run.at_ms - HOUR, run.count) for run in timeline(merge(segments))
    ]


def test_only_changes_are_logged() -> None:
    """CNT-7: run lengths, not frames."""
    log = log_of((0, 3), (200, 3), (400, 4), (600, 4), (800, 3))

    assert log.take(HOUR + 1_000) == [segment(1, 0, 1_000, (0, 3), (400, 4), (800, 3))]


def test_a_count_without_a_frame_becomes_unknown() -> None:
    """CNT-7, SPEC 4.9: known for G after the last frame; also when the next frame shows it, or the taking."""
    log = log_of((0, 3), (5_000, 3))

    assert log.take(HOUR + 9_000) == [segment(1, 0, 9_000, (0, 3), (2_000, None), (5_000, 3), (7_000, None))]


def test_what_follows_a_taking_goes_on_with_the_count_that_holds() -> None:
    """CNT-7: segments touch; nothing is in two of them."""
    log = log_of((0, 3))
    first = log.take(HOUR + 1_000)
    log.frame(HOUR + 1_200, 4)

    assert log.take(HOUR + 1_500) == [segment(1, 1_000, 1_500, (1_000, 3), (1_200, 4))]
    assert first == [segment(1, 0, 1_000, (0, 3))]
    assert log.take(HOUR + 1_500) == []


def test_a_count_at_the_taking_itself_belongs_to_what_follows() -> None:
    """CNT-7: a segment ends before its end."""
    log = log_of((0, 3), (1_000, 5))

    assert log.take(HOUR + 1_000) == [segment(1, 0, 1_000, (0, 3))]
    assert log.take(HOUR + 1_100) == [segment(1, 1_000, 1_100, (1_000, 5))]


@pytest.mark.parametrize("step_ms", [-HOUR_MS, HOUR_MS, 50 * 365 * 24 * HOUR_MS])
def test_a_clock_that_is_set_begins_another_segment(step_ms: int) -> None:
    """SPEC 15, clock step: what was seen ends with the last frame; changes are logged by the new clock."""
    log = log_of((0, 3), (200, 4), (step_ms + 400, 5), (step_ms + 600, 6))

    assert log.take(HOUR + step_ms + 1_000) == [
        segment(1, 0, 200, (0, 3)),
        segment(1, step_ms + 400, step_ms + 1_000, (step_ms + 400, 5), (step_ms + 600, 6)),
    ]


def test_a_clock_that_is_set_between_frames_loses_nothing_seen() -> None:
    """SPEC 15, clock step: also when the taking is what shows it."""
    log = log_of((0, 3), (200, 4))

    assert log.take(HOUR - HOUR_MS) == [segment(1, 0, 200, (0, 3))]
    log.frame(HOUR - HOUR_MS + 200, 5)
    assert log.take(HOUR - HOUR_MS + 500) == [segment(1, 200 - HOUR_MS, 500 - HOUR_MS, (200 - HOUR_MS, 5))]


def test_segments_never_cross_an_hour() -> None:
    """CNT-7: packed per hour."""
    log = RunLog(1, 3 * HOUR_MS)
    log.frame(HOUR + 3_599_000, 2)
    log.frame(HOUR + 3_601_000, 3)

    taken = log.take(HOUR + 2 * HOUR_MS + 1_000)

    assert [(one.start_ms - HOUR, one.end_ms - HOUR) for one in taken] == [
        (3_599_000, 3_600_000),
        (3_600_000, 7_200_000),
        (7_200_000, 7_201_000),
    ]
    assert taken[1].runs == ((HOUR + HOUR_MS, 2), (HOUR + HOUR_MS + 1_000, 3))


def test_a_clock_that_steps_back_breaks_nothing() -> None:
    """SPEC 15, clock step: the log stays in order."""
    log = log_of((5_000, 3), (1_000, 4), (1_200, 3), (5_200, 5))

    assert log.take(HOUR + 6_000) == [segment(1, 5_000, 6_000, (5_000, 3), (5_200, 5))]


def test_two_owners_leave_a_gap_between_them() -> None:
    """CNT-7, SPEC 4.10: a hole is told apart from an unknown count."""
    before, after = segment(1, 0, 1_000, (0, 3)), segment(2, 4_000, 5_000, (4_000, 3))

    assert runs_of(after, before) == [(0, 3), ("gap", 1_000), (4_000, 3), ("gap", 5_000)]


def test_a_newer_owner_counts_from_its_start_on() -> None:
    """SPEC 15: a frozen owner, thawed, wrote on after its successor had begun."""
    frozen = segment(1, 0, 9_000, (0, 3), (2_000, 5), (8_000, 6))
    thawed = segment(1, 9_500, 9_900, (9_500, 1))
    newer = segment(2, 4_000, 9_600, (4_000, 7))

    assert runs_of(frozen, newer, thawed) == [(0, 3), (2_000, 5), (4_000, 7), ("gap", 9_600)]


def test_touching_segments_of_two_owners_leave_no_gap() -> None:
    """CNT-7: nor a change where the count stayed."""
    assert runs_of(segment(1, 0, 1_000, (0, 3)), segment(2, 1_000, 2_000, (1_000, 3))) == [(0, 3), ("gap", 2_000)]


@st.composite
def pieces(draw: st.DrawFn) -> list[Segment]:
    """What two owners wrote of one hour, in pieces of any size, some of them cumulative, in any order, some twice."""
    taken: list[Segment] = []
    start_ms = draw(st.integers(0, 5_000))
    for epoch in (5, 9):
        steps = draw(st.lists(st.tuples(st.integers(1, 900), st.sampled_from([0, 1, 2, 40, None])), min_size=2))
        instants = [start_ms]
        for step, _ in steps:
            instants.append(instants[-1] + step)
        log = log_of(*zip(instants, [count for _, count in steps], strict=False), epoch=epoch)
        (whole,) = log.take(HOUR + instants[-1])
        cuts = sorted({instants[0], instants[-1], *draw(st.lists(st.integers(instants[0], instants[-1]), max_size=4))})
        taken += [whole.between(HOUR + first, HOUR + last) for first, last in pairwise(cuts) if first < last]
        taken.append(whole.between(HOUR + cuts[0], HOUR + cuts[1]))
        start_ms = instants[-1] + draw(st.integers(-300, 3_000))
        start_ms = max(0, start_ms)
    return draw(st.permutations(taken))


@settings(max_examples=150, deadline=None)
@given(pieces(), st.integers(0, 20))
def test_merging_is_idempotent_and_knows_no_order(taken: list[Segment], cut: int) -> None:
    """CNT-7, CNT-3: a segment that arrives twice, late or in pieces changes nothing twice."""
    packed = pack(taken)
    first, second = taken[:cut] or taken[:1], taken[cut:] or taken[:1]

    assert pack(taken + taken) == packed
    assert pack(sorted(taken, key=lambda one: one.end_ms)) == packed
    assert merge_packed(pack(first), pack(second)) == packed
    assert merge_packed(packed, packed, pack(first)) == packed
    assert {one.epoch for one in unpack(packed)} <= {5, 9}


@settings(max_examples=150, deadline=None)
@given(pieces(), st.booleans())
def test_an_hour_that_comes_minute_by_minute_is_the_same_hour(taken: list[Segment], in_order: bool) -> None:
    """CNT-7: what goes on with the last segment is put at its end, without taking the hour apart."""
    taken = sorted(taken, key=lambda one: (one.epoch, one.start_ms)) if in_order else taken
    whole = pack(taken[:1])

    for one in taken[1:]:
        whole = merge_packed(whole, pack([one]))

    assert whole == pack(taken)


@settings(max_examples=100, deadline=None)
@given(pieces())
def test_packing_loses_nothing(taken: list[Segment]) -> None:
    """CNT-7: unpack(pack(x)) is what was merged."""
    assert unpack(pack(taken)) == merge(taken)


def test_a_merged_log_says_at_every_instant_what_its_pieces_said() -> None:
    """CNT-7: compared millisecond by millisecond."""
    dice = random.Random(7)
    log = RunLog(3, LOST_MS)
    counts: list[int | None] = []
    taken: list[Segment] = []
    for at_ms in range(3_000):
        if at_ms % 7 == 0:
            log.frame(HOUR + at_ms, dice.randint(0, 2))
            taken += log.take(HOUR + at_ms) if dice.random() < 0.1 else []
    taken += log.take(HOUR + 3_000)
    dice = random.Random(7)
    for at_ms in range(3_000):
        if at_ms % 7 == 0:
            holds = dice.randint(0, 2)
            dice.random()
        counts.append(holds)

    runs = timeline(unpack(pack(taken)))

    told: list[int | None] = []
    for run, following in pairwise(runs):
        told += [run.count] * (following.at_ms - run.at_ms)
    assert told == counts
    assert runs[-1] == Run(HOUR + 3_000, None, gap=True)


def test_four_bytes_a_change() -> None:
    """CNT-7: 1,800 changes an hour are under 8 kB."""
    log = log_of(*((at_ms, at_ms // 2_000 % 3) for at_ms in range(0, HOUR_MS, 2_000)))

    assert len(pack(log.take(HOUR + HOUR_MS))) < 1_800 * 4 + 30


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "offset 0"),
        (b"\x02" + bytes(4), "offset 0"),
        (pack(log_of((0, 3)).take(HOUR + 10))[:-1], "offset 25"),
        (pack(log_of((0, 3)).take(HOUR + 10))[:20], "offset 5"),
        (pack(log_of((0, 3)).take(HOUR + 10))[:-4] + b"\xff\xff\xff\xff", "offset 5"),
        (pack(log_of((0, 3), (5, 4)).take(HOUR + 10))[:-4] + bytes(4), "offset 5"),
    ],
)
def test_bytes_that_are_no_log_are_refused(data: bytes, problem: str) -> None:
    """STYLE 7: garbage is an error that names the offset."""
    with pytest.raises(ValueError, match=problem):
        unpack(data)


def test_what_cannot_be_packed_is_refused() -> None:
    """CNT-7: nothing, two hours, a count that fits no field."""
    with pytest.raises(ValueError, match="one hour expected"):
        pack([])
    with pytest.raises(ValueError, match="one hour expected"):
        pack([segment(1, 0, 10, (0, 1)), segment(1, HOUR_MS, HOUR_MS + 10, (HOUR_MS, 1))])
    with pytest.raises(ValueError, match=f"count {MOST + 1} given"):
        pack([segment(1, 0, 10, (0, MOST + 1))])
    assert unpack(pack([segment(1, 0, 10, (0, MOST))]))[0].runs[0][1] == MOST
