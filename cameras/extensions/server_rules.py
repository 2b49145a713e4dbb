"""The fields of a server and of whoever signs in there, for cameras' tabs and for destinations: each said once.

Where devices and protocols draw other limits, the rule is made with them.
"""

from cameras.extensions.fields import Number, Switch
from cameras.extensions.problems import gettext_noop
from cameras.extensions.texts import CONTROL, HOST, HOST_CHARACTERS, Text, UrlPath

LONGEST_PEM = 16384
LONGEST_HOST = 253
"""Of a name in DNS."""

SSL = Switch(gettext_noop("SSL"), help=gettext_noop("On: https; the certificate of the server is checked."))
PORT = Number(gettext_noop("Port"), 1, 65535)
WEB_ADDRESS_HELP = gettext_noop("Host name or IPv4 address of the server, without http:// and path.")


def address(label: str, longest: int = LONGEST_HOST, *, least: int = 0, help: str = "") -> Text:  # noqa: A002 (as the rules)
    """A host name or an IPv4 address."""
    return Text(label, longest, least=least, pattern=HOST, allowed=HOST_CHARACTERS, help=help)


def url_path(pattern: str, forbidden: str) -> UrlPath:
    """Of a web address. pattern, forbidden: as of Text."""
    return UrlPath(
        gettext_noop("Path"),
        128,
        pattern=pattern,
        forbidden=forbidden,
        help=gettext_noop("A missing / at its beginning is added; may be blank."),
    )


def web_user(pattern: str, forbidden: str) -> Text:
    """Who signs in at a web server. pattern, forbidden: as of Text."""
    return Text(
        gettext_noop("User name"),
        63,
        pattern=pattern,
        forbidden=forbidden,
        help=gettext_noop("For Basic or Digest authentication, as the server asks; blank: none."),
    )


def pem(label: str, help: str = "") -> Text:  # noqa: A002 (as the rules)
    """Certificates or a key."""
    return Text(
        label,
        LONGEST_PEM,
        pattern=r"[\x20-\x7e\r\n]",
        allowed=gettext_noop("the characters of a PEM file"),
        lines=True,
        help=help,
    )


CA_CERTIFICATE = pem(
    gettext_noop("CA certificate"), gettext_noop("PEM; blank: the certificate authorities of the machine.")
)
PASSWORD = Text(gettext_noop("Password"), 256, pattern=f"[^{CONTROL}]")
