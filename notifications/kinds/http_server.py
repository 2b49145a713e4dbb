"""An HTTP server that requests go to, and who signs in there: the fields of every kind that has one. Plain Python."""

from typing import Protocol

from cameras.extensions.problems import gettext_noop
from cameras.extensions.server_rules import WEB_ADDRESS_HELP, address, url_path, web_user
from cameras.extensions.texts import CONTROL

ADDRESS = address(gettext_noop("Address"), least=1, help=WEB_ADDRESS_HELP)
PATH = url_path(rf'[^"?#\s{CONTROL}]', gettext_noop('", ?, #, spaces or control characters'))
USER = web_user(f'[^":{CONTROL}]', gettext_noop('", : or control characters'))


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
