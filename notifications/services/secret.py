"""Secrets of a destination: for its sender only; and what the portal writes down is freed of them (SPEC 7)."""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus

from notifications.models import Destination
from portal.common.redact import redact

HIDDEN = "***"
SHORTEST = 4  # of what is searched for: to blot out every "a" of a text would give a secret "a" away
LONGEST_BYTES = 4096

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def destination_secrets(destination: Destination) -> dict[str, str]:
    """For who sends: the secrets that are set, by name. Raises UndecryptableError."""
    found: dict[str, str] = json.loads(destination.secrets) if destination.secrets else {}
    return found


def conceal(text: str, secrets: Mapping[str, str], *, user: str = "") -> str:
    """`text` as it may be kept: without the secrets in any form that HTTP gives them, at most 4 kB of UTF-8.

    user: the name that stands before a password in Basic.    Control characters go: PostgreSQL keeps no NUL.
    """
    for form in sorted(_forms(secrets.values(), user), key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    text = _CONTROL.sub("\ufffd", redact(text[: 2 * LONGEST_BYTES]))
    return text.encode(errors="replace")[:LONGEST_BYTES].decode(errors="ignore")


def _forms(secrets: Iterable[str], user: str) -> Iterator[str]:
    """Of each secret: itself, in a URL, in JSON, in base64, and in base64 behind the user name."""
    for secret in secrets:
        if len(secret) < SHORTEST:
            continue
        yield from (secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1])
        for whole in (secret, f"{user}:{secret}"):
            yield base64.b64encode(whole.encode()).decode().rstrip("=")
