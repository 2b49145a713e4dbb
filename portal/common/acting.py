"""Who is at work in this request or task, and from where: what the audit log notes beside each entry (SEC-5)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from structlog.contextvars import get_contextvars


@dataclass(slots=True)
class Acting:
    """user: None for the portal itself, and for a visitor.    address: of the client; None outside of requests.

    facts: kept with each entry, such as the token that the user came with.
    """

    user: AbstractBaseUser | None = None
    address: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def request_id(self) -> str | None:
        """As in the log lines of the request, and of the tasks that it ordered."""
        found = get_contextvars().get("request_id")
        return None if found is None else str(found)[:255]


_NOW: ContextVar[Acting] = ContextVar("acting")


def acting_now() -> Acting:
    """Of here; nobody, outside of a request."""
    return _NOW.get(Acting())


@contextmanager
def acting(**facts: Any) -> Iterator[Acting]:
    """Within it what is given holds: `user`, `address`, `facts`; what is left out is as outside."""
    now = replace(acting_now(), **facts)
    before = _NOW.set(now)
    try:
        yield now
    finally:
        _NOW.reset(before)
