"""An HTTP server that requests go to, and who signs in there: the fields of every kind that has one. Plain Python."""

from typing import Protocol

from cameras.extensions.fields import Number, Switch
from cameras.extensions.problems import gettext_noop
from cameras.extensions.texts import CONTROL, HOST, HOST_CHARACTERS, Text, UrlPath

ADDRESS = Text(
    gettext_noop("Address"),
    253,
    least=1,
    pattern=HOST,
    allowed=HOST_CHARACTERS,
    help=gettext_noop("Host name or IPv4 address of the server, without http:// and path."),
)
PATH = UrlPath(
    gettext_noop("Path"),
    128,
    pattern=rf'[^"?#\s{CONTROL}]',
    forbidden=gettext_noop('", ?, #, spaces or control characters'),
    help=gettext_noop("A missing / at its beginning is added; may be blank."),
)
SSL = Switch(gettext_noop("SSL"), help=gettext_noop("On: https; the certificate of the server is checked."))
PORT = Number(gettext_noop("Port"), 1, 65535)
USER = Text(
    gettext_noop("User name"),
    63,
    pattern=f'[^":{CONTROL}]',
    forbidden=gettext_noop('", : or control characters'),
    help=gettext_noop("For Basic or Digest authentication, as the server asks; blank: none."),
)
PASSWORD = Text(gettext_noop("Password"), 256)


class HttpServer(Protocol):
    """Settings that name one."""

    @property
    def address(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def ssl(self) -> bool: ...


def server(settings: HttpServer) -> str:
    """scheme://host:port, as a browser would compare it."""
    return f"{'https' if settings.ssl else 'http'}://{settings.address.lower()}:{settings.port}"
