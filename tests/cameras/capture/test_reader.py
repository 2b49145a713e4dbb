"""The reading thread, with sources that do what a test wants."""

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from time import monotonic

import numpy as np
import pytest

from cameras.capture.frame import Frame
from cameras.capture.health import CaptureState
from cameras.capture.privacy import GREY
from cameras.capture.reader import CameraReader
from cameras.capture.source import (
    CaptureError,
    SourceSpec,
    SourceUnreachableError,
    StreamEndedError,
    StreamStalledError,
    UnauthorisedError,
)
from tests.cameras.capture.conftest import MakeReader
from tests.cameras.capture.fakes import FakeSource, Script, Studio, failing, playing, silent, still
from tests.cameras.capture.support import flat, wait_until

SPEC = SourceSpec("scene:", fps=50)


def reaches(reader: CameraReader, state: CaptureState) -> float:
    return wait_until(lambda: reader.status().state is state, f"{state}, is {reader.status()}")


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (SourceUnreachableError("no answer"), CaptureState.OFFLINE),
        (UnauthorisedError("no entry"), CaptureState.UNAUTHORISED),
        (StreamStalledError("silence"), CaptureState.STALLED),
    ],
)
def test_a_failing_camera_comes_back(make_reader: MakeReader, error: CaptureError, state: CaptureState) -> None:
    """CAM-6: every failure has its state, and ends with the next picture."""
    gate = threading.Event()

    def gated(source: FakeSource) -> Iterator[Frame]:
        gate.wait(60)
        yield from playing(source)

    studio = Studio(failing(error, after=2), failing(error), gated)
    reader = make_reader(SPEC, opener=studio)
    reaches(reader, state)
    assert reader.status().last_error == str(error)

    gate.set()
    reaches(reader, CaptureState.ONLINE)
    assert reader.status().reconnects == 2
    assert all(source.closed for source in studio.opened[:2])


def test_a_silent_camera_is_stalled_while_its_thread_still_waits(make_reader: MakeReader) -> None:
    """SPEC 15: status within 5 s; the thread is stuck in a read all the time."""
    reader = make_reader(SPEC, opener=Studio(silent), stall_after_s=0.3)
    reaches(reader, CaptureState.ONLINE)

    assert reaches(reader, CaptureState.STALLED) < 5
    assert reader.status().reconnects == 0


def test_a_frozen_picture_is_noticed_and_not_handed_over(make_reader: MakeReader) -> None:
    """SPEC 4.9: bit-identical for the limit is stalled; nobody counts people in an old picture."""
    reader = make_reader(SPEC, opener=Studio(still), frozen_after_s=0.4)
    reaches(reader, CaptureState.ONLINE)
    reaches(reader, CaptureState.STALLED)
    assert reader.status().frozen

    reader.take(0)
    assert reader.take(0.2) is None
    assert reader.status().fps_in > 0


def test_the_newest_frame_is_taken_and_the_others_are_counted(make_reader: MakeReader) -> None:
    """CAM-6: drops are counted and shown."""
    reader = make_reader(SPEC, opener=Studio(playing))
    wait_until(lambda: reader.status().dropped >= 5, "five drops")
    frame = reader.take(1)

    assert frame is not None
    assert frame.number >= 5
    assert reader.status().fps_in > 5


def test_zones_are_painted_before_anybody_sees_the_frame(make_reader: MakeReader) -> None:
    """CAM-5: from the first frame on; new zones hold from the next one."""
    whole = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    reader = make_reader(SPEC, opener=Studio(playing), zones=(whole,))
    frame = reader.take(10)
    assert frame is not None
    assert (frame.luma() == GREY).all()

    reader.zones = ()
    wait_until(lambda: len(np.unique(_taken(reader).luma())) == 1 and _taken(reader).luma()[0, 0] != GREY, "no zones")


def test_a_frame_that_waits_while_a_zone_is_saved_is_painted_all_the_same(make_reader: MakeReader) -> None:
    """CAM-5: captured before, taken after: nothing of what the zone hides is seen."""
    reader = make_reader(SPEC, opener=Studio(still), frozen_after_s=0.2)
    wait_until(lambda: reader.status().frozen, "a frozen picture, with a frame of before in hand")

    reader.zones = (((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)),)

    frame = reader.take(0)
    assert frame is not None
    assert (frame.luma() == GREY).all()


