"""RTSP cameras against a real server (GStreamer): killed, frozen, brought back, behind a password."""

import logging
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cameras.capture.health import CaptureState
from cameras.capture.reader import CameraReader
from cameras.capture.rtsp import RtspSource
from cameras.capture.source import (
    AddressRefusedError,
    CaptureError,
    NotAVideoError,
    SourceSpec,
    SourceUnreachableError,
    UnauthorisedError,
)
from portal.common.outgoing import AddressGuard
from tests.cameras.capture.conftest import MakeReader
from tests.cameras.capture.support import scene_frames, wait_until, write_clip
from tests.servers.rtsp import RtspServer

pytestmark = pytest.mark.network

USER, PASSWORD = "vi ewer", "p@ss:w/rd %"


@pytest.fixture
def server(clip: Path) -> Iterator[RtspServer]:
    with RtspServer(clip) as running:
        yield running


def read(spec: SourceSpec, count: int) -> list:
    source = RtspSource(spec)
    try:
        source.open()
        return [source.read() for _ in range(count)]
    finally:
        source.close()


def reaches(reader: CameraReader, state: CaptureState) -> float:
    return wait_until(lambda: reader.status().state is state, str(state))


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_frames_arrive_and_go_on_after_the_clips_end(server: RtspServer, guard: AddressGuard, transport: str) -> None:
    """CAM-1: RTSP over TCP and UDP; the test camera loops its 3 s clip."""
    frames = read(SourceSpec(server.url, transport=transport, fps=10, guard=guard), 45)

    assert [frame.number for frame in frames] == sorted({frame.number for frame in frames})
    assert {(frame.width, frame.height) for frame in frames} == {(320, 240)}
    assert frames[-1].at_ms - frames[0].at_ms >= 2500
    truth = scene_frames(30)
    assert min(np.abs(frames[20].image.astype(int) - frame.image).mean() for frame in truth) < 6


def test_only_what_is_analysed_is_converted(server: RtspServer, guard: AddressGuard) -> None:
    """CAM-6: 10 fps arrive, 2 are delivered; the numbers count all."""
    frames = read(SourceSpec(server.url, fps=2, guard=guard), 5)

    # From the second on: the first is followed by the burst of what came while the stream was looked at.
    assert 12 <= frames[-1].number - frames[1].number <= 18


@pytest.mark.parametrize("auth", ["basic", "digest"])
def test_a_password_opens_the_camera(clip: Path, guard: AddressGuard, auth: str) -> None:
    """CAM-1: kept apart from the URL, any character, also where the address carries it."""
    with RtspServer(clip, user=USER, password=PASSWORD, auth=auth) as server:
        inside = server.url.replace("//", "//vi%20ewer:p%40ss%3Aw%2Frd%20%25@")

        assert read(SourceSpec(server.url, USER, PASSWORD, guard=guard), 1)
        assert read(SourceSpec(inside, guard=guard), 1)


@pytest.mark.parametrize("auth", ["basic", "digest"])
def test_a_wrong_password_is_unauthorised_and_never_shown(
    clip: Path, guard: AddressGuard, make_reader: MakeReader, auth: str, caplog: pytest.LogCaptureFixture
) -> None:
    """CAM-1, CAM-6: state unauthorised; neither message, log nor traceback holds the password."""
    with RtspServer(clip, user=USER, password=PASSWORD, auth=auth) as server, caplog.at_level(logging.DEBUG):
        for user, password in ((USER, "hunter2"), ("", "")):
            with pytest.raises(UnauthorisedError, match="not accepted") as caught:
                read(SourceSpec(server.url, user, password, guard=guard), 1)
            assert "hunter2" not in f"{caught.value} {caught.value.__cause__}"
            assert caught.value.__suppress_context__
        reader = make_reader(SourceSpec(server.url, USER, "hunter2", guard=guard))
        reaches(reader, CaptureState.UNAUTHORISED)

    assert "hunter2" not in caplog.text
    assert "hunter2" not in str(reader.status())


def test_a_password_that_ffmpeg_would_cut_is_refused(server: RtspServer, guard: AddressGuard) -> None:
    """CAM-2: FFmpeg keeps 127 characters of user and password, and would be turned away without a reason."""
    with pytest.raises(UnauthorisedError, match="exceed 127 characters"):
        read(SourceSpec(server.url, "user", "x" * 130, guard=guard), 1)


