"""HTTP cameras against a real server: MJPEG and JPEG, Basic and Digest, and everything that goes wrong."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cameras.capture.health import CaptureState
from cameras.capture.http import HttpSource
from cameras.capture.source import (
    AddressRefusedError,
    CaptureError,
    NotAVideoError,
    SourceSpec,
    SourceUnreachableError,
    StreamEndedError,
    StreamStalledError,
    UnauthorisedError,
)
from portal.common.outgoing import AddressGuard
from tests.cameras.capture.conftest import MakeReader
from tests.cameras.capture.support import jpeg, scene_frames, wait_until
from tests.servers.http_camera import HttpCameraServer

pytestmark = pytest.mark.network

USER, PASSWORD = "wächter", 'p:a"ss@wörd'
FRAMES = scene_frames(4, width=160, height=120)
JPEGS = [jpeg(frame) for frame in FRAMES]


@pytest.fixture
def camera() -> Iterator[HttpCameraServer]:
    with HttpCameraServer(JPEGS) as server:
        yield server


def read(spec: SourceSpec, count: int) -> list:
    source = HttpSource(spec)
    try:
        source.open()
        return [source.read() for _ in range(count)]
    finally:
        source.close()


@pytest.mark.parametrize("path", ["/mjpeg", "/mjpeg-without-length", "/jpeg"])
def test_frames_arrive(camera: HttpCameraServer, guard: AddressGuard, path: str) -> None:
    """CAM-1: the Content-Type decides between a stream and polled pictures."""
    frames = read(SourceSpec(camera.url(path), fps=50, guard=guard), 8)

    assert [frame.number for frame in frames] == sorted({frame.number for frame in frames})
    assert {(frame.width, frame.height) for frame in frames} == {(160, 120)}
    assert np.abs(frames[0].image.astype(int) - FRAMES[0].image).mean() < 4


@pytest.mark.parametrize("auth", ["basic", "digest", "both"])
@pytest.mark.parametrize("path", ["/mjpeg", "/jpeg", "/jpeg?channel=1"])
def test_a_password_opens_the_camera(guard: AddressGuard, auth: str, path: str) -> None:
    """CAM-1: Basic and Digest, Digest where both are offered; nothing is sent before the camera asks."""
    with HttpCameraServer(JPEGS, auth=auth, user=USER, password=PASSWORD) as camera:
        frames = read(SourceSpec(camera.url(path), USER, PASSWORD, fps=50, guard=guard), 5)

        sent = [header.partition(" ")[0] for header in camera.authorisations]
        assert len(frames) == 5
        assert sent[0] == ""
        assert set(sent[1:]) == {"Basic" if auth == "basic" else "Digest"}


@pytest.mark.parametrize("auth", ["basic", "digest"])
@pytest.mark.parametrize(("user", "password"), [("admin", "wrong"), ("", "")])
def test_a_wrong_password_is_named_without_being_shown(
    guard: AddressGuard, auth: str, user: str, password: str
) -> None:
    """CAM-2, CAM-6: unauthorised."""
    with HttpCameraServer(JPEGS, auth=auth, user="admin", password="right") as camera:
        with pytest.raises(UnauthorisedError, match="user name or password not accepted") as caught:
            read(SourceSpec(camera.url("/mjpeg", "admin:wrong" if user else ""), guard=guard), 1)
        assert "wrong" not in str(caught.value)
        assert len(camera.requests) <= 2


@pytest.mark.parametrize(
    ("path", "kind", "reason"),
    [
        ("/page", NotAVideoError, "answers with text/html, expected"),
        ("/garbage", NotAVideoError, "no boundary"),
        ("/jpeg-garbage", NotAVideoError, "10 bad pictures in a row"),
        ("/jpeg-too-large", NotAVideoError, "more than 16777216 bytes"),
        ("/gone", NotAVideoError, "404"),
        ("/overloaded", SourceUnreachableError, "503"),
        ("/moved", AddressRefusedError, "redirects"),
        ("/mjpeg-ends", StreamEndedError, "ended"),
    ],
)
def test_what_goes_wrong_has_a_clear_reason(
    camera: HttpCameraServer, guard: AddressGuard, path: str, kind: type[CaptureError], reason: str
) -> None:
    """CAM-2, SEC-4, SPEC 15: garbage, floods, redirects and ends."""
    with pytest.raises(kind, match=reason) as caught:
        read(SourceSpec(camera.url(path + "?pwd=secret"), fps=50, guard=guard), 20)

    assert "secret" not in str(caught.value)
    assert str(caught.value).startswith(f"http://127.0.0.1:{camera.port}{path}")


def test_a_broken_picture_now_and_then_is_passed_over(camera: HttpCameraServer, guard: AddressGuard) -> None:
    """SPEC 15: a hiccup of the camera is no failure."""
    frames = read(SourceSpec(camera.url("/mjpeg-some-broken"), fps=50, guard=guard), 8)

    assert len(frames) == 8


@pytest.mark.parametrize("path", ["/mjpeg", "/jpeg"])
def test_a_change_of_size_in_mid_stream_is_survived(guard: AddressGuard, path: str) -> None:
    """CAM-7: frames of another size follow."""
    pictures = [*JPEGS[:2], jpeg(scene_frames(1, width=320, height=240)[0])]
    with HttpCameraServer(pictures) as camera:
        frames = read(SourceSpec(camera.url(path), fps=50, guard=guard), 9)

    assert {(frame.width, frame.height) for frame in frames} == {(160, 120), (320, 240)}


def test_pictures_that_nobody_analyses_are_passed_over(guard: AddressGuard) -> None:
    """CAM-6: the numbers tell how many arrived."""
    with HttpCameraServer(JPEGS, interval_s=0.01) as camera:
        frames = read(SourceSpec(camera.url("/mjpeg"), fps=10, guard=guard), 4)

    assert frames[-1].number >= 9
    assert frames[-1].at_ms - frames[0].at_ms >= 200


@pytest.mark.parametrize("path", ["/mjpeg", "/jpeg"])
def test_the_guard_is_asked_before_anything_is_sent(camera: HttpCameraServer, path: str) -> None:
    """SEC-4: a camera's address is an outgoing address."""
    with pytest.raises(AddressRefusedError, match="loopback"):
        read(SourceSpec(camera.url(path)), 1)
    assert camera.requests == []


