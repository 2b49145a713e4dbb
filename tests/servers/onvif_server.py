"""ONVIF devices for tests: SOAP over HTTP behind a WS-Security digest or HTTP Digest, and WS-Discovery over UDP.

with OnvifServer(sensors=4, user="root", password="s3cret") as device:
    device.place()   device.host   device.requests …
Written from the WSDLs and WS-Discovery 2005/04; the standard library only. It refuses stale and repeated digests.
"""

import base64
import hashlib
import os
import re
import socket
import struct
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from xml.etree import ElementTree
from xml.sax.saxutils import escape

NONCE, REALM = "c2FtcGxlLW5vbmNl", "camera"
FRESH_S = 60  # how old a digest may be by the device's clock
NAMES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "d": "http://schemas.xmlsoap.org/ws/2005/04/discovery",
    "dn": "http://www.onvif.org/ver10/network/wsdl",
    "tds": "http://www.onvif.org/ver10/device/wsdl",
    "trt": "http://www.onvif.org/ver10/media/wsdl",
    "tt": "http://www.onvif.org/ver10/schema",
    "ter": "http://www.onvif.org/ver10/error",
}
OPEN = {"GetSystemDateAndTime"}  # asked without a password (ONVIF Core 5.12)


def loopback(number: int) -> str:
    """An address of loopback for a device, other than those of the tests that run beside these. number: 1 to 254."""
    return f"127.{100 + os.getpid() % 100}.{os.getpid() // 100 % 250}.{number}"


