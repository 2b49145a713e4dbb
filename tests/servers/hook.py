"""A receiver of alarms over HTTPS or HTTP: keeps what it gets; answers, hangs, closes or babbles as it is told."""

import base64
import hashlib
import re
import ssl
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers.receiver import LIMIT_S, Receiver

REALM, NONCE = "alarms", "5f0c2f1e"


@dataclass(frozen=True)
class Received:
    """One request. headers: names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What to do with a request. raw: these bytes instead of HTTP.    hang: wait for `released` first.

    dribble: byte by byte, slowly, for ever.
    """

    status: int = 200
    body: bytes = b"taken"
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    hang: bool = False
    dribble: bool = False


OK, ERROR, GONE = Reply(), Reply(500, b"broken"), Reply(410, b"")
CLOSE, GARBAGE = Reply(raw=b""), Reply(raw=bytes(range(256)) * 8)
HANG, DRIBBLE = Reply(hang=True), Reply(dribble=True)


class Hook(Receiver[Received, Reply]):
    """Listens on 127.0.0.1 while it is open. auth: "", basic or digest, for `user` and `password`.

    folder: for a certificate; with one it speaks HTTPS, and `ca` is the PEM of its authority.
    """

    user, password = "recorder-1", "open sesame"

    def __init__(self, folder: Path | None = None, *, auth: str = "") -> None:
        server = _Server(("127.0.0.1", 0), _handler(self))
        super().__init__(server, lambda _request: OK)
        self.auth, self.ca = auth, ""
        if folder is not None:
            self.ca, certificate = make_certificate(folder)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)

    @property
    def requests(self) -> list[Received]:
        return self.got

    @property
    def url(self) -> str:
        return f"{'https' if self.ca else 'http'}://127.0.0.1:{self.port}/hook"

    def accepts(self, method: str, path: str, header: str) -> bool:
        """Whether the credentials are right."""
        kind, _, rest = header.partition(" ")
        if self.auth == "basic":
            return kind == "Basic" and base64.b64decode(rest).decode() == f"{self.user}:{self.password}"
        said = {name: quoted or bare for name, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', rest)}
        one, two = _md5(f"{self.user}:{REALM}:{self.password}"), _md5(f"{method}:{path}")
        return said.get("response") == _md5(f"{one}:{NONCE}:{said.get('nc')}:{said.get('cnonce')}:auth:{two}")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, _request: Any, _client: Any) -> None:
        """A sender that has had enough is no error of ours."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(_request, _client)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324 - RFC 7616 as devices speak it


def _handler(hook: Hook) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536  # head and body in one packet: two would wait for the other side's delayed acknowledgement

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if hook.auth and not hook.accepts(self.command, self.path, self.headers.get("Authorization", "")):
                self._challenge()
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._answer(hook.take(Received(self.command, self.path, headers, body)))

        do_GET = do_POST = _serve  # noqa: N815 - the names that http.server calls

        def _answer(self, reply: Reply) -> None:
            if reply.hang:
                hook.released.wait(LIMIT_S)
            if reply.hang or reply.raw is not None:
                self.wfile.write(reply.raw or b"")
                self.close_connection = True
            elif reply.dribble:
                self._dribble()
            else:
                self._whole(reply.status, reply.body, reply.headers)

        def _whole(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def _dribble(self) -> None:
            self.close_connection = True
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not hook.released.wait(0.02):
                self.wfile.write(b"x")
                self.wfile.flush()

        def _challenge(self) -> None:
            challenge = {
                "basic": f'Basic realm="{REALM}"',
                "digest": f'Digest realm="{REALM}", nonce="{NONCE}", qop="auth"',
            }
            self._whole(401, b"who are you?", {"WWW-Authenticate": challenge[hook.auth]})

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    return Handler


def make_certificate(folder: Path) -> tuple[str, Path]:
    """A CA as PEM, and a file with a certificate of it for 127.0.0.1 and localhost, and its key."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = _certificate("Test CA", ca_key.public_key(), "Test CA", ca_key, ca=True)
    certificate = _certificate("127.0.0.1", key.public_key(), "Test CA", ca_key, ca=False)
    file = folder / "server.pem"
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    file.write_bytes(key.private_bytes(pem, *plain) + certificate.public_bytes(pem))
    return ca.public_bytes(pem).decode(), file


def _certificate(name: str, key: Any, issuer: str, issuer_key: Any, *, ca: bool) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if not ca:
        names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())