def test_nobody_there_is_named(guard: AddressGuard) -> None:
    """CAM-2: refused, not HTTP, silent."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(SourceUnreachableError, match="connection refused"):
        read(SourceSpec(f"http://127.0.0.1:{port}/", guard=guard), 1)


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH_9.2\r\n", b""])
def test_another_protocol_is_no_video(guard: AddressGuard, answer: bytes) -> None:
    """CAM-2: not a video."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            connection, _ = server.accept()
            connection.recv(4096)
            connection.sendall(answer)
            connection.close()

        thread = threading.Thread(target=talk)
        thread.start()
        with pytest.raises(NotAVideoError, match="not HTTP"):
            read(SourceSpec(f"http://127.0.0.1:{server.getsockname()[1]}/", guard=guard), 1)
        thread.join(10)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """As cameras make them: signed by nobody but themselves."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "camera")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
    file = tmp_path / "camera.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    )
    return file


def test_a_camera_may_sign_its_own_certificate(guard: AddressGuard, certificate: Path) -> None:
    """CAM-1: https as cameras speak it; who wants a trusted certificate gets a clear reason."""
    with HttpCameraServer(JPEGS, certificate=certificate, auth="digest", user=USER, password=PASSWORD) as camera:
        assert read(SourceSpec(camera.url("/mjpeg"), USER, PASSWORD, fps=50, guard=guard), 3)
        with pytest.raises(SourceUnreachableError, match="certificate is not trusted"):
            read(SourceSpec(camera.url("/mjpeg"), USER, PASSWORD, guard=guard, verify_tls=True), 1)


def test_a_frozen_stream_is_stalled_and_comes_back(
    camera: HttpCameraServer, guard: AddressGuard, make_reader: MakeReader
) -> None:
    """CAM-6, SPEC 15: status within 5 s."""
    reader = make_reader(SourceSpec(camera.url("/mjpeg"), fps=20, guard=guard))
    wait_until(lambda: reader.status().state is CaptureState.ONLINE, "online")

    camera.frozen.set()
    assert wait_until(lambda: reader.status().state is CaptureState.STALLED, "stalled") < 5

    camera.frozen.clear()
    wait_until(lambda: reader.status().state is CaptureState.ONLINE, "online again")


def test_a_silent_stream_ends_by_its_time_limit(camera: HttpCameraServer, guard: AddressGuard) -> None:
    """CAM-6: time limits on everything."""
    camera.frozen.set()

    with pytest.raises(StreamStalledError, match="nothing for 2 s"):
        read(SourceSpec(camera.url("/mjpeg"), fps=20, guard=guard), 10)
