"""SOAP 1.2 messages to a device, with a WS-Security UsernameToken as ONVIF asks for it: a digest, never the password.

Digest = base64(sha1(nonce + created + password)); SHA-1 is what the profile prescribes. `created` is by the device's
clock: a camera whose clock is wrong would take the digest for a replay.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

_ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">'
    "<s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
)
_SECURITY = (
    '<wsse:Security s:mustUnderstand="1"'
    ' xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"'
    ' xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd">'
    "<wsse:UsernameToken><wsse:Username>{username}</wsse:Username>"
    '<wsse:Password Type="http://docs.oasis-open.org/wss/2004/01/'
    'oasis-200401-wss-username-token-profile-1.0#PasswordDigest">{digest}</wsse:Password>'
    '<wsse:Nonce EncodingType="http://docs.oasis-open.org/wss/2004/01/'
    'oasis-200401-wss-soap-message-security-1.0#Base64Binary">{nonce}</wsse:Nonce>'
    "<wsu:Created>{created}</wsu:Created></wsse:UsernameToken></wsse:Security>"
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Of a user that the device knows; the password is never printed."""

    username: str = ""
    password: str = field(default="", repr=False)


def envelope(body: str, header: str = "") -> bytes:
    """body, header: XML."""
    return _ENVELOPE.format(header=header, body=body).encode()


def security(
    credentials: Credentials,
    *,
    ahead: timedelta = timedelta(0),
    nonce: Callable[[int], bytes] = secrets.token_bytes,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> str:
    """The header that proves the password. ahead: how far the device's clock is before ours; "" without a user."""
    if not credentials.username:
        return ""
    salt, created = nonce(16), (now() + ahead).strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hashlib.sha1(salt + created.encode() + credentials.password.encode()).digest()  # noqa: S324  # see above
    return _SECURITY.format(
        username=escape(credentials.username),
        digest=base64.b64encode(digest).decode(),
        nonce=base64.b64encode(salt).decode(),
        created=created,
    )
