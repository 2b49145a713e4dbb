"""The address of a camera as somebody typed it: checked, and without the credentials it may carry (CAM-1, SEC-4)."""

import socket
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.common.guard import guard_make
from portal.common.outgoing import OutgoingError
from portal.common.redact import redact

PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
LOCAL = ("clip", "scene")


class Address(NamedTuple):
    """An address without credentials, and the credentials that stood in it; None when none did."""

    url: str
    username: str | None = None
    password: str | None = None


def address_clean(url: str) -> Address:
    """Raises ValidationError with the reason; messages never repeat a password."""
    text = url.strip()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as exc:
        raise _refused(_("This address cannot be read: the host or port is not valid.")) from exc
    if parts.scheme in LOCAL:
        _check_local(parts, text)
        return Address(parts.scheme + text[len(parts.scheme) :])
    if parts.scheme not in PORTS:
        raise _refused(_("An address begins with rtsp://, rtsps://, http://, https://, clip: or scene:."))
    if not parts.hostname or any(character.isspace() for character in text):
        raise _refused(_("The host is missing; an example is rtsp://192.168.0.10/stream1."))
    _check_host(parts.hostname, port or PORTS[parts.scheme])
    _credentials, at, host = parts.netloc.rpartition("@")
    bare = urlunsplit(parts._replace(netloc=host))
    return Address(bare, unquote(parts.username or ""), unquote(parts.password or "")) if at else Address(bare)


def _check_local(parts: SplitResult, text: str) -> None:
    """A clip is a plain file name, so that its folder is never left; a scene says only what can be drawn."""
    if parts.scheme == "scene":
        _check_scene(text)
    elif not parts.path.strip(".") or "/" in parts.path or "\\" in parts.path or parts.netloc:
        raise _refused(_("A clip is a file name without folders; an example is clip:lobby.mp4."))


def _check_scene(text: str) -> None:
    # Imported here: it brings OpenCV, and only who adds a simulated camera has to wait for that.
    from cameras.capture.scene import SceneSettings
    from cameras.capture.source import AddressInvalidError

    try:
        SceneSettings.parse(text)
    except AddressInvalidError as exc:
        raise _refused(str(exc)) from exc


def _check_host(host: str, port: int) -> None:
    """Refuse what is closed by its very writing. Names are judged when they are resolved, by the one who connects."""
    try:
        guard = guard_make()
        address = literal_address(host)
        reason = guard.refusal(ip_address(address), port) if address else None
    except OutgoingError as exc:
        raise _refused(redact(str(exc))) from exc
    if reason:
        raise _refused(
            _("%(host)s is refused: %(reason)s (see LOOKOUT_ALLOWED_NETWORKS).") % {"host": host, "reason": reason}
        )


def literal_address(host: str) -> str | None:
    """The IP address that `host` is in any spelling (127.1, 0x7f.1, localhost, fe80::1%eth0), None for a name."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return "127.0.0.1"
    try:
        return str(ip_address(name.partition("%")[0]))
    except ValueError:
        pass  # not the usual spelling
    try:
        return socket.inet_ntoa(socket.inet_aton(name))
    except OSError:
        return None


def _refused(message: str) -> ValidationError:
    return ValidationError({"url": [message]})
