"""HTTP cameras for tests: MJPEG and JPEG, open or behind Basic or Digest, well-behaved or not. Plain standard library.

with HttpCameraServer(jpegs) as server:
    server.url("/mjpeg")   server.url("/jpeg")   server.url("/garbage") …
"""

import base64
import hashlib
import re
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from types import TracebackType
from typing import Any, Self

NONCE = "c2FtcGxlLW5vbmNl"
REALM = "camera"


class HttpCameraServer:
    """Serves `jpegs` over and over, `interval_s` apart, on a free port of loopback.

    auth: "", "basic", "digest" or "both".    requests: paths asked for, in order.
    frozen: while set, the stream stays open and sends nothing.    certificate: PEM file with key, for https.
    """

    def __init__(
        self,
        jpegs: Sequence[bytes],
        *,
        auth: str = "",
        user: str = "",
        password: str = "",
        interval_s: float = 0.02,
        certificate: Path | None = None,
    ) -> None:
        self.jpegs, self.interval_s = list(jpegs), interval_s
        self.auth, self.user, self.password = auth, user, password
        self.requests: list[str] = []
        self.authorisations: list[str] = []
        self.frozen, self.stopping = threading.Event(), threading.Event()
        self._turn = cycle(self.jpegs)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def port(self) -> int:
        """Of loopback."""
        return int(self._server.server_address[1])

    def url(self, path: str, credentials: str = "") -> str:
        """`credentials` as user:password, for addresses that carry them."""
        return f"{self.scheme}://{credentials + '@' if credentials else ''}127.0.0.1:{self.port}{path}"

    def next_jpeg(self) -> bytes:
        """The next of the pictures, from the first again after the last."""
        return next(self._turn)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(camera: HttpCameraServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            camera.requests.append(self.path)
            camera.authorisations.append(self.headers.get("Authorization", ""))
            if camera.auth and not _accepted(camera, self.path, self.headers.get("Authorization", "")):
                self._challenge()
                return
            ANSWERS[self.path.partition("?")[0]](self, camera)

        def _challenge(self) -> None:
            self.send_response(401)
            if camera.auth in {"digest", "both"}:
                self.send_header(
                    "WWW-Authenticate", f'Digest realm="{REALM}", nonce="{NONCE}", qop="auth", algorithm=MD5'
                )
            if camera.auth in {"basic", "both"}:
                self.send_header("WWW-Authenticate", f'Basic realm="{REALM}"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    return Handler


def _accepted(camera: HttpCameraServer, path: str, header: str) -> bool:
    kind, _, rest = header.encode("latin-1").decode().partition(" ")  # http.server reads headers as Latin-1
    if kind == "Basic" and camera.auth in {"basic", "both"}:
        return base64.b64decode(rest).decode() == f"{camera.user}:{camera.password}"
    if kind != "Digest" or camera.auth not in {"digest", "both"}:
        return False
    said = {key: quoted or bare for key, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', rest)}
    one = _md5(f"{camera.user}:{REALM}:{camera.password}")
    two = _md5(f"GET:{path}")
    wanted = _md5(f"{one}:{NONCE}:{said.get('nc')}:{said.get('cnonce')}:auth:{two}")
    return said.get("username") == camera.user and said.get("response") == wanted


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324 - RFC 7616 as cameras speak it


def _send(handler: BaseHTTPRequestHandler, kind: str, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def _stream(handler: BaseHTTPRequestHandler, camera: HttpCameraServer, pieces: Iterator[bytes]) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", 'multipart/x-mixed-replace; boundary="--frame"')
    handler.end_headers()
    handler.close_connection = True
    try:
        for piece in pieces:
            handler.wfile.write(piece)
            while camera.frozen.is_set() and not camera.stopping.wait(0.01):
                pass
            if camera.stopping.wait(camera.interval_s):
                return
    except (BrokenPipeError, ConnectionResetError):
        return  # the reader has gone


def _parts(camera: HttpCameraServer, *, length: bool) -> Iterator[bytes]:
    while True:
        jpeg = camera.next_jpeg()
        header = f"Content-Length: {len(jpeg)}\r\n" if length else ""
        yield b"--frame\r\nContent-Type: image/jpeg\r\n" + header.encode() + b"\r\n" + jpeg + b"\r\n"


def _ending(camera: HttpCameraServer) -> Iterator[bytes]:
    for piece, _ in zip(_parts(camera, length=True), range(3), strict=False):
        yield piece
    yield b"--frame--\r\n"


def _broken_parts(camera: HttpCameraServer) -> Iterator[bytes]:
    for number, piece in enumerate(_parts(camera, length=False)):
        yield piece if number % 3 else b"--frame\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8 no picture \xff\xd9\r\n"


def _garbage(count: int) -> Iterator[bytes]:
    for number in range(count):
        yield hashlib.sha256(str(number).encode()).digest() * 32


ANSWERS: dict[str, Callable[[BaseHTTPRequestHandler, HttpCameraServer], None]] = {
    "/mjpeg": lambda handler, camera: _stream(handler, camera, _parts(camera, length=True)),
    "/mjpeg-without-length": lambda handler, camera: _stream(handler, camera, _parts(camera, length=False)),
    "/mjpeg-ends": lambda handler, camera: _stream(handler, camera, _ending(camera)),
    "/mjpeg-some-broken": lambda handler, camera: _stream(handler, camera, _broken_parts(camera)),
    "/garbage": lambda handler, camera: _stream(handler, camera, _garbage(1000)),
    "/jpeg": lambda handler, camera: _send(handler, "image/jpeg", camera.next_jpeg()),
    "/jpeg-garbage": lambda handler, _: _send(handler, "image/jpeg", b"\xff\xd8 this is no picture \xff\xd9"),
    "/jpeg-too-large": lambda handler, _: _send(handler, "image/jpeg", b"\xff\xd8" + bytes(17 * 1024 * 1024)),
    "/page": lambda handler, _: _send(handler, "text/html", b"<h1>Camera</h1>"),
    "/moved": lambda handler, _: _send(handler, "text/plain", b"", 302, Location="http://169.254.169.254/latest/"),
    "/gone": lambda handler, _: _send(handler, "text/plain", b"", 404),
    "/overloaded": lambda handler, _: _send(handler, "text/plain", b"", 503),
}
