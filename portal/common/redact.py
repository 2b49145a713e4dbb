"""Hides credentials in texts that people and programs read: log lines, addresses of cameras (CAM-1). Plain Python."""

import re

# Up to the last @ of the word: an unescaped "/" or "@" in a password must not end it early. Too much is better hidden.
# A scheme is short: without a bound a long word would be looked through from each of its letters.
_CREDENTIALS = re.compile(r"(\w[\w+.\-]{0,30}://)[^\s\"'<>]+@")
_PARAMETERS = re.compile(
    r"(?i)([?&;\s\"']|^)(pass|password|passwd|pwd|secret|token|usr|user|username|login|api_?key)=[^&;\s\"'<>]+"
)
_AUTHORIZATION = re.compile(r"(?i)\b(bearer|basic|digest)\s+(?=\S*[\d=_.])[\w\-.~+/=]{8,}")
# The address of a public counter is its key (DASH-4), an invitation's opens an account (SEC-2), and every request is
# logged with its address.
_KEYS = re.compile(r"(/(?:public|welcome)/)[\w\-.]{20,}")


def redact(text: str) -> str:
    """`text` with the credentials of every URL, query and Authorization header, and keys in paths, replaced by ***."""
    text = _CREDENTIALS.sub(r"\1***@", text)
    text = _PARAMETERS.sub(r"\1\2=***", text)
    text = _KEYS.sub(r"\1***", text)
    return _AUTHORIZATION.sub(r"\1 ***", text)
