"""Test connection against real cameras: RTSP by GStreamer, HTTP, and servers that do everything wrong."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import av
import cv2
import numpy as np
import pytest

from cameras.capture.source import SourceSpec
from cameras.onboarding.connection import MOST_WIDTH, Connection, ConnectionTester, Stretch
from cameras.onboarding.reasons import ConnectionTestError, Reason, TooManyTestsError
from portal.common.outgoing import AddressGuard, HostUnknownError
from tests.cameras.capture.support import flat, jpeg, scene_frames, write_clip
from tests.servers.http_camera import HttpCameraServer
from tests.servers.rtsp import RtspServer

pytestmark = pytest.mark.network

GUARD = AddressGuard(allow_loopback=True)
FRAMES = scene_frames(20)
JPEGS = [jpeg(frame) for frame in FRAMES[:4]]


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An H.264 clip of 10 fps, and one in VP8, which no camera speaks."""
    folder = tmp_path_factory.mktemp("clips")
    return write_clip(folder / "square.mp4", scene_frames(30)), write_vp8(folder / "square.webm")


def write_vp8(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for number, frame in enumerate(FRAMES):
            picture = av.VideoFrame.from_ndarray(frame.image, format="yuv420p")
            picture.pts = number
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path


def connect(url: str, *, limit_s: float = 10.0, **facts: object) -> Connection:
    return ConnectionTester(limit_s=limit_s).test(SourceSpec(url, **{"guard": GUARD, "fps": 10, **facts}))


def reason(url: str, *, limit_s: float = 10.0, **facts: object) -> tuple[Reason, str]:
    with pytest.raises(ConnectionTestError) as caught:
        connect(url, limit_s=limit_s, **facts)
    return caught.value.reason, str(caught.value)


def size_of(picture: bytes) -> tuple[int, int]:
    height, width, _ = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR).shape
    return width, height


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_an_rtsp_camera_shows_picture_size_rate_and_codec(clips: tuple[Path, Path], transport: str) -> None:
    """CAM-2: behind its password, within 10 s."""
    with RtspServer(clips[0], user="vi ewer", password="p@ss") as server:
        begin = monotonic()
        seen = connect(server.url, username="vi ewer", password="p@ss", transport=transport)

        assert monotonic() - begin < 10
        assert (seen.width, seen.height, seen.codec) == (320, 240, "h264")
        assert seen.fps == pytest.approx(10, abs=3)
        assert size_of(seen.jpeg) == (320, 240)


@pytest.mark.parametrize("path", ["/mjpeg", "/jpeg"])
def test_an_http_camera_is_tested_as_well(path: str) -> None:
    """CAM-2: MJPEG and JPEG, behind Digest."""
    with HttpCameraServer(JPEGS, auth="digest", user="u", password="p", interval_s=0.1) as camera:
        seen = connect(camera.url(path), username="u", password="p")

        assert (seen.width, seen.height, seen.codec) == (320, 240, "mjpeg")
        assert seen.fps == pytest.approx(10, abs=4)


def test_a_large_picture_is_shown_small_and_reported_in_full() -> None:
    """CAM-2: 1920 wide is what the camera sends; the page gets less."""
    large = jpeg(scene_frames(1, width=1920, height=1080)[0])
    with HttpCameraServer([large], interval_s=0.2) as camera:
        seen = connect(camera.url("/mjpeg"))

    assert (seen.width, seen.height) == (1920, 1080)
    assert size_of(seen.jpeg) == (MOST_WIDTH, 540)


def test_a_camera_that_sends_one_picture_and_stops_has_shown_a_picture() -> None:
    """CAM-2: no rate is made up for it."""
    with HttpCameraServer(JPEGS) as camera:
        camera.frozen.set()
        seen = connect(camera.url("/mjpeg"), limit_s=4)

    assert seen.fps is None
    assert size_of(seen.jpeg) == (320, 240)


@pytest.mark.parametrize(
    ("at_ms", "fps"),
    [
        pytest.param([0], None, id="one picture"),
        pytest.param([0, 2000], 0.5, id="a slow camera"),
        pytest.param([0, 10, 20, 500, 600, 700], 10.0, id="a rush at the beginning"),
        pytest.param([0, 100, 200], 10.0, id="broken off early"),
    ],
)
def test_the_rate_leaves_out_the_rush_at_the_beginning(at_ms: list[int], fps: float | None) -> None:
    """CAM-2: pictures that gathered while the stream was opened say nothing about its rate."""
    first, *others = (flat(number, at) for number, at in enumerate(at_ms))
    stretch = Stretch.of(first)
    for frame in others:
        stretch = stretch.then(frame)

    assert stretch.fps() == fps


