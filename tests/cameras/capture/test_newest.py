"""Newest frame wins."""

import threading

from cameras.capture.newest import NewestFrame
from tests.cameras.capture.support import flat


def test_the_newest_frame_wins_and_the_others_are_counted() -> None:
    """CAM-6: who is slow misses frames, never sees an old one, and the loss is shown."""
    newest = NewestFrame()
    for number in range(4):
        newest.put(flat(number, number))

    taken = newest.take(0)

    assert taken is not None
    assert taken.number == 3
    assert newest.dropped == 3
    assert newest.take(0) is None


def test_a_waiting_taker_gets_the_frame_at_once() -> None:
    """CAM-6: no polling between capture and analysis."""
    newest, got = NewestFrame(), []
    taker = threading.Thread(target=lambda: got.append(newest.take(30)))
    taker.start()
    newest.put(flat(7, 7))
    taker.join(30)

    assert [frame.number for frame in got] == [7]
    assert newest.dropped == 0


def test_closing_wakes_the_taker() -> None:
    """RUN-4: a worker that is asked to stop does not wait for a camera."""
    newest, got = NewestFrame(), []
    taker = threading.Thread(target=lambda: got.append(newest.take(30)))
    taker.start()
    newest.close()
    taker.join(30)

    assert got == [None]
    newest.put(flat(1, 1))
    assert newest.take(0) is None
