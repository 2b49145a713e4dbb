"""People by the minute (MASK-9): every track is counted once, whatever happens in between."""

import json

from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.alarm.minutes import MINUTE_MS
from analytics.engine.masks.people import GONE_MS, PeopleLog, PeopleSum
from analytics.engine.masks.result import Verdict

DECIDED = st.sampled_from([None, Verdict.MASK, Verdict.NO_MASK])
# When somebody comes, for how many seconds, and what is decided of them meanwhile.
STAY = st.tuples(st.integers(0, 150), st.integers(1, 40), st.lists(DECIDED, min_size=1, max_size=5))


def expected(verdicts: list[Verdict | None]) -> Verdict:
    if Verdict.NO_MASK in verdicts:
        return Verdict.NO_MASK
    return Verdict.MASK if Verdict.MASK in verdicts else Verdict.NOT_JUDGED


@given(stays=st.lists(STAY, max_size=8), kills=st.sets(st.integers(0, 200), max_size=4))
def test_the_sum_is_the_number_of_tracks(stays: list[tuple[int, int, list[Verdict | None]]], kills: set[int]) -> None:
    """MASK-9: with owners that are killed in between, too: the next one has the saved state."""
    log, over, seen = PeopleLog(), list[PeopleSum](), dict[int, list[Verdict | None]]()
    for second in range(200):
        here = {}
        for track, (begin, length, verdicts) in enumerate(stays):
            if begin <= second < begin + length:
                here[track] = verdicts[(second - begin) % len(verdicts)]
                seen.setdefault(track, []).append(here[track])
        over += log.frame(second * 1000, here)
        if second in kills:
            heir = PeopleLog()
            heir.restore(json.loads(json.dumps(log.export())))
            over, log = over + log.take(), heir
    over += [*log.lose(200_000), *log.take()]

    people = [expected(verdicts) for verdicts in seen.values() if len(verdicts) > 1]
    for verdict in Verdict:
        assert sum(getattr(one, verdict) for one in over) == people.count(verdict)
    assert sum(one.seen for one in over) == len(people)
    assert sum(one.frames for one in over) == 200


def test_somebody_is_counted_in_the_minute_in_which_they_are_known_to_be_gone() -> None:
    """MASK-9."""
    log = PeopleLog()
    over = [part for at_ms in (58_000, 59_000) for part in log.frame(at_ms, {1: Verdict.MASK})]
    over += log.frame(59_000 + GONE_MS, {}) + log.tick(2 * MINUTE_MS)

    assert [(one.minute_ms, one.mask) for one in over] == [(0, 0), (MINUTE_MS, 1)]


def test_who_came_back_in_time_is_the_same_one() -> None:
    """MASK-9: hidden behind somebody for a moment."""
    log = PeopleLog()
    for at_ms in (0, 1_000, 5_900, 6_500):
        log.frame(at_ms, {1: Verdict.NO_MASK})
    log.lose(7_000)

    assert [one.no_mask for one in log.take()] == [1]


def test_one_wrong_picture_is_nobody() -> None:
    """MASK-9: what was seen at one instant only is not counted."""
    log = PeopleLog()
    log.frame(0, {1: None})
    log.frame(GONE_MS, {})

    assert [one.seen for one in log.take()] == [0]


def test_parts_add_up_in_any_order() -> None:
    """CNT-3."""
    one, other = PeopleSum(0, 1, 2, 3, 4), PeopleSum(0, 10, 20, 30, 40)

    assert one.merge(other) == other.merge(one) == PeopleSum(0, 11, 22, 33, 44)
    assert PeopleSum.from_json(json.loads(json.dumps(one.to_json()))) == one
