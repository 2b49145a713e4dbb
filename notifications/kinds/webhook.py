"""Webhook: every event as signed JSON over HTTPS (OUT-5; WIRE 7). The format is ours."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from cameras.extensions.problems import Problem, gettext_noop
from cameras.extensions.rule import setting
from cameras.extensions.server_rules import CA_CERTIFICATE
from cameras.extensions.texts import CONTROL, HOST, HOST_CHARACTERS, Text
from notifications.kinds.base import Kind
from notifications.protocols import webhook

_URL = Text(
    gettext_noop("Address"),
    500,
    least=1,
    pattern=rf"[^\s{CONTROL}]",
    forbidden=gettext_noop("spaces or control characters"),
    help=gettext_noop("https://host/path"),
)


_ORIGIN = Text(
    gettext_noop("Its own name"),
    40,
    pattern=HOST,
    allowed=HOST_CHARACTERS,
    help=gettext_noop("What it calls itself (origin) when it acknowledges over the API: that is not told back to it."),
)


@dataclass(frozen=True, slots=True)
class SigningSecret(Text):
    """A secret of the Standard Webhooks scheme; blank takes it away."""

    templates: ClassVar[Mapping[str, str]] = {
        **Text.templates,
        "key": gettext_noop("%(label)s must be whsec_ and 24 to 64 bytes in base64, not %(value)s."),
    }

    def clean(self, value: object) -> str:
        text = Text.clean(self, value)
        try:
            webhook.secret_key(text) if text else None
        except webhook.SignatureError as exc:
            raise self.refused("key", value) from exc
        return text

    def sentences(self) -> Mapping[str, str]:
        return {**Text.sentences(self), "key": self.templates["key"]}


_SECRET = SigningSecret(gettext_noop("Secret"), 128)
_FORMER = SigningSecret(
    gettext_noop("Former secret"),
    128,
    help=gettext_noop("While it is set both sign: change the receiver, then clear it."),
)


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Where the POST goes."""

    url: str = setting(_URL, "")
    ca_certificate: str = setting(CA_CERTIFICATE, "")
    origin: str = setting(_ORIGIN, "")


def server(settings: WebhookSettings) -> str:
    """scheme://host:port, as a browser would compare it."""
    parts = urlsplit(settings.url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or 443}"


def _check(settings: WebhookSettings) -> Iterator[Problem]:
    try:
        parts = urlsplit(settings.url)
        fits = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, an address in broken brackets
        fits = False
    if not fits:
        yield Problem("url", gettext_noop("An address that begins with https:// and names a host is needed."))
    elif parts.username or parts.password or parts.fragment:
        yield Problem("url", gettext_noop("The address must not hold a user name, a password or a #."))


WEBHOOK = Kind(
    name="webhook",
    label=gettext_noop("Webhook"),
    settings=WebhookSettings,
    check=_check,
    server=server,
    carries=lambda record, config: webhook.carries(record, origin=str(config.get("origin", ""))),
    secrets={"secret": _SECRET, "former_secret": _FORMER},
    fresh=lambda: {"secret": webhook.new_secret()},
)
