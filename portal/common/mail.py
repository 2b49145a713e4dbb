"""The mail server of this deployment, as its settings say. The operator names it, so no guard stands before it."""

from dataclasses import dataclass, field

from django.conf import settings


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in. tls: from the first byte.    starttls: asked for, else nothing is sent.

    sender: the address that mails come from.
    """

    host: str
    port: int
    sender: str
    tls: bool = False
    starttls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)


def mail_server() -> MailServer | None:
    """None: the deployment has none."""
    if not settings.EMAIL_HOST:
        return None
    return MailServer(
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        sender=settings.DEFAULT_FROM_EMAIL,
        tls=settings.EMAIL_USE_SSL,
        starttls=settings.EMAIL_USE_TLS and not settings.EMAIL_USE_SSL,
        user=settings.EMAIL_HOST_USER,
        password=settings.EMAIL_HOST_PASSWORD,
    )
