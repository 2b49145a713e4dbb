"""Who is who among the faces, also when their tracks break off (MASK-7)."""

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.masks.book import GONE_MS, Face, FaceBook, Look
from analytics.engine.masks.result import Verdict
from analytics.engine.masks.vote import VoteRule
from analytics.engine.tracking.tracks import Tracks
from cameras.extensions.nonmask import NonmaskSettings

RULE = VoteRule.of(NonmaskSettings())
RED = Look(Verdict.NO_MASK, None)
PLACES = [(0.1, 0.1, 0.2, 0.3), (0.45, 0.4, 0.55, 0.6), (0.8, 0.7, 0.9, 0.9)]


def tracks(places: dict[int, int]) -> Tracks:
    """Tracks by number, each at one of the three places."""
    n = len(places)
    boxes = np.array([PLACES[place] for place in places.values()], np.float32).reshape(-1, 4)
    ones = np.ones(n, np.float32)
    numbers = np.array(list(places), np.int64)
    return Tracks(numbers, boxes, ones, ones, np.zeros(n, np.int8), np.zeros(n, np.int32))


def looked(book: FaceBook, at_ms: int, places: dict[int, int]) -> list[Face]:
    book.look(tracks(places), [RED] * len(places), at_ms, RULE)
    return list(book.present)


def test_a_track_that_begins_where_a_face_was_lost_is_that_face() -> None:
    """MASK-7: with its votes and the instant of its first sighting."""
    book = FaceBook()
    (first,) = looked(book, 0, {1: 0})
    looked(book, 1000, {})
    (again,) = looked(book, 4000, {2: 0})

    assert (again.id, again.since_ms, again.vote.judged) == (first.id, 0, 2)


def test_a_track_that_begins_elsewhere_is_somebody_else() -> None:
    """MASK-7."""
    book = FaceBook()
    (first,) = looked(book, 0, {1: 0})
    (other,) = looked(book, 1000, {2: 2})

    assert other.id != first.id


def test_a_track_that_comes_back_after_its_face_was_given_away_is_somebody_else() -> None:
    """MASK-7: nobody is two at once."""
    book = FaceBook()
    (first,) = looked(book, 0, {1: 0})
    looked(book, 200, {})
    looked(book, 400, {2: 0})
    one, other = looked(book, 600, {2: 0, 1: 1})

    assert (one.id == first.id, other.id == first.id) == (True, False)


def test_who_is_gone_is_forgotten_after_five_seconds_and_not_before() -> None:
    """MASK-7: back at exactly five seconds is in time."""
    book = FaceBook()
    (first,) = looked(book, 0, {1: 0})
    looked(book, 200, {})

    assert book.gone_ms([first.id]) == {first.id: GONE_MS}
    (again,) = looked(book, GONE_MS, {2: 0})
    assert again.id == first.id


@given(st.lists(st.dictionaries(st.integers(1, 6), st.integers(0, 2), max_size=4), max_size=30), st.integers(0, 29))
def test_every_track_is_one_face_and_no_number_is_given_twice(script: list[dict[int, int]], cut: int) -> None:
    """MASK-7, SPEC 4.10: whatever comes and goes, also over a hand-over."""
    book, born = FaceBook(), {}
    for number, places in enumerate(script):
        if number == cut:
            state = json.loads(json.dumps(book.export()))
            book = FaceBook()
            book.restore(state, shift_ms=0)
            assert book.export() == state
        faces = looked(book, number * 700, places)
        assert len({face.id for face in faces}) == len(faces) == len(places)
        for face in faces:
            assert born.setdefault(face.id, face.since_ms) == face.since_ms