class OnvifServer:
    """A device with `sensors` video sources, each with two profiles, on a free port of `host`, an address of loopback.

    auth: "token" (WS-Security), "digest" (HTTP) or "".    ahead_s: of the device's clock.    mode: a way to misbehave.
    claimed: the host that its answers name instead of its own.    multicast: on the interface with this address, too.
    talks: answers WS-Discovery.    sender: from another address of loopback than its own.
    mac: blank: it does not tell.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        *,
        sensors: int = 1,
        auth: str = "token",
        user: str = "root",
        password: str = "s3cret",
        ahead_s: float = 0.0,
        claimed: str = "",
        mode: str = "",
        name: str = "Gate camera",
        multicast: str = "",
        discovery_port: int = 3702,
        talks: bool = True,
        sender: str = "",
        mac: str = "00:80:45:0A:0B:0C",
    ) -> None:
        self.host, self.sensors, self.auth, self.user, self.password = host, sensors, auth, user, password
        self.ahead, self.claimed, self.mode, self.name = timedelta(seconds=ahead_s), claimed or host, mode, name
        self.sender, self.mac = sender or host, mac
        self.requests: list[str] = []
        self.bodies: list[str] = []
        self.probes: list[str] = []
        self.used: set[str] = set()
        self._http = ThreadingHTTPServer((host, 0), _handler(self))
        self._http.daemon_threads = True
        self._threads = [threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})]
        self._lines = [self._line(host, discovery_port)] if talks else []
        if multicast:
            self._lines.append(self._line("239.255.255.250", discovery_port, multicast))
        self._threads += [threading.Thread(target=self._answer_probes, args=[line]) for line in self._lines]
        self._over = threading.Event()

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    @property
    def xaddr(self) -> str:
        """Where the device says that it is."""
        return f"http://{self.claimed}:{self.port}/onvif/device_service"

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._over.set()
        self._http.shutdown()
        for thread in self._threads:
            thread.join()
        self._http.server_close()
        for line in self._lines:
            line.close()

    # --- WS-Discovery -------------------------------------------------------------------------------------------------
    def _line(self, host: str, port: int, interface: str = "") -> socket.socket:
        line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        line.bind((host, port))
        if interface:
            member = struct.pack("4s4s", socket.inet_aton(host), socket.inet_aton(interface))
            line.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        line.settimeout(0.05)
        return line

    def _answer_probes(self, line: socket.socket) -> None:
        # From its own address, as a device would; a socket in a group has none.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.bind((self.sender, 0))
            while not self._over.is_set():
                try:
                    data, sender = line.recvfrom(65_535)
                except TimeoutError:
                    continue
                for answer in self._probe_answers(data):
                    out.sendto(answer, sender)

    def _probe_answers(self, data: bytes) -> list[bytes]:
        root = ElementTree.fromstring(data)  # noqa: S314  # what our own client sent
        probe, types = root.find("s:Body/d:Probe", NAMES), root.findtext("s:Body/d:Probe/d:Types", "", NAMES)
        if probe is None or (types and "NetworkVideoTransmitter" not in types):
            return []
        asked = root.findtext("s:Header/a:MessageID", "", NAMES)
        self.probes.append(asked)
        if self.mode == "noise":
            return [b"\x00\xff nothing", b'<!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>', self._match("uuid:" + "0" * 36)]
        return [self._match(asked)]

    def _match(self, asked: str) -> bytes:
        scopes = "onvif://www.onvif.org/Profile/Streaming onvif://www.onvif.org/hardware/WV-X4573L"
        scopes += (
            f" onvif://www.onvif.org/name/{self.name.replace(' ', '%20')} onvif://www.onvif.org/location/city/Bremen"
        )
        match = (
            f"<a:EndpointReference><a:Address>urn:uuid:{self._id()}</a:Address></a:EndpointReference>"
            f"<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types><d:Scopes>{scopes}</d:Scopes>"
            f"<d:XAddrs>{self.xaddr}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion>"
        )
        header = (
            f"<a:MessageID>uuid:11111111-2222-3333-4444-555555555555</a:MessageID><a:RelatesTo>{asked}</a:RelatesTo>"
            "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</a:Action>"
        )
        return envelope(f"<d:ProbeMatches><d:ProbeMatch>{match}</d:ProbeMatch></d:ProbeMatches>", header)

    def _id(self) -> str:
        return f"4d454930-0000-1000-8000-{self.port:012d}"

    # --- SOAP ---------------------------------------------------------------------------------------------------------
    def answer(self, body: ElementTree.Element, header: ElementTree.Element | None) -> tuple[int, bytes]:
        """Status and message for a request."""
        call = body[0].tag.rpartition("}")[2]
        self.requests.append(call)
        if self.auth == "token" and call not in OPEN and not self._accepts(header):
            return 400, fault("ter:NotAuthorized", "Sender not authorized")
        if self.mode == "faulty" and call == "GetProfiles":
            return 500, fault("ter:Action", "Out of memory")
        make: dict[str, Callable[[ElementTree.Element], str]] = {
            "GetSystemDateAndTime": self._date,
            "GetDeviceInformation": self._information,
            "GetNetworkInterfaces": self._interfaces,
            "GetServices": self._services,
            "GetCapabilities": self._capabilities,
            "GetProfiles": self._profiles,
            "GetStreamUri": self._stream_uri,
        }
        if call not in make or (call == "GetNetworkInterfaces" and not self.mac):
            return 400, fault("ter:ActionNotSupported", f"No {call} here")
        return 200, envelope(make[call](body[0]))

    def _accepts(self, header: ElementTree.Element | None) -> bool:
        said = {one.tag.rpartition("}")[2]: one for one in header.iter()} if header is not None else {}
        if not {"Username", "Password", "Nonce", "Created"} <= set(said):
            return False
        user, digest, nonce, created = (said[one].text or "" for one in ("Username", "Password", "Nonce", "Created"))
        if not said["Password"].get("Type", "").endswith("#PasswordDigest") or nonce in self.used:
            return False
        self.used.add(nonce)
        age = self.clock() - datetime.fromisoformat(created)
        wanted = hashlib.sha1(base64.b64decode(nonce) + created.encode() + self.password.encode()).digest()  # noqa: S324
        return user == self.user and base64.b64decode(digest) == wanted and abs(age.total_seconds()) <= FRESH_S

    def _date(self, _call: ElementTree.Element) -> str:
        now = self.clock()
        utc = (
            f"<tt:Time><tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}</tt:Minute>"
            f"<tt:Second>{now.second}</tt:Second></tt:Time><tt:Date><tt:Year>{now.year}</tt:Year>"
            f"<tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day></tt:Date>"
        )
        date = "<tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings>"
        date += f"<tt:UTCDateTime>{utc}</tt:UTCDateTime>"
        return answered("tds", "GetSystemDateAndTime", f"<tds:SystemDateAndTime>{date}</tds:SystemDateAndTime>")

    def _information(self, _call: ElementTree.Element) -> str:
        facts = {"Manufacturer": "i-PRO", "Model": "WV-X4573L", "FirmwareVersion": "2.70", "SerialNumber": "KFX01234"}
        facts["HardwareId"] = "1"
        return answered("tds", "GetDeviceInformation", "".join(f"<tds:{k}>{v}</tds:{k}>" for k, v in facts.items()))

    def _interfaces(self, _call: ElementTree.Element) -> str:
        """A radio that is off, and the cable."""
        each = (("wlan0", "false", "00:80:45:FF:FF:FF"), ("eth0", "true", self.mac))
        parts = (
            f'<tds:NetworkInterfaces token="{name}"><tt:Enabled>{used}</tt:Enabled><tt:Info><tt:Name>{name}</tt:Name>'
            f"<tt:HwAddress>{mac}</tt:HwAddress><tt:MTU>1500</tt:MTU></tt:Info></tds:NetworkInterfaces>"
            for name, used, mac in each
        )
        return answered("tds", "GetNetworkInterfaces", "".join(parts))

    def _services(self, _call: ElementTree.Element) -> str:
        version = "<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version>"
        services = [(NAMES["tds"], self.xaddr), (NAMES["trt"], self._media())]
        parts = (
            f"<tds:Service><tds:Namespace>{n}</tds:Namespace><tds:XAddr>{x}</tds:XAddr>{version}</tds:Service>"
            for n, x in services
        )
        return answered("tds", "GetServices", "".join(parts))

    def _capabilities(self, _call: ElementTree.Element) -> str:
        media = "<tt:StreamingCapabilities><tt:RTPMulticast>false</tt:RTPMulticast></tt:StreamingCapabilities>"
        media = "" if self.mode == "no media" else f"<tt:Media><tt:XAddr>{self._media()}</tt:XAddr>{media}</tt:Media>"
        return answered("tds", "GetCapabilities", f"<tds:Capabilities>{media}</tds:Capabilities>")

    def _media(self) -> str:
        return f"http://{self.claimed}:{self.port}/onvif/media_service"

    def _profiles(self, _call: ElementTree.Element) -> str:
        sizes = (("main", 3840, 2160, 30), ("second", 1280, 720, 5))
        profiles = [
            f'<trt:Profiles token="{kind}&amp;{sensor}" fixed="true"><tt:Name>{kind} {sensor}</tt:Name>'
            f'<tt:VideoSourceConfiguration token="vsc{sensor}"><tt:Name>source</tt:Name><tt:UseCount>2</tt:UseCount>'
            f"<tt:SourceToken>source{sensor}</tt:SourceToken>"
            f'<tt:Bounds x="0" y="0" width="{width}" height="{height}"/></tt:VideoSourceConfiguration>'
            f'<tt:VideoEncoderConfiguration token="vec{kind}{sensor}">'
            "<tt:Name>encoder</tt:Name><tt:UseCount>1</tt:UseCount>"
            f"<tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height>"
            f"</tt:Resolution><tt:Quality>5</tt:Quality><tt:RateControl><tt:FrameRateLimit>{fps}</tt:FrameRateLimit>"
            "<tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>2048</tt:BitrateLimit></tt:RateControl>"
            "<tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type></tt:Address><tt:Port>0</tt:Port><tt:TTL>1</tt:TTL>"
            "<tt:AutoStart>false</tt:AutoStart></tt:Multicast><tt:SessionTimeout>PT60S</tt:SessionTimeout>"
            "</tt:VideoEncoderConfiguration></trt:Profiles>"
            for kind, width, height, fps in sizes
            for sensor in range(1, self.sensors + 1)
        ]
        return answered("trt", "GetProfiles", "".join(profiles))

    def _stream_uri(self, call: ElementTree.Element) -> str:
        kind, _, sensor = call.findtext("trt:ProfileToken", "", NAMES).partition("&")
        stream = {"main": 1, "second": 2}[kind]
        uri = f"rtsp://{self.claimed}/MediaInput/stream_{stream}/ch_{sensor}"
        rest = (
            "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>"
        )
        rest += "<tt:Timeout>PT0S</tt:Timeout>"
        return answered("trt", "GetStreamUri", f"<trt:MediaUri><tt:Uri>{escape(uri)}</tt:Uri>{rest}</trt:MediaUri>")


def answered(prefix: str, call: str, inner: str) -> str:
    return f"<{prefix}:{call}Response>{inner}</{prefix}:{call}Response>"


def envelope(body: str, header: str = "") -> bytes:
    names = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMES.items())
    return f"<s:Envelope {names}><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>".encode()


def fault(subcode: str, reason: str) -> bytes:
    code = f"<s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>{subcode}</s:Value></s:Subcode></s:Code>"
    return envelope(f'<s:Fault>{code}<s:Reason><s:Text xml:lang="en">{reason}</s:Text></s:Reason></s:Fault>')


def _handler(device: OnvifServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # header and body in one packet

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            device.bodies.append(data.decode())
            if device.mode == "silent":
                device._over.wait()
                self.close_connection = True
                return
            if device.mode == "redirect":
                self._send(302, b"", Location="http://127.0.0.1:1/elsewhere")
                return
            if device.mode in {"page", "dtd", "long"}:
                self._send(200, ODD[device.mode])
                return
            if device.auth == "digest" and not self._proven():
                challenge = f'Digest realm="{REALM}", nonce="{NONCE}", qop="auth", algorithm=MD5'
                self._send(401, b"", WWW_Authenticate=challenge)
                return
            root = ElementTree.fromstring(data)  # noqa: S314  # what our own client sent
            body = root.find("s:Body", NAMES)
            assert body is not None
            self._send(*device.answer(body, root.find("s:Header", NAMES)))

        def _proven(self) -> bool:
            said = dict(re.findall(r'(\w+)="?([^",]+)"?', self.headers.get("Authorization", "")))
            one = _md5(f"{device.user}:{REALM}:{device.password}")
            two = _md5(f"POST:{self.path}")
            wanted = _md5(f"{one}:{NONCE}:{said.get('nc')}:{said.get('cnonce')}:auth:{two}")
            return said.get("username") == device.user and said.get("response") == wanted

        def _send(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/soap+xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    return Handler


ODD = {
    "page": b"<html><body>Welcome</body></html>",
    "dtd": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + envelope("&a;"),
    "long": b"<x>" + b"a" * 2_000_000 + b"</x>",
}


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324 - RFC 7616 as cameras speak it
