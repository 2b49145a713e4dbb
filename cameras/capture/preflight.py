"""Knocking at an RTSP camera before FFmpeg is let through: guarded, bounded, with a clear reason (CAM-2, SEC-4).

FFmpeg follows redirects by itself, wherever they lead. So the first question, DESCRIBE without credentials, is asked
here, and a camera that answers with a redirect is refused. It also tells host unknown, refused and no answer apart; and
where the camera describes its stream without a password, what cannot be decoded.
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager

from cameras.capture.address import CameraAddress
from cameras.capture.sdp import judge_description
from cameras.capture.source import (
    AddressRefusedError,
    NoAnswerError,
    NotAVideoError,
    PortClosedError,
    SourceUnreachableError,
)
from portal.common.outgoing import AddressGuard


@contextmanager
def knock(address: CameraAddress, guard: AddressGuard | None, *, limit_s: float) -> Iterator[str]:
    """Gives the address of the host that answers. Raises CaptureError with the reason.

    The connection stays open meanwhile: a server that shares one playing among its clients would otherwise be taking it
    down just when FFmpeg asks for it (503 from gst-rtsp-server).
    """
    host, connection = _connect_to_any(address, address.resolve(guard), limit_s)
    with closing(connection):
        with _named_errors(address, limit_s):
            answer = _ask(connection, address)
        _judge(address, answer)
        yield host


def _connect_to_any(address: CameraAddress, hosts: list[str], limit_s: float) -> tuple[str, socket.socket]:
    """Another address of the same camera, such as IPv4 beside IPv6, is tried when one does not answer."""
    for host in hosts[:-1]:
        try:
            return host, _connect(address, host, limit_s)
        except OSError:
            continue
    with _named_errors(address, limit_s):
        return hosts[-1], _connect(address, hosts[-1], limit_s)


@contextmanager
def _named_errors(address: CameraAddress, limit_s: float) -> Iterator[None]:
    try:
        yield
    except TimeoutError as exc:
        raise NoAnswerError(f"{address}: no answer within {limit_s:g} s") from exc
    except ConnectionRefusedError as exc:
        raise PortClosedError(f"{address}: connection refused") from exc
    except OSError as exc:
        raise SourceUnreachableError(f"{address}: {exc.strerror or 'cannot be reached'}") from exc


def _connect(address: CameraAddress, host: str, limit_s: float) -> socket.socket:
    connection = socket.create_connection((host, address.port), limit_s)
    if address.scheme == "rtsp":
        return connection
    # FFmpeg does not verify the certificate either: cameras sign their own, and it knows no name to compare.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(connection)


def _ask(connection: socket.socket, address: CameraAddress) -> bytes:
    """The beginning of the answer, at most one read: the status line comes first."""
    request = f"DESCRIBE {address.pinned(address.host)} RTSP/1.0\r\nCSeq: 1\r\nAccept: application/sdp\r\n\r\n"
    connection.sendall(request.encode())
    return connection.recv(4096)


def _judge(address: CameraAddress, answer: bytes) -> None:
    """FFmpeg is let through to 200 and 401, and to errors that it names itself."""
    words = answer.split(b"\r\n", 1)[0].split()
    if len(words) < 2 or not words[0].startswith(b"RTSP/") or not words[1].isdigit():
        raise NotAVideoError(f"{address}: the answer is not RTSP")
    if 300 <= int(words[1]) < 400:
        raise AddressRefusedError(f"{address}: the camera redirects to another address; enter that one instead")
    if int(words[1]) == 404:
        raise NotAVideoError(f"{address}: the camera has no stream of this name")
    if int(words[1]) == 200:
        judge_description(str(address), answer)
