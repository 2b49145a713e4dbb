"""The tracker: counts that do not flicker, lag or double."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.engine.inference.detections import OCCUPANCY_KINDS, Detections, Kind
from analytics.engine.tracking.thresholds import Thresholds
from analytics.engine.tracking.tracker import COAST_MS, Tracker
from analytics.engine.tracking.tracks import Tracks
from cameras.extensions.occupancy import OccupancySettings
from tests.analytics.engine.scenes import Box, box, detections, together

THRESHOLDS = Thresholds.of(OccupancySettings(), monochrome=False)
NOBODY = Detections.empty()


def look(tracker: Tracker, seen: Detections, at_ms: int) -> Tracks:
    return tracker.step(seen, THRESHOLDS.strength(seen), at_ms)


def watched(seen: Detections, *, frames: int = 10, interval_ms: int = 200) -> tuple[Tracker, int]:
    """A tracker that has seen the same picture for some frames, and the instant of the next one."""
    tracker = Tracker()
    for number in range(frames):
        look(tracker, seen, number * interval_ms)
    return tracker, frames * interval_ms


def test_a_new_object_counts_in_the_frame_that_shows_it() -> None:
    """SPEC 4, Counting: the count does not lag behind the picture."""
    tracks = look(Tracker(), detections([box(0.2, 0.5), box(0.6, 0.5)]), 0)

    assert len(tracks) == 2
    assert tracks.id.tolist() == [1, 2]
    assert tracks.coasted_ms.tolist() == [0, 0]


@pytest.mark.parametrize("interval_ms", [66, 200, 500, 1000])
@pytest.mark.parametrize("score", [0.26, 0.9])
def test_one_missed_frame_of_one_person_does_not_make_the_count_flicker(interval_ms: int, score: float) -> None:
    """SPEC 4, Counting: at any usual frame rate, also for somebody who is only just recognised."""
    person = detections([box(0.5, 0.5)], score=score)
    tracker, at_ms = watched(person, interval_ms=interval_ms)

    missed = look(tracker, NOBODY, at_ms)
    back = look(tracker, person, at_ms + interval_ms)

    assert missed.coasted_ms.tolist() == [interval_ms]
    assert (missed.id.tolist(), back.id.tolist()) == ([1], [1])


def test_a_detection_that_is_seen_only_once_is_not_believed() -> None:
    """SPEC 4, Counting: a false detection of one frame does not last longer than in the raw count."""
    tracker = Tracker()
    look(tracker, detections([box(0.5, 0.5)], score=0.9), 0)

    assert len(look(tracker, NOBODY, 200)) == 0


def test_nobody_is_believed_for_longer_than_the_coasting_time() -> None:
    """SPEC 4, Counting: coasting bridges short misses only."""
    tracker, start_ms = watched(detections([box(0.5, 0.5)], score=0.99), frames=100)
    last_ms = start_ms - 200
    believed = [at_ms for at_ms in range(start_ms, start_ms + 3000, 200) if len(look(tracker, NOBODY, at_ms))]

    assert believed == list(range(start_ms, last_ms + COAST_MS + 1, 200))


def test_a_doubtful_object_is_believed_for_a_shorter_time_than_a_clear_one() -> None:
    """SPEC 4, Counting: belief is in proportion to the score."""
    pair = detections([box(0.2, 0.5), box(0.8, 0.5)], score=[0.27, 0.9])
    tracker, at_ms = watched(pair)

    first, second = look(tracker, NOBODY, at_ms), look(tracker, NOBODY, at_ms + 200)

    assert first.id.tolist() == [1, 2]
    assert second.id.tolist() == [2]


def test_a_weak_detection_keeps_a_track_and_starts_none() -> None:
    """SPEC 4, Counting: the second stage of ByteTrack."""
    person = box(0.5, 0.5)
    tracker, at_ms = watched(detections([person]))
    weak = detections([person, box(0.1, 0.9)], score=0.2)

    tracks = [look(tracker, weak, at_ms + step * 200) for step in range(3)]
    back = look(tracker, detections([person]), at_ms + 600)

    assert [one.id.tolist() for one in tracks] == [[1], [1], [1]]
    assert tracks[0].coasted_ms.tolist() == [0]
    assert back.id.tolist() == [1]


def test_weak_detections_alone_do_not_count_for_ever() -> None:
    """SPEC 4, Counting: what stays below the threshold stops counting."""
    tracker, at_ms = watched(detections([box(0.5, 0.5)]))
    weak = detections([box(0.5, 0.5)], score=0.2)

    counts = [len(look(tracker, weak, at_ms + step * 200)) for step in range(30)]

    assert counts[0] == 1
    assert counts[-1] == 0


def test_a_rider_is_one_human_and_one_bicycle() -> None:
    """OCC-1: boxes of different kinds never take each other's track."""
    rider = together(detections([box(0.5, 0.5)], Kind.HUMAN), detections([box(0.5, 0.5)], Kind.BICYCLE))
    tracker, at_ms = watched(rider)

    only_human = look(tracker, rider.select(np.array([0])), at_ms)

    assert only_human.id.tolist() == [1, 2]
    assert only_human.kind.tolist() == [Kind.HUMAN, Kind.BICYCLE]
    assert only_human.coasted_ms.tolist() == [0, 200]