def test_privacy_zones_are_painted_in_the_picture() -> None:
    """CAM-5: not even a test shows what lies under them."""
    with HttpCameraServer(JPEGS) as camera:
        zone = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
        seen = ConnectionTester().test(SourceSpec(camera.url("/jpeg"), guard=GUARD), zones=[zone])

    assert np.ptp(cv2.imdecode(np.frombuffer(seen.jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)) < 8


def test_the_simulated_camera_says_that_it_is_drawn() -> None:
    """RUN-1."""
    assert connect("scene:?people=3").simulated


@contextmanager
def answering(answer: Callable[[socket.socket], object]) -> Iterator[str]:
    """An RTSP address at which `answer` is called for each connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(10)
                    answer(connection)

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield f"rtsp://127.0.0.1:{server.getsockname()[1]}/live"
        server.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def describing(description: str) -> Callable[[socket.socket], object]:
    def answer(connection: socket.socket) -> None:
        connection.recv(4096)
        head = f"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: {len(description)}\r\n\r\n"
        connection.sendall((head + description).encode())

    return answer


def unknown(host: str, _port: int) -> list[str]:
    raise HostUnknownError(f"{host}: host unknown")


def test_an_unknown_host() -> None:
    """CAM-2: the name has no address."""
    found, message = reason("rtsp://no-such-camera/live", guard=AddressGuard(resolve=unknown))

    assert found is Reason.UNKNOWN_HOST
    assert "host unknown" in message


@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_a_port_where_nothing_listens(scheme: str) -> None:
    """CAM-2: refused."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    assert reason(f"{scheme}://127.0.0.1:{port}/live")[0] is Reason.REFUSED


@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_a_host_that_says_nothing(scheme: str) -> None:
    """CAM-2: timed out, by the limit of the whole test at the latest."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begin = monotonic()
        found = reason(f"{scheme}://127.0.0.1:{silent.getsockname()[1]}/live", limit_s=1)[0]

        assert found is Reason.TIMED_OUT
        assert monotonic() - begin < 4


@pytest.mark.parametrize("auth", ["basic", "digest"])
def test_a_wrong_password_at_an_rtsp_camera(clips: tuple[Path, Path], auth: str) -> None:
    """CAM-2: and it is not repeated."""
    with RtspServer(clips[0], user="admin", password="right", auth=auth) as server:
        found, message = reason(server.url, username="admin", password="wr0ng")

    assert found is Reason.WRONG_PASSWORD
    assert "wr0ng" not in message


def test_a_wrong_password_at_an_http_camera() -> None:
    """CAM-2: without one it is the same reason."""
    with HttpCameraServer(JPEGS, auth="digest", user="admin", password="right") as camera:
        assert reason(camera.url("/mjpeg"), username="admin", password="wr0ng")[0] is Reason.WRONG_PASSWORD
        assert reason(camera.url("/jpeg"))[0] is Reason.WRONG_PASSWORD


def test_what_answers_with_something_else_than_a_video(clips: tuple[Path, Path]) -> None:
    """CAM-2: a page, a stream that is not there, another protocol."""
    with HttpCameraServer(JPEGS) as camera, RtspServer(clips[0]) as server:
        assert reason(camera.url("/page"))[0] is Reason.NOT_A_VIDEO
        assert reason(server.url.replace("/live", "/nothing"))[0] is Reason.NOT_A_VIDEO
        assert reason(camera.url("/page").replace("http", "rtsp"))[0] is Reason.NOT_A_VIDEO


@pytest.mark.parametrize("password", ["", "p"])
def test_a_codec_that_is_not_decoded(clips: tuple[Path, Path], password: str) -> None:
    """CAM-2: named, whether the camera describes its stream to everybody or not."""
    with RtspServer(clips[1], user=password, password=password) as server:
        found, message = reason(server.url, username=password, password=password)

    assert found is Reason.UNSUPPORTED_CODEC
    assert "codec is vp8" in message.lower()


def test_a_stream_that_the_camera_encrypts() -> None:
    """CAM-2: secure RTP without a key for us."""
    description = "v=0\r\ns=camera\r\nm=video 0 RTP/SAVP 96\r\na=rtpmap:96 H264/90000\r\n"
    with answering(describing(description)) as url:
        found, message = reason(url)

    assert found is Reason.ENCRYPTED
    assert "switch that off" in message


def test_an_address_that_the_guard_refuses() -> None:
    """SEC-4: nothing is sent there."""
    with HttpCameraServer(JPEGS) as camera:
        found, _ = reason(camera.url("/mjpeg"), guard=AddressGuard())

        assert found is Reason.ADDRESS_REFUSED
        assert camera.requests == []


@pytest.mark.parametrize("url", ["ftp://10.0.0.7/", "rtsp://", "rtsp://host:port/"])
def test_what_is_no_address(url: str) -> None:
    """CAM-2."""
    assert reason(url)[0] is Reason.ADDRESS_INVALID


def test_a_camera_that_breaks_off_before_its_first_picture() -> None:
    """CAM-2, SPEC 15: garbage is an answer like others."""
    with HttpCameraServer(JPEGS) as camera:
        assert reason(camera.url("/jpeg-garbage"))[0] is Reason.NOT_A_VIDEO
        assert reason(camera.url("/overloaded"))[0] is Reason.UNREACHABLE


class StuckSource:
    """Waits in `open` until `free` is set, whatever anybody says; as FFmpeg does at times."""

    simulated, codec = False, ""

    def __init__(self) -> None:
        self.free, self.cancelled = threading.Event(), threading.Event()

    def open(self) -> None:
        self.free.wait(30)
        raise ValueError("a surprise")

    def read(self) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is open."""

    def cancel(self) -> None:
        self.cancelled.set()


def test_a_place_is_taken_until_the_source_lets_go() -> None:
    """CAM-2: bounded in number, also by those that outlive their time limit."""
    source = StuckSource()
    tester = ConnectionTester(most=1, limit_s=0.1, opener=lambda _spec: source)
    with pytest.raises(ConnectionTestError) as caught:
        tester.test(SourceSpec("rtsp://10.0.0.7/"))
    assert caught.value.reason is Reason.TIMED_OUT
    assert source.cancelled.is_set()

    with pytest.raises(TooManyTestsError):
        tester.test(SourceSpec("rtsp://10.0.0.7/"))

    source.free.set()
    for thread in threading.enumerate():
        if thread.name == "test connection":
            thread.join(10)
    with pytest.raises(ConnectionTestError) as caught:
        tester.test(SourceSpec("rtsp://10.0.0.7/"))
    assert caught.value.reason is Reason.FAILED
