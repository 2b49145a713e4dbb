"""States, figures and waits."""

import pytest

from cameras.capture.health import Backoff, CaptureState, HealthLog
from cameras.capture.source import (
    CaptureError,
    NotAVideoError,
    SourceUnreachableError,
    StreamEndedError,
    StreamStalledError,
    UnauthorisedError,
)
from tests.cameras.capture.support import flat


class Clock:
    """Seconds that only the test moves."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(clock: Clock) -> HealthLog:
    return HealthLog(2.0, clock, clock)


def deliver(log: HealthLog, clock: Clock, *, count: int, every_s: float, step: int = 1, first: int = 0) -> None:
    for number in range(count):
        clock.now_s += every_s
        log.picture(flat(first + number * step, int(clock.now_s * 1000)), frozen=False)


def test_a_camera_is_connecting_then_online(log: HealthLog, clock: Clock) -> None:
    """CAM-6: connecting until the first picture, online from then on, with the instant when that began."""
    log.opening()
    assert log.status().state is CaptureState.CONNECTING

    deliver(log, clock, count=11, every_s=0.2)
    status = log.status(dropped=3)

    assert status.state is CaptureState.ONLINE
    assert status.since == pytest.approx(1000.2)
    assert status.last_frame_at == pytest.approx(clock.now_s)
    assert (status.width, status.height, status.dropped, status.reconnects) == (64, 48, 3, 0)


def test_fps_in_counts_decoded_pictures(log: HealthLog, clock: Clock) -> None:
    """CAM-6: 25 pictures a second arrive although 5 are analysed; the window is 5 s."""
    deliver(log, clock, count=50, every_s=0.2, step=1)
    deliver(log, clock, count=50, every_s=0.2, step=5, first=50)

    assert log.status().fps_in == pytest.approx(25.0)


def test_silence_is_a_stall_that_nobody_has_to_report(log: HealthLog, clock: Clock) -> None:
    """CAM-6, SPEC 15: the capture thread may be stuck in a read; the status knows by itself."""
    deliver(log, clock, count=2, every_s=0.2)
    clock.now_s += 2.0
    assert log.status().state is CaptureState.ONLINE
    clock.now_s += 0.1
    status = log.status()

    assert (status.state, status.fps_in) == (CaptureState.STALLED, 0.0)
    assert status.since == status.last_frame_at

    deliver(log, clock, count=1, every_s=1.0)
    assert log.status().state is CaptureState.ONLINE
    assert log.status().since == clock.now_s


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (SourceUnreachableError("gone"), CaptureState.OFFLINE),
        (StreamEndedError("gone"), CaptureState.OFFLINE),
        (NotAVideoError("gone"), CaptureState.OFFLINE),
        (UnauthorisedError("gone"), CaptureState.UNAUTHORISED),
        (StreamStalledError("gone"), CaptureState.STALLED),
    ],
)
def test_every_failure_has_its_state(log: HealthLog, clock: Clock, error: CaptureError, state: CaptureState) -> None:
    """CAM-6: offline, stalled or unauthorised, with the reason; trying again does not hide it."""
    log.opening()
    deliver(log, clock, count=2, every_s=0.2)
    log.failed(error)
    log.opening()
    status = log.status()

    assert (status.state, status.last_error, status.reconnects) == (state, "gone", 1)

    deliver(log, clock, count=1, every_s=0.2)
    assert log.status().state is CaptureState.ONLINE
    assert log.status().last_error == "gone"


def test_a_frozen_picture_is_a_stall(log: HealthLog, clock: Clock) -> None:
    """SPEC 4.9: pictures that never change are no news of the area."""
    deliver(log, clock, count=2, every_s=0.2)
    log.picture(flat(2, 0), frozen=True)
    assert (log.status().state, log.status().frozen) == (CaptureState.STALLED, True)

    deliver(log, clock, count=1, every_s=0.2)
    assert (log.status().state, log.status().frozen) == (CaptureState.ONLINE, False)


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_waits_double_between_one_and_sixty_seconds(chance: float) -> None:
    """CAM-6: exponential back-off with jitter, 1 s to 60 s."""
    backoff = Backoff(chance=lambda: chance)
    waits = [backoff.next_s() for _ in range(40)]

    assert waits[:4] == [base * (1 + chance / 2) for base in (1, 2, 4, 8)]
    assert waits == sorted(waits)
    assert waits[-1] == pytest.approx(40 * (1 + chance / 2))

    backoff.reset()
    assert backoff.next_s() == waits[0]


def test_two_cameras_do_not_come_in_step() -> None:
    """CAM-6: jitter, so that a hundred cameras do not come back at one instant."""
    assert len({tuple(Backoff().next_s() for _ in range(3)) for _ in range(20)}) == 20