@pytest.mark.parametrize("step", [0.02, 0.05, 0.08])
def test_a_fast_object_stays_one_object(step: float) -> None:
    """SPEC 4, Counting: it must not leave a track behind that is counted beside it."""
    tracker = Tracker()

    tracks = [look(tracker, detections([box(0.1 + step * n, 0.5)]), n * 200) for n in range(10)]

    assert {tuple(one.id.tolist()) for one in tracks} == {(1,)}


def test_a_missed_walker_goes_on_at_the_last_speed() -> None:
    """SPEC 4, Counting: so that areas and boxes follow somebody who is hidden for a moment."""
    tracker = Tracker()
    for number in range(10):
        look(tracker, detections([box(0.2 + 0.02 * number, 0.5)]), number * 200)

    hidden = look(tracker, NOBODY, 2000)

    assert hidden.xyxy[0].tolist() == pytest.approx(list(box(0.4, 0.5)), abs=1e-3)


def test_who_walks_out_of_the_picture_is_dropped_at_once() -> None:
    """SPEC 4, Counting: coasting is cut at the borders."""
    tracker = Tracker()
    for number in range(10):
        look(tracker, detections([box(0.79 + 0.02 * number, 0.5)]), number * 200)

    assert len(look(tracker, NOBODY, 2000)) == 0


def test_a_missed_track_whose_place_is_taken_is_not_believed() -> None:
    """SPEC 4, Counting: one person who is found in two ways is not counted twice for as long as the belief lasts."""
    whole, upper_half = box(0.5, 0.8, 0.1, 0.6), box(0.5, 0.5, 0.1, 0.3)
    tracker, at_ms = watched(detections([whole, upper_half]))

    assert look(tracker, detections([whole]), at_ms).id.tolist() == [1]


def test_a_missed_track_beside_another_is_believed() -> None:
    """SPEC 4, Counting: two who stand close together are two, also while one of them is missed; kinds do not hide."""
    close = detections([box(0.5, 0.5, 0.1), box(0.54, 0.5, 0.1)])
    tracker, at_ms = watched(close)
    cyclist, on_bicycle = watched(together(detections([box(0.5, 0.5)]), detections([box(0.5, 0.5)], Kind.BICYCLE)))

    assert len(look(tracker, close.select(np.array([0])), at_ms)) == 2
    assert len(look(cyclist, detections([box(0.5, 0.5)]), on_bicycle)) == 2


def test_who_sits_at_the_border_is_believed_like_anybody_else() -> None:
    """SPEC 4, Counting: a box that is cut by the edge of the picture and stays is no reason to flicker."""
    tracker, at_ms = watched(detections([(0.4, 0.6, 0.6, 1.02)]))

    assert len(look(tracker, NOBODY, at_ms)) == 1


def test_who_walks_into_the_picture_is_believed_too() -> None:
    """SPEC 4, Counting: a box at the border that moves inwards is not leaving."""
    tracker = Tracker()
    for number, x in enumerate([-0.04, -0.02, 0.0, 0.02]):
        look(tracker, detections([box(x, 0.5, 0.1)]), number * 200)

    assert len(look(tracker, NOBODY, 800)) == 1


def test_boxes_are_handed_on_unclipped() -> None:
    """OCC-9: reference points are taken before clipping."""
    tracks = look(Tracker(), detections([(-0.1, 0.6, 0.1, 1.2)]), 0)

    assert tracks.xyxy[0].tolist() == pytest.approx([-0.1, 0.6, 0.1, 1.2])


def test_a_quiet_picture_keeps_what_was_seen() -> None:
    """DESIGN 3, motion gate: held frames are sightings without a look, for as long as it takes."""
    tracker, at_ms = watched(detections([box(0.5, 0.5)]))

    held = [tracker.hold(at_ms + step * 200) for step in range(10)]
    missed = look(tracker, NOBODY, at_ms + 2000)

    assert {one.coasted_ms.tolist()[0] for one in held} == {0}
    assert missed.coasted_ms.tolist() == [200]


def test_a_miss_leaves_the_tracker_unsettled() -> None:
    """DESIGN 3, motion gate: a quiet picture is looked at again while somebody is only believed."""
    tracker, at_ms = watched(detections([box(0.5, 0.5)]))
    before = tracker.settled
    look(tracker, NOBODY, at_ms)

    assert (before, tracker.settled) == (True, False)