def test_a_killed_camera_is_offline_and_comes_back(
    server: RtspServer, guard: AddressGuard, make_reader: MakeReader
) -> None:
    """CAM-6, SPEC 15: noticed within 5 s, back by itself when the server is."""
    reader = make_reader(SourceSpec(server.url, fps=10, guard=guard))
    reaches(reader, CaptureState.ONLINE)

    server.kill()
    assert reaches(reader, CaptureState.OFFLINE) < 5
    wait_until(lambda: "connection refused" in reader.status().last_error, "the reason")

    server.start()
    reaches(reader, CaptureState.ONLINE)
    assert reader.status().reconnects >= 1
    assert reader.take(10) is not None


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_a_frozen_camera_is_stalled_and_comes_back(
    server: RtspServer, guard: AddressGuard, make_reader: MakeReader, transport: str
) -> None:
    """CAM-6, SPEC 15: its connection stays open and silent; status within 5 s, online when it thaws."""
    reader = make_reader(SourceSpec(server.url, transport=transport, fps=10, guard=guard))
    reaches(reader, CaptureState.ONLINE)

    server.freeze()
    assert reaches(reader, CaptureState.STALLED) < 5

    server.thaw()
    reaches(reader, CaptureState.ONLINE)


def test_a_reader_of_a_frozen_camera_stops_within_its_limits(
    server: RtspServer, guard: AddressGuard, make_reader: MakeReader
) -> None:
    """RUN-4: FFmpeg waits at most its read limit of 2 s."""
    reader = make_reader(SourceSpec(server.url, fps=10, guard=guard))
    reaches(reader, CaptureState.ONLINE)
    server.freeze()

    assert reader.stop(2.5)


def test_a_change_of_resolution_in_mid_stream_is_survived(
    tmp_path: Path, guard: AddressGuard, make_reader: MakeReader
) -> None:
    """CAM-7: frames of another size follow by themselves."""
    small, large = scene_frames(10), scene_frames(20, width=480, height=360)
    parts = [write_clip(tmp_path / f"{name}.ts", frames) for name, frames in (("small", small), ("large", large))]
    both = tmp_path / "both.ts"
    both.write_bytes(b"".join(part.read_bytes() for part in parts))
    with RtspServer(both) as server:
        reader = make_reader(SourceSpec(server.url, fps=10, guard=guard))
        sizes: list[int] = []

        def seen() -> bool:
            frame = reader.take(0.5)
            if frame is not None:
                sizes.append(frame.width)
            return set(sizes) == {320, 480}

        wait_until(seen, "both sizes")
        assert sizes == sorted(sizes)


@pytest.mark.parametrize("path", ["/nothing", "/live2"])
def test_a_stream_that_is_not_there_is_named(server: RtspServer, guard: AddressGuard, path: str) -> None:
    """CAM-2: the camera answers, but has no such stream."""
    with pytest.raises(NotAVideoError, match="no stream of this name"):
        read(SourceSpec(server.url.replace("/live", path), guard=guard), 1)


def test_the_guard_is_asked_before_the_stream_opens(server: RtspServer) -> None:
    """SEC-4: after the name is resolved, before anything is sent."""
    with pytest.raises(AddressRefusedError, match="loopback"):
        read(SourceSpec(server.url.replace("127.0.0.1", "localhost")), 1)


ANSWERS = [
    pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", NotAVideoError, "not RTSP", id="http"),
    pytest.param(b"", NotAVideoError, "not RTSP", id="closed"),
    pytest.param(bytes(range(256)), NotAVideoError, "not RTSP", id="garbage"),
    pytest.param(
        b"RTSP/1.0 302 Found\r\nCSeq: 1\r\nLocation: rtsp://169.254.169.254/\r\n\r\n",
        AddressRefusedError,
        "redirects",
        id="redirect",
    ),
]


@pytest.mark.parametrize(("answer", "kind", "reason"), ANSWERS)
def test_other_answers_have_a_clear_reason(
    guard: AddressGuard, answer: bytes, kind: type[CaptureError], reason: str
) -> None:
    """CAM-2, SEC-4: FFmpeg would follow a redirect anywhere; it is not let through to it."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            connection, _ = server.accept()
            connection.recv(4096)
            connection.sendall(answer)
            connection.close()

        thread = threading.Thread(target=talk)
        thread.start()
        with pytest.raises(kind, match=reason):
            read(SourceSpec(f"rtsp://127.0.0.1:{server.getsockname()[1]}/live", guard=guard), 1)
        thread.join(10)


def test_nobody_there_and_nobody_answering_are_told_apart(guard: AddressGuard, monkeypatch: pytest.MonkeyPatch) -> None:
    """CAM-2: refused, no answer."""
    monkeypatch.setattr("cameras.capture.rtsp.OPEN_LIMIT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"rtsp://127.0.0.1:{server.getsockname()[1]}/live"
        with pytest.raises(SourceUnreachableError, match=r"no answer within 0\.2 s"):
            read(SourceSpec(url, guard=guard), 1)
    with pytest.raises(SourceUnreachableError, match="connection refused"):
        read(SourceSpec(url, guard=guard), 1)