def test_frames_are_turned_before_they_are_painted(make_reader: MakeReader) -> None:
    """CAM-4, CAM-5: zones belong to the turned picture, and so does the size that is told."""
    upper = ((0.0, 0.0), (1.0, 0.0), (1.0, 0.5), (0.0, 0.5))
    reader = make_reader(replace(SPEC, rotation=90), opener=Studio(playing), zones=(upper,))
    before, frame = flat(0, 0), _taken(reader)

    assert (frame.width, frame.height) == (before.height, before.width)
    assert (frame.luma()[: frame.height // 2 - 2] == GREY).all()
    assert (frame.luma()[frame.height // 2 + 2 :] != GREY).any()
    assert (reader.status().width, reader.status().height) == (before.height, before.width)


def _taken(reader: CameraReader) -> Frame:
    frame = reader.take(10)
    assert frame is not None
    return frame


@pytest.mark.parametrize("script", [playing, silent, failing(SourceUnreachableError("no"))])
def test_a_stop_is_quick_and_clean(script: Script) -> None:
    """RUN-4: within two seconds, whatever the camera does; the source is closed, waits are woken."""
    studio = Studio(script)
    reader = CameraReader(SPEC, opener=studio)
    reader.start()
    wait_until(lambda: bool(studio.opened), "the opening")
    begin_s = monotonic()

    assert reader.stop()
    assert monotonic() - begin_s < 2
    assert studio.opened[-1].closed
    assert reader.take(5) is None
    assert "capture camera" not in [thread.name for thread in threading.enumerate()]


def test_a_stop_before_the_start_is_harmless() -> None:
    """RUN-4: a lease may be lost between making and starting."""
    assert CameraReader(SPEC, opener=Studio(playing)).stop()


def test_a_stuck_source_does_not_hold_the_stop(make_reader: MakeReader) -> None:
    """RUN-4: stop returns after its limit, and says that the thread is still there."""
    release = threading.Event()

    def stuck(_source: FakeSource) -> Iterator[Frame]:
        release.wait(60)
        yield flat(0, 0)

    studio = Studio(stuck)
    reader = make_reader(SPEC, opener=studio)
    wait_until(lambda: bool(studio.opened), "the opening")

    assert not reader.stop(0.1)
    release.set()
    assert reader.stop(10)
    assert reader.take(0) is None


def test_a_surprise_in_one_camera_is_logged_and_tried_again(
    make_reader: MakeReader, caplog: pytest.LogCaptureFixture
) -> None:
    """SPEC 15: only that camera is affected, and its thread lives."""
    with caplog.at_level(logging.WARNING):
        reader = make_reader(SPEC, opener=Studio(failing(ZeroDivisionError("surprise")), playing), name="camera 12")
        reaches(reader, CaptureState.ONLINE)

    assert "an error in the portal" in reader.status().last_error
    assert any(record.exc_info and "camera 12" in record.getMessage() for record in caplog.records)


def test_the_same_failure_is_logged_once(make_reader: MakeReader, caplog: pytest.LogCaptureFixture) -> None:
    """RUN-5: a camera that is off for a week does not fill the log."""
    studio = Studio(failing(SourceUnreachableError("rtsp://cam/: connection refused")))
    with caplog.at_level(logging.WARNING):
        make_reader(SPEC, opener=studio, name="camera 3")
        wait_until(lambda: len(studio.opened) >= 4, "four attempts")

    assert [record.getMessage() for record in caplog.records] == ["camera 3: rtsp://cam/: connection refused"]


def test_waits_grow_until_the_camera_was_well_for_a_while(
    make_reader: MakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CAM-6: a camera that breaks off after each picture is not asked every second for ever."""
    calls: list[str] = []

    class Notes:
        def next_s(self) -> float:
            calls.append("wait")
            return 0.01

        def reset(self) -> None:
            calls.append("reset")

    studio = Studio(failing(StreamEndedError("short"), after=1))
    make_reader(SPEC, opener=studio, backoff=Notes())
    wait_until(lambda: len(studio.opened) >= 4, "four attempts")
    assert "reset" not in calls

    monkeypatch.setattr("cameras.capture.reader.WELL_AFTER_S", -1.0)
    wait_until(lambda: "reset" in calls, "a reset")


def test_large_pictures_are_handed_over_at_fifteen_a_second_where_that_is_asked(
    make_reader: MakeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MASK-1: 4K is read at up to 15 frames/s; the rate that arrives is told as it is, and the switch holds at once."""
    monkeypatch.setattr("cameras.capture.reader.LARGE_PX", 1)
    reader = make_reader(SPEC, opener=Studio(playing))
    reaches(reader, CaptureState.ONLINE)
    assert reader.most_fps == SPEC.fps

    reader.spare_large = True
    assert reader.most_fps == 15
    reader.take(1)
    began, frames = monotonic(), [frame for _ in range(15) if (frame := reader.take(1))]
    assert len(frames) == 15
    assert monotonic() - began > 0.8
    assert reader.status().fps_in > 30


def test_pictures_below_4k_are_not_spared(make_reader: MakeReader) -> None:
    """MASK-1."""
    reader = make_reader(SPEC, opener=Studio(playing))
    reaches(reader, CaptureState.ONLINE)
    reader.spare_large = True

    assert reader.most_fps == SPEC.fps