def test_an_instant_before_the_last_one_counts_as_the_last_one() -> None:
    """SPEC 15, clock step: time never runs backwards in the tracker."""
    tracker, _ = watched(detections([box(0.5, 0.5)]))

    assert look(tracker, detections([box(0.5, 0.5)]), 0).id.tolist() == [1]


def walkers(seed: int, count: int, frames: int) -> list[list[Box]]:
    """Boxes of people who walk about, bounce off the borders and keep to their own height in the picture."""
    draw = np.random.default_rng(seed)
    x, speed = draw.uniform(0.1, 0.9, count), draw.uniform(-0.015, 0.015, count)
    lanes = (np.arange(count) + 1) / count
    pictures = []
    for _ in range(frames):
        x = x + speed
        speed = np.where((x < 0.1) | (x > 0.9), -speed, speed)
        pictures.append([box(float(a), float(b), 0.03, 0.02) for a, b in zip(x, lanes, strict=True)])
    return pictures


def test_forty_walkers_keep_their_tracks() -> None:
    """OCC-8: forty objects, each missed now and then, for twenty seconds: never two too many, hardly a new number."""
    draw, tracker = np.random.default_rng(1), Tracker()
    for number, boxes in enumerate(walkers(7, 40, 100)):
        seen = detections(boxes)
        tracks = look(tracker, seen if number < 5 else seen.select(draw.random(40) > 0.1), number * 200)

        assert 38 <= len(tracks) <= 40
    assert tracks.id.max() <= 45


PICTURE = st.lists(
    st.tuples(
        st.floats(-0.1, 1.1),
        st.floats(-0.1, 1.1),
        st.floats(0.03, 0.5),
        st.sampled_from(OCCUPANCY_KINDS),
        st.floats(0.05, 1.0),
    ),
    max_size=6,
)


def pictured(objects: list[tuple[float, float, float, Kind, float]]) -> Detections:
    parts = [detections([box(x, y, size, size)], kind, score) for x, y, size, kind, score in objects]
    return together(NOBODY, *parts)


@given(st.lists(PICTURE, min_size=1, max_size=12), st.sampled_from([66, 200, 1000]))
def test_tracks_are_at_least_what_was_seen_and_never_stale(pictures: list, interval_ms: int) -> None:
    """SPEC 4, Counting: of each kind no fewer than detected, no number twice, nobody coasting for too long."""
    tracker = Tracker()
    for number, objects in enumerate(pictures):
        seen = pictured(objects)
        strength = THRESHOLDS.strength(seen)
        tracks = tracker.step(seen, strength, number * interval_ms)

        for kind in OCCUPANCY_KINDS:
            assert (tracks.kind == kind).sum() >= (seen.kind[strength >= 1] == kind).sum()
        assert len(set(tracks.id.tolist())) == len(tracks)
        assert tracks.coasted_ms.max(initial=0) <= max(COAST_MS, 1.5 * interval_ms)
        assert np.isfinite(tracks.xyxy).all()


@given(st.lists(PICTURE, min_size=2, max_size=10), st.integers(1, 9), st.integers(-(10**9), 10**9))
def test_a_new_owner_goes_on_with_the_same_tracks(pictures: list, cut: int, shift_ms: int) -> None:
    """SPEC 4.10: exported, sent as JSON and restored on another clock, the tracks are those of an unbroken run."""
    start_ms = 10**10
    whole, part = Tracker(), Tracker()
    for number, objects in enumerate(pictures):
        if number == cut:
            state = json.loads(json.dumps(part.export(), allow_nan=False))
            part = Tracker()
            part.restore(state, shift_ms=shift_ms)
        shift = shift_ms if number >= cut else 0
        seen = pictured(objects)
        expected = look(whole, seen, start_ms + number * 200)
        tracks = look(part, seen, start_ms + number * 200 + shift)

        assert tracks.id.tolist() == expected.id.tolist()
        assert tracks.coasted_ms.tolist() == expected.coasted_ms.tolist()
        np.testing.assert_allclose(tracks.xyxy, expected.xyxy, atol=1e-6)


def test_tracks_that_are_not_found_after_a_long_gap_are_dropped() -> None:
    """SPEC 4.10: an adopted track is not a ghost."""
    tracker, at_ms = watched(detections([box(0.2, 0.5), box(0.8, 0.5)]))
    adopted = Tracker()
    adopted.restore(tracker.export(), shift_ms=0)

    tracks = look(adopted, detections([box(0.2, 0.5)]), at_ms + 10_000)

    assert tracks.id.tolist() == [1]


def test_a_state_of_another_shape_is_refused() -> None:
    """SPEC 15, bad input: a state that this version did not write."""
    with pytest.raises(ValueError, match="rows of 16 numbers expected"):
        Tracker().restore({"at_ms": 0, "next_id": 2, "rows": [[1.0, 2.0]]}, shift_ms=0)
